"""A list file read piece by piece, so that a long one blocks nothing."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol

from quotedesk.formats.base import Aside, Entry, Known, Label, Symbol
from quotedesk.lists.parsed_list import Fate, ParsedList, ReportLine
from quotedesk.lists.section import Row, Section, new_section
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import ADVICE, Instrument, shown
from quotedesk.market.symbology import UnclearSymbolError


class ListNames(Known, Protocol):
    """Who knows the list, and what its symbols are called: see lists.list_reader.ListReader."""

    watchlist: Watchlist

    @property
    def feed(self) -> str:
        """The list's own."""

    def named(self, venue: str, ticker: str) -> Instrument:
        """The instrument that a venue's ticker stands for. Raises BadSymbolError."""


class ListParser:
    """Understands a list piece by piece, so that a long one can be read in parts. One `apart` is to be a new list.

    Attributes:
        reader: of the list.
        file: of which the next pieces are, where there are several.
        lines: what became of each piece so far.
    """

    def __init__(self, reader: ListNames, *, apart: bool = False) -> None:
        self.reader = reader
        self.file = ""
        self.lines: list[ReportLine] = []
        self._apart = apart
        self._counts: Counter[Fate] = Counter()
        self._seen: dict[Instrument, None] = {}
        self._here: list[Instrument] = []
        self._bad: dict[str, None] = {}
        self._fault: BadSymbolError | None = None
        self._sections: list[tuple[Section | None, list[Instrument], bool]] = [(None, [], False)]

    def add(self, entry: Entry) -> None:
        """The next piece."""
        match entry:
            case Label():
                section = new_section(entry.name)
                self._sections.append((section, [], False))
                self._tell(entry, section.name, Fate.SECTION, row=section)
            case Aside():
                self._tell(entry, "", Fate.ASIDE, entry.why)
            case Symbol():
                self._add_symbol(entry)

    def refuse(self, text: str, why: str) -> None:
        """A file, or a text, that could not be read at all."""
        self._bad[text] = None
        self._fault = self._fault or BadSymbolError(text, why, "")
        self._note(ReportLine(0, text, "", Fate.BAD, why, self.file))

    def result(self, decisions: Mapping[int, bool] = {}) -> ParsedList:
        """All so far. A label comes along unless all that it had was here already.

        `decisions` says of report lines, by their place, that what was not sure is taken (True), or that what was new
        is left out (False).
        """
        sections = self._decided(decisions) if decisions else self._sections
        rows: list[Row] = []
        for section, new, had_others in sections:
            if section is not None and (new or not had_others):
                rows.append(section)
            rows += new
        new_ones = tuple(row for row in rows if isinstance(row, Instrument))
        taken = {self.lines[place].text for place, is_in in decisions.items() if is_in}
        bad = tuple(text for text in self._bad if text not in taken)
        fault = self._fault if bad else None
        lines, counts = tuple(self.lines), self._counts.copy()
        return ParsedList(new_ones, tuple(self._here), bad, fault, tuple(rows), lines, self.reader.feed, counts)

    def _decided(self, decisions: Mapping[int, bool]) -> list[tuple[Section | None, list[Instrument], bool]]:
        """The labels with their rows as the user has them."""
        sections: list[tuple[Section | None, list[Instrument], bool]] = [(None, [], False)]
        seen: set[Row] = set()
        for place, line in enumerate(self.lines):
            section, new, _ = sections[-1]
            if isinstance(line.row, Section):
                sections.append((line.row, [], False))
            elif line.row is None or line.fate not in (Fate.NEW, Fate.UNSURE):
                if line.fate in (Fate.HERE, Fate.TWICE):
                    sections[-1] = (section, new, True)
            elif not decisions.get(place, line.fate is Fate.NEW):
                sections[-1] = (section, new, True)
            elif line.row not in seen and (self._apart or line.row not in self.reader.watchlist):
                seen.add(line.row)
                new.append(line.row)
        return sections

    def _add_symbol(self, entry: Symbol) -> None:
        may_be: Instrument | None = None
        try:
            if entry.why_not:
                raise BadSymbolError(entry.text, entry.why_not, ADVICE)
            if entry.doubt:
                with suppress(BadSymbolError):
                    may_be = self.reader.named(entry.venue, entry.ticker)
                raise UnclearSymbolError(entry.text, entry.doubt, "")
            instrument = self.reader.named(entry.venue, entry.ticker)
        except BadSymbolError as refused:
            self._bad[entry.text] = None
            self._fault = self._fault or refused
            is_unclear = isinstance(refused, UnclearSymbolError)
            became = shown(may_be, self.reader.feed) if may_be else ""
            self._tell(entry, became, Fate.UNSURE if is_unclear else Fate.BAD, refused.why, may_be)
            return
        section, new, _ = self._sections[-1]
        became = shown(instrument, self.reader.feed)
        if instrument in self._seen:
            self._tell(entry, became, Fate.TWICE, row=instrument)
        elif not self._apart and instrument in self.reader.watchlist:
            self._here.append(instrument)
            self._tell(entry, became, Fate.HERE, row=instrument)
        else:
            new.append(instrument)
            self._tell(entry, became, Fate.NEW, row=instrument)
            self._seen[instrument] = None
            return
        self._seen[instrument] = None
        self._sections[-1] = (section, new, True)

    def _tell(self, entry: Entry, became: str, fate: Fate, why: str = "", row: Row | None = None) -> None:
        self._note(ReportLine(entry.line, entry.text, became, fate, why, self.file, row))

    def _note(self, line: ReportLine) -> None:
        self.lines.append(line)
        self._counts[line.fate] += 1
