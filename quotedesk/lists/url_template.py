"""Addresses of web pages about a symbol, as the user wrote them: https://example.com/chart/{exchange}/{ticker}.

Only http and https, to a host that the template itself names: no symbol chooses where the browser goes.
"""

import re
from urllib.parse import quote, urlsplit

import msgspec

from quotedesk.lists.symbol_directory import Directories
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from quotedesk.market.symbology import OURS

NAMES = {
    "code": "the feed's own spelling",
    "feed": "the feed's name",
    "base": "what is bought: BTC of BTC/USD",
    "quote": "what it is paid with: USD of BTC/USD",
    "exchange": "where it is listed, as other programs name it: NASDAQ",
    "ticker": "what it is called there: AAPL",
}
LONGEST_URL, LONGEST_NAME = 2000, 40
_OF_SYMBOLS = frozenset({"code", "base", "ticker"})
_PLACE = re.compile(r"\{([^{}]*)\}")


class UrlTemplate(msgspec.Struct, frozen=True):
    """One way to open a symbol elsewhere.

    Attributes:
        name: what it is called in menus.
        url: the address, with names of NAMES in braces.
        keys: its key, as Qt spells it; "" for none.
        is_agreed: the user has seen an address of it, and let it be opened.
    """

    name: str
    url: str
    keys: str = ""
    is_agreed: bool = False


class UrlError(QuotedeskError):
    """A template that cannot be opened, or not for that symbol; says what to do."""


def fault_of(url: str) -> str:
    """What is wrong with the address of a template, and what to do; "" where nothing is."""
    if not url:
        return "Write an address, such as https://example.com/{ticker}."
    if len(url) > LONGEST_URL:
        return f"The address is too long: {LONGEST_URL:,} characters at most."
    if bad := next((each for each in url if not each.isprintable() or each.isspace() or each in '\\"<>'), ""):
        shown = "A blank" if bad.isspace() else f"“{bad}”" if bad.isprintable() else f"U+{ord(bad):04X}"
        return f"{shown} cannot be part of an address."
    names = _PLACE.findall(url)
    if unknown := next((name for name in names if name not in NAMES), None):
        return f"There is no {{{unknown}}}. Use {', '.join(f'{{{name}}}' for name in NAMES)}."
    bare = _PLACE.sub("", url)
    if "{" in bare or "}" in bare or "" in names:
        return "A brace has no partner. Write names as {ticker}."
    try:
        parts, sample = urlsplit(url), urlsplit(_PLACE.sub("x", url))
        _ = sample.port  # raises where it is none
    except ValueError:
        return "That is no address: look at its host and port."
    if sample.scheme not in ("http", "https"):
        return "Only addresses that begin with https:// or http:// are opened."
    if not sample.hostname:
        return "The address names no host: https://example.com/{ticker}."
    if "{" in parts.netloc or "{" in url.partition("://")[0]:
        return "The host must be written out: names in braces come after it."
    if "@" in parts.netloc:
        return "A user or password cannot be part of the address."
    if _OF_SYMBOLS.isdisjoint(names):
        return "It names no symbol: put {ticker}, {code} or {base} where the symbol goes."
    return ""


def values_of(instrument: Instrument, directories: Directories) -> dict[str, str]:
    """What each name stands for, of one symbol; "" unknown."""
    directory = directories.of(instrument.feed)
    listing = directory.listing(instrument.code)
    exchange, ticker = directory.symbology.listed(instrument.code)
    return {
        "code": instrument.code,
        "feed": instrument.feed,
        "base": listing.base if listing is not None else "",
        "quote": listing.quote if listing is not None else "",
        "exchange": "" if exchange == OURS else exchange,
        "ticker": ticker,
    }


def filled(template: UrlTemplate, values: dict[str, str]) -> str:
    """The address for a symbol. Raises UrlError where the template is wrong, or names what the symbol does not have."""
    if fault := fault_of(template.url):
        raise UrlError(f"“{template.name}” cannot be opened. {fault}")

    def value(found: re.Match[str]) -> str:
        if not (known := values[found[1]]):
            raise UrlError(f"“{template.name}” wants {{{found[1]}}}, which is not known of {values['code']}.")
        return quote(known, safe="", errors="replace")

    return _PLACE.sub(value, template.url)
