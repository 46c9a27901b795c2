"""Order books beside the trades of one connection, where the feed has them as a subscription of their own.

They are asked for while somebody looks at them, of the codes that the wire holds, once nothing else is asked.
"""

import math
from collections.abc import Collection

from quotedesk.codec.base import Answer, Limits, Verdict
from quotedesk.feed.subscriptions import Subscriptions

AGAIN_S = 10.0  # after an answer that says no
CALM_S = 12.0  # so long after a change of trades: whoever edits on is not to wait for books
_MOST_TRIES = 2


class Books:
    """What is asked for, and what came of it. All times are monotonic seconds.

    Attributes:
        are_wanted: somebody looks at bids and asks.
    """

    def __init__(self, limits: Limits, subscriptions: Subscriptions) -> None:
        self.are_wanted = False
        self._limits = limits
        self._list = subscriptions
        self.lost()

    def lost(self) -> None:
        """The connection is gone: the server holds none."""
        self._asked: frozenset[str] = frozenset()
        self._ids: set[int] = set()
        self._not_before_s = -math.inf
        self._tries = 0

    def is_due(self, now_s: float) -> bool:
        """Is another set of books to be asked for now?"""
        if not self._limits.has_books or not (self.are_wanted or self._asked) or now_s < self._not_before_s:
            return False
        return now_s >= self._list.unchanged_s + CALM_S and frozenset(self._goal()) != self._asked

    def take(self) -> tuple[tuple[str, ...], int]:
        """The codes to ask for, none to ask for no books any more, and the request's id."""
        goal, request_id = tuple(self._goal()), self._list.next_request_id()
        self._asked = frozenset(goal)
        self._ids.add(request_id)
        return goal, request_id

    def answered(self, answer: Answer, now_s: float) -> bool:
        """Was that the answer to a request for books? One that says no is followed by another try or two."""
        if answer.request_id is None or answer.request_id not in self._ids:
            return False
        if answer.verdict is Verdict.OK:
            self._tries = 0
        elif self._tries < _MOST_TRIES:
            self._tries += 1
            self._asked = frozenset()
            self._not_before_s = now_s + AGAIN_S
        return True

    def deadline_s(self, now_s: float) -> float:
        """When to look again if nothing comes in; inf for never."""
        if not self._limits.has_books or not (self.are_wanted or self._asked):
            return math.inf
        return min(
            (at_s for at_s in (self._not_before_s, self._list.unchanged_s + CALM_S) if at_s > now_s), default=math.inf
        )

    def _goal(self) -> Collection[str]:
        if not self.are_wanted:
            return ()
        out = self._list.parked.union(self._list.refused)
        return [code for code in self._list.wire_order if code not in out]
