"""Bars of one second out of the ticks of instruments that are charted: exact, bounded, and only for those.

A bar's time is the trade's own, where the feed gives one that can be: a stamp from the future would leave all that
comes after behind it.
"""

import math
from collections import OrderedDict

import numpy as np

from quotedesk.market.batch import Batch
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.market.quote import Trade
from quotedesk.quotes.bars import NO_BARS, Bars
from quotedesk.quotes.price_buckets import BUCKETS
from quotedesk.quotes.quotes import Quotes

KEPT_S = 3_900  # bars, a second each: an hour, and what panning back a little shows
MOST_CHARTED = 32  # instruments
AHEAD_S = 5.0  # so far a feed's clock may be ahead of ours
_OPEN, _HIGH, _LOW, _CLOSE, _VOLUME = range(5)


class TickBars:
    """The bars of one instrument.

    Attributes:
        version: rises with each change.
        ticked_s: from then on (UTC, by the clock of its bars) they are ticks; those before are of the row's line, which
            may be made of candles.
    """

    def __init__(self) -> None:
        self.version = 0
        self.ticked_s = -math.inf
        self._starts = np.zeros(2 * KEPT_S)
        self._prices = np.zeros((5, 2 * KEPT_S))
        self._torn = np.zeros(2 * KEPT_S, np.bool_)
        self._end = 0
        self._newest = -math.inf  # start of the last bar
        self._is_torn = False  # a gap began after the last bar

    def push(self, time_utc_s: float, price: float, size: float) -> None:
        """A trade, in order of arrival; one that is late changes its bar's extremes and volume alone. NaN: no size."""
        if not math.isfinite(price) or not math.isfinite(time_utc_s):
            return
        self.version += 1
        start = math.floor(time_utc_s)
        if start > self._newest:
            self._append(start, (price, price, price, price), size)
            return
        prices = self._prices
        at = self._end - 1
        if start < self._newest:
            at = int(self._starts[: self._end].searchsorted(start))
            if self._starts.item(at) != start:
                self._insert(at, start, price, size)
                return
        else:
            prices[_CLOSE, at] = price
        if price > prices.item(_HIGH, at):
            prices[_HIGH, at] = price
        if price < prices.item(_LOW, at):
            prices[_LOW, at] = price
        if size == size:
            before = prices.item(_VOLUME, at)
            prices[_VOLUME, at] = size if before != before else before + size

    def forget(self) -> None:
        """Know nothing."""
        self.version += 1
        self._end = 0
        self._newest = -math.inf
        self._is_torn = False

    def begin_gap(self) -> None:
        """The link was lost: until the next trade nothing is known."""
        if self._end:
            self.version += 1
            self._is_torn = True

    def seed(self, bars: Bars) -> None:
        """What was known before it was charted; to be called before the first push."""
        for at in range(max(0, len(bars) - KEPT_S), len(bars)):
            self._is_torn = bool(bars.torn[at])
            prices = (bars.opens[at], bars.highs[at], bars.lows[at], bars.closes[at])
            self._append(float(bars.starts_s[at]), tuple(map(float, prices)), math.nan)

    def bars(self) -> Bars:
        """All that is kept; it goes on changing, so take from it at once what is to stay."""
        if not self._end:
            return NO_BARS
        here = slice(max(0, self._end - KEPT_S), self._end)
        partial = np.ones(here.stop - here.start, np.bool_)
        opens, highs, lows, closes, volumes = self._prices[:, here]
        return Bars(self._starts[here], opens, highs, lows, closes, volumes, partial, self._torn[here])

    def _append(self, start: float, prices: tuple[float, ...], size: float) -> None:
        if self._end == len(self._starts):
            for column in (self._starts, *self._prices, self._torn):
                column[:KEPT_S] = column[-KEPT_S:]
            self._end = KEPT_S
        at = self._end
        self._starts[at] = self._newest = start
        self._prices[:, at] = (*prices, size)
        self._torn[at] = self._is_torn and at > 0
        self._is_torn = False
        self._end += 1

    def _insert(self, at: int, start: float, price: float, size: float) -> None:
        """A late trade in a second that had none."""
        if self._end == len(self._starts) or at == 0:
            return  # older than all that is known, or no room for what nobody misses
        for column in (self._starts, *self._prices, self._torn):
            column[at + 1 : self._end + 1] = column[at : self._end]
        self._starts[at] = start
        self._prices[:, at] = price, price, price, price, size
        self._torn[at] = False
        self._end += 1


class ChartedTicks:
    """The bars of all instruments that are charted or were of late; one of the engine's consumers."""

    def __init__(self, quotes: Quotes, clock: Clock) -> None:
        self._quotes = quotes
        self._clock = clock
        self._charted: OrderedDict[Instrument, TickBars] = OrderedDict()
        self._by_feed: dict[str, dict[str, TickBars]] = {}

    def of(self, instrument: Instrument) -> TickBars:
        """The bars of an instrument, kept from now on; at first of what its line in the table knows."""
        found = self._charted.get(instrument)
        if found is None:
            found = self._charted[instrument] = TickBars()
            found.seed(self._seen(instrument))
            found.ticked_s = self._ticked_s(self._quotes.slot(instrument))
            self._by_feed.setdefault(instrument.feed, {})[instrument.code] = found
            if len(self._charted) > MOST_CHARTED:
                longest_ago, _ = self._charted.popitem(last=False)
                del self._by_feed[longest_ago.feed][longest_ago.code]
        self._charted.move_to_end(instrument)
        return found

    def forget(self) -> None:
        """Know nothing of any instrument: of a recording another place is looked at."""
        for bars in self._charted.values():
            bars.forget()

    def consume(self, batch: Batch) -> None:
        """What the stream says; see engine.services.Consumer."""
        charted = self._by_feed.get(batch.feed)
        if not charted:
            return
        received_utc_s = math.nan
        for update in batch.updates:
            bars = charted.get(update.code)
            if bars is None:
                continue
            if received_utc_s != received_utc_s:
                received_utc_s = self._clock.utc_s(batch.received_s)
            price = update.price if isinstance(update, Trade) else update.last
            if price is None:
                continue
            time_utc_s = update.time_utc_s
            if not time_utc_s <= received_utc_s + AHEAD_S:  # NaN, or of the future
                time_utc_s = received_utc_s
            bars.push(time_utc_s, price.value, math.nan if update.size is None else update.size.value)
        for code in batch.gaps:
            if code in charted:
                charted[code].begin_gap()

    def _seen(self, instrument: Instrument) -> Bars:
        """What the row's line knows, in steps of a second or more."""
        slot, now_s, history = self._quotes.slot(instrument), self._clock.now_s(), self._quotes.history
        reach_s = history.reach_s(slot, now_s)
        if not reach_s > 0:
            return NO_BARS
        steps = max(1, min(BUCKETS, int(reach_s)))
        past = history.window(slot, now_s, steps)
        begin_s, step_s = history.times(slot, now_s, steps)
        begun_s = [history.when_s(slot, begin_s + step * step_s) for step in range(steps)]
        starts = np.floor(self._clock.utc_s(now_s) - now_s + np.array(begun_s))
        starts -= self._behind_s(slot)
        known = np.isfinite(past.last)
        opens = np.concatenate((past.last[:1], past.last[:-1]))
        opens = np.where(np.isfinite(opens), opens, past.last)
        torn = np.concatenate(([False], ~known[:-1])) & known
        columns = (starts, opens, np.fmax(past.high, opens), np.fmin(past.low, opens), past.last)
        unknown = np.full(steps, math.nan)
        return Bars(*columns, unknown, np.ones(steps, np.bool_), torn).at(known & (np.diff(starts, prepend=-1.0) > 0))

    def _ticked_s(self, slot: int) -> float:
        """When the first price of this run came; without one the next one is."""
        first_s: float = self._quotes.last_prices.first_s.item(slot)
        at_s = first_s if first_s == first_s else self._clock.now_s()
        return math.floor(self._clock.utc_s(at_s)) - self._behind_s(slot)

    def _behind_s(self, slot: int) -> int:
        """The exchange's clock is the one that ticks go by: what it is behind ours was so before, too."""
        told_s, received_s = self._quotes.time_utc_s.item(slot), self._quotes.received_s.item(slot)
        behind_s = self._clock.utc_s(received_s) - told_s
        return math.floor(behind_s) if behind_s > 1 else 0
