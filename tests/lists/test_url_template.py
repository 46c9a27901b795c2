"""Addresses of web pages about a symbol."""

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.lists.url_template import NAMES, UrlError, UrlTemplate, fault_of, filled, values_of
from quotedesk.market.instrument import Instrument
from quotedesk.market.listing import Listing
from quotedesk.market.symbology import PlainSymbology

SAMPLE = {
    "code": "BTC/USD",
    "feed": "kraken",
    "base": "BTC",
    "quote": "USD",
    "exchange": "KRAKEN",
    "ticker": "BTCUSD",
}


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.com/{exchange}:{ticker}", "https://example.com/KRAKEN:BTCUSD"),
        ("http://example.com:8080/?q={code}&f={feed}#{base}-{quote}", None),
        ("HTTPS://EXAMPLE.COM/{ticker}", "HTTPS://EXAMPLE.COM/BTCUSD"),
    ],
)
def test_names_are_filled_in(url: str, address: str | None) -> None:
    expected = address or "http://example.com:8080/?q=BTC%2FUSD&f=kraken#BTC-USD"
    assert filled(UrlTemplate("X", url), SAMPLE) == expected


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "Write an address"),
        ("https://example.com/{symbol}", "There is no {symbol}. Use {code}, {feed}"),
        ("https://example.com/{ticker", "A brace has no partner"),
        ("https://example.com/{}{ticker}", "A brace has no partner"),
        ("https://example.com/ {ticker}", "A blank cannot be part"),
        ("https://example.com/\u202e{ticker}", "U+202E cannot be part"),
        ("https://example.com\\{ticker}", "“\\” cannot be part"),
        ("file:///etc/{ticker}", "Only addresses that begin with https://"),
        ("javascript:alert({ticker})", "Only addresses that begin with https://"),
        ("example.com/{ticker}", "Only addresses that begin with https://"),
        ("https:///{ticker}", "names no host"),
        ("https://{ticker}.example.com/", "The host must be written out"),
        ("https://example.com:{ticker}/", "no address"),
        ("{feed}://example.com/{ticker}", "Only addresses that begin"),
        ("https://example.com@{code}/", "The host must be written out"),
        ("https://me:secret@example.com/{code}", "user or password"),
        ("https://[1/{code}", "That is no address"),
        ("https://example.com:99999/{code}", "That is no address"),
        ("https://example.com/{feed}", "It names no symbol"),
        (f"https://example.com/{'x' * 2000}{{code}}", "too long"),
    ],
)
def test_a_bad_template_is_told_with_what_to_do(url: str, told: str) -> None:
    assert told in fault_of(url)
    with pytest.raises(UrlError, match="“X” cannot be opened"):
        filled(UrlTemplate("X", url), SAMPLE)


@given(st.fixed_dictionaries({name: st.text(min_size=1, max_size=20) for name in NAMES}))
def test_no_symbol_leads_elsewhere(values: dict[str, str]) -> None:
    address = filled(UrlTemplate("X", "https://example.com/a/{code}?b={ticker}&c={base}#d"), values)
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "example.com", "d")
    assert unquote(parts.path.removeprefix("/a/")) == values["code"]
    assert len(parts.query.split("&")) == 2


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_is_taken_or_refused_in_words(url: str, tail: str) -> None:
    fault_of(url)
    fault_of(f"https://example.com/{tail}{{code}}")


def test_what_is_not_known_of_a_symbol_is_said() -> None:
    listings = [Listing(code="AAPL.US", name="Apple"), Listing(code="EURUSD", base="EUR", quote="USD")]
    directory = SymbolDirectory(listings=listings, symbology=PlainSymbology({"AAPL.US": "NASDAQ:AAPL"}))
    directories = Directories({"demo": "Demo"}, lambda feed: directory)
    apple = values_of(Instrument("demo", "AAPL.US"), directories)
    assert apple == {"code": "AAPL.US", "feed": "demo", "base": "", "quote": "", "exchange": "NASDAQ", "ticker": "AAPL"}
    euro = values_of(Instrument("demo", "EURUSD"), directories)
    assert (euro["base"], euro["quote"], euro["exchange"], euro["ticker"]) == ("EUR", "USD", "", "EURUSD")
    with pytest.raises(UrlError, match=r"“X” wants {base}, which is not known of AAPL\.US"):
        filled(UrlTemplate("X", "https://example.com/{base}"), apple)
    assert values_of(Instrument("demo", "NEW"), directories)["ticker"] == "NEW"
