"""How others name a feed's symbols, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec.alltick_symbology import AllTickSymbology
from quotedesk.config import directory_file
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import LONGEST_CODE, check_code
from quotedesk.market.symbology import OURS, UnknownMarketError

names, listed, _ = directory_file.load("alltick")
NAMING = AllTickSymbology(listed)


@pytest.mark.parametrize(
    ("venue", "ticker", "code"),
    [
        ("NASDAQ", "AAPL", "AAPL.US"),
        ("nasdaq", "aapl", "AAPL.US"),
        ("NYSE", "BRK.B", "BRK.B.US"),
        ("NYSE", "ABRpD", "ABRpD.US"),
        ("AMEX", "SPY", "SPY.US"),
        ("SMART", "IBM", "IBM.US"),
        ("HKEX", "700", "700.HK"),
        ("SEHK", "0700", "700.HK"),
        ("SSE", "600519", "600519.SH"),
        ("SZSE", "000001", "000001.SZ"),
        ("FX", "EURUSD", "EURUSD"),
        ("OANDA", "XAUUSD", "GOLD"),
        ("TVC", "SILVER", "Silver"),
        ("BINANCE", "BTCUSDT", "BTCUSDT"),
        ("DJ", "DJI", ".DJI.US"),
        ("HSI", "HSI", "HSI.HK"),
        ("", "AAPL.US", "AAPL.US"),
        ("", "xauusd", "GOLD"),
        ("", "abc", "abc"),
        ("NASDAQ", "AAPL.US", "AAPL.US"),
        ("QUOTEDESK", "silver", "silver"),
    ],
)
def test_a_name_leads_to_the_code(venue: str, ticker: str, code: str) -> None:
    assert NAMING.code(venue, ticker) == code


@pytest.mark.parametrize(
    ("venue", "ticker", "why"),
    [
        ("XETR", "SAP", "no market XETR"),
        ("BINANCE", "BTCUSDT.P", "perpetual"),
        ("CME_MINI", "ES1!", "no market CME_MINI"),
        ("NASDAQ", "A!", "cannot be part"),
        ("X" * 500, "A", "no market"),
    ],
)
def test_what_the_feed_has_not_is_said(venue: str, ticker: str, why: str) -> None:
    with pytest.raises(BadSymbolError, match=why) as refused:
        NAMING.code(venue, ticker)
    assert isinstance(refused.value, UnknownMarketError) == ("market" in why or "perpetual" in why)
    assert len(str(refused.value)) < 200


@given(st.text("abzAZ019._-/", min_size=1, max_size=LONGEST_CODE) | st.sampled_from(sorted(names)))
def test_every_code_has_a_name_that_leads_back(code: str) -> None:
    venue, ticker = NAMING.listed(check_code(code))
    assert NAMING.code(venue, ticker) == code


def test_well_known_codes_have_the_names_that_others_use() -> None:
    ours = [code for code in names if NAMING.listed(code)[0] == OURS]
    assert ours == []
    assert NAMING.listed("V.US") == ("NYSE", "V")
    assert NAMING.listed("ZM.US") == ("NASDAQ", "ZM")
    assert (NAMING.is_guess("ZM.US"), NAMING.is_guess("V.US"), NAMING.is_guess("700.HK")) == (True, False, False)
    assert NAMING.listed("EURNOK") == ("FX", "EURNOK")
    assert NAMING.listed("PEPEUSDT") == ("BINANCE", "PEPEUSDT")
    assert NAMING.listed("silver") == (OURS, "silver")
