"""Known symbols: what a typed text most likely means, and what a code is called."""

from collections import defaultdict
from collections.abc import Mapping


class Catalogue:
    """Codes with names. What is not in it is not wrong: it stays as it was typed.

    Attributes:
        names: code -> name.
    """

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        self.names = dict(names or {})
        self._spellings: dict[str, set[str]] = defaultdict(set)  # case-folded code, or its part before the last dot
        for code in self.names:
            self._spellings[code.casefold()].add(code)
        whole = frozenset(self._spellings)
        for code in self.names:
            ticker = code.rpartition(".")[0].casefold()
            if ticker and ticker not in whole:
                self._spellings[ticker].add(code)

    def spelled(self, text: str) -> str:
        """The code that a typed text stands for, in the provider's spelling; the text itself where none or several do.

        Case does not matter, and a bare ticker will do: "nvda" is "NVDA.US". A code typed exactly is that code.
        """
        if text in self.names:
            return text
        meant = self._spellings.get(text.casefold(), set())
        return next(iter(meant)) if len(meant) == 1 else text

    def name(self, code: str) -> str:
        """What people call it; "" where that is not known."""
        return self.names.get(code, "")
