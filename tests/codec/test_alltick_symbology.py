"""How others name a feed's symbols, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec.alltick_symbology import AllTickSymbology
from quotedesk.config import directory_file
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import LONGEST_CODE, check_code
from quotedesk.market.symbology import OURS, UnclearSymbolError, UnknownMarketError

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
        ("", "abc", "ABC.US"),
        ("", "BRK-B", "BRK.B.US"),
        ("", "BRK/B", "BRK.B.US"),
        ("", "BRK B", "BRK.B.US"),
        ("", "0700.HK", "700.HK"),
        ("", "00700.HK", "700.HK"),
        ("", "HK.00700", "700.HK"),
        ("", "00700", "700.HK"),
        ("", "9988", "9988.HK"),
        ("", "600519.SS", "600519.SH"),
        ("", "600519", "600519.SH"),
        ("", "SH600519", "600519.SH"),
        ("", "000858.XSHE", "000858.SZ"),
        ("", "858.SZ", "000858.SZ"),
        ("", "000858", "000858.SZ"),
        ("", "300059", "300059.SZ"),
        ("", "BTC-USD", "BTCUSDT"),
        ("", "BTC/USDT", "BTCUSDT"),
        ("", "BTCUSD", "BTCUSDT"),
        ("", "EURUSD=X", "EURUSD"),
        ("", "JPY=X", "USDJPY"),
        ("", "EUR/USD", "EURUSD"),
        ("", "XAU/USD", "GOLD"),
        ("", "^GSPC", ".SPX.US"),
        ("", "^DJI", ".DJI.US"),
        ("", "^HSI", "HSI.HK"),
        ("", "KO", "KO.US"),
        ("", "US.KO", "KO.US"),
        ("", "KO.N", "KO.US"),
        ("", "ABR-PD", "ABRpD.US"),
        ("", "ABR$D", "ABRpD.US"),
        ("", "ABRpD", "ABRpD.US"),
        ("", "ACHR.WS", "ACHR.WS.US"),
        ("", "SMI", "SMI"),
        ("", "silver", "Silver"),
        ("", "Lead", "Lead"),
        ("", ".IXIC.US", ".IXIC.US"),
        ("", "PEPEUSDT", "PEPEUSDT"),
        ("NYSE", "BRK/B", "BRK.B.US"),
        ("HKEX", "0700.HK", "700.HK"),
        ("SSE", "1", "000001.SH"),
        ("SZSE", "1", "000001.SZ"),
        ("SZSE", "858", "000858.SZ"),
        ("COINBASE", "BTCUSD", "BTCUSDT"),
        ("TVC", "SPX", ".SPX.US"),
        ("FX", "EUR.USD", "EURUSD"),
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
        ("", "BTCUSDT.P", "perpetual"),
        ("", "BTC-PERP", "perpetual"),
        ("", "SAP.DE", "no market .DE"),
        ("", "7203.T", "no market .T"),
        ("", "VOD.L", "no market .L"),
        ("", "^FTSE", "no index"),
        ("", "GC=F", "a future"),
        ("", "1.5", "is a number"),
        ("CME_MINI", "ES1!", "no market CME_MINI"),
        ("NASDAQ", "A!", "cannot be part"),
        ("X" * 500, "A", "no market"),
    ],
)
def test_what_the_feed_has_not_is_said(venue: str, ticker: str, why: str) -> None:
    with pytest.raises(BadSymbolError, match=why) as refused:
        NAMING.code(venue, ticker)
    assert isinstance(refused.value, UnknownMarketError) == (why not in ("cannot be part", "is a number"))
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


@pytest.mark.parametrize("ticker", ["000001", "9961", "5930", "BTC", "12345678"])
def test_what_may_be_one_or_another_is_not_sure(ticker: str) -> None:
    with pytest.raises(UnclearSymbolError, match=r"^not sure"):
        NAMING.code("", ticker)


@pytest.mark.parametrize("code", sorted(names))
def test_a_code_of_the_feed_is_itself_whatever_a_rule_says(code: str) -> None:
    assert NAMING.code("", code) == code
    assert NAMING.code("", code.lower()) == code or code.islower()
