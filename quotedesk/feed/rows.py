"""The rows of one session: how far each price may be believed, and why.

Refused and parked win over offline, offline over all.
"""

import math
from collections.abc import Collection

from quotedesk.feed.budget import LATE_TICK_S, edge
from quotedesk.feed.events import Row
from quotedesk.feed.proof import Proofs
from quotedesk.feed.rhythm import Offset, Rhythm
from quotedesk.feed.states import LinkStatus, RowState
from quotedesk.feed.subscriptions import Subscriptions
from quotedesk.market.hours import Hours, Market
from quotedesk.market.tick import Condition, Tick

LOOK_EVERY_S = 5.0
_NORMAL = (Condition.NORMAL, 0.0)
_STATE_OF = {
    Condition.HALTED: RowState.HALTED,
    Condition.LIMIT_UP: RowState.LIMIT_UP,
    Condition.LIMIT_DOWN: RowState.LIMIT_DOWN,
}


class Rows:
    """What is known of each wanted code on the present connection. All times are monotonic seconds.

    Attributes:
        proofs: see Proofs.
        wall_ahead_s: of the monotonic clock.
    """

    def __init__(self, subscriptions: Subscriptions, hours: Hours) -> None:
        self.proofs = Proofs()
        self.wall_ahead_s = math.nan
        self._list = subscriptions
        self._hours = hours
        self._rhythms: dict[str, Rhythm] = {}
        self._told: dict[str, tuple[Condition, float]] = {}  # of its trading, by the feed
        self._offset = Offset()
        self._looked_s = -math.inf

    def want(self, codes: Collection[str], now_s: float) -> None:
        """These are wanted, and no others."""
        self.proofs.want(codes, now_s)
        for code in self._rhythms.keys() - set(codes):
            del self._rhythms[code]
            self._told.pop(code, None)

    def opened(self, now_s: float) -> None:
        """A connection came up. Its way to the exchange is its own."""
        self.proofs.opened(now_s)
        self._offset = Offset()

    def lost(self, now_s: float) -> None:
        """The connection is gone."""
        self.proofs.lost(now_s)
        self._rhythms.clear()
        self._told.clear()

    def ticked(self, tick: Tick, now_s: float, count: int = 1) -> bool:
        """So many ticks of a wanted code were taken, this one last. True if it says something new of its trading."""
        rhythm = self._rhythms.get(tick.code)
        if rhythm is None:
            rhythm = self._rhythms[tick.code] = Rhythm()
        rhythm.ticked(now_s, self._offset.traded_s(tick, now_s, now_s + self.wall_ahead_s))
        self.proofs.ticked(tick.code, now_s, count)
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
        since_s, codes, seen = self._list.unchanged_s, self._list.wire_order, self._list.budget.seen
        rhythms = self._rhythms
        markets: set[Market | None] = set()

        def is_fresh(code: str) -> bool:
            rhythm = rhythms.get(code)
            return rhythm is not None and rhythm.ticked_s >= since_s + LATE_TICK_S

        def is_silent(code: str, together: int) -> bool:
            # The fewer they are, the more likely they just trade seldom.
            rhythm = rhythms.get(code)
            patience_s = self._list.limits.first_tick_s * (1 + 4 / together)
            return now_s >= since_s + patience_s and (rhythm is None or now_s >= rhythm.quiet_at_s)

        def is_due(code: str) -> bool:
            market = self._hours.market(code)
            return market in markets or market is None or market.is_open(now_s + self.wall_ahead_s)

        markets.update(self._hours.market(code) for code in codes if is_fresh(code))
        size = edge(codes, is_fresh, is_silent, is_due)
        if size is None or size == seen:
            return False
        if seen is not None and size < seen and any(code in rhythms for code in codes[size:seen]):
            return False  # served on this connection, and quiet
        self._list.ends(size)
        return True

    def row(self, code: str, now_s: float, status: LinkStatus) -> Row:
        """The state of a wanted code."""
        proof = self.proofs.of(code)
        wanted_s = proof.wanted_s if proof else now_s
        if (words := self._list.refused.get(code)) is not None:
            return Row(RowState.REFUSED, wanted_s, words)
        if code in self._list.parked:
            return Row(RowState.PARKED, wanted_s, self._list.budget.words)
        if status.is_lost:
            return Row(RowState.OFFLINE, status.since_s)
        rhythm = self._rhythms.get(code)
        if rhythm is None or not self._list.has_ticked(code):
            return Row(RowState.PENDING, wanted_s)
        condition, delay_s = self._told.get(code, _NORMAL)
        if condition is not Condition.NORMAL:
            return Row(_STATE_OF[condition], rhythm.traded_s)
        is_quiet = now_s >= rhythm.quiet_at_s
        if delay_s and not (is_quiet and not self._hours.is_open(code, now_s + self.wall_ahead_s)):
            return Row(RowState.DELAYED, rhythm.traded_s, f"{max(1, round(delay_s / 60))} min")
        if not is_quiet:
            return Row(RowState.LIVE, rhythm.ticked_s)
        if not self._hours.is_open(code, now_s + self.wall_ahead_s):
            return Row(RowState.CLOSED, rhythm.traded_s)
        return Row(RowState.STALE if now_s >= rhythm.stale_at_s else RowState.QUIET, rhythm.traded_s)
