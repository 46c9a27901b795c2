"""What pieces look like by themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.formats.base import NothingKnown
from quotedesk.formats.shapes import Shape, at_exchange, is_bloomberg, meant, says_all, shape, share


class SomeKnown(NothingKnown):
    def is_known(self, text: str) -> bool:
        return text.upper() in ("AAPL", "NVDA", "GOLD", "700", "600519", "BRK.B")

    def is_feed(self, name: str) -> bool:
        return name == "demo"


KNOWN = SomeKnown()


@pytest.mark.parametrize(
    ("kind", "pieces"),
    [
        (Shape.SYMBOL, "AAPL nvda AAPL.US brk.b BRK.B 0700.HK 600519.SS HK.00700 SH600519 00700 000858 600519 .DJI"),
        (Shape.SYMBOL, "^GSPC EURUSD=X GC=F BTC-USD BTC/USDT BTCUSDT EURUSD EUR/USD XAUUSD $AAPL $brk.b ABRpD SAP.DE"),
        (Shape.SYMBOL, "NASDAQ:AAPL nasdaq:aapl AAPL:NASDAQ 700:HKG TSX:SHOP QUOTEDESK:x x@demo BTCUSDT.P XYZ@nowhere"),
        (Shape.TICKER, "KO CODE A BF.B BRK-A X/Y ABR-PD ACHR.WS US30"),
        (Shape.DIGITS, "700 1 858 600000 301301"),
        (Shape.NUMBER, "1.5 60,10 1,234.56 1.234,56 1'234 +0.8% -1.2 −3 $12.50 HK$5 12K 1.2M (3.4) .5 1e5 12€ 3亿"),
        (
            Shape.DATE,
            "2026-11-28 28.11.2026 11/28/26 12:30 12:30:45 20261128 2026-11-28T09:30:00Z 28-Nov-26 2026年11月28日",
        ),
        (Shape.ISIN, "US0378331005 DE0007164600"),
        (Shape.EXCHANGE, "NYSE NASDAQ Nasdaq XETRA HKEX".replace("Nasdaq ", "")),
        (Shape.CURRENCY, "USD EUR HKD"),
        (Shape.SYMBOL, "btc-usd eth/usdt BTCUSD XBTUSD"),
        (Shape.WORD, "word Apple TOTAL BUY Watchlist Q1 4Q26 H1 FY2026 10-K 5G"),
        (Shape.OTHER, "me@example.com <b>x</b> - !! at@12 苹果"),
    ],
)
def test_a_piece_has_a_shape(kind: Shape, pieces: str) -> None:
    assert {piece: shape(piece, KNOWN) for piece in pieces.split()} == dict.fromkeys(pieces.split(), kind)


def test_what_is_no_isin_by_its_last_digit_is_none() -> None:
    assert shape("US0378331006", KNOWN) is not Shape.ISIN


@pytest.mark.parametrize(
    ("piece", "parts"),
    [
        ("NASDAQ:AAPL", ("NASDAQ", "AAPL")),
        ("AAPL:NASDAQ", ("NASDAQ", "AAPL")),
        ("QUOTEDESK:BTC/USD@demo", ("QUOTEDESK", "BTC/USD@demo")),
        ("$AAPL", ("", "AAPL")),
        ("AAPL US Equity", ("US", "AAPL")),
        ("700 HK", ("HK", "700")),
        ("SPX Index", ("", "SPX")),
        ("EURUSD Curncy", ("", "EURUSD")),
        ("KO", ("", "KO")),
    ],
)
def test_a_symbol_says_what_is_meant(piece: str, parts: tuple[str, str]) -> None:
    assert meant(piece) == parts


def test_only_what_is_written_like_an_exchange_is_one() -> None:
    assert at_exchange("Note:buy") == at_exchange("12:30") == at_exchange("X:5") == ("", "")
    assert at_exchange("FOO:AAPL") == ("FOO", "AAPL")
    assert is_bloomberg("AAPL US Equity")
    assert not is_bloomberg("AAPL IS UP")
    assert says_all("0700.HK")
    assert not says_all("KO")


@given(st.text(max_size=80))
def test_any_piece_has_a_shape(piece: str) -> None:
    assert shape(piece, KNOWN) in Shape
    assert 0.0 <= share([shape(piece, KNOWN)], (Shape.SYMBOL,)) <= 1.0


@given(
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from(["{:.2f}", "{:,.2f}", "{:.4f}", "{:+.1f}%", "${:,.2f}"]),
)
def test_no_number_has_the_shape_of_a_symbol(number: float, form: str) -> None:
    assert shape(form.format(number), KNOWN) in (Shape.NUMBER, Shape.OTHER)
