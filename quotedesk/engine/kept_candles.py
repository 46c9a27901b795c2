"""What is known of one server's candles, on disk and of the last answers, and how many of a wish are still missing."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from quotedesk.config.reference_store import ReferenceStore
from quotedesk.market.candle import Candle

FRESH_S = 120.0  # so long after an answer nothing more is asked for the same candles
MOST = 5_000  # candles that are given at once, the newest; hundreds are asked for
_NEAREST = 0.9  # of a bar: candles that stand closer are of another length. A day with 23 hours is a day.
_CERTAIN = 12  # so many steps that are all multiples of one are no accident of a symbol that seldom trades


@dataclass(frozen=True, slots=True)
class CandleCoverage:
    """Of which time the candles of one symbol and length are all known.

    Attributes:
        since_utc_s, until_utc_s: from the start of the oldest to the end of the newest that is final.
        answered_s: when a server last answered, monotonic seconds; of earlier runs minus infinity.
        running: the newest, which is not final.
    """

    since_utc_s: float
    until_utc_s: float
    answered_s: float = -math.inf
    running: Candle | None = None


class KeptCandles:
    """For one feed. `store` is None where nothing is kept on disk: then each wish is asked for whole."""

    def __init__(self, store: ReferenceStore | None) -> None:
        self._store = store
        self._source = ""
        self._known: dict[tuple[str, int], CandleCoverage] = {}

    def of_server(self, source: str) -> None:
        """What comes from now on is of this server; what another one said is not of it."""
        if source != self._source:
            self._source = source
            self._known.clear()

    async def recall(self, codes: Sequence[str], bar_s: int, since_utc_s: float = -math.inf) -> dict[str, list[Candle]]:
        """All that is known of some symbols, the oldest first; nothing of those of which nothing is."""
        if self._store is None:
            return {}
        source = self._source
        kept = await asyncio.to_thread(self._store.candles, source, codes, bar_s, since_utc_s)
        found: dict[str, list[Candle]] = {}
        if source != self._source:
            return found
        for code, (candles, covered) in kept.items():
            known = self._known.setdefault((code, bar_s), CandleCoverage(*covered))
            if known.running is not None and (not candles or candles[-1].start_utc_s < known.running.start_utc_s):
                candles.append(known.running)
            if candles:
                found[code] = candles[-MOST:]
        return found

    def missing(self, code: str, bar_s: int, count: int, now_s: float, utc_s: float) -> int:
        """How many of the newest `count` candles are to be asked for; to be called after `recall`."""
        known = self._known.get((code, bar_s))
        if known is None or self._store is None or not known.since_utc_s <= utc_s - (count - 1) * bar_s:
            return count
        if 0 <= now_s - known.answered_s < FRESH_S:
            return 0
        since = (utc_s - known.until_utc_s) / bar_s
        return min(count, max(2, math.floor(since) + 2)) if since >= 0 else count

    async def take(
        self,
        code: str,
        bar_s: int,
        count: int,
        candles: Sequence[Candle],
        now_s: float,
        utc_s: float,
        *,
        is_whole: bool,
    ) -> list[Candle]:
        """An answer to a wish for the newest `count`; all that is known now. Not `is_whole`: some could not be read."""
        ordered = await asyncio.to_thread(_ordered, candles, bar_s, utc_s)
        if self._store is None or not ordered or not is_whole:
            return ordered
        key, source = (code, bar_s), self._source
        finals = [each for each in ordered if each.is_final and each.start_utc_s + bar_s <= utc_s]
        until_utc_s = min([utc_s // bar_s * bar_s, *(each.start_utc_s for each in ordered[len(finals) :])])
        since_utc_s = ordered[0].start_utc_s
        if len(ordered) < count:  # there are no older ones
            since_utc_s = min(since_utc_s, utc_s - count * bar_s)
        before = self._known.get(key)
        if before is not None and since_utc_s <= before.until_utc_s:
            since_utc_s = min(since_utc_s, before.since_utc_s)
        running = ordered[-1] if len(finals) < len(ordered) else None
        self._known[key] = CandleCoverage(since_utc_s, until_utc_s, now_s, running)
        covered = since_utc_s, until_utc_s
        await asyncio.to_thread(self._store.keep_candles, source, code, bar_s, finals, utc_s, covered)
        return (await self.recall([code], bar_s)).get(code, ordered)


def _ordered(candles: Sequence[Candle], bar_s: int, utc_s: float) -> list[Candle]:
    """What can be, oldest first, the later of two with one start; nothing where they are of another length."""
    found = {each.start_utc_s: each for each in candles if each.is_possible and each.start_utc_s <= utc_s}
    starts = sorted(found)[-MOST:]
    return [found[start] for start in starts] if _are_of(starts, bar_s) else []


def _are_of(starts_s: Sequence[float], bar_s: int) -> bool:
    """Can candles that begin then be of this length? As quotes.bars judges them, which brings numpy."""
    steps = sorted(after - before for before, after in pairwise(starts_s))
    if not steps:
        return True
    is_shorter = steps[len(steps) // 2] < _NEAREST * bar_s
    is_longer = len(steps) >= _CERTAIN and steps[0] > 1.5 * bar_s and not any(step % steps[0] for step in steps)
    return not is_shorter and not is_longer
