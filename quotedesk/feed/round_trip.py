"""How long the way to the server and back takes, by the answers to heartbeats."""

import math


class RoundTrip:
    """Measures one connection. All times are monotonic seconds.

    Attributes:
        last_s: from the newest answered heartbeat to its answer; NaN before the first, and without a connection.
    """

    def __init__(self) -> None:
        self.last_s = math.nan
        self._open_s: dict[int, float] = {}  # request id -> when a heartbeat went out that may still be answered

    def sent(self, request_id: int, now_s: float) -> None:
        """A heartbeat frame went out."""
        self._open_s[request_id] = now_s

    def answered(self, request_id: int | None, now_s: float) -> None:
        """A heartbeat frame was answered. Without an id, and with several open, it may be the answer to any of them."""
        sent_s = self._open_s.get(request_id) if request_id is not None else self._only_one_s()
        if sent_s is not None:
            self.last_s = now_s - sent_s
            # Answers come in the order of their requests: what went out before will have none.
            self._open_s = {open_id: at_s for open_id, at_s in self._open_s.items() if at_s > sent_s}
        elif request_id is None:
            self._open_s.clear()

    def measured(self, sent_s: float, now_s: float) -> None:
        """A WebSocket pong came for the ping sent then."""
        self.last_s = now_s - sent_s

    def stop(self) -> None:
        """There is no connection."""
        self.last_s = math.nan
        self._open_s.clear()

    @property
    def is_open(self) -> bool:
        """May an answer to a heartbeat frame still come?"""
        return bool(self._open_s)

    def _only_one_s(self) -> float | None:
        return next(iter(self._open_s.values())) if len(self._open_s) == 1 else None
