"""How symbols are written. That all formats read back what they wrote is in tests/formats."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec.alltick_symbology import AllTickSymbology
from quotedesk.formats.base import Named
from quotedesk.lists.list_reader import ListReader
from quotedesk.lists.list_writer import ListWriter
from quotedesk.lists.section import new_section
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import LONGEST_CODE, Instrument

LISTED = {"V.US": "NYSE:V"}
FEEDS = {"demo": "Demo", "coins": "A provider without a symbology", "alltick": "AllTick"}
DIRECTORIES = Directories(
    FEEDS,
    lambda feed: (
        SymbolDirectory()
        if feed == "coins"
        else SymbolDirectory({"V.US": "Visa", "NVDA.US": "NVIDIA"}, AllTickSymbology(LISTED))
    ),
)


@pytest.mark.parametrize(
    ("feed", "code", "named"),
    [
        ("demo", "V.US", Named("V.US", "NYSE", "V")),
        ("demo", "ZM.US", Named("ZM.US", "NASDAQ", "ZM")),
        ("demo", "silver", Named("silver", "QUOTEDESK", "silver", is_clear=False)),
        ("demo", "Nvda.US", Named("Nvda.US", "QUOTEDESK", "Nvda.US", is_clear=False)),  # NASDAQ:Nvda is NVDA.US
        ("alltick", "V.US", Named("V.US@alltick", "QUOTEDESK", "V.US@alltick")),
        ("coins", "BTC-USD", Named("BTC-USD@coins", "QUOTEDESK", "BTC-USD@coins")),
        ("coins", "btc", Named("btc@coins", "QUOTEDESK", "btc@coins", is_clear=False)),
        ("gone", "V.US", Named("V.US@gone", "QUOTEDESK", "V.US@gone", is_clear=False)),
    ],
)
def test_a_symbol_of_the_list_s_feed_has_its_exchange_and_of_another_says_its_feed(
    feed: str, code: str, named: Named
) -> None:
    assert ListWriter("demo", DIRECTORIES).named(Instrument(feed, code)) == named


def test_codes_of_a_provider_without_a_symbology_stand_alone_unless_they_look_like_something_else() -> None:
    writer = ListWriter("coins", DIRECTORIES)
    clear = {code: writer.named(Instrument("coins", code)).is_clear for code in ("BTC-USD", "BTC/USDT", "A1", "X.Y")}
    marked = [writer.named(Instrument("coins", code)).marked_code for code in ("1.5", "CODE", "-X", "a", "700")]
    assert all(clear.values()), clear
    assert marked == ["QUOTEDESK:1.5", "QUOTEDESK:CODE", "QUOTEDESK:-X", "QUOTEDESK:a", "QUOTEDESK:700"]


def test_only_of_a_symbol_that_is_given_an_exchange_that_can_be_a_guess() -> None:
    writer = ListWriter("demo", DIRECTORIES)
    instruments = [Instrument("demo", "ZM.US"), Instrument("demo", "V.US"), Instrument("alltick", "ZM.US")]
    assert [writer.is_guess(each) for each in instruments] == [True, False, False]


codes = st.text("abzAZ019._-/", min_size=1, max_size=LONGEST_CODE) | st.sampled_from(["NVDA.US", "nvda", "Nvda.US"])


@given(st.sampled_from(sorted(FEEDS)), st.builds(Instrument, st.sampled_from(sorted(FEEDS)), codes))
def test_both_names_of_a_symbol_lead_back_to_it(feed: str, instrument: Instrument) -> None:
    reader = ListReader(Watchlist(feed=feed), DIRECTORIES)
    named = ListWriter(feed, DIRECTORIES).named(instrument, {"Last": "1"})
    assert reader.named(named.venue, named.ticker) == instrument
    venue, _, ticker = named.marked_code.rpartition(":")
    assert reader.named(venue, ticker) == instrument
    assert named.figures == {"Last": "1"}


def test_the_rows_of_a_list_are_named_in_order_and_its_sections_by_their_names() -> None:
    rows = [new_section("Tech"), Instrument("demo", "V.US")]
    named = ListWriter("demo", DIRECTORIES).rows(rows, lambda instrument: {"Name": instrument.code})
    assert named == ["Tech", Named("V.US", "NYSE", "V", {"Name": "V.US"})]
