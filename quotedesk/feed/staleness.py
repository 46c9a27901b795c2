"""How often a symbol ticks, and so how long a silence means something. And how old a tick is."""

import math

QUIET_AFTER_S = 15.0
QUIET_GAPS = 3.0
STALE_AFTER_S = 60.0
STALE_GAPS = 10.0
LONGEST_GAP_S = 300.0  # a night is no gap to learn from
_NEW_WEIGHT = 1 / 16


class Staleness:
    """One symbol's ticks on one connection. All times are monotonic seconds.

    Attributes:
        ticked_s: when the newest came.
        traded_s: when it was traded, by the link's own offset to the exchange; when it came, if the feed does not say.
    """

    __slots__ = ("_usual_gap_s", "ticked_s", "traded_s")

    def __init__(self) -> None:
        self.ticked_s = math.nan
        self.traded_s = math.nan
        self._usual_gap_s = math.nan

    def ticked(self, now_s: float, traded_s: float) -> None:
        """A tick came."""
        if self.ticked_s == self.ticked_s:
            gap_s = min(now_s - self.ticked_s, LONGEST_GAP_S)
            usual_s = self._usual_gap_s
            # A long silence counts at once, a rush only by and by: what trades in bursts is not quiet in between.
            self._usual_gap_s = gap_s if not usual_s > gap_s else usual_s + (gap_s - usual_s) * _NEW_WEIGHT
        self.ticked_s = now_s
        self.traded_s = traded_s

    @property
    def quiet_at_s(self) -> float:
        """From when on its silence is worth a word."""
        return self.ticked_s + _longer(QUIET_AFTER_S, QUIET_GAPS * self._usual_gap_s)

    @property
    def stale_at_s(self) -> float:
        """From when on its silence is strange, while its market is open and the link is alive."""
        return self.ticked_s + _longer(STALE_AFTER_S, STALE_GAPS * self._usual_gap_s)


class Offset:
    """How far the exchange's clock and the way here put a tick behind our wall clock, at best: the least seen."""

    def __init__(self) -> None:
        self.least_s = math.inf

    def traded_s(self, time_utc_s: float, now_s: float, wall_s: float) -> float:
        """An exchange time as monotonic seconds: never after its update came; `now_s` where it is unknown (NaN)."""
        behind_s = wall_s - time_utc_s
        if behind_s != behind_s:
            return now_s
        self.least_s = min(self.least_s, behind_s)
        return now_s - (behind_s - self.least_s)


def _longer(floor_s: float, gaps_s: float) -> float:
    return gaps_s if gaps_s > floor_s else floor_s  # NaN is none
