"""Where a replay is, as windows show it."""

from dataclasses import dataclass

SPEEDS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


@dataclass(frozen=True, slots=True)
class ReplayView:
    """A replay at a moment. Times are the recording's own, seconds since 1970 UTC.

    Attributes:
        name: of the file.
        speed: so many times as fast as life.
        is_playing: it goes on by itself.
        is_over: it is at its end.
        is_searching: it goes on to the next alert, as fast as it can.
    """

    name: str
    begin_utc_s: float
    end_utc_s: float
    now_utc_s: float
    speed: float = 1.0
    is_playing: bool = True
    is_over: bool = False
    is_searching: bool = False
