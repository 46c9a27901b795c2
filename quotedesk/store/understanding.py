"""What a text means for a list: the symbols in it that are new, those that are here, and what is no symbol."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import ADVICE, Instrument, check_code, split_codes
from quotedesk.store.catalogue import Catalogue
from quotedesk.store.watchlist import Watchlist

MOST_CHARACTERS = 1_000_000
_FEWER = f"Take a part of at most {MOST_CHARACTERS:,} characters."
_MOST_NAMED = 5
_FIELDS = re.compile(r"[,;\t\r\n]+")
_LOWER_CASE = re.compile(r"[a-z]")
_PRICE = re.compile(r"[+-]?[0-9]+\.[0-9]+%?")


@dataclass(frozen=True, slots=True)
class Understood:
    """Each kind in the order of the text, each once.

    Attributes:
        new, here: instruments that are not in the list yet, and those that are.
        bad: what is no symbol, as it stood there.
        fault: why the first of `bad` is none, or why the text was not read at all.
    """

    new: tuple[Instrument, ...] = ()
    here: tuple[Instrument, ...] = ()
    bad: tuple[str, ...] = ()
    fault: BadSymbolError | None = None

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
        is_here: it is in the list.
    """

    code: str
    name: str
    is_here: bool


class Reader:
    """Reads texts for a list.

    Attributes:
        feed: whose symbols they are.
    """

    def __init__(self, feed: str, watchlist: Watchlist, catalogue: Catalogue) -> None:
        self.feed = feed
        self._watchlist = watchlist
        self._catalogue = catalogue

    def meant(self, code: str) -> Instrument:
        """The instrument that a typed symbol stands for: one that is here as typed, else as the catalogue spells it."""
        typed = Instrument(self.feed, code)
        return typed if typed in self._watchlist else Instrument(self.feed, self._catalogue.spelled(code))

    def typed(self, text: str) -> Understood:
        """What was written for the list: every piece is meant as a symbol."""
        return self._understood((piece, True) for piece in split_codes(text))

    def found(self, text: str) -> Understood:
        """What was written elsewhere and is pasted or dropped here: prose and prices between symbols are none."""
        if len(text) > MOST_CHARACTERS:
            return Understood(fault=BadSymbolError("", f"{len(text):,} characters are too many for a list", _FEWER))
        return self._understood(piece for field in _FIELDS.split(text) for piece in self._pieces(field.split()))

    def suggestions(self, piece: str) -> list[Suggestion]:
        """What a half-typed symbol may become, the likeliest first."""
        known, here = self._catalogue, self._watchlist
        return [
            Suggestion(code, known.name(code), Instrument(self.feed, code) in here) for code in known.matches(piece)
        ]

    def _understood(self, pieces: Iterator[tuple[str, bool]]) -> Understood:
        """`pieces`: each with whether it may be a symbol."""
        good: list[Instrument] = []
        bad: list[str] = []
        fault = None
        for piece, may_be in dict.fromkeys(pieces):
            try:
                if not may_be:
                    raise BadSymbolError(piece, f"“{piece}” does not look like a symbol", ADVICE)
                good.append(self.meant(check_code(piece)))
            except BadSymbolError as refused:
                bad.append(piece)
                fault = fault or refused
        each_once = dict.fromkeys(good)
        return Understood(
            tuple(each for each in each_once if each not in self._watchlist),
            tuple(each for each in each_once if each in self._watchlist),
            tuple(bad),
            fault,
        )

    def _pieces(self, words: list[str]) -> Iterator[tuple[str, bool]]:
        """The symbols of a field one by one, and what stands between them in one piece. A word alone is a symbol."""
        prose: list[str] = []
        for word in words:
            if not _PRICE.fullmatch(word) and (len(words) == 1 or self._stands_out(word)):
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
        if self.meant(word) in self._watchlist or self._catalogue.name(self._catalogue.spelled(word)):
            return True
        ending = word.rpartition(".")[2]
        return any(map(str.isalnum, ending)) and not _LOWER_CASE.search(ending)


def _few(pieces: tuple[str, ...]) -> str:
    return " ".join(pieces[:_MOST_NAMED]) + (" …" if len(pieces) > _MOST_NAMED else "")
