"""What a list file is made of, whatever its format; and how its bytes become text."""

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec

from quotedesk.market.errors import QuotedeskError
from quotedesk.market.symbology import OURS

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SETTING = re.compile(r"\s*;?\s*[\w.]+\s*=")
SECTION_MARK = "###"


class NotAListError(QuotedeskError):
    """A file that cannot hold a list, and why."""


class Symbol(msgspec.Struct, frozen=True):
    """A symbol as the file has it.

    Attributes:
        line: where, from 1.
        text: as it stands there.
        ticker, venue: its parts; no exchange is "".
        why_not: why it cannot be had whatever the feed, "" where nothing speaks against it.
    """

    line: int
    text: str
    ticker: str
    venue: str = ""
    why_not: str = ""


class Label(msgspec.Struct, frozen=True):
    """The name of a section, which lasts until the next."""

    line: int
    text: str
    name: str


class Aside(msgspec.Struct, frozen=True):
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


class Readable(Protocol):
    """A module of this room that reads."""

    def looks_so(self, text: str) -> bool:
        """Is the text likely to be of this format?"""

    def read(self, text: str) -> Iterator[Entry]:
        """All of it, in order: nothing is left out. Raises nothing."""


class Format(Readable, Protocol):
    """One that writes, too."""

    TITLE: str
    SUFFIX: str

    def write(self, rows: Iterable[Named | str]) -> str:
        """The text of a list; a plain str is the name of a section."""


def decoded(data: bytes) -> str:
    """The text of a file: with or without a mark of its encoding, UTF-8, UTF-16 or the old Western one.

    Raises NotAListError for what is no text.
    """
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), None)
    if encoding is None:
        encoding = _guessed(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    text = text.removeprefix("\ufeff")
    if len(_CONTROLS.findall(text[:100_000])) > len(text[:100_000]) // 100:
        raise NotAListError("This is not a text file. Lists are .txt or .csv files")
    lines = [line for line in text[:20_000].splitlines() if line.strip()]
    if len(lines) > 2 and sum(bool(_SETTING.match(line)) for line in lines) > len(lines) / 2:
        raise NotAListError("This is a file of settings (name=value), not a list of symbols")
    return text


def _guessed(data: bytes) -> str:
    """Text in UTF-16 without a mark has a zero in every other byte."""
    head = data[:4000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > len(head) // 5 and even < len(head) // 50:
        return "utf-16-le"
    if even > len(head) // 5 and odd < len(head) // 50:
        return "utf-16-be"
    return "utf-8"


def tokens(text: str, separators: str) -> Iterator[tuple[int, str]]:
    """(line, piece) of a text whose pieces stand between separators or on lines of their own; none is blank.

    A piece that begins a section keeps its blanks.
    """
    between = re.compile(f"[{separators}]")
    for number, line in enumerate(text.splitlines(), start=1):
        for part in line.split(","):
            if part.strip().startswith(SECTION_MARK):
                yield number, part.strip()
                continue
            for piece in between.split(part):
                if piece.strip():
                    yield number, piece.strip()


def symbol(line: int, text: str) -> Symbol:
    """A piece as a symbol: EXCHANGE:TICKER or a ticker alone."""
    venue, colon, ticker = text.partition(":")
    if colon and venue and ticker:
        return Symbol(line, text, ticker.strip(), venue.strip())
    return Symbol(line, text, text)
