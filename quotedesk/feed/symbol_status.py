"""The rows of one session: how far each price may be believed, and why.

Refused and parked win over offline, offline over all.
"""

import math
from collections.abc import Collection

from quotedesk.feed.events import Row
from quotedesk.feed.quota import LATE_TICK_S, edge
from quotedesk.feed.staleness import Offset, Staleness
from quotedesk.feed.subscription_trace import Traces
from quotedesk.feed.subscriptions import Subscriptions
from quotedesk.market.hours import Hours, MarketHours
from quotedesk.market.states import LinkStatus, RowState
from quotedesk.market.tick import Condition, Tick

LOOK_EVERY_S = 5.0
_NORMAL = (Condition.NORMAL, 0.0)
_STATE_OF = {
    Condition.HALTED: RowState.HALTED,
    Condition.LIMIT_UP: RowState.LIMIT_UP,
    Condition.LIMIT_DOWN: RowState.LIMIT_DOWN,
}


class SymbolStatuses:
    """What is known of each wanted code on the present connection. All times are monotonic seconds.

    Attributes:
        traces: see Traces.
        wall_ahead_s: of the monotonic clock.
    """

    def __init__(self, subscriptions: Subscriptions, hours: Hours) -> None:
        self.traces = Traces()
        self.wall_ahead_s = math.nan
        self._list = subscriptions
        self._hours = hours
        self._staleness: dict[str, Staleness] = {}
        self._told: dict[str, tuple[Condition, float]] = {}  # of its trading, by the feed
        self._offset = Offset()
        self._looked_s = -math.inf

    def want(self, codes: Collection[str], now_s: float) -> None:
        """These are wanted, and no others."""
        self.traces.want(codes, now_s)
        for code in self._staleness.keys() - set(codes):
            del self._staleness[code]
            self._told.pop(code, None)

    def opened(self, now_s: float) -> None:
        """A connection came up. Its way to the exchange is its own."""
        self.traces.opened(now_s)
        self._offset = Offset()

    def lost(self, now_s: float) -> None:
        """The connection is gone."""
        self.traces.lost(now_s)
        self._staleness.clear()
        self._told.clear()

    def ticked(self, tick: Tick, now_s: float, count: int = 1) -> bool:
        """So many ticks of a wanted code were taken, this one last. True if it says something new of its trading."""
        staleness = self._staleness.get(tick.code)
        if staleness is None:
            staleness = self._staleness[tick.code] = Staleness()
        staleness.ticked(now_s, self._offset.traded_s(tick, now_s, now_s + self.wall_ahead_s))
        self.traces.ticked(tick.code, now_s, count)
        told = (tick.condition, tick.delay_s)
        is_news = told != self._told.get(tick.code, _NORMAL)
        if is_news:
            self._told[tick.code] = told
        return is_news

    def is_live(self, code: str) -> bool:
        """Does a tick that comes now make the row live?"""
        is_served = self._list.has_ticked(code) and code not in self._list.parked
        return is_served and self._told.get(code, _NORMAL) == _NORMAL

    def look_at_s(self) -> float:
        """When to look where ticks end; inf for never."""
        since_s = self._list.unchanged_s
        return max(since_s + self._list.limits.first_tick_s, self._looked_s + LOOK_EVERY_S)

    def look(self, now_s: float) -> bool:
        """See where ticks end: beyond is more than the plan has room for. True if that is news."""
        self._looked_s = now_s
        since_s, codes, seen = self._list.unchanged_s, self._list.wire_order, self._list.quota.seen
        staleness_of = self._staleness
        markets: set[MarketHours | None] = set()

        def is_fresh(code: str) -> bool:
            staleness = staleness_of.get(code)
            return staleness is not None and staleness.ticked_s >= since_s + LATE_TICK_S

        def is_silent(code: str, together: int) -> bool:
            # The fewer they are, the more likely they just trade seldom.
            staleness = staleness_of.get(code)
            patience_s = self._list.limits.first_tick_s * (1 + 4 / together)
            return now_s >= since_s + patience_s and (staleness is None or now_s >= staleness.quiet_at_s)

        def is_due(code: str) -> bool:
            market = self._hours.market(code)
            return market in markets or market is None or market.is_open(now_s + self.wall_ahead_s)

        markets.update(self._hours.market(code) for code in codes if is_fresh(code))
        size = edge(codes, is_fresh, is_silent, is_due)
        if size is None or size == seen:
            return False
        if seen is not None and size < seen and any(code in staleness_of for code in codes[size:seen]):
            return False  # served on this connection, and quiet
        self._list.ends(size)
        return True

    def row(self, code: str, now_s: float, status: LinkStatus) -> Row:
        """The state of a wanted code."""
        trace = self.traces.of(code)
        wanted_s = trace.wanted_s if trace else now_s
        if (words := self._list.refused.get(code)) is not None:
            return Row(RowState.REFUSED, wanted_s, words)
        if code in self._list.parked:
            return Row(RowState.PARKED, wanted_s, self._list.quota.words)
        if status.is_lost:
            return Row(RowState.OFFLINE, status.since_s)
        staleness = self._staleness.get(code)
        if staleness is None or not self._list.has_ticked(code):
            return Row(RowState.PENDING, wanted_s)
        condition, delay_s = self._told.get(code, _NORMAL)
        if condition is not Condition.NORMAL:
            return Row(_STATE_OF[condition], staleness.traded_s)
        is_quiet = now_s >= staleness.quiet_at_s
        if delay_s and not (is_quiet and not self._hours.is_open(code, now_s + self.wall_ahead_s)):
            return Row(RowState.DELAYED, staleness.traded_s, f"{max(1, round(delay_s / 60))} min")
        if not is_quiet:
            return Row(RowState.LIVE, staleness.ticked_s)
        if not self._hours.is_open(code, now_s + self.wall_ahead_s):
            return Row(RowState.CLOSED, staleness.traded_s)
        return Row(RowState.STALE if now_s >= staleness.stale_at_s else RowState.QUIET, staleness.traded_s)
