"""A clock that stands until it is told to move."""


class FakeClock:
    """Monotonic seconds that a test sets; wall time runs along with it from `utc_at_0_s`."""

    def __init__(self, now_s: float = 1000.0, utc_at_0_s: float = 1_764_000_000.0) -> None:
        self.time_s = now_s
        self.utc_at_0_s = utc_at_0_s

    def now_s(self) -> float:
        return self.time_s

    def utc_s(self, at_s: float) -> float:
        return self.utc_at_0_s + at_s

    def advance(self, seconds: float) -> None:
        self.time_s += seconds
