"""Made-up tickers and the candles behind them."""

from decimal import Decimal
from itertools import pairwise

import pytest

from quotedesk.demo.tickers import MadeInstrument, Ticker, TickerMarket, iso, midnight, steps_of, usd_of

NOW_S = 1_795_900_000.0
MADE = [
    MadeInstrument("BTCUSDT", "BTC", "USDT"),
    MadeInstrument("SHIBUSDT", "SHIB", "USDT"),
    MadeInstrument("ETHBTC", "ETH", "BTC"),
    MadeInstrument("QABCUSDT", "QABC", "USDT"),
    MadeInstrument("TSLAUSDT", "TSLA", "USDT", "stock", "linear"),
    MadeInstrument("XAUUSDT", "XAU", "USDT", "commodity", "linear"),
    MadeInstrument("EURUSDT", "EUR", "USDT", "forex", "linear"),
    MadeInstrument("AAPLx/USD", "AAPLx", "USD", "xstocks", "", "", "AAPL"),
]


@pytest.mark.parametrize("made", MADE, ids=lambda made: made.key)
def test_every_step_leaves_a_ticker_that_can_be(made: MadeInstrument) -> None:
    ticker = Ticker(1, made)
    tick = Decimal(steps_of(made).tick)
    before = ticker.count
    for _ in range(200):
        assert ticker.step() > 0
        said = {name: Decimal(value) for name, value in ticker.fields().items() if name != "side"}
        assert 0 < said["bid"] < said["ask"]
        assert said["bid"] <= said["last"] <= said["ask"]
        assert said["low"] <= said["last"] <= said["high"]
        assert said["low"] <= said["open_24h"] <= said["high"]
        assert min(said["size"], said["bid_size"], said["ask_size"], said["volume"]) > 0
        assert all(said[name] % tick == 0 for name in ("last", "bid", "ask", "open_24h", "high", "low"))
    assert ticker.count == before + 200


def test_prices_are_near_what_they_stand_for() -> None:
    assert float(Ticker(1, MADE[4]).last) == pytest.approx(335.0, rel=0.01)
    assert float(Ticker(1, MADE[7]).last) == pytest.approx(232.0, rel=0.01)
    assert float(Ticker(1, MADE[2]).last) == pytest.approx((usd_of("ETH") or 0) / (usd_of("BTC") or 1), rel=0.01)
    assert usd_of("NOBODY") is None


def test_candles_of_the_past_stay_and_the_newest_meets_the_last_price() -> None:
    ticker = Ticker(1, MADE[0])
    bars = ticker.bars(60, 30, NOW_S)
    assert bars[-1].start_s == NOW_S // 60 * 60
    assert bars[-1].close == ticker.last
    assert all(after.start_s - before.start_s == 60 for before, after in pairwise(bars))
    assert all(before.close == after.open for before, after in pairwise(bars))
    for bar in bars:
        low, high = Decimal(bar.low), Decimal(bar.high)
        assert low <= min(Decimal(bar.open), Decimal(bar.close)) <= max(Decimal(bar.open), Decimal(bar.close)) <= high
    for _ in range(5):
        ticker.step()
    assert ticker.bars(60, 31, NOW_S + 60)[:-2] == bars[:-1]


def test_a_market_steps_by_key_and_keeps_two_boards_apart() -> None:
    spot = MadeInstrument("TSLAUSDT", "TSLA", "USDT", "stock", "spot")
    market = TickerMarket(1, {made.key: made for made in (MADE[4], spot)})
    trade, gap_s = market.step("linear:TSLAUSDT")
    assert gap_s > 0
    assert trade.price == market.ticker("linear:TSLAUSDT").last
    assert market.ticker("spot:TSLAUSDT") is not market.ticker("linear:TSLAUSDT")


def test_times_are_written_with_so_many_digits() -> None:
    assert iso(0.5, 9) == "1970-01-01T00:00:00.500000000Z"
    assert (iso(0.5, 3), iso(0.5, 0)) == ("1970-01-01T00:00:00.500Z", "1970-01-01T00:00:00Z")
    assert (midnight(90_000.0), midnight(90_000.0, 8 * 3600)) == (86_400.0, 57_600.0)
