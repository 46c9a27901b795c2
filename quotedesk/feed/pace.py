"""When may the next frame go out? One pace a token, shared by the connections that use it."""

import math
from collections.abc import Hashable


class Pace:
    """Keeps frames apart: on one connection, and on two connections of the same token.

    A connection that waits keeps its turn: heartbeats before other frames, then whoever waits longest, so that a busy
    connection cannot starve a quiet one. All times are monotonic seconds. `bucket`: see Limits.
    """

    def __init__(self, frame_gap_s: float, link_gap_s: float, bucket: tuple[int, float] | None = None) -> None:
        self._frame_gap_s = frame_gap_s
        self._link_gap_s = link_gap_s
        self._bucket = bucket
        self._full_s: dict[Hashable, float] = {}  # when a connection's bucket is full again
        self._last_s: dict[Hashable, float] = {}
        self._waiting: dict[Hashable, tuple[bool, float]] = {}

    def ready_s(self, link: Hashable, since_s: float, *, is_beat: bool = False) -> float:
        """Take a turn (or keep it) for a frame that is due since `since_s`; returns when it may go out."""
        self._waiting[link] = (not is_beat, since_s)
        ready_s = -math.inf
        for other, _ in sorted(self._waiting.items(), key=lambda turn: turn[1]):
            ready_s = max(ready_s + self._link_gap_s, self._free_s(other))
            if other == link:
                break
        return ready_s if is_beat else max(ready_s, self._filled_s(link))

    def sent(self, link: Hashable, now_s: float) -> None:
        """A frame went out."""
        self._last_s[link] = now_s
        if self._bucket:
            self._full_s[link] = max(now_s, self._full_s.get(link, now_s)) + self._bucket[1]
        self._waiting.pop(link, None)

    def slack_s(self, link: Hashable) -> float:
        """How long a frame may have to wait for those of other connections: what must not be late starts earlier."""
        return self._link_gap_s if self._last_s.keys() - {link} else 0.0

    def rest(self, link: Hashable) -> None:
        """The connection has nothing to say: it gives up its turn."""
        self._waiting.pop(link, None)

    def leave(self, link: Hashable) -> None:
        """The connection is gone for good."""
        self._waiting.pop(link, None)
        self._last_s.pop(link, None)
        self._full_s.pop(link, None)

    def _filled_s(self, link: Hashable) -> float:
        """When a connection's bucket holds a frame."""
        if self._bucket is None or link not in self._full_s:
            return -math.inf
        most, refill_s = self._bucket
        return self._full_s[link] - (most - 1) * refill_s

    def _free_s(self, link: Hashable) -> float:
        """When the gaps behind what went out already are over for this connection."""
        return max(
            (
                last_s + (self._frame_gap_s if other == link else self._link_gap_s)
                for other, last_s in self._last_s.items()
            ),
            default=-math.inf,
        )
