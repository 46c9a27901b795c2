"""What a text means for a list: the symbols in it that are new, those that are here, and what is no symbol."""

import re
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

from quotedesk import formats
from quotedesk.formats import shapes
from quotedesk.formats.base import bare, cleaned, shortened
from quotedesk.formats.encoding import text_parts
from quotedesk.lists.hit import SHORTEST_MISSPELLED
from quotedesk.lists.list_parser import ListParser
from quotedesk.lists.parsed_list import ParsedList
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.lists.unknown_code import UnknownCodeError
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.errors import BadSymbolError, QuotedeskError
from quotedesk.market.instrument import Instrument, check_code, last_piece, shown, split_codes, split_feed
from quotedesk.market.symbology import OURS

MOST_CHARACTERS = 1_000_000
_FEWER = f"Take a part of at most {MOST_CHARACTERS:,} characters."
MOST_PIECES = 2_000  # that are read in one go; as many as feeds' own codes more
_MOST_CODES = 12_000
_MOST_SUGGESTED = 8
_OWN_CODES = re.compile(rf"\s*(?:(?:{shapes.OWN.pattern})(?:[\s,;]+|\Z))+")
_BETWEEN = (",", ";", "\t", "\n", " ", "|")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A known symbol that may be meant.

    Attributes:
        text: as it is typed into the list: CODE, or CODE@FEED where the half-typed text says a feed or another has it.
        name: what people call it; "" unknown.
        is_here: it is in the list.
        about: venue and kind; "" unknown.
        standing: what is to be known before it is added: "in list Metals"; "" for nothing.
        is_guess: the text is only like it, or nobody knows it: it is taken only if the user chooses it.
        replaces: the part of the typed text that it stands for.
    """

    text: str
    name: str
    is_here: bool
    about: str = ""
    standing: str = ""
    is_guess: bool = False
    replaces: str = ""


class ListReader:
    """Reads texts for a list: CODE means the list's own feed, CODE@FEED the feed that it says.

    Attributes:
        watchlist: the list.
        standing: says what is to be known of an instrument that is not in the list before it is added: "in list
            Metals", "no slot left"; "" for nothing.
    """

    def __init__(self, watchlist: Watchlist, directories: Directories) -> None:
        self.watchlist = watchlist
        self.standing: Callable[[Instrument], str] = lambda instrument: ""
        self._directories = directories

    @property
    def feed(self) -> str:
        """The list's own."""
        return self.watchlist.feed

    def beside(self, watchlist: Watchlist) -> "ListReader":
        """A reader of the same for another list."""
        return ListReader(watchlist, self._directories)

    def meant(self, text: str) -> Instrument:
        """The instrument that a typed symbol stands for, however it is spelled; one that is here as typed is that one.

        Behind our own mark it is exactly what is typed. Raises BadSymbolError where it cannot be a symbol, or says a
        feed that is not known.
        """
        piece = bare(text)
        venue, ticker = shapes.meant(piece)
        if not venue and ":" in piece and piece.partition(":")[0].upper() == OURS:
            venue, _, ticker = piece.partition(":")
        return self.named(venue, ticker)

    def named(self, venue: str, ticker: str) -> Instrument:
        """The instrument that another program calls so, at an exchange ("": nobody says at which).

        A code of the list's feed, or one with its feed, is taken as it stands, but for the case of its letters. Raises
        BadSymbolError.
        """
        code, feed = self._parts(ticker)
        directory = self._directories.of(feed)
        if not venue:
            typed = Instrument(feed, code)
            if typed in self.watchlist or directory.has(code):
                return typed
            if code is not ticker:
                return Instrument(feed, _as_it_stands(check_code(code), directory))
            made = directory.code("", code)
        else:
            made = directory.code(venue, code)
        return Instrument(feed, made) if venue.upper() == OURS else self._spelled(made, feed)

    def is_known(self, text: str) -> bool:
        """Is it a symbol of the list or a well-known one, whichever case its letters have? See formats.base.Known."""
        code, said = split_feed(text) if "@" in text else (text, "")
        feed = said or self.watchlist.feed
        return Instrument(feed, code) in self.watchlist or self._directories.of(feed).knows(code)

    def is_feed(self, name: str) -> bool:
        """Is it the name of a feed?"""
        return name in self._directories.feeds

    def typed(self, text: str, *, insists: bool = False, sure: Collection[str] = ()) -> ParsedList:
        """What was written for the list: every piece is meant as a symbol, and is one if somebody knows it.

        CODE@FEED is taken as it stands. `insists`: so is every piece that can be a code. `sure`: so are these pieces,
        spelled as usual. The fault of the first of the others is an UnknownCodeError.
        """
        good: list[Instrument] = []
        bad: list[str] = []
        faults: list[BadSymbolError] = []
        for piece in dict.fromkeys(split_codes(cleaned(text))):
            try:
                if insists:
                    good.append(self._as_it_is(piece))
                else:
                    good.append(self.meant(piece) if piece in sure else self.judged(piece))
            except BadSymbolError as refused:
                bad.append(piece)
                faults.append(refused)
        fault = faults[0] if faults else None
        new: list[Instrument] = []
        here: list[Instrument] = []
        for each in dict.fromkeys(good):
            (here if each in self.watchlist else new).append(each)
        return ParsedList(tuple(new), tuple(here), tuple(bad), fault, tuple(new), feed=self.feed, faults=tuple(faults))

    def judged(self, piece: str, *, insists: bool = False) -> Instrument:
        """The instrument that a typed symbol stands for, if somebody knows it, or the text says its feed.

        `insists`: it is the text as it is. Raises UnknownCodeError where nobody does, BadSymbolError where it cannot
        be a symbol.
        """
        if insists:
            return self._as_it_is(piece)
        instrument = self.meant(piece)
        if self._is_said(piece) or self._is_listed(instrument):
            return instrument
        raise self._unknown(piece, instrument)

    def _as_it_is(self, piece: str) -> Instrument:
        """What a text is to the letter. Raises BadSymbolError."""
        text = bare(piece)
        if text.partition(":")[0].upper() == OURS:
            return self.meant(piece)
        code, feed = self._parts(text)
        return Instrument(feed, check_code(code))

    def _is_said(self, piece: str) -> bool:
        """Does a piece say its feed, or that it is to be taken as it stands?"""
        text = bare(piece)
        return bool(split_feed(text)[1]) or text.partition(":")[0].upper() == OURS

    def _is_listed(self, instrument: Instrument) -> bool:
        """Is it in a list of the user's, or in the feed's directory?"""
        return instrument in self.watchlist or self._directories.of(instrument.feed).has(instrument.code)

    def _unknown(self, piece: str, made: Instrument) -> UnknownCodeError:
        text, directory = bare(piece), self._directories.of(self.feed)
        near = [hit for hit in self._directories.search(text, self.feed) if hit.feed == self.feed]
        near = near or [
            # A code of the own feed that is not in its shipped list is likelier than one that another feed calls so.
            hit
            for hit in self._directories.near(text, self.feed)
            if hit.feed == self.feed or directory.is_complete
        ]
        nearest = shown(Instrument(near[0].feed, near[0].listing.code), self.feed) if near else ""
        can_be = not directory.is_complete and shapes.shape(made.code, self) in shapes.SYMBOLS
        code = shown(made, self.feed) if can_be else ""
        if nearest:
            why, advice = (
                f"{text}: no such code. {nearest}?",
                f"Enter takes {nearest}, Ctrl+Enter adds {text} as it is.",
            )
        else:
            why, advice = f"{text}: no such code", "Ctrl+Enter adds it as it is."
            if directory.is_empty:
                why = f"Whether {code or text} is a code of {self._directories.venue(self.feed)} is not known here"
            elif code:
                why = f"{code} is not among the symbols of {self._directories.venue(self.feed)} that are known here"
            if code:
                advice = f"Enter once more adds {code}."
        return UnknownCodeError(piece, why, advice, nearest, code)

    def found(self, *texts: str) -> ParsedList:
        """What was written elsewhere and is pasted or dropped here, each text in a format of its own.

        A list, or symbols among prose and prices. Takes no longer than `can_be_read_at_once` promises.
        """
        if (length := sum(map(len, texts))) > MOST_CHARACTERS:
            return ParsedList(fault=BadSymbolError("", f"{length:,} characters are too many for a list", _FEWER))
        if len(texts) == 1 and _OWN_CODES.fullmatch(texts[0]):
            return self._of_codes(split_codes(texts[0]))
        reading = ListParser(self)
        for text in texts:
            try:
                for entry in formats.entries(text_parts(text), self):
                    if entry is not None:
                        reading.add(entry)
            except QuotedeskError as fault:
                reading.refuse(shortened(text.strip()), str(fault))
        return reading.result()

    def _of_codes(self, codes: Sequence[str]) -> ParsedList:
        """What codes mean that are all written as feeds write them: ten thousand are no long text."""
        feed, directory = self.feed, self._directories.of(self.feed)
        good = [
            self.named("", code) if directory.knows(code) else Instrument(feed, code) for code in dict.fromkeys(codes)
        ]
        here = tuple(each for each in dict.fromkeys(good) if each in self.watchlist)
        new = tuple(dict.fromkeys(each for each in good if each not in self.watchlist))
        return ParsedList(new, here, rows=new, feed=feed)

    def suggestions(self, text: str) -> list[Suggestion]:
        """What the end of a half-typed text may become, the likeliest first; after an @, the feeds that begin so.

        The end is the last piece, or all since the last comma where that is the name of something: "bitcoin cash".
        """
        piece = last_piece(text)
        feeds = self._directories.feeds
        if "@" in piece:
            code, _, feed = piece.rpartition("@")
            if feed in feeds:
                hits = self._directories.of(feed).search(bare(code), _MOST_SUGGESTED) if code else []
                return [self._suggested(Instrument(feed, hit.listing.code), piece, says=feed) for hit in hits]
            found = [Instrument(each, code) for each in feeds if code and each.startswith(feed)]
            return [
                Suggestion(
                    f"{code}@{each.feed}",
                    feeds[each.feed],
                    each in self.watchlist,
                    is_guess=not self._is_listed(each),
                    replaces=piece,
                )
                for each in found
            ]
        phrase = re.split("[,;\n]", text)[-1].strip()
        if piece and phrase != piece and not all(map(self.is_known, phrase.split()[:-1])):
            hits = self._directories.search(phrase, self.feed, _MOST_SUGGESTED)
            if hits:
                return [self._suggested(Instrument(hit.feed, hit.listing.code), phrase) for hit in hits]
        return self._of_piece(piece) if piece else []

    def _of_piece(self, piece: str) -> list[Suggestion]:
        """What a half-typed symbol may become."""
        made, text = None, bare(piece)
        with suppress(BadSymbolError):
            made = self.meant(piece)
        found = [] if made is None or not self._is_listed(made) else [made]
        hits = self._directories.search(text, self.feed, _MOST_SUGGESTED) if text else []
        found += [Instrument(hit.feed, hit.listing.code) for hit in hits]
        if found or len(text) < SHORTEST_MISSPELLED:
            return [self._suggested(each, piece) for each in dict.fromkeys(found)][:_MOST_SUGGESTED]
        near = self._directories.near(text, self.feed)
        return [self._suggested(Instrument(hit.feed, hit.listing.code), piece, is_guess=True) for hit in near]

    def _suggested(
        self, instrument: Instrument, replaces: str, *, says: str = "", is_guess: bool = False
    ) -> Suggestion:
        listing, is_here = self._directories.listing(instrument), instrument in self.watchlist
        about = self._directories.described(instrument)
        if listing is None or (instrument.feed == self.feed and not (listing.note or listing.kind.value)):
            about = ""
        return Suggestion(
            f"{instrument.code}@{says}" if says else shown(instrument, self.feed),
            listing.name if listing is not None else "",
            is_here,
            about,
            "" if is_here else self.standing(instrument),
            is_guess or bool(says),
            replaces,
        )

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


def can_be_read_at_once(text: str) -> bool:
    """Is it short enough for `ListReader.found`, so that nobody waits? Else it is to be read in parts."""
    pieces = sum(map(text.count, _BETWEEN))
    return pieces <= MOST_PIECES or (pieces <= _MOST_CODES and _OWN_CODES.fullmatch(text) is not None)


def _as_it_stands(code: str, directory: SymbolDirectory) -> str:
    """A code of which the feed was said: itself, but for the case of its letters and a missing ending."""
    spelled, folded = directory.spelled(code), code.casefold()
    return spelled if spelled.casefold() == folded or spelled.casefold().startswith(f"{folded}.") else code
