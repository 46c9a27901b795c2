"""Candles that are asked for, and answers of others."""

from quotedesk.market.instrument import Instrument
from quotedesk.quotes.quotes import Quotes
from quotedesk.quotes.tick_bars import ChartedTicks
from quotedesk.ui.chart.chart_data import AFTER_FAULT_S, AGAIN_S, WAIT_S, ChartData, Charting
from quotedesk.ui.chart.ranges import named
from tests.fakes.clock import FakeClock
from tests.quotes.test_bars import candle

A, B = Instrument("demo", "A"), Instrument("none", "B")


class Asked:
    """A ChartData, and what it asks for."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.wishes: list[tuple[Instrument, int, int]] = []
        ticks = ChartedTicks(Quotes(), self.clock)
        charting = Charting(ticks, lambda feed: ((60, 300, 86_400), 500) if feed == "demo" else ((), 0))
        self.data = ChartData(charting, self.clock, lambda *wish: self.wishes.append(wish))

    def candles(self, many: int, bar_s: int = 300):
        now_s = self.clock.utc_s(self.clock.now_s()) // bar_s * bar_s
        return [candle(now_s - bar_s * bar) for bar in range(1, many + 1)]


def test_candles_are_asked_for_once_and_kept() -> None:
    here = Asked()
    assert here.data.told(A, named("1D")).is_awaited
    assert here.data.told(A, named("1D")).is_awaited
    assert here.wishes == [(A, 300, 290)]
    assert here.data.take(A, 300, here.candles(10))
    told = here.data.told(A, named("1D"))
    assert (len(told.bars), told.is_awaited, told.fault) == (10, False, "")
    assert len(here.wishes) == 1


def test_what_nobody_asked_for_is_dropped() -> None:
    here = Asked()
    here.data.told(A, named("1D"))
    assert not here.data.take(A, 60, here.candles(10))
    assert not here.data.take(Instrument("demo", "B"), 300, here.candles(10))
    assert len(here.data.told(A, named("1D")).bars) == 0


def test_a_feed_without_candles_is_not_asked() -> None:
    here = Asked()
    assert here.data.told(B, named("1D")).bar_s == 0
    assert here.data.told(A, named("1m")).bar_s == 0
    assert here.wishes == []


def test_old_candles_stay_while_newer_ones_are_asked_for_and_after_an_answer_without_any() -> None:
    here = Asked()
    here.data.told(A, named("1D"))
    here.data.take(A, 300, here.candles(10))
    here.clock.advance(AGAIN_S + 1)
    told = here.data.told(A, named("1D"))
    assert (len(told.bars), told.is_awaited, len(here.wishes)) == (10, True, 2)
    here.data.take(A, 300, (), "no answer")
    told = here.data.told(A, named("1D"))
    assert (len(told.bars), told.is_awaited, told.fault) == (10, False, "no answer")
    assert len(here.wishes) == 2


def test_who_does_not_answer_is_asked_again_but_not_at_once() -> None:
    here = Asked()
    here.data.told(A, named("1D"))
    here.clock.advance(WAIT_S / 2)
    here.data.told(A, named("1D"))
    assert len(here.wishes) == 1
    here.clock.advance(WAIT_S)
    here.data.told(A, named("1D"))
    assert len(here.wishes) == 2


def test_after_a_fault_it_is_asked_again_soon() -> None:
    here = Asked()
    here.data.told(A, named("1D"))
    here.data.take(A, 300, (), "the feed could not be asked")
    here.clock.advance(AFTER_FAULT_S - 1)
    here.data.told(A, named("1D"))
    assert len(here.wishes) == 1
    here.clock.advance(2)
    here.data.told(A, named("1D"))
    assert len(here.wishes) == 2


def test_candles_of_another_length_are_said_to_be_so() -> None:
    here = Asked()
    here.data.told(A, named("1D"))
    here.data.take(A, 300, here.candles(50, 60))
    assert here.data.told(A, named("1D")).fault == "they are of 60 s and not of 300 s"


def test_answers_are_kept_for_so_many() -> None:
    here = Asked()
    for number in range(300):
        here.data.told(Instrument("demo", str(number)), named("1D"))
    assert not here.data.take(Instrument("demo", "0"), 300, here.candles(3))
    assert here.data.take(Instrument("demo", "299"), 300, here.candles(3))


def test_what_was_kept_is_shown_until_the_answer_and_never_after_it() -> None:
    here = Asked()
    here.data.told(A, named("1D"))
    assert here.data.take(A, 300, here.candles(10), is_last=False)
    told = here.data.told(A, named("1D"))
    assert (len(told.bars), told.is_awaited, len(here.wishes)) == (10, True, 1)
    assert here.data.take(A, 300, here.candles(20))
    assert not here.data.told(A, named("1D")).is_awaited
    assert not here.data.take(A, 300, here.candles(5), is_last=False), "it came too late"
    assert len(here.data.told(A, named("1D")).bars) == 20


def test_of_a_hundred_thousand_in_whatever_order_the_newest_are_shown() -> None:
    here = Asked()
    here.data.told(A, named("1D"))
    many = here.candles(100_000)  # the newest first
    here.data.take(A, 300, many)
    bars = here.data.told(A, named("1D")).bars
    assert len(bars) == 5_000
    assert bars.starts_s[-1] == many[0].start_utc_s


def test_one_answer_is_enough_for_all_ranges_of_the_same_candles() -> None:
    here = Asked()
    here.data.told(A, named("30m"))
    here.data.told(A, named("1h"))
    assert here.wishes == [(A, 60, 65)]


def test_where_only_what_was_kept_is_there_the_feed_is_asked_again_soon() -> None:
    here = Asked()
    here.data.told(A, named("1D"))
    here.data.take(A, 300, here.candles(10), is_last=False)
    here.data.take(A, 300, (), "the feed could not be asked")
    assert len(here.data.told(A, named("1D")).bars) == 10
    here.clock.advance(AFTER_FAULT_S + 1)
    assert here.data.told(A, named("1D")).is_awaited
    assert len(here.wishes) == 2
