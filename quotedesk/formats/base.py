"""What a list file is made of, whatever its format: lines, pieces, and what each of them may be."""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec

from quotedesk.market.errors import QuotedeskError
from quotedesk.market.symbology import OURS

SECTION_MARK = "###"
LONGEST_LINE = 16_384  # characters; what is longer is read in parts, so that none takes long
LONGEST_PIECE = 400  # characters that are shown of a piece
_LINE_ENDS = re.compile(r"\r\n|[\r\n]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20, 0x3001: 0x2C}
_INVISIBLE = dict.fromkeys(
    (
        *(0xAD, 0x61C, 0x180E, 0xFEFF, 0xFFF9, 0xFFFA, 0xFFFB),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
    )
)
_CLEAN = _FULL_WIDTH | _INVISIBLE | dict.fromkeys([0x2010, 0x2011], 0x2D)  # hyphens that are no minus
_GUARD = re.compile(r'="{1,3}([^"]*)"{1,3}|\'([^\']+)')  # a spreadsheet's way to keep a text a text
_QUOTES = "\"'`“”„‟‘’‚«»‹›「」『』"


class NotAListError(QuotedeskError):
    """A file that cannot hold a list, and why."""


class Symbol(msgspec.Struct, frozen=True, gc=False):
    """A symbol as the file has it.

    Attributes:
        line: where, from 1.
        text: as it stands there.
        ticker, venue: its parts; no exchange is "".
        why_not: why it cannot be had whatever the feed, "" where nothing speaks against it.
        doubt: what speaks against it being a symbol, beginning with "not sure"; "" for nothing.
    """

    line: int
    text: str
    ticker: str
    venue: str = ""
    why_not: str = ""
    doubt: str = ""


class Label(msgspec.Struct, frozen=True, gc=False):
    """The name of a section, which lasts until the next."""

    line: int
    text: str
    name: str


class Aside(msgspec.Struct, frozen=True, gc=False):
    """What is no part of the list: a comment, a header, a line for the other program. `why` says which."""

    line: int
    text: str
    why: str


Entry = Symbol | Label | Aside


class Named(msgspec.Struct, frozen=True):
    """A symbol to be written.

    Attributes:
        code: as our own lists have it, CODE or CODE@FEED.
        venue, ticker: as others know it.
        figures: for formats that hold numbers: title -> text.
        is_clear: `code` alone is read as this symbol, and as no other one.
    """

    code: str
    venue: str
    ticker: str
    figures: dict[str, str] = {}
    is_clear: bool = True

    @property
    def marked_code(self) -> str:
        """The code, with our mark where it would be read as another symbol or as none."""
        return self.code if self.is_clear else f"{OURS}:{self.code}"


class Known(Protocol):
    """What is known of symbols by the one who asks for a list to be read."""

    def is_known(self, text: str) -> bool:
        """Is it a symbol of the list or a well-known one of its feed, whichever case its letters have?"""

    def is_feed(self, name: str) -> bool:
        """Is it the name of a feed?"""


class NothingKnown:
    """See Known."""

    def is_known(self, text: str) -> bool:
        return False

    def is_feed(self, name: str) -> bool:
        return False


class Format(Protocol):
    """A module of this room that writes."""

    TITLE: str
    SUFFIX: str

    def write(self, rows: Iterable[Named | str]) -> str:
        """The text of a list; a plain str is the name of a section."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line of a text, or a part of a very long one.

    Attributes:
        number: from 1.
        text: without its end.
    """

    number: int
    text: str


def lines(parts: Iterable[str]) -> Iterator[Line | None]:
    """The lines of a text that comes in parts, but for empty ones; None after each part: a moment to breathe.

    A line longer than LONGEST_LINE comes in several, parted between its pieces where that can be.
    """
    number, rest = 1, ""
    for part in parts:
        whole = _LINE_ENDS.split(rest + part)
        rest = whole.pop()
        if whole and not rest and part.endswith("\r"):  # the other half of its end may follow
            rest = whole.pop() + "\r"
        for text in whole:
            if text:
                yield from cut(number, text)
            number += 1
        while len(rest) > LONGEST_LINE:
            head, rest = _parted(rest)
            yield Line(number, head)
        yield None
    if rest.endswith("\r"):
        rest = rest[:-1]
    if rest:
        yield from cut(number, rest)


def cut(number: int, text: str) -> Iterator[Line]:
    """A line, in parts where it is very long."""
    while len(text) > LONGEST_LINE:
        head, text = _parted(text)
        yield Line(number, head)
    yield Line(number, text)


def _parted(text: str) -> tuple[str, str]:
    """The first part of a long line, and the rest."""
    head = text[:LONGEST_LINE]
    at = max(head.rfind(each) for each in ",;\t |") + 1 or LONGEST_LINE
    return text[:at], text[at:]


def cleaned(text: str) -> str:
    """A text as it is meant: full-width letters as usual ones, without what cannot be seen."""
    return text if text.isascii() else text.translate(_CLEAN)


def bare(text: str) -> str:
    """A piece as it is meant: `cleaned`, and without quotes, a spreadsheet's guard or a list's mark around it."""
    text = cleaned(text).strip()
    if text[:1].isalnum() and text[-1:].isalnum():
        return text
    if found := _GUARD.fullmatch(text):
        return (found[1] or found[2] or "").strip()
    stripped = text.strip(_QUOTES)
    return text if not stripped else stripped.strip()


def shortened(text: str) -> str:
    """A piece as it is shown: a very long one by its beginning."""
    return text if len(text) <= LONGEST_PIECE else text[:LONGEST_PIECE] + "…"


def symbol(line: int, text: str, ticker: str = "", doubt: str = "") -> Symbol:
    """A piece as a symbol: EXCHANGE:TICKER or a ticker alone; `ticker` is the piece as it is meant."""
    meant = ticker or bare(text)
    venue, colon, rest = meant.partition(":")
    if colon and venue and rest:
        return Symbol(line, shortened(text), rest.strip(), venue.strip(), doubt=doubt)
    return Symbol(line, shortened(text), meant, doubt=doubt)
