"""Codes out of refused requests, some of them bad for certain: how to ask for them again, until those are found."""

from collections.abc import Callable

import msgspec


class _Group(msgspec.Struct):
    """Codes of one refused request.

    Attributes:
        codes: as many as are still looked at.
        is_bad: at least one of them is refused for certain.
    """

    codes: tuple[str, ...]
    is_bad: bool


class Suspects:
    """Groups of codes. One that has a bad code is asked for by halves, any other as a whole."""

    def __init__(self) -> None:
        self._groups: list[_Group] = []  # the last one is looked at

    def __bool__(self) -> bool:
        return bool(self._groups)

    @property
    def codes(self) -> set[str]:
        """All that are still looked at."""
        return {code for group in self._groups for code in group.codes}

    def add(self, codes: tuple[str, ...], *, is_bad: bool) -> None:
        """These are looked at next. `is_bad`: at least one of them is refused for certain."""
        if codes:
            self._groups.append(_Group(codes, is_bad))

    def sift(self, is_suspect: Callable[[str], bool]) -> None:
        """Look only at these. A bad code may have left with the others: then nothing is certain any more."""
        for group in self._groups:
            codes = tuple(code for code in group.codes if is_suspect(code))
            group.is_bad = group.is_bad and len(codes) == len(group.codes)
            group.codes = codes
        self._groups = [group for group in self._groups if group.codes]

    def probe(self) -> tuple[str, ...]:
        """What is to be asked for next. Raises IndexError where nothing is."""
        group = self._groups[-1]
        return group.codes[: len(group.codes) // 2] if group.is_bad and len(group.codes) > 1 else group.codes

    def take(self, codes: tuple[str, ...]) -> tuple[str, ...] | None:
        """These are asked for. Returns the other half of what is looked at, () for none; None: they are not of it."""
        if not self._groups or codes[0] not in self._groups[-1].codes:
            return None
        return self._groups.pop().codes[len(codes) :]
