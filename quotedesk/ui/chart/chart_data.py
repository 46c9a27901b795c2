"""What charts are made of: ticks as they come, and the candles that feeds tell, asked for when they are missing."""

import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from quotedesk.market.candle import Candle
from quotedesk.market.clock import Clock
from quotedesk.market.hours import MarketHours
from quotedesk.market.instrument import Instrument
from quotedesk.quotes import bars as bars_of
from quotedesk.quotes.bars import NO_BARS, Bars
from quotedesk.quotes.tick_bars import ChartedTicks
from quotedesk.ui.chart.alert_lines import AlertLevel
from quotedesk.ui.chart.ranges import ChartRange, asked_bars

AGAIN_S = 300.0  # after an answer, at the earliest
AFTER_FAULT_S = 30.0
WAIT_S = 20.0  # for an answer
_MOST_KEPT = 64  # answers
_MOST_TAKEN = 5_000  # candles of an answer, which is asked for hundreds: reading them takes 10 ms of the screen's time


@dataclass(frozen=True, slots=True)
class Charting:
    """Whom a chart asks; one for all windows.

    Attributes:
        ticks: bars of what came since a row was first charted.
        candles_of: feed -> lengths of the candles that it tells, in seconds, rising, and how many at once.
        market_of: when an instrument's market trades, and by which clock; None: always, or nobody knows.
        levels: prices at which an instrument's alerts wait; None: nobody keeps alerts.
    """

    ticks: ChartedTicks
    candles_of: Callable[[str], tuple[Sequence[int], int]] = lambda feed: ((), 0)
    market_of: Callable[[Instrument], MarketHours | None] = lambda instrument: None
    levels: Callable[[Instrument], Sequence[AlertLevel]] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a feed said of one instrument's past.

    Attributes:
        bars: as far as it is known.
        bar_s: their length; 0 where the feed has no such candles.
        is_awaited: it is asked, and has not answered.
        fault: why nothing or not all came; "" where all is well.
    """

    bars: Bars = NO_BARS
    bar_s: int = 0
    is_awaited: bool = False
    fault: str = ""


@dataclass(slots=True)
class _Answer:
    asked_s: float
    answered_s: float | None = None
    has_failed: bool = False  # nothing came at last
    told: Told = field(default_factory=Told)


def _newest(candles: Sequence[Candle]) -> Sequence[Candle]:
    """As many as are taken, whatever their order."""
    if len(candles) <= _MOST_TAKEN:
        return candles
    known = [each for each in candles if math.isfinite(each.start_utc_s)]
    return sorted(known, key=lambda each: each.start_utc_s)[-_MOST_TAKEN:]


class ChartData:
    """For one window. `ask(instrument, bar_s, count)` asks for candles; the answer comes to `take`, some time."""

    def __init__(self, charting: Charting, clock: Clock, ask: Callable[[Instrument, int, int], None]) -> None:
        self.charting = charting
        self._clock = clock
        self._ask = ask
        self._answers: OrderedDict[tuple[Instrument, int], _Answer] = OrderedDict()

    def told(self, instrument: Instrument, chosen: ChartRange) -> Told:
        """What is known by now of what the feed tells, which is asked for where it is missing or old."""
        bars_s, most = self.charting.candles_of(instrument.feed)
        bar_s, count = asked_bars(chosen, bars_s, most)
        if not bar_s:
            return Told()
        now_s = self._clock.now_s()
        key = (instrument, bar_s)
        answer = self._answers.get(key)
        if answer is None or self._is_old(answer, bar_s, now_s):
            known = answer.told if answer is not None else Told(bar_s=bar_s)
            answer = self._answers[key] = _Answer(now_s, told=replace(known, is_awaited=True))
            self._ask(instrument, bar_s, count)
        self._answers.move_to_end(key)
        while len(self._answers) > _MOST_KEPT:
            self._answers.popitem(last=False)
        return answer.told

    def take(
        self, instrument: Instrument, bar_s: int, candles: Sequence[Candle], fault: str = "", *, is_last: bool = True
    ) -> bool:
        """An answer; until the last one it is what was kept, and more is on its way. Was it asked for?"""
        answer = self._answers.get((instrument, bar_s))
        if answer is None or (answer.answered_s is not None and not is_last):
            return False
        now_s = self._clock.now_s()
        bars, left_out = bars_of.of_candles(_newest(candles), bar_s, self._clock.utc_s(now_s))
        if is_last:
            answer.answered_s, answer.has_failed = now_s, bool(fault) and not len(bars)
        if not len(bars):
            bars = answer.told.bars
        answer.told = Told(bars, bar_s, is_awaited=not is_last, fault=fault or left_out)
        return True

    def _is_old(self, answer: _Answer, bar_s: int, now_s: float) -> bool:
        if answer.answered_s is None:
            return now_s - answer.asked_s > WAIT_S
        if answer.has_failed:
            return now_s - answer.answered_s > AFTER_FAULT_S
        return now_s - answer.answered_s > max(AGAIN_S, min(bar_s, 3600))
