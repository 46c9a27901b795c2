"""What comes from other programs, by drop or by paste: text, spreadsheet cells, a page, an address, files."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData

from quotedesk.config import foreign_list
from quotedesk.formats import encoding
from quotedesk.formats.base import NotAListError
from quotedesk.lists.list_reader import can_be_read_at_once
from quotedesk.lists.parsed_list import ParsedList
from quotedesk.market.errors import BadSymbolError

AT_ONCE_BYTES = 200_000  # read while it hangs at the pointer; a larger one is read after the drop, with progress
_MOZILLA = "text/x-moz-url"  # an address and its title, a line each


@dataclass(frozen=True, slots=True)
class LongText:
    """A text that is to be read in parts, as a file is.

    Attributes:
        text: the whole.
        name, stem: as a Path has them.
    """

    text: str
    name: str = "a long text"
    stem: str = "Pasted"


Source = Path | LongText


@dataclass(frozen=True, slots=True)
class Incoming:
    """What was brought.

    Attributes:
        parsed: what it means for the list; None for what is too large to be read at once.
        files: those that were brought, or the text that is too long.
        text: what was read, where it is one text; name: of the file it was in, "" for none.
    """

    parsed: ParsedList | None
    files: tuple[Source, ...] = ()
    text: str = ""
    name: str = ""


def may_hold(data: QMimeData) -> bool:
    """Is there anything that can be read?"""
    return data.hasText() or data.hasUrls() or data.hasHtml()


def incoming(data: QMimeData, found: Callable[..., ParsedList]) -> Incoming:
    """Read it. `found` tells what texts mean. Nothing is fetched: of an address only its words count."""
    local = [url for url in data.urls() if url.isLocalFile()] if data.hasUrls() else []
    if local:
        return _files(tuple(Path(url.toLocalFile()) for url in local), found)
    first: Incoming | None = None
    for text in dict.fromkeys(_texts(data)):
        came = Incoming(None, (LongText(text),))
        if can_be_read_at_once(text):
            came = Incoming(found(text), text=text)
        if came.parsed is None or came.parsed.new or came.parsed.here:
            return came
        first = first or came
    return first or Incoming(ParsedList())


def _texts(data: QMimeData) -> Iterator[str]:
    """The ways in which the same is there, the surest first."""
    text = data.text().strip("\0") if data.hasText() else ""
    addresses = "\n".join(url.toString() for url in data.urls()) if data.hasUrls() else ""
    mozilla = bytes(data.data(_MOZILLA).data()).decode("utf-16-le", "replace") if data.hasFormat(_MOZILLA) else ""
    for each in (addresses, text, mozilla, data.html() if data.hasHtml() else ""):
        if each.strip():
            yield each


def _files(files: tuple[Path, ...], found: Callable[..., ParsedList]) -> Incoming:
    if too_large := next((each for each in files if foreign_list.size_of(each) > foreign_list.MOST_BYTES), None):
        return Incoming(_refused(too_large))
    if sum(map(foreign_list.size_of, files)) > AT_ONCE_BYTES:
        return Incoming(None, files)
    texts: list[str] = []
    for each in files:
        try:
            texts.append(encoding.decoded(foreign_list.read(each)))
        except NotAListError as fault:
            if len(files) > 1:
                return Incoming(None, files)  # the report says which one, and reads the others
            return Incoming(ParsedList(fault=BadSymbolError("", str(fault), "")), files)
    if not all(map(can_be_read_at_once, texts)) or not can_be_read_at_once("\n".join(texts)):
        return Incoming(None, files)
    text, name = (texts[0], files[0].name) if len(texts) == 1 else ("", "")
    return Incoming(found(*texts), files, text, name)


def _refused(path: Path) -> ParsedList:
    try:
        foreign_list.read(path)
    except NotAListError as fault:
        return ParsedList(fault=BadSymbolError("", str(fault), ""))
    return ParsedList()
