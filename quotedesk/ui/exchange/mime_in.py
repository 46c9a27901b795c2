"""What comes from other programs, by drop or by paste: text, spreadsheet cells, an address, files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData

from quotedesk.config import foreign_list
from quotedesk.formats.base import NotAListError
from quotedesk.lists.list_reader import ParsedList
from quotedesk.market.errors import BadSymbolError

AT_ONCE_BYTES = 200_000  # read while it hangs at the pointer; a larger one is read after the drop, with progress


@dataclass(frozen=True, slots=True)
class Incoming:
    """What was brought.

    Attributes:
        parsed: what it means for the list; None for a file that is too large to be read at once.
        files: those that were brought.
    """

    parsed: ParsedList | None
    files: tuple[Path, ...] = ()


def may_hold(data: QMimeData) -> bool:
    """Is there anything that can be read?"""
    return data.hasText() or data.hasUrls()


def incoming(data: QMimeData, found: Callable[[str], ParsedList]) -> Incoming:
    """Read it. `found` tells what a text means. Nothing is fetched: of an address only its words count."""
    local = [url for url in data.urls() if url.isLocalFile()] if data.hasUrls() else []
    if not local:
        text = data.text() or "\n".join(url.toString() for url in data.urls())
        return Incoming(found(text))
    files = tuple(Path(url.toLocalFile()) for url in local)
    if sum(map(foreign_list.size_of, files)) > AT_ONCE_BYTES:
        if too_large := next((each for each in files if foreign_list.size_of(each) > foreign_list.MOST_BYTES), None):
            return Incoming(_refused(too_large))
        return Incoming(None, files)
    texts = []
    for each in files:
        try:
            texts.append(foreign_list.read(each))
        except NotAListError as fault:
            return Incoming(ParsedList(fault=BadSymbolError("", str(fault), "")), files)
    return Incoming(found("\n".join(texts)), files)


def _refused(path: Path) -> ParsedList:
    try:
        foreign_list.read(path)
    except NotAListError as fault:
        return ParsedList(fault=BadSymbolError("", str(fault), ""))
    return ParsedList()
