"""A page or a piece of one, as browsers put it on the clipboard: its tables, lines and links as lines of text."""

import html
import re
from collections.abc import Iterable, Iterator

from quotedesk.formats import web_address
from quotedesk.formats.base import LONGEST_LINE, Line, cut

_TAG = re.compile(
    r"<(/?)([A-Za-z][A-Za-z0-9]*)((?:[^<>\"']|\"[^\"<]{0,4000}\"|'[^'<]{0,4000}'){0,200})>|<!--|<![^<>]*>"
)
_HREF = re.compile(r"\bhref\s{0,4}=\s{0,4}(?:\"([^\"]{1,4000})\"|'([^']{1,4000})'|([^\s>]{1,4000}))", re.IGNORECASE)
_LIKE_ONE = re.compile(
    r"<(?:!doctype\s+html|html|table|tr|td|th|ul|ol|li|div|p|a\s|body|meta|span|br)\b", re.IGNORECASE
)
_ENDS_LINE = frozenset(
    {
        *("tr", "br", "p", "div", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd"),
        *("section", "article", "option", "pre", "title"),
    }
)
_CELLS = frozenset(("td", "th"))
_SKIPPED = frozenset(("script", "style", "head", "noscript", "svg"))
_BLANK = re.compile(r"[ \t\r\n\f]+")
_LONGEST_TAG = 16_384


def looks_so(head: str) -> bool:
    """Is a text that begins so HTML?"""
    start = head.lstrip("\ufeff \t\r\n")
    return start[:1] == "<" and _LIKE_ONE.match(start) is not None


def lines(parts: Iterable[str]) -> Iterator[Line | None]:
    """Its rows and lines of text; a tab parts the cells of a row. Addresses stand beside the links that hide them."""
    reading, rest = _PageText(), ""
    for part in parts:
        rest += part
        at = max(rest.rfind("<"), len(rest) - _LONGEST_TAG) if "<" in rest[-_LONGEST_TAG:] else len(rest)
        if rest.find(">", at) >= 0:
            at = len(rest)
        yield from reading.feed(rest[:at])
        rest = rest[at:]
        yield None
    yield from reading.feed(rest)
    yield from reading.end()


class _PageText:
    """What was read so far of the line that is under way."""

    def __init__(self) -> None:
        self._cells: list[str] = []
        self._length = 0
        self._text: list[str] = []
        self._number = 1
        self._skipped = ""
        self._is_comment = False
        self._in_cell = 0
        self._address = ""
        self._link_begins = 0

    def feed(self, text: str) -> Iterator[Line]:
        at = 0
        while at < len(text):
            if self._is_comment:
                end = text.find("-->", at)
                if end < 0:
                    return
                self._is_comment, at = False, end + 3
                continue
            found = _TAG.search(text, at)
            if found is None:
                yield from self._add(text[at:])
                return
            yield from self._add(text[at : found.start()])
            at = found.end()
            if found.group() == "<!--":
                self._is_comment = True
            elif found[2]:
                yield from self._tag(found[2].lower(), bool(found[1]), found[3])

    def end(self) -> Iterator[Line]:
        yield from self._finish()

    def _add(self, text: str) -> Iterator[Line]:
        if text and not self._skipped:
            self._text.append(text)
            self._length += len(text)
            if self._length > LONGEST_LINE:
                yield from self._finish()

    def _tag(self, name: str, is_end: bool, inner: str) -> Iterator[Line]:
        if self._skipped:
            if is_end and name == self._skipped:
                self._skipped = ""
            return
        if name in _SKIPPED and not is_end and not inner.endswith("/"):
            self._skipped = name
        elif name in _CELLS:
            self._length += 10  # so that empty cells are not without end
            if is_end:
                self._in_cell = max(0, self._in_cell - 1)
                self._cells.append(self._taken())
            else:
                if self._in_cell:
                    self._cells.append(self._taken())
                self._in_cell = 1
        elif name == "a":
            if is_end:
                self._end_link()
            elif found := _HREF.search(inner):
                self._address = html.unescape(found[1] or found[2] or found[3])
                self._link_begins = len(self._text)
        elif name in _ENDS_LINE:
            if self._in_cell and name != "tr" and name != "table":
                self._text.append(" ")
            else:
                self._in_cell = 0
                yield from self._finish()

    def _end_link(self) -> None:
        """A link that hides a symbol: its address is what counts, unless it is its text as well."""
        address, self._address = self._address, ""
        found = web_address.symbol_in(address) if web_address.is_one(address) else None
        if found is None:
            return
        shown = _joined(self._text[self._link_begins :])
        if shown.upper() in (found[0].upper(), f"{found[1]}:{found[0]}".upper()) or web_address.is_one(shown):
            return
        if self._in_cell:
            self._text[self._link_begins :] = [address.replace("\t", " ")]
        else:
            self._text.append(f" {address} ")

    def _taken(self) -> str:
        text, self._text = _joined(self._text), []
        return text

    def _finish(self) -> Iterator[Line]:
        """The line under way is over."""
        last = self._taken()
        self._length = 0
        cells, self._cells = self._cells, []
        if last:
            cells.append(last)
        if any(cells):
            yield from cut(self._number, "\t".join(cells))
            self._number += 1


def _joined(texts: list[str]) -> str:
    return _BLANK.sub(" ", html.unescape("".join(texts))).strip()
