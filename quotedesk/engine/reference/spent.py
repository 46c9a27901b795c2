"""What was spent of a feed's budget; one by the day goes on over runs."""

import asyncio

from quotedesk.codec.base import Request
from quotedesk.engine.reference.feed_context import FeedContext

_LONG_WINDOW_S = 3600.0  # what is spent of such a budget is kept for the next run


class SpentBudget:
    """For one feed; the budget is its provider's."""

    def __init__(self, context: FeedContext) -> None:
        self._context = context
        self._store = context.store
        self._provider = context.feed.provider.name
        self._spending = context.owner.spending(context.feed, context.reference)
        self._longest_s = max((seconds for _, seconds in context.reference.budget.windows), default=0.0)

    def wait_s(self, request: Request, now_s: float) -> float:
        """How long a request has to wait; 0 for not at all."""
        return self._spending.wait_s(request, now_s)

    async def recall(self) -> None:
        """Look for what earlier runs spent."""
        if self._store is None or self._longest_s < _LONG_WINDOW_S or self._spending.is_used:
            return
        clock = self._context.clock
        now_s = clock.now_s()
        ahead_s = clock.utc_s(now_s) - now_s
        spent = await asyncio.to_thread(self._store.spent, self._provider, now_s + ahead_s - self._longest_s)
        for at_utc_s, weight in spent:
            if at_utc_s <= now_s + ahead_s:
                self._spending.spend(Request("", weight=weight, interface="before"), at_utc_s - ahead_s)

    async def spend(self, request: Request) -> None:
        """The request is sent now."""
        clock = self._context.clock
        now_s = clock.now_s()
        self._spending.spend(request, now_s)
        if self._store is not None and self._longest_s >= _LONG_WINDOW_S:
            await asyncio.to_thread(self._store.spend, self._provider, clock.utc_s(now_s), request.weight)

    def ended(self, request: Request) -> None:
        """Its answer came, or none will."""
        self._spending.ended(request, self._context.clock.now_s())
