"""The clocks of tests: one stands until it is told to move, one runs."""

import time

MONDAY_UTC_S = 1_764_000_000.0  # 24 November 2025, 16:00: markets are open


class FakeClock:
    """Monotonic seconds that a test sets; wall time runs along with it from `utc_at_0_s`."""

    def __init__(self, now_s: float = 1000.0, utc_at_0_s: float = MONDAY_UTC_S) -> None:
        self.time_s = now_s
        self.utc_at_0_s = utc_at_0_s

    def now_s(self) -> float:
        return self.time_s

    def utc_s(self, at_s: float) -> float:
        return self.utc_at_0_s + at_s

    def advance(self, seconds: float) -> None:
        self.time_s += seconds


class RunningClock:
    """For what waits in a real loop: the system's monotonic clock, and a wall clock that starts on a Monday."""

    def __init__(self) -> None:
        self._began_s = time.monotonic()

    def now_s(self) -> float:
        return time.monotonic()

    def utc_s(self, at_s: float) -> float:
        return MONDAY_UTC_S + at_s - self._began_s
