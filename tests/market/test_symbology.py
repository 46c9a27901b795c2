"""Names of exchanges, and the symbology of a provider that has none of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.errors import BadSymbolError
from quotedesk.market.symbology import OURS, PlainSymbology, UnknownMarketError, is_exchange

codes = st.text("abAB01.-", min_size=1, max_size=8)


@given(codes, st.dictionaries(codes, st.sampled_from(["NYSE:X", "NYSE:Y", "X", ""])))
def test_what_a_code_is_listed_as_leads_back_to_the_code(code: str, listed: dict[str, str]) -> None:
    symbology = PlainSymbology(listed)
    assert symbology.code(*symbology.listed(code)) == code
    assert not symbology.is_guess(code)


def test_a_ticker_is_the_code_and_only_what_is_known_to_be_listed_has_an_exchange() -> None:
    symbology = PlainSymbology({"BTC-USD": "COINBASE:BTCUSD"})
    assert symbology.code("", "BTC-USD") == symbology.code("coinbase", "btcusd") == "BTC-USD"
    assert symbology.listed("BTC-USD") == ("COINBASE", "BTCUSD")
    assert symbology.listed("ETH-USD") == (OURS, "ETH-USD")
    with pytest.raises(UnknownMarketError, match="no market NYSE"):
        symbology.code("NYSE", "IBM")
    with pytest.raises(BadSymbolError, match="cannot be part"):
        symbology.code("", "A@demo")


@pytest.mark.parametrize(("name", "is_one"), [("nasdaq", True), ("FX_IDC", True), ("quotedesk", True), ("XX", False)])
def test_exchanges_dealers_and_venues_of_pairs_are_known_by_name(name: str, is_one: bool) -> None:
    assert is_exchange(name) is is_one
