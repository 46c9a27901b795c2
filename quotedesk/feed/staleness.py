"""How often a symbol ticks, and so how long a silence means something. And how old a tick is."""

import math
from collections.abc import Iterable

QUIET_AFTER_S = 15.0
QUIET_GAPS = 3.0
STALE_AFTER_S = 60.0
STALE_GAPS = 10.0
LONGEST_GAP_S = 300.0  # a night is no gap to learn from
_STEP = 1.25  # by which the typical gap follows a longer or a shorter one
_SHORTEST_GAP_S = 0.01


class Staleness:
    """One symbol's updates on one connection. All times are monotonic seconds.

    The typical gap is a running median: each gap pulls it one step up or down, however long it is, so that a single
    silence teaches next to nothing. A gap in which the whole link was silent teaches nothing.

    Attributes:
        ticked_s: when the newest update came.
        traded_s: when it was traded, by the link's own offset to the exchange; when it came, if the feed does not say.
        behind_s: how far its exchange time was behind our wall clock; NaN if the feed does not say.
    """

    __slots__ = ("_silence_s", "_typical_gap_s", "behind_s", "ticked_s", "traded_s")

    def __init__(self) -> None:
        self.ticked_s = math.nan
        self.traded_s = math.nan
        self.behind_s = math.nan
        self._silence_s = 0.0  # of the link, up to the newest update
        self._typical_gap_s = math.nan

    def ticked(self, now_s: float, traded_s: float, silence_s: float = 0.0) -> None:
        """An update came; `silence_s` is how long the link has been silent in all so far, see Silence."""
        silent_s = silence_s - self._silence_s
        if self.ticked_s == self.ticked_s and not silent_s:
            gap_s = _longer(_SHORTEST_GAP_S, now_s - self.ticked_s)
            typical_s = self._typical_gap_s
            if typical_s != typical_s:
                self._typical_gap_s = min(gap_s, LONGEST_GAP_S)
            elif gap_s > typical_s:
                self._typical_gap_s = min(gap_s, typical_s * _STEP, LONGEST_GAP_S)
            else:
                self._typical_gap_s = max(gap_s, typical_s / _STEP)
        self.ticked_s = now_s
        self.traded_s = traded_s
        self._silence_s = silence_s

    @property
    def is_first(self) -> bool:
        """Has one update come at most? Some feeds send the last price of a closed market when it is asked for."""
        return self._typical_gap_s != self._typical_gap_s

    @property
    def quiet_at_s(self) -> float:
        """From when on its silence is worth a word."""
        return self.ticked_s + _longer(QUIET_AFTER_S, QUIET_GAPS * self._typical_gap_s)

    @property
    def stale_at_s(self) -> float:
        """From when on its silence is strange, while its market is open and the link is alive."""
        return self.ticked_s + _longer(STALE_AFTER_S, STALE_GAPS * self._typical_gap_s)


class Silence:
    """When a whole link says nothing, though it is up. All times are monotonic seconds.

    Attributes:
        total_s: how long the link has been silent in all, as far as that is over.
        ticked_s: when its newest update came; NaN before the first on this connection.
    """

    def __init__(self) -> None:
        self.total_s = 0.0
        self.ticked_s = math.nan
        self._link = Staleness()

    def ticked(self, now_s: float) -> None:
        """An update of any symbol came."""
        if now_s == self.ticked_s:
            return
        if now_s >= self.ticked_s + QUIET_AFTER_S and self.since_s(now_s) is not None:  # it is no silence sooner
            self.total_s += now_s - self.ticked_s
        self._link.ticked(now_s, now_s)
        self.ticked_s = now_s

    def lost(self) -> None:
        """The connection is gone."""
        self.ticked_s = math.nan
        self._link = Staleness()

    def since_s(self, now_s: float) -> float | None:
        """Since when the link has been silent, where that is longer than it ever is; None while it speaks."""
        link = self._link
        due_s = self.ticked_s + STALE_AFTER_S if link.is_first else link.quiet_at_s  # one update tells of no pattern
        return self.ticked_s if now_s >= due_s else None


class Offset:
    """How far the exchange's clock and the way here put an update behind our wall clock, at best.

    Attributes:
        least_s: that of the quickest symbols; inf before the first update that gives a time.
    """

    def __init__(self) -> None:
        self.least_s = math.inf

    def traded_s(self, time_utc_s: float, now_s: float, wall_s: float) -> float:
        """An exchange time as monotonic seconds: never after its update came; `now_s` where it is unknown (NaN)."""
        behind_s = wall_s - time_utc_s
        if behind_s != behind_s:
            return now_s
        if behind_s < self.least_s:
            self.least_s = behind_s
        return now_s - (behind_s - self.least_s)

    def settle(self, behind_s: Iterable[float]) -> None:
        """Take the offset anew from each symbol's newest update (NaN where it gave no time).

        Of three or more the second quickest counts: one symbol's wrong stamp must not age all others.
        """
        known = sorted(each for each in behind_s if each == each)
        if known:
            self.least_s = known[1] if len(known) > 2 else known[0]


def _longer(floor_s: float, gaps_s: float) -> float:
    return gaps_s if gaps_s > floor_s else floor_s  # NaN is none
