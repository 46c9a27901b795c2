"""What becomes of ticks: rejected ones are counted, accepted ones go to symbol status and subscription trace."""

from collections import Counter
from collections.abc import Sequence

from quotedesk.feed.events import Counts
from quotedesk.feed.subscriptions import Subscriptions
from quotedesk.feed.symbol_status import SymbolStatuses
from quotedesk.feed.tick_filter import TickFilter
from quotedesk.market.tick import Tick


class Intake:
    """Of one session.

    Attributes:
        door: which ticks come in.
    """

    def __init__(self, subscriptions: Subscriptions, rows: SymbolStatuses, counts: Counts) -> None:
        self.door = TickFilter(subscriptions.is_wanted)
        self._list = subscriptions
        self._rows = rows
        self._counts = counts

    def take(self, ticks: Sequence[Tick], now_s: float) -> set[str]:
        """These were let in; the newest of a code stands for all. Returns whose row states may change."""
        counts = Counter([tick.code for tick in ticks])
        self._counts.applied.update(counts)
        news: set[str] = set()
        for code, tick in {tick.code: tick for tick in ticks}.items():
            if self._rows.ticked(tick, now_s, counts[code]) or not self._list.has_ticked(code):
                news.add(code)
            self._list.ticked(code, now_s)
        return news

    def drop(self, tick: Tick, reason: str, now_s: float) -> bool:
        """This one was kept out. True where row states may change."""
        self._counts.dropped[reason] += 1
        if reason == "duplicate":
            self._rows.traces.repeated(tick.code)
        return reason == "unwanted" and self._list.strayed(tick.code, now_s)
