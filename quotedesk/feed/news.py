"""What was heard and not yet told: updates with the time of their reading, and gaps behind them."""

from collections.abc import Iterable, Sequence

import msgspec

from quotedesk.market.batch import Batch
from quotedesk.market.quote import Update
from quotedesk.market.states import RowStatus


class _Heard(msgspec.Struct):
    """What came in one read. Gaps come after its updates."""

    received_s: float
    updates: list[Update]
    gaps: dict[str, None]


class News:
    """The news of one session, until they are asked for. All times are monotonic seconds."""

    def __init__(self) -> None:
        self._heard: list[_Heard] = []

    def add(self, updates: Iterable[Update], received_s: float) -> None:
        """Updates that were read then: with what was read at the same time, unless a gap came in between."""
        newest = self._heard[-1] if self._heard else None
        if newest is None or newest.gaps or newest.received_s != received_s:
            newest = _Heard(received_s, [], {})
            self._heard.append(newest)
        newest.updates.extend(updates)

    def cut(self, codes: Iterable[str], now_s: float) -> None:
        """The unbroken stretch of these codes' updates ends here."""
        if not self._heard:
            self._heard.append(_Heard(now_s, [], {}))
        self._heard[-1].gaps.update(dict.fromkeys(codes))

    def take(self, feed: str, statuses: Sequence[RowStatus], now_s: float) -> list[Batch]:
        """All of it, a batch for each time of reading; the statuses that changed come with the last."""
        if statuses:
            self.cut((), now_s)
        heard, self._heard = self._heard, []
        last = len(heard) - 1
        return [
            Batch(feed, each.updates, each.received_s, tuple(each.gaps), tuple(statuses) if at == last else ())
            for at, each in enumerate(heard)
        ]
