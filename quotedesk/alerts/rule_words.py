"""The words of a rule's line: parted by blanks, those with blanks in them in quotes."""

from typing import NamedTuple

_QUOTES = {'"': '"', "“": "”"}


class RuleError(ValueError):
    """A rule that cannot be read.

    Attributes:
        said: what is wrong, without the place.
        at: the place of the character that it is about, from 0.
        length: of the word there; 0 at the end of the text.
    """

    def __init__(self, said: str, at: int, length: int = 0) -> None:
        super().__init__(f"Character {at + 1}: {said}")
        self.said, self.at, self.length = said, at, length


class RuleWord(NamedTuple):
    """A word of the line, quotes taken off.

    Attributes:
        at, length: where it stands, with its quotes.
        is_quoted: it had some.
    """

    text: str
    at: int
    length: int
    is_quoted: bool = False


def rule_words(text: str) -> list[RuleWord]:
    """The words of a line. Raises RuleError."""
    found: list[RuleWord] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        begun, is_quoted = at, False
        said: list[str] = []
        while at < len(text) and not text[at].isspace():
            if closing := _QUOTES.get(text[at]):
                part, at = _quoted(text, at, closing)
                said.append(part)
                is_quoted = True
            else:
                said.append(text[at])
                at += 1
        found.append(RuleWord("".join(said), begun, at - begun, is_quoted))
    for word in found:
        if not word.text.isprintable():
            raise RuleError("this holds a character that cannot be seen", word.at, word.length)
    return found


def _quoted(text: str, at: int, closing: str) -> tuple[str, int]:
    """What stands between quotes, and where it goes on behind them."""
    begun = at
    said: list[str] = []
    at += 1
    while at < len(text):
        if text[at] == closing:
            return "".join(said), at + 1
        if text[at] == "\\" and text[at + 1 : at + 2] in ("\\", '"', "”"):
            at += 1
        said.append(text[at])
        at += 1
    raise RuleError("this quote is not closed", begun, 1)
