"""In which currency rows are priced."""

import pytest

from quotedesk.codec.alltick_symbology import AllTickSymbology
from quotedesk.lists.currency import UNKNOWN_PAIR, Currencies, Pair, decimals_of
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.market.instrument import Instrument
from quotedesk.market.listing import InstrumentKind, Listing
from quotedesk.market.symbology import PlainSymbology
from tests.fakes.clock import FakeClock

KIND = InstrumentKind
LISTINGS = {
    "alltick": [
        Listing(code="GOLD", kind=KIND.COMMODITY, listed="TVC:GOLD"),
        Listing(code="HSI.HK", kind=KIND.INDEX),
        Listing(code="USDJPY", kind=KIND.FOREX, base="USD", quote="JPY"),
    ],
    "venue": [
        Listing(code="XBT/USD", kind=KIND.SPOT, base="XBT", quote="usd"),
        Listing(code="PF_BTCUSD", kind=KIND.PERPETUAL, base="BTC", quote="USD"),
        Listing(code="TSLAX", kind=KIND.SHARE_TOKEN, base="TSLAX", quote="USDT"),
        Listing(code="AAPL", kind=KIND.SHARE, listed="NASDAQ:AAPL"),
        Listing(code="WHAT"),
    ],
}


def currencies() -> tuple[Currencies, FakeClock]:
    clock = FakeClock()

    def directory_of(feed: str) -> SymbolDirectory:
        symbology = AllTickSymbology() if feed == "alltick" else PlainSymbology({"BTCUSDT": "BYBIT:BTCUSDT.P"})
        return SymbolDirectory(None, symbology, listings=LISTINGS[feed])

    return Currencies(Directories({"alltick": "AllTick", "venue": "Venue"}, directory_of), clock), clock


@pytest.mark.parametrize(
    ("code", "pair"),
    [
        ("AAPL.US", Pair("", "USD")),
        ("BRK.B.US", Pair("", "USD")),
        ("700.HK", Pair("", "HKD")),
        ("600519.SH", Pair("", "CNY")),
        ("900901.SH", Pair("", "USD")),
        ("000858.SZ", Pair("", "CNY")),
        ("200002.SZ", Pair("", "HKD")),
        ("EURUSD", Pair("EUR", "USD")),
        ("USDHKD", Pair("USD", "HKD")),
        ("BTCUSDT", Pair("BTC", "USDT")),
        ("USDJPY", Pair("USD", "JPY")),
        ("GOLD", Pair("", "USD")),
        ("HSI.HK", UNKNOWN_PAIR),
        ("WHATEVER", UNKNOWN_PAIR),
    ],
)
def test_by_the_codes_of_alltick(code: str, pair: Pair) -> None:
    assert currencies()[0].pair(Instrument("alltick", code)) == pair


@pytest.mark.parametrize(
    ("code", "pair"),
    [
        ("XBT/USD", Pair("BTC", "USD")),
        ("PF_BTCUSD", Pair("", "USD")),  # a perpetual is no rate
        ("TSLAX", Pair("", "USDT")),
        ("AAPL", Pair("", "USD")),
        ("ETH/EUR", Pair("ETH", "EUR")),
        ("BTC-USDT", Pair("BTC", "USDT")),
        ("BTCUSDT", Pair("", "USDT")),  # a perpetual by the name that others have for it
        ("WHAT", UNKNOWN_PAIR),
        ("BRK-B", UNKNOWN_PAIR),
    ],
)
def test_by_listings_and_names(code: str, pair: Pair) -> None:
    assert currencies()[0].pair(Instrument("venue", code)) == pair


def test_what_is_not_known_is_looked_up_again_soon() -> None:
    known, clock = currencies()
    late = Instrument("venue", "LATE")
    assert known.of(late) == ""
    directory = known._directories.of("venue")
    directory._listings["LATE"] = Listing(code="LATE", kind=KIND.SPOT, base="L", quote="EUR")
    assert known.of(late) == ""
    clock.advance(5)
    assert known.of(late) == "EUR"


def test_yen_have_no_decimals() -> None:
    assert [decimals_of(each) for each in ("USD", "JPY", "BTC", "")] == [2, 0, 8, 2]
