"""The clock, as an argument: no room below app reads one."""

from typing import Protocol


class Clock(Protocol):
    """Time for those who may not read it themselves."""

    def now_s(self) -> float:
        """Monotonic seconds; only differences mean anything."""

    def utc_s(self, at_s: float) -> float:
        """The wall time, seconds since 1970 UTC, at the monotonic time `at_s`."""
