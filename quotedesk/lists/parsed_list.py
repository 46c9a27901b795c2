"""What a text was read as: which symbols come into the list, and what became of each piece."""

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

import msgspec

from quotedesk.lists.section import Row, Section
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import Instrument

_MOST_NAMED = 5


class Fate(Enum):
    """What becomes of a piece of a list file; the value is its name in the report."""

    NEW = "new"
    HERE = "already here"
    TWICE = "twice in the file"
    SECTION = "section label"
    ASIDE = "passed over"
    UNSURE = "not sure"
    BAD = "not mapped"


class ReportLine(msgspec.Struct, frozen=True, gc=False):
    """A piece of a list file, and what became of it.

    Attributes:
        number: its line, from 1.
        text: as it stood there.
        became: the symbol as the list shows it, or the section's name; "" for nothing. Of one that is not sure: what
            it may become.
        why: why nothing, or what it is.
        file: which of several files it is of.
        row: what it becomes, or may become; None for nothing.
    """

    number: int
    text: str
    became: str
    fate: Fate
    why: str = ""
    file: str = ""
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class ParsedList:
    """Each kind in the order of the text, each once.

    Attributes:
        new, here: instruments that are not in the list yet, and those that are.
        bad: what is no symbol, or not surely one, as it stood there.
        fault: why the first of `bad` is none, or why the text was not read at all.
        rows: what comes into the list: `new`, with the labels between them.
        lines: of a list file, what became of each piece of it.
        feed: the list's own, see `market.instrument.shown`.
        faults: of typed text, why each of `bad` is none.
    """

    new: tuple[Instrument, ...] = ()
    here: tuple[Instrument, ...] = ()
    bad: tuple[str, ...] = ()
    fault: BadSymbolError | None = None
    rows: tuple[Row, ...] = ()
    lines: tuple[ReportLine, ...] = ()
    feed: str = ""
    counts: Counter[Fate] = field(default_factory=Counter)
    faults: tuple[BadSymbolError, ...] = ()

    @property
    def sections(self) -> tuple[Section, ...]:
        """The labels that come into the list."""
        return tuple(row for row in self.rows if isinstance(row, Section))

    def count(self, fate: Fate) -> int:
        """How many pieces of the file came to that."""
        return self.counts[fate] if self.counts else sum(line.fate is fate for line in self.lines)

    @property
    def words(self) -> str:
        """What came of it once `new` was added, in a line."""
        told = [f"{len(self.new)} added" if self.new else "Nothing was added"]
        if self.here:
            told.append(f"{len(self.here)} already here")
        if self.bad:
            told.append(f"{len(self.bad)} not {'symbols' if len(self.bad) > 1 else 'a symbol'}: {_few(self.bad)}")
        elif self.fault:
            told.append(self.fault.why)
        return ", ".join(told)


def _few(pieces: tuple[str, ...]) -> str:
    return " ".join(pieces[:_MOST_NAMED]) + (" …" if len(pieces) > _MOST_NAMED else "")
