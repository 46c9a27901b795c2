"""The past of the lines of a feed: from what earlier runs kept, and what the server has."""

import math
from collections.abc import Awaitable, Collection, Iterator, Sequence
from functools import partial

import msgspec

from quotedesk.codec.base import Page
from quotedesk.engine.reference.feed_context import FeedContext, FetchJob
from quotedesk.engine.reference.wanted_rows import RETRY_S, DueTimes
from quotedesk.market.candle import Candle
from quotedesk.market.errors import QuotedeskError

_MOST_TRIES = 3
_MOST_BARS = 300
_LEAST_BAR_S = 15  # a line of a quarter of an hour has no finer steps than that
_A_DAY_S, _REST_S = 86_400.0, 4 * 86_400.0  # a market may have rested for so long


class LineCandles:
    """For one feed.

    Attributes:
        due: when the candles of rows are to be asked for.
    """

    def __init__(self, context: FeedContext) -> None:
        self.due = DueTimes()
        self._context = context
        self._tries: dict[str, int] = {}
        self._unread: set[str] = set()  # codes whose kept candles were not looked for yet

    def want(self, new: Sequence[str], now_s: float) -> None:
        """These rows are new."""
        self.due.update(dict.fromkeys(new, now_s))
        self.due.keep_only(self._context.rows.wanted)
        for code in new:
            self._tries.pop(code, None)
        self._unread.update(new)

    def fill_anew(self, some: Collection[str] | None = None) -> None:
        """Candles anew for all rows, or some, first those that are kept."""
        codes = [code for code in self._context.rows.codes if some is None or code in some]
        if some is None:
            self.due.clear()
        self.want(codes, self._context.clock.now_s())

    def pending(self, now_s: float) -> int:
        """How many lines are to be fetched now."""
        return sum(1 for _ in self._context.rows.due(self.due, now_s))

    def jobs(self, now_s: float) -> Iterator[FetchJob]:
        """The most important line that is due."""
        context, reference = self._context, self._context.reference
        bar_s, count = self._bars()
        code = next(context.rows.due(self.due, now_s), None)
        if code is None:
            return
        count = context.kept.missing(code, bar_s, count, now_s, context.clock.utc_s(now_s))
        candles = reference.candles(code, bar_s, count, None) if bar_s and count else None
        if bar_s and not count:
            del self.due[code]  # a chart has asked for the same
        elif candles is None or context.services.quotes is None:
            self.due.clear()
        else:
            request = msgspec.structs.replace(candles, codes=(code,))
            yield FetchJob("the past of the line", request, reference.read_candles, partial(self._came, bar_s, count))

    def answered(self, code: str, bar_s: int, page: Page[Candle] | None) -> None:
        """An answer, also to a chart: where it is of the length of the lines, one can be made of it, or None."""
        if bar_s != self._bars()[0] or code not in self._context.rows.wanted:
            return
        now_s = self._context.clock.now_s()
        tries = self._tries[code] = self._tries.get(code, 0) + 1
        if code in self.due:
            if (page is not None and not page.fault) or tries >= _MOST_TRIES:
                del self.due[code]
            else:
                self.due[code] = now_s + RETRY_S
        self._context.done += page is not None

    async def take(self, code: str, bar_s: int, count: int, page: Page[Candle]) -> list[Candle]:
        """Keep what came, also for a chart, and fill the line with it; all that is known now."""
        clock = self._context.clock
        now_s = clock.now_s()
        candles = await self._context.kept.take(
            code, bar_s, count, page.items, now_s, clock.utc_s(now_s), is_whole=not page.fault
        )
        if bar_s == self._bars()[0]:
            self._fill(code, candles, bar_s)
        return candles

    async def recall(self) -> None:
        """Fill lines from what earlier runs kept."""
        context = self._context
        bar_s, _ = self._bars()
        if not self._unread or context.store is None or context.services.quotes is None or not bar_s:
            return
        codes = [code for code in context.rows.codes if code in self._unread]
        self._unread.clear()
        try:
            context.of_server((await context.source.find_web()).url)
        except QuotedeskError:
            return
        since_utc_s = context.clock.utc_s(context.clock.now_s()) - context.owner.span_s - bar_s
        if context.owner.span_s >= _A_DAY_S:
            since_utc_s -= _REST_S
        for code, candles in (await context.kept.recall(codes, bar_s, since_utc_s)).items():
            self._fill(code, candles, bar_s)

    def _came(
        self, bar_s: int, count: int, job: FetchJob, page: Page[Candle] | None, rest_s: float
    ) -> Awaitable[object] | None:
        (code,) = job.request.codes
        self.answered(code, bar_s, page)
        return self.take(code, bar_s, count, page) if page is not None else None

    def _bars(self) -> tuple[int, int]:
        """The length of the candles that fill a line, in seconds, and how many; 0 for none."""
        reference, span_s = self._context.reference, self._context.owner.span_s
        most = min(reference.most_candles, _MOST_BARS)
        fine = [bar_s for bar_s in reference.bars_s if bar_s >= _LEAST_BAR_S and span_s / bar_s < most]
        return (fine[0], math.ceil(span_s / fine[0]) + 1) if fine else (0, 0)

    def _fill(self, code: str, candles: Sequence[Candle], bar_s: int) -> None:
        context, services = self._context, self._context.services
        if services.quotes is None or code not in context.rows.wanted or not candles:
            return
        from quotedesk.quotes.history import Bar

        now_s = context.clock.now_s()
        ahead_s = context.clock.utc_s(now_s) - now_s
        bars = [  # the line leaves out what is too old for it: days, where the market has rested
            Bar(each.start_utc_s - ahead_s, bar_s, each.open.value, each.high.value, each.low.value, each.close.value)
            for each in candles[-_MOST_BARS:]
        ]
        services.quotes.seed_past(context.instrument(code), bars, now_s)
        if services.recorder is not None:
            services.recorder.has_past(context.instrument(code), bars)
        services.display.wake()
