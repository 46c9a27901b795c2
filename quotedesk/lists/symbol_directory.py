"""Known symbols of each feed: what a typed text most likely means, and what a code is called."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from quotedesk.market.symbology import PlainSymbology, Symbology

_WORD = re.compile(r"\w+")


class SymbolDirectory:
    """Codes of one provider, with names. What is not in it is not wrong: it stays as it was typed.

    Attributes:
        names: code -> name.
        symbology: how others call them.
    """

    def __init__(self, names: Mapping[str, str] | None = None, symbology: Symbology | None = None) -> None:
        self.names = dict(names or {})
        self.symbology = symbology or PlainSymbology()
        self._spellings: dict[str, set[str]] = defaultdict(set)  # case-folded code, or its part before the last dot
        for code in self.names:
            self._spellings[code.casefold()].add(code)
        whole = frozenset(self._spellings)
        for code in self.names:
            ticker = code.rpartition(".")[0].casefold()
            if ticker and ticker not in whole:
                self._spellings[ticker].add(code)
        self._codes = sorted((code.casefold(), code) for code in self.names)
        self._words = sorted({(word, code) for code, name in self.names.items() for word in _words(name)})

    def spelled(self, text: str) -> str:
        """The code that a typed text stands for, in the provider's spelling; the text itself where none or several do.

        Case does not matter, and a bare ticker will do: "nvda" is "NVDA.US". A code typed exactly is that code.
        """
        if text in self.names:
            return text
        meant = self._spellings.get(text.casefold(), set())
        return next(iter(meant)) if len(meant) == 1 else text

    def knows(self, text: str) -> bool:
        """Is it a code, or a code but for its ending, whichever case its letters have?"""
        return text in self.names or text.casefold() in self._spellings

    def name(self, code: str) -> str:
        """What people call it; "" where that is not known."""
        return self.names.get(code, "")

    def matches(self, text: str, most: int = 8) -> list[str]:
        """The codes that a half-typed text may become, the likeliest first; none for no text.

        First the one it is already (whole, or but for its ending: "v" is "V.US" before "VOO.US"), then codes that begin
        so, then those with a word in their name that does, each in alphabetical order. Case does not matter. The time
        it takes does not grow with the directory, but for two bisections.
        """
        start = text.casefold()
        if not start:
            return []
        found = dict.fromkeys(sorted(self._spellings.get(start, ()))[:most])
        for sought in (self._codes, self._words):
            for code in _beginning(sought, start):
                if len(found) >= most:
                    return list(found)
                found[code] = None
        return list(found)


class Directories:
    """The symbol directory of each feed, made when it is first asked for.

    Attributes:
        feeds: the known feeds, name -> title.
    """

    def __init__(self, feeds: Mapping[str, str], load: Callable[[str], SymbolDirectory]) -> None:
        self.feeds = feeds
        self._load = load
        self._made: dict[str, SymbolDirectory] = {}

    def of(self, feed: str) -> SymbolDirectory:
        """The directory of a feed; an empty one for a feed that is not known (any more)."""
        if feed not in self._made:
            self._made[feed] = self._load(feed) if feed in self.feeds else SymbolDirectory()
        return self._made[feed]


def _words(name: str) -> set[str]:
    """What a name may be looked for by: "AT&T" by itself and by "AT"."""
    folded = name.casefold()
    return {*folded.split(), *_WORD.findall(folded)}


def _beginning(sought: list[tuple[str, str]], start: str) -> Iterator[str]:
    """The codes of a sorted list of (key, code) whose key begins so."""
    for place in range(bisect_left(sought, (start,)), len(sought)):
        key, code = sought[place]
        if not key.startswith(start):
            return
        yield code
