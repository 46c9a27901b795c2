"""What the demo feed says beside a trade: sides around the price, and the day that the symbol's course had."""

import math
from datetime import UTC, datetime

import pytest

from quotedesk.config import directory_file
from quotedesk.demo.course import DemoHistory
from quotedesk.demo.day_quotes import DayQuotes
from quotedesk.demo.prices import DemoMarket, MadeTrade, kind_of

SUNDAY = datetime(2026, 11, 29, 7, 0, tzinfo=UTC).timestamp()
DAY_S = 86_400
CODES = [each.code for each in directory_file.listings("alltick")[0]]


class Feed:
    """The demo feed's server at a time."""

    def __init__(self, utc_s: float = SUNDAY) -> None:
        self.utc_s = utc_s
        self.history = DemoHistory(1)
        self.market = DemoMarket(1, lambda code: self.history.drift(code, lambda: self.utc_s))
        self.days = DayQuotes(1, self.history)

    def next(self, code: str) -> tuple[MadeTrade, dict[str, float]]:
        """A trade, and what is said beside it."""
        trade, gap_s = self.market.step(code)
        self.utc_s += gap_s
        return trade, {name: float(text) for name, text in self.days.of(trade, self.utc_s).items()}


@pytest.mark.parametrize("code", CODES)
def test_of_each_symbol_all_is_said_and_can_be(code: str) -> None:
    feed, kind = Feed(), kind_of(code)
    before = 0.0
    for _ in range(20):
        trade, said = feed.next(code)
        last = float(trade.price)
        wanted = {"prev_close", "open", "high", "low", "volume", "bid", "ask"}
        assert said.keys() == wanted | ({"turnover", "bid_size", "ask_size"} if kind.lot else set())
        assert 0 < said["bid"] <= last <= said["ask"]
        assert kind.tick * 0.99 <= said["ask"] - said["bid"] <= max(2.01 * kind.tick, 2e-4 * last)
        assert said["low"] <= min(last, said["open"]) <= max(last, said["open"]) <= said["high"]
        assert said["volume"] > before
        before = said["volume"]
        assert all(math.isfinite(each) and each > 0 for each in said.values())


def test_the_day_is_that_of_the_candles() -> None:
    for code in ("BTCUSDT", "000001.SH", "NVDA.US"):
        feed = Feed()
        _, said = feed.next(code)
        before, today = feed.history.course(code).bars(DAY_S, 2, SUNDAY)
        assert said["prev_close"] == float(before.close)
        assert said["open"] == float(today.open)
        assert said["high"] == pytest.approx(float(today.high), rel=2e-3)
        assert said["low"] == pytest.approx(float(today.low), rel=2e-3)
        if today.volume:
            assert said["volume"] == pytest.approx(float(today.volume), rel=1e-2)


def test_at_midnight_another_day_begins() -> None:
    feed = Feed(SUNDAY // DAY_S * DAY_S + DAY_S - 5)
    _, before = feed.next("BTCUSDT")
    feed.utc_s = math.ceil(feed.utc_s / DAY_S) * DAY_S
    trade, after = feed.next("BTCUSDT")
    assert after["prev_close"] != before["prev_close"]
    assert after["prev_close"] == pytest.approx(float(trade.price), rel=5e-3), "it closed a moment ago"
    assert after["volume"] < before["volume"] / 100
    assert after["high"] - after["low"] < before["high"] - before["low"]


def test_sides_of_an_order_book_are_a_step_apart_and_the_trade_is_one_of_them() -> None:
    days = DayQuotes(1, DemoHistory(1))
    bought, sold = (days.of(MadeTrade("NVDA.US", "178.00", "5", side), SUNDAY) for side in (1, 2))
    assert (bought["bid"], bought["ask"]) == ("177.99", "178.00")
    assert (sold["bid"], sold["ask"]) == ("178.00", "178.01")
