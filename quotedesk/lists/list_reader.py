"""What a text means for a list: the symbols in it that are new, those that are here, and what is no symbol."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from quotedesk import formats
from quotedesk.formats.base import Aside, Entry, Label, Symbol
from quotedesk.lists.section import Row, Section, new_section
from quotedesk.lists.symbol_directory import Directories
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import ADVICE, Instrument, check_code, shown, split_codes, split_feed
from quotedesk.market.symbology import OURS

MOST_CHARACTERS = 1_000_000
_FEWER = f"Take a part of at most {MOST_CHARACTERS:,} characters."
_MOST_NAMED = 5
_FIELDS = re.compile(r"[,;\t\r\n]+")
_LOWER_CASE = re.compile(r"[a-z]")
_PRICE = re.compile(r"[+-]?[0-9]+\.[0-9]+%?")


class Fate(Enum):
    """What becomes of a piece of a list file; the value is its name in the report."""

    NEW = "new"
    HERE = "already here"
    TWICE = "twice in the file"
    SECTION = "section label"
    ASIDE = "passed over"
    BAD = "not mapped"


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A piece of a list file, and what became of it.

    Attributes:
        number: its line, from 1.
        text: as it stood there.
        became: the symbol as the list shows it, or the section's name; "" for nothing.
        why: why nothing, or what it is.
    """

    number: int
    text: str
    became: str
    fate: Fate
    why: str = ""


@dataclass(frozen=True, slots=True)
class ParsedList:
    """Each kind in the order of the text, each once.

    Attributes:
        new, here: instruments that are not in the list yet, and those that are.
        bad: what is no symbol, as it stood there.
        fault: why the first of `bad` is none, or why the text was not read at all.
        rows: what comes into the list: `new`, with the labels between them.
        lines: of a list file, what became of each piece of it.
        feed: the list's own, see `market.instrument.shown`.
    """

    new: tuple[Instrument, ...] = ()
    here: tuple[Instrument, ...] = ()
    bad: tuple[str, ...] = ()
    fault: BadSymbolError | None = None
    rows: tuple[Row, ...] = ()
    lines: tuple[ReportLine, ...] = ()
    feed: str = ""

    @property
    def sections(self) -> int:
        return sum(isinstance(row, Section) for row in self.rows)

    def count(self, fate: Fate) -> int:
        """How many pieces of the file came to that."""
        return sum(line.fate is fate for line in self.lines)

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


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A known symbol that may be meant.

    Attributes:
        text: as it is typed into the list: CODE, or CODE@FEED where the half-typed text says a feed.
        name: what people call it; "" unknown.
        is_here: it is in the list.
    """

    text: str
    name: str
    is_here: bool


class ListReader:
    """Reads texts for a list: CODE means the list's own feed, CODE@FEED the feed that it says.

    Attributes:
        watchlist: the list.
    """

    def __init__(self, watchlist: Watchlist, directories: Directories) -> None:
        self.watchlist = watchlist
        self._directories = directories

    @property
    def feed(self) -> str:
        """The list's own."""
        return self.watchlist.feed

    def beside(self, watchlist: Watchlist) -> "ListReader":
        """A reader of the same for another list."""
        return ListReader(watchlist, self._directories)

    def meant(self, text: str) -> Instrument:
        """The instrument that a typed symbol stands for: one that is here as typed, else as its directory spells it.

        Behind our own mark it is exactly what is typed. Raises BadSymbolError where it cannot be a symbol, or says a
        feed that is not known.
        """
        if _is_marked(text):
            return self.named(OURS, text.partition(":")[2])
        code, feed = self._parts(text)
        return self._spelled(check_code(code), feed)

    def named(self, venue: str, ticker: str) -> Instrument:
        """The instrument that another program calls so, at an exchange ("": nobody says at which).

        Raises BadSymbolError.
        """
        ticker, feed = self._parts(ticker)
        code = self._directories.of(feed).symbology.code(venue, ticker)
        return Instrument(feed, code) if venue.upper() == OURS else self._spelled(code, feed)

    def typed(self, text: str) -> ParsedList:
        """What was written for the list: every piece is meant as a symbol."""
        return self._understood((piece, True) for piece in split_codes(text))

    def found(self, text: str) -> ParsedList:
        """What was written elsewhere and is pasted or dropped here: a list, or symbols among prose and prices."""
        if len(text) > MOST_CHARACTERS:
            return ParsedList(fault=BadSymbolError("", f"{len(text):,} characters are too many for a list", _FEWER))
        if (format := formats.found(text)) is not formats.plain:
            return self.listed(format.read(text))
        return self._understood(piece for field in _FIELDS.split(text) for piece in self._pieces(field.split()))

    def listed(self, entries: Iterable[Entry]) -> ParsedList:
        """What a list in some format holds."""
        reading = ListParser(self)
        for entry in entries:
            reading.add(entry)
        return reading.result()

    def suggestions(self, piece: str) -> list[Suggestion]:
        """What a half-typed symbol may become, the likeliest first; after an @, the feeds that begin so."""
        code, at, feed = piece.rpartition("@") if "@" in piece else (piece, "", "")
        feeds = self._directories.feeds
        if at and feed not in feeds:
            return [
                Suggestion(f"{code}@{each}", feeds[each], Instrument(each, code) in self.watchlist)
                for each in feeds
                if code and each.startswith(feed)
            ]
        known = self._directories.of(feed or self.feed)
        return [
            Suggestion(f"{each}{at}{feed}", known.name(each), Instrument(feed or self.feed, each) in self.watchlist)
            for each in known.matches(code)
        ]

    def _parts(self, text: str) -> tuple[str, str]:
        """The code, unchecked, and the feed of a symbol's text. Raises BadSymbolError for a feed that is not known."""
        if "@" not in text:  # most of them: a paste has thousands
            return text, self.watchlist.feed
        code, feed = split_feed(text)
        if feed and feed not in self._directories.feeds:
            raise BadSymbolError(text, f"There is no feed “{feed[:20]}”", self._feeds_advice)
        return code, feed or self.watchlist.feed

    @property
    def _feeds_advice(self) -> str:
        *others, last = self._directories.feeds
        return f"After the @ write {', '.join(others)} or {last}." if others else f"The only feed is {last}."

    def _spelled(self, code: str, feed: str) -> Instrument:
        typed, spelled = Instrument(feed, code), self._directories.of(feed).spelled(code)
        return typed if spelled == code or typed in self.watchlist else Instrument(feed, spelled)

    def _understood(self, pieces: Iterator[tuple[str, bool]]) -> ParsedList:
        """`pieces`: each with whether it may be a symbol."""
        good: list[Instrument] = []
        bad: list[str] = []
        fault = None
        for piece, may_be in dict.fromkeys(pieces):
            try:
                if not may_be:
                    raise BadSymbolError(piece, f"“{piece}” does not look like a symbol", ADVICE)
                good.append(self.meant(piece))
            except BadSymbolError as refused:
                bad.append(piece)
                fault = fault or refused
        new: list[Instrument] = []
        here: list[Instrument] = []
        for each in dict.fromkeys(good):
            (here if each in self.watchlist else new).append(each)
        return ParsedList(tuple(new), tuple(here), tuple(bad), fault, tuple(new), feed=self.feed)

    def _pieces(self, words: list[str]) -> Iterator[tuple[str, bool]]:
        """The symbols of a field one by one, and what stands between them in one piece. A word alone is a symbol."""
        prose: list[str] = []
        for word in words:
            is_address = "@" in word and not self._says_feed(word)
            if not _PRICE.fullmatch(word) and not is_address and (len(words) == 1 or self._stands_out(word)):
                if prose:
                    yield " ".join(prose), False
                    prose = []
                yield word, True
            else:
                prose.append(word)
        if prose:
            yield " ".join(prose), False

    def _stands_out(self, word: str) -> bool:
        """Is a word among words one that would be a symbol? A known one, or one that ends in capitals or digits."""
        if _is_marked(word):
            return True
        code, said = split_feed(word)
        feed = said or self.feed
        directory = self._directories.of(feed)
        if self._spelled(code, feed) in self.watchlist or directory.name(directory.spelled(code)):
            return True
        ending = code.rpartition(".")[2]
        return any(map(str.isalnum, ending)) and not _LOWER_CASE.search(ending)

    def _says_feed(self, word: str) -> bool:
        """Is it CODE@FEED, and no address of a mailbox?"""
        return split_feed(word)[1] in self._directories.feeds


class ListParser:
    """Understands a list piece by piece, so that a long one can be read in parts. One `apart` is to be a new list."""

    def __init__(self, reader: ListReader, *, apart: bool = False) -> None:
        self._reader = reader
        self._apart = apart
        self._lines: list[ReportLine] = []
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
                self._tell(entry, section.name, Fate.SECTION)
            case Aside():
                self._tell(entry, "", Fate.ASIDE, entry.why)
            case Symbol():
                self._add_symbol(entry)

    def result(self) -> ParsedList:
        """All so far. A label comes along unless all that it had was here already."""
        rows: list[Row] = []
        for section, new, had_others in self._sections:
            if section is not None and (new or not had_others):
                rows.append(section)
            rows += new
        new_ones = tuple(row for row in rows if isinstance(row, Instrument))
        here, bad, lines = tuple(self._here), tuple(self._bad), tuple(self._lines)
        return ParsedList(new_ones, here, bad, self._fault, tuple(rows), lines, self._reader.feed)

    def _add_symbol(self, entry: Symbol) -> None:
        try:
            if entry.why_not:
                raise BadSymbolError(entry.text, entry.why_not, ADVICE)
            instrument = self._reader.named(entry.venue, entry.ticker)
        except BadSymbolError as refused:
            self._bad[entry.text] = None
            self._fault = self._fault or refused
            self._tell(entry, "", Fate.BAD, refused.why)
            return
        section, new, _ = self._sections[-1]
        if instrument in self._seen:
            self._tell(entry, shown(instrument, self._reader.feed), Fate.TWICE)
        elif not self._apart and instrument in self._reader.watchlist:
            self._here.append(instrument)
            self._tell(entry, shown(instrument, self._reader.feed), Fate.HERE)
        else:
            new.append(instrument)
            self._tell(entry, shown(instrument, self._reader.feed), Fate.NEW)
            self._seen[instrument] = None
            return
        self._seen[instrument] = None
        self._sections[-1] = (section, new, True)

    def _tell(self, entry: Entry, became: str, fate: Fate, why: str = "") -> None:
        self._lines.append(ReportLine(entry.line, entry.text, became, fate, why))


def _is_marked(text: str) -> bool:
    """Is it QUOTEDESK:CODE, as ListWriter writes what would be read otherwise?"""
    return ":" in text and text.partition(":")[0].upper() == OURS


def _few(pieces: tuple[str, ...]) -> str:
    return " ".join(pieces[:_MOST_NAMED]) + (" …" if len(pieces) > _MOST_NAMED else "")
