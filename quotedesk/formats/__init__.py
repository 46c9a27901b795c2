"""One file per list format; FORMATS is the register, the most particular first."""

from collections.abc import Iterator

from quotedesk.formats import plain, table, tradingview, tws, web_address
from quotedesk.formats.base import Entry, Readable

FORMATS: dict[str, Readable] = {
    "web_address": web_address,
    "tws": tws,
    "table": table,
    "tradingview": tradingview,
    "plain": plain,
}


def found(text: str) -> Readable:
    """The format that a text is likely to have; the last one takes everything."""
    return next(each for each in FORMATS.values() if each.looks_so(text))


def entries(text: str) -> Iterator[Entry]:
    """A list file's content."""
    return found(text).read(text)
