"""What becomes of updates: rejected ones are counted, accepted ones go to symbol status and subscription trace."""

from collections import Counter
from collections.abc import Sequence

from quotedesk.feed.events import Counts
from quotedesk.feed.subscriptions import Subscriptions
from quotedesk.feed.symbol_status import SymbolStatuses
from quotedesk.feed.tick_filter import TickFilter
from quotedesk.market.quote import Update


class Intake:
    """Takes in the updates of one session.

    Attributes:
        filter: which updates are taken.
    """

    def __init__(self, subscriptions: Subscriptions, statuses: SymbolStatuses, counts: Counts) -> None:
        self.filter = TickFilter(subscriptions.is_wanted, in_order=subscriptions.limits.in_order)
        self._list = subscriptions
        self._statuses = statuses
        self._counts = counts

    def take(self, updates: Sequence[Update], now_s: float) -> bool:
        """These were accepted; the newest of a code stands for all. True where one is the first proof of its code."""
        if len(updates) == 1:  # a Counter costs as much as all the rest
            code = updates[0].code
            self._counts.applied[code] += 1
            is_proof = not self._list.has_ticked(code)
            self._statuses.updated(updates[0], now_s, 1)
            self._list.ticked(code, now_s)
            return is_proof
        counts = Counter([update.code for update in updates])
        self._counts.applied.update(counts)
        is_proof = False
        for code, update in {update.code: update for update in updates}.items():
            is_proof = is_proof or not self._list.has_ticked(code)
            self._statuses.updated(update, now_s, counts[code])
            self._list.ticked(code, now_s)
        return is_proof

    def drop(self, update: Update, reason: str, now_s: float) -> bool:
        """This one was rejected. True where something follows from it."""
        self._counts.dropped[reason] += 1
        if reason == "duplicate":
            self._statuses.traces.repeated(update.code)
        elif reason == "older":
            self._statuses.traces.overtaken(update.code)
        return reason == "unwanted" and self._list.strayed(update.code, now_s)
