"""A web address with a symbol in it, as a browser hands it over. It is read, never fetched."""

import itertools
from urllib.parse import parse_qsl, unquote, urlsplit

from quotedesk.formats.base import Symbol, shortened
from quotedesk.market.symbology import is_exchange

LONGEST = 4_000  # characters of an address
_PARAMETERS = ("symbol", "tvwidgetsymbol", "ticker", "symbols", "s", "sym", "code", "q")
_BEFORE = ("symbols", "symbol", "quote", "quotes", "stock", "stocks", "trade", "currencies", "security", "ticker")
_NOT_IN_IT = "There is no symbol in this address, and nothing is fetched from the web"


def is_one(text: str) -> bool:
    """Is it an address of the web?"""
    return text[:8].lower().startswith(("http://", "https://"))


def entry(number: int, address: str) -> Symbol:
    """The symbol in an address, or that there is none."""
    found = symbol_in(address)
    if found is None:
        return Symbol(number, shortened(address), "", why_not=_NOT_IN_IT)
    return Symbol(number, shortened(address), *found)


def symbol_in(address: str) -> tuple[str, str] | None:
    """(ticker, exchange) of an address, or None."""
    try:
        parts = urlsplit(address[:LONGEST])
        given = {name.lower(): value for name, value in parse_qsl(parts.query, max_num_fields=100)}
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https"):
        return None
    for name in _PARAMETERS:
        if value := given.get(name, "").strip():
            return _split(value)
    steps = [unquote(step) for step in parts.path.split("/") if step]
    for before, step in itertools.pairwise(steps):
        if before.lower() in _BEFORE:
            return _split(step)
    return None


def _split(text: str) -> tuple[str, str] | None:
    text = text.split(",")[0].strip()
    for sign in ":-_":
        first, found, second = text.partition(sign)
        if found and second and is_exchange(first):
            return second, first
        if found and second and sign == ":" and is_exchange(second):
            return first, second  # Google's way round
    return (text, "") if text and len(text) <= 32 and not any(map(str.isspace, text)) else None
