"""What is SHOWN. A column is a value in COLUMNS; its text is made from a RowSnapshot of the row's slot."""

import enum
import math
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt

from quotedesk.lists.saved import Flag
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RowState
from quotedesk.quotes.fields import BASE_NAMES
from quotedesk.quotes.quotes import Floats, Quotes, Slots
from quotedesk.ui.looks.theme import LOOKS
from quotedesk.ui.table import numbers

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_OF_A_REASON = re.compile(r"[.:] \{reason\}$")


@dataclass(slots=True)
class RowSnapshot:
    """One row's numbers at one moment, read once for all its columns. Times are monotonic seconds unless named utc.

    Attributes:
        quotes: where it was read, for numbers that few columns show; see `number`.
        code: the symbol as its list shows it: CODE, or CODE@FEED where its feed is not the list's own.
        name: what people call it; "" unknown.
        slot: where it was read.
        reason: why it is in its state; may hold the server's words.
        decimals: of the last price.
        base, base_name: what change counts from; see Quotes.base_of.
        now_s: the moment.
        flag, note: what the user said about it; None and "" for nothing.
        The others: as in Quotes.
    """

    quotes: Quotes
    code: str
    slot: int
    now_s: float
    last: float
    decimals: int
    size: float
    size_decimals: int
    time_utc_s: float
    direction: float
    received_s: float
    base: float
    base_name: str
    first_s: float
    state: RowState
    since_s: float
    reason: str
    name: str = ""
    now_utc_s: float = math.nan
    flag: Flag | None = None
    note: str = ""

    def number(self, field: str) -> tuple[float, int]:
        """A number that the store keeps (a name of quotes/fields): its value, and how many decimals such have here."""
        return self.quotes[field].item(self.slot), self.quotes.decimals_of(field, self.slot)

    @property
    def change(self) -> float:
        """Last price against the base; NaN while one is unknown."""
        return self.last - self.base

    @property
    def percent(self) -> float:
        """The change in percent of the base; a fall of a negative price is a fall."""
        return self.change / abs(self.base) * 100 if self.base else math.nan


_STATES = {state.value: state for state in RowState}


def read(
    quotes: Quotes, instrument: Instrument, now_s: float, name: str = "", now_utc_s: float = math.nan
) -> RowSnapshot:
    """The row's numbers now."""
    slot = quotes.slot(instrument)
    return RowSnapshot(
        quotes,
        instrument.code,
        slot,
        now_s,
        quotes["last"].item(slot),
        quotes.decimals["last"].item(slot),
        quotes["size"].item(slot),
        quotes.decimals["size"].item(slot),
        quotes.time_utc_s.item(slot),
        quotes.direction.item(slot),
        quotes.received_s.item(slot),
        quotes.base.item(slot),
        BASE_NAMES[quotes.base_kind.item(slot)],
        quotes.first_s.item(slot),
        _STATES[quotes.state.item(slot)],
        quotes.state_since_s.item(slot),
        quotes.reason(slot),
        name,
        now_utc_s,
    )


class Kind(enum.Enum):
    """How a column is painted."""

    __hash__ = object.__hash__  # that of enums is Python, and is asked for with each cell

    SYMBOL = "symbol"
    STATE = "state"
    PRICE = "price"  # with the arrow of the last tick and the flash
    CHANGE = "change"  # in the colour of the day
    NUMBER = "number"
    TREND = "trend"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Column:
    """One shown column.

    Attributes:
        title: the header.
        kind: how it is painted.
        width_px: at first; Trend takes what is left over.
        text: what the cell says.
        alignment: where text stands in the cell and in the header.
        right_px: padding at the right of a right-aligned text; in a price column the arrow's place is part of it.
        key: what the column is sorted by, for some slots; NaN unknown. None sorts by the symbol.
        decimals: for numbers whose points stand in one line: how many follow it; None for the others.
        tip: what the header's tooltip says (plain text).
    """

    title: str
    kind: Kind
    width_px: int
    text: Callable[[RowSnapshot], str]
    tip: str
    key: Callable[[Quotes, Slots], Floats] | None = None
    decimals: Callable[[RowSnapshot], int] | None = None

    alignment: Qt.AlignmentFlag = _RIGHT
    right_px: int = 10

    @property
    def is_number(self) -> bool:
        """Is it sorted by a number, of which the largest is wanted first?"""
        return self.kind not in (Kind.SYMBOL, Kind.STATE)


def state_text(reading: RowSnapshot) -> str:
    """The word beside the mark; a live row needs none."""
    word = LOOKS[reading.state].word
    if reading.state is RowState.PENDING and not math.isfinite(reading.since_s):
        word = word.removesuffix(" {age}")
    return filled(word, reading)


def filled(text: str, reading: RowSnapshot) -> str:
    """A text of a Look, with what it says of this row."""
    if "{" not in text:
        return text
    if not reading.reason:
        text = _OF_A_REASON.sub("", text)
    return text.format(age=numbers.age(reading.now_s - reading.since_s), reason=reading.reason)


def _kept(field: str) -> Callable[[Quotes, Slots], Floats]:
    return lambda quotes, slots: quotes[field][slots]


def _state(quotes: Quotes, slots: Slots) -> Floats:
    return quotes.state[slots].astype(np.float64)


def _change(quotes: Quotes, slots: Slots) -> Floats:
    return quotes["last"][slots] - quotes.base[slots]


def percents(quotes: Quotes, slots: Slots) -> Floats:
    """The changes of some rows in percent; NaN unknown."""
    with np.errstate(divide="ignore", invalid="ignore"):
        percent: Floats = _change(quotes, slots) / np.abs(quotes.base[slots]) * 100
    percent[~np.isfinite(percent)] = math.nan
    return percent


def _decimals(reading: RowSnapshot) -> int:
    return reading.decimals


SYMBOL = 0
STATE = 1
PRICE = 2
CHANGE = 3
COLUMNS = (
    Column(
        "Symbol",
        Kind.SYMBOL,
        240,
        lambda row: row.code,
        "The feed's own spelling; behind an @ the feed, where that is not the list's own",
        alignment=_LEFT,
    ),
    Column("State", Kind.STATE, 96, state_text, "How far the row's price may be believed", _state, alignment=_LEFT),
    Column(
        "Last",
        Kind.PRICE,
        140,
        lambda row: numbers.price(row.last, row.decimals),
        "Price of the last trade; the arrow compares it with the trade before",
        _kept("last"),
        _decimals,
        right_px=24,
    ),
    Column(
        "Chg",
        Kind.CHANGE,
        108,
        lambda row: numbers.change(row.change, row.decimals),
        "Change of the last price",
        _change,
        _decimals,
    ),
    Column(
        "Chg %",
        Kind.CHANGE,
        70,
        lambda row: numbers.percent(row.percent),
        "The same in percent",
        percents,
    ),
    Column(
        "Size",
        Kind.NUMBER,
        68,
        lambda row: numbers.size(row.size, row.size_decimals),
        "Size of the last trade",
        _kept("size"),
    ),
    Column(
        "Trend",
        Kind.TREND,
        144,
        lambda row: "",
        "Last price over time, at most 15 minutes. A gap: the link was down. Dotted: the price that Chg counts from",
        percents,
        alignment=_LEFT,
    ),
    Column(
        "Time",
        Kind.TIME,
        79,
        lambda row: numbers.time_or_day(row.time_utc_s, row.now_utc_s),
        "Exchange time of the last trade; its day where that is not today",
        lambda quotes, slots: quotes.time_utc_s[slots],
        right_px=14,
    ),
)


def sorting(text: str) -> tuple[int, bool]:
    """The (column, descending) that "Chg %:desc" names; case and blanks do not matter.

    Raises ValueError with the names there are.
    """
    name, _, order = text.partition(":")
    if order not in ("", "asc", "desc"):
        raise ValueError(f"“:{order}” is no order. Give :asc or :desc.")
    for column, each in enumerate(COLUMNS):
        if _bare(each.title) == _bare(name):
            return column, order == "desc"
    raise ValueError(f"there is no column “{name}”. Choose from {', '.join(each.title for each in COLUMNS)}.")


def sorting_text(sorted_by: tuple[int, bool] | None) -> str:
    """The other way round; "" for None."""
    return COLUMNS[sorted_by[0]].title + (":desc" if sorted_by[1] else "") if sorted_by else ""


def _bare(title: str) -> str:
    return "".join(title.split()).casefold()
