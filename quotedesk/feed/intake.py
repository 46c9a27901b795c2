"""What becomes of what is read: updates that are accepted go to symbol status, subscription trace and the news."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from quotedesk.codec.base import Message
from quotedesk.feed.events import Counts
from quotedesk.feed.news import News
from quotedesk.feed.subscriptions import Subscriptions
from quotedesk.feed.symbol_status import SymbolStatuses
from quotedesk.feed.tick_filter import AHEAD_S, TickFilter
from quotedesk.market.quote import Quote, Trade, Update

PROOF_S = 0.1  # what first updates prove is looked at so late: of ten thousand rows a look is not free


class Intake:
    """Takes in the updates of one session. All times are monotonic seconds.

    `told` gets what is no update, after the updates before it, and returns whether there is a connection still.

    Attributes:
        filter: which updates are taken.
        took_s: when the newest were; -inf before.
    """

    def __init__(
        self,
        subscriptions: Subscriptions,
        statuses: SymbolStatuses,
        counts: Counts,
        news: News,
        told: Callable[[Message, float], bool],
    ) -> None:
        self.filter = TickFilter(subscriptions.is_wanted, in_order=subscriptions.limits.in_order)
        self.took_s = -math.inf
        self._list = subscriptions
        self._statuses = statuses
        self._counts = counts
        self._news = news
        self._told = told

    def read(self, decode: Callable[[bytes], Iterable[Message]], batch: Sequence[bytes], now_s: float) -> float:
        """Frames were read at `now_s`, in this order. Returns when to look what follows from them; inf for never."""
        reason_to_drop, statuses = self.filter.reason_to_drop, self._statuses
        accepted: list[Update] = []
        limit_utc_s = now_s + statuses.wall_ahead_s + AHEAD_S
        look_at_s = math.inf
        for data in batch:
            for message in decode(data):
                kind = type(message)
                if kind is Trade or kind is Quote:
                    if message.time_utc_s > limit_utc_s or statuses.doubts:  # type: ignore[union-attr]
                        message = statuses.doubt(message, limit_utc_s)  # type: ignore[arg-type]
                    if (reason := reason_to_drop(message)) is None:  # type: ignore[arg-type]
                        accepted.append(message)  # type: ignore[arg-type]
                    elif self._drop(message, reason, now_s):  # type: ignore[arg-type]
                        look_at_s = -math.inf
                else:
                    look_at_s = min(look_at_s, self._take(accepted, now_s))  # came before it, and may be a proof
                    accepted = []
                    if not self._told(message, now_s):
                        return look_at_s
        proven_at_s = self._take(accepted, now_s)
        return proven_at_s if proven_at_s < look_at_s else look_at_s

    def _take(self, updates: Sequence[Update], now_s: float) -> float:
        """These were accepted; the newest of a code stands for all. Returns when to look what they prove."""
        if not updates:
            return math.inf
        self.took_s = now_s
        statuses, subscriptions, applied = self._statuses, self._list, self._counts.applied
        parked, is_proof = subscriptions.parked, False
        statuses.spoke(now_s)
        newest: dict[str, Update] = {}
        for update in updates:
            newest[update.code] = update
        # A Counter costs as much as all the rest.
        counts = Counter([update.code for update in updates]) if len(newest) < len(updates) else None
        for code, update in newest.items():
            count = counts[code] if counts else 1
            applied[code] += count
            is_proof = is_proof or not subscriptions.has_ticked(code)
            statuses.updated(update, now_s, count)
            subscriptions.ticked(code, now_s)
        self._news.add(updates, now_s)
        if parked:
            # The last ones before the server let them go: their price must not go on as a line.
            self._news.cut((update.code for update in updates if update.code in subscriptions.parked), now_s)
            if subscriptions.parked != parked:
                statuses.look_at_all(subscriptions.wanted)  # an update may tell that the plan has room for more
        return now_s + PROOF_S if is_proof else math.inf

    def _drop(self, update: Update, reason: str, now_s: float) -> bool:
        """This one was rejected. True where something follows from it."""
        self._counts.dropped[reason] += 1
        if reason == "duplicate":
            self._statuses.traces.repeated(update.code)
        elif reason == "older":
            self._statuses.traces.overtaken(update.code)
        return reason == "unwanted" and self._list.strayed(update.code, now_s)
