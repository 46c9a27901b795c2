"""A terminal: what a person would see after some bytes. It knows the sequences that quotedesk uses, and no others."""

import re

_SEQUENCE = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])")


class Terminal:
    """A screen of letters with a cursor.

    Attributes:
        lines: what stands on it, without blanks at the ends.
        has_cursor, wraps: as the newest sequence said.
        colours: how many sequences of colour came.
    """

    def __init__(self, columns: int = 80, rows: int = 24) -> None:
        self.columns, self.rows = columns, rows
        self.has_cursor = self.wraps = True
        self.colours = 0
        self._screen = [[" "] * columns for _ in range(rows)]
        self._x = self._y = 0

    @property
    def lines(self) -> list[str]:
        lines = ["".join(line).rstrip() for line in self._screen]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    @property
    def cursor(self) -> tuple[int, int]:
        return self._x, self._y

    def feed(self, data: bytes) -> None:
        text, at = data.decode(), 0
        while at < len(text):
            if text[at] == "\x1b":
                found = _SEQUENCE.match(text, at)
                assert found, f"an unknown sequence: {text[at : at + 10]!r}"
                self._act(found[1], found[2], found[3])
                at = found.end()
            else:
                self._put(text[at])
                at += 1

    def _put(self, letter: str) -> None:
        if letter == "\r":
            self._x = 0
        elif letter == "\n":
            self._x = 0  # a terminal's driver adds the \r
            self._down()
        else:
            assert letter.isprintable(), repr(letter)
            if self._x >= self.columns:
                if not self.wraps:
                    return
                self._x = 0
                self._down()
            self._screen[self._y][self._x] = letter
            self._x += 1

    def _down(self) -> None:
        self._y += 1
        if self._y == self.rows:
            self._screen = [*self._screen[1:], [" "] * self.columns]
            self._y -= 1

    def _act(self, private: str, numbers: str, letter: str) -> None:
        match private + letter:
            case "A":
                self._y = max(0, self._y - int(numbers or 1))
            case "H":
                self._x = self._y = 0
            case "K":
                self._screen[self._y][self._x :] = [" "] * (self.columns - self._x)
            case "J":
                if numbers != "2":
                    self._act("", "", "K")
                for line in range(0 if numbers == "2" else self._y + 1, self.rows):
                    self._screen[line] = [" "] * self.columns
            case "?h" | "?l":
                assert numbers in ("25", "7")
                is_on = letter == "h"
                self.has_cursor, self.wraps = (is_on, self.wraps) if numbers == "25" else (self.has_cursor, is_on)
            case "m":
                self.colours += 1
            case _:
                raise AssertionError(f"an unknown sequence: {private}{numbers}{letter}")
