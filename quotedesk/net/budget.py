"""Keeps count of what was spent of a feed's HTTP budget, and says how long the next request has to wait. Pure."""

import math
from collections import deque

from quotedesk.codec.base import Budget, Request


class Spending:
    """What one budget has left. Times are seconds of any one clock."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._longest_s = max((seconds for _, seconds in budget.windows), default=0.0)
        self._spent: deque[tuple[float, int]] = deque()  # (when, weight), the oldest first
        self._last_s: dict[str, float] = {}  # interface -> when it was asked

    @property
    def is_used(self) -> bool:
        """Was anything spent?"""
        return bool(self._spent)

    def wait_s(self, request: Request, now_s: float) -> float:
        """How long a request has to wait; 0 for not at all. One that weighs more than a window waits for all of it."""
        at_s = max(now_s, self._last_s.get(request.interface, -math.inf) + self._budget.gap_s)
        for most, seconds in self._budget.windows:
            room = most - min(request.weight, most)
            spent = sum(weight for when_s, weight in self._spent if when_s + seconds > at_s)
            for when_s, weight in self._spent:
                if spent <= room:
                    break
                if when_s + seconds > at_s:
                    at_s = when_s + seconds
                    spent -= weight
        return at_s - now_s

    def spend(self, request: Request, now_s: float) -> None:
        """The request is sent now."""
        while self._spent and self._spent[0][0] + self._longest_s <= now_s:
            self._spent.popleft()
        self._spent.append((now_s, request.weight))
        self._last_s[request.interface] = now_s

    def ended(self, request: Request, now_s: float) -> None:
        """The newest request is answered, or failed: it may have reached the server no sooner than now."""
        self._last_s[request.interface] = now_s
        if self._spent:
            self._spent[-1] = (now_s, self._spent[-1][1])
