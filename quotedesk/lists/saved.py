"""What the lists hold, as one value: what disk keeps and a desk starts from."""

from enum import Enum

import msgspec

from quotedesk.lists.section import Row, section_name
from quotedesk.market.instrument import Instrument

FIRST_NAME = "Watchlist"


class Flag(Enum):
    """The colour of a symbol's pennant."""

    VIOLET = "violet"
    RED = "red"
    ORANGE = "orange"
    GREEN = "green"
    BLUE = "blue"


class FormulaColour(Enum):
    """What gives a formula's values a colour."""

    NONE = "none"
    SIGN = "sign"  # up above 0, down below
    VALUE = "value"  # up from `high` on, down from `low` on


class ColumnFormula(msgspec.Struct, frozen=True, omit_defaults=True):
    """A column of the user's own.

    Attributes:
        name: its title; no two columns share one.
        text: what is calculated; see market/formula. It may well be wrong: then it is shown as such.
        decimals: how many are shown; None: those of the row's prices.
        high, low: from where on a value is coloured; None: nowhere.
    """

    name: str
    text: str
    decimals: int | None = None
    colour: FormulaColour = FormulaColour.NONE
    high: float | None = None
    low: float | None = None


class ListContent(msgspec.Struct, frozen=True):
    """One list.

    Attributes:
        name: no two lists share one.
        rows: instruments, each once, and section labels.
        folded: the keys of the sections that hide their rows.
        is_open: it has a tab, and its symbols are subscribed.
        feed: the list's own: what a bare code in it is of. "" stands for that of its first symbol.
        columns: the names of those that are shown, from the left; none: the usual ones. Names that nobody knows (any
            more, or yet) are kept.
    """

    name: str
    rows: tuple[Row, ...] = ()
    folded: frozenset[int] = frozenset()
    is_open: bool = True
    feed: str = ""
    columns: tuple[str, ...] = ()

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """The rows that are no labels."""
        return tuple(row for row in self.rows if isinstance(row, Instrument))


class Content(msgspec.Struct, frozen=True):
    """All lists, and what the user said of their symbols.

    Attributes:
        lists: in the order of their tabs; never none.
        flags, notes: of the symbols that have one.
    """

    lists: tuple[ListContent, ...]
    flags: dict[Instrument, Flag] = {}
    notes: dict[Instrument, str] = {}


def free_name(wanted: str, taken: set[str]) -> str:
    """A name for a list that none has yet: "Metals", else "Metals 2"."""
    name = section_name(wanted)
    number = 2
    while name in taken:
        name, number = f"{section_name(wanted)} {number}", number + 1
    return name
