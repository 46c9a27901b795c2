"""The rows of one session: how far each price may be believed, and why. Refused wins over offline, offline over all."""

import math
from collections.abc import Collection

from quotedesk.feed.events import Row
from quotedesk.feed.proof import Proofs
from quotedesk.feed.rhythm import Offset, Rhythm
from quotedesk.feed.states import LinkStatus, RowState
from quotedesk.feed.subscriptions import Subscriptions
from quotedesk.market.hours import Hours
from quotedesk.market.tick import Tick


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
        self._offset = Offset()

    def want(self, codes: Collection[str], now_s: float) -> None:
        """These are wanted, and no others."""
        self.proofs.want(codes, now_s)
        for code in self._rhythms.keys() - set(codes):
            del self._rhythms[code]

    def opened(self, now_s: float) -> None:
        """A connection came up. Its way to the exchange is its own."""
        self.proofs.opened(now_s)
        self._offset = Offset()

    def lost(self, now_s: float) -> None:
        """The connection is gone."""
        self.proofs.lost(now_s)
        self._rhythms.clear()

    def ticked(self, tick: Tick, now_s: float) -> None:
        """A tick of a wanted code was taken."""
        rhythm = self._rhythms.get(tick.code)
        if rhythm is None:
            rhythm = self._rhythms[tick.code] = Rhythm()
        rhythm.ticked(now_s, self._offset.traded_s(tick, now_s, now_s + self.wall_ahead_s))
        self.proofs.ticked(tick.code, now_s)

    def row(self, code: str, now_s: float, status: LinkStatus) -> Row:
        """The state of a wanted code."""
        proof = self.proofs.of(code)
        wanted_s = proof.wanted_s if proof else now_s
        if (words := self._list.refused.get(code)) is not None:
            return Row(RowState.REFUSED, wanted_s, words)
        if status.is_lost:
            return Row(RowState.OFFLINE, status.since_s)
        rhythm = self._rhythms.get(code)
        if rhythm is None or not self._list.has_ticked(code):
            return Row(RowState.PENDING, wanted_s)
        if now_s < rhythm.quiet_at_s:
            return Row(RowState.LIVE, rhythm.ticked_s)
        if not self._hours.is_open(code, now_s + self.wall_ahead_s):
            return Row(RowState.CLOSED, rhythm.traded_s)
        return Row(RowState.STALE if now_s >= rhythm.stale_at_s else RowState.QUIET, rhythm.traded_s)
