"""The system's clocks. The only reader of the wall clock."""

import time


class SystemClock:
    """See market.clock.Clock."""

    def now_s(self) -> float:
        return time.monotonic()

    def utc_s(self, at_s: float) -> float:
        return time.time() - (time.monotonic() - at_s)
