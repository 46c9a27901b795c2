"""The system's clocks, which nothing else reads, and one that a recording drives."""

import time


class SystemClock:
    """See market.clock.Clock."""

    def now_s(self) -> float:
        return time.monotonic()

    def utc_s(self, at_s: float) -> float:
        return time.time() - (time.monotonic() - at_s)


class VirtualClock:
    """A clock that is where it was put; see market.clock.Clock.

    Attributes:
        at_s: where it is, monotonic seconds.
        ahead_s: of it the wall clock.
    """

    def __init__(self, at_s: float = 0.0, utc_s: float = 0.0) -> None:
        self.at_s = at_s
        self.ahead_s = utc_s - at_s

    def now_s(self) -> float:
        return self.at_s

    def utc_s(self, at_s: float) -> float:
        return at_s + self.ahead_s
