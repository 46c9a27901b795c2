"""When to knock, and when nobody answers any more."""

import math

from quotedesk.codec.base import Limits


class Heartbeat:
    """The heartbeats of one connection. All times are monotonic seconds.

    Attributes:
        due_s: when the next one is due; inf while there is no connection.
        dead_at_s: when the link is lost for want of an answer; inf while there is no connection.
        is_hurried: there is reason to doubt the link.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.due_s = math.inf
        self.dead_at_s = math.inf
        self.is_hurried = False

    def start(self, now_s: float) -> None:
        """The connection is up, which is a first sign of life."""
        self.due_s = now_s + self._limits.beat_s
        self.answered(now_s)

    def hurry(self, now_s: float) -> None:
        """Knock now, and wait for the answer no longer than for any other."""
        self.is_hurried = True
        self.due_s = min(self.due_s, now_s)
        self.dead_at_s = min(self.dead_at_s, now_s + self._limits.answer_s + self._limits.link_gap_s)

    def stop(self) -> None:
        """There is no connection."""
        self.due_s = self.dead_at_s = math.inf

    def sent(self, now_s: float) -> None:
        """One went out. The next is counted from when it was due: a wait for the pacer does not add up."""
        self.due_s = max(self.due_s, now_s - self._limits.beat_s / 2) + self._limits.beat_s

    def answered(self, now_s: float) -> None:
        """The server is there."""
        self.is_hurried = False
        self.dead_at_s = now_s + self._limits.dead_after_s
