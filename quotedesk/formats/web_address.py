"""A web address with a symbol in it, as a browser hands it over. It is read, never fetched."""

import itertools
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from quotedesk.formats.base import Entry, Symbol, symbol
from quotedesk.market.symbology import is_exchange

_PARAMETERS = ("symbol", "tvwidgetsymbol", "ticker", "symbols", "s", "sym", "code", "q")
_BEFORE = ("symbols", "symbol", "quote", "quotes", "stock", "stocks", "trade", "currencies", "security", "ticker")
_NOT_IN_IT = "There is no symbol in this address, and nothing is fetched from the web"
_YAHOO = {"=X": "FX", "-USD": "CRYPTO"}


def looks_so(text: str) -> bool:
    lines = text.split()
    return bool(lines) and all(line.lower().startswith(("http://", "https://")) for line in lines)


def read(text: str) -> Iterator[Entry]:
    for number, line in enumerate(text.split(), start=1):
        found = _found(line)
        if found is None:
            yield Symbol(number, line, "", why_not=_NOT_IN_IT)
        else:
            yield Symbol(number, line, *found)


def _found(address: str) -> tuple[str, str] | None:
    """(ticker, exchange) of an address, or None."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    given = {name.lower(): value for name, value in parse_qsl(parts.query)}
    for name in _PARAMETERS:
        if value := given.get(name, "").strip():
            return _split(value)
    steps = [unquote(step) for step in parts.path.split("/") if step]
    for before, step in itertools.pairwise(steps):
        if before.lower() in _BEFORE:
            return _split(step)
    return None


def _split(text: str) -> tuple[str, str]:
    for ending, venue in _YAHOO.items():
        if text.upper().endswith(ending) and len(text) > len(ending):
            pair = text.upper().removesuffix("=X").replace("-", "")
            return (pair + "T" if venue == "CRYPTO" else pair), venue
    for sign in ":-_":
        first, found, second = text.partition(sign)
        if found and second and is_exchange(first):
            return second, first
        if found and second and sign == ":" and is_exchange(second):
            return first, second  # Google's way round
    ticker, dot, ending = text.rpartition(".")
    if dot and ticker.isdigit() and is_exchange(ending):
        return ticker, ending  # 0700.HK and 600519.SS
    read = symbol(1, text)
    return read.ticker, read.venue
