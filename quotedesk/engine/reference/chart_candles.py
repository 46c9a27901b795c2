"""The candles that charts ask for: what is known of them at once, then what is missing."""

import contextlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial

import msgspec

from quotedesk.codec.base import Page
from quotedesk.engine.reference.feed_context import FeedContext, FetchJob
from quotedesk.engine.reference.line_candles import LineCandles
from quotedesk.market.candle import Candle
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument

_MOST_CHARTS = 8  # that wait for candles: who goes through the rows by key wants the last one

CandlesTold = Callable[[Instrument, int, Sequence[Candle], str, bool], None]


class _Chart:
    """Candles that a chart waits for: the newest `count` of a code, and what is to be asked once that is known."""

    __slots__ = ("bar_s", "code", "count", "job", "told")

    def __init__(self, code: str, bar_s: int, count: int, told: CandlesTold) -> None:
        self.code = code
        self.bar_s = bar_s
        self.count = count
        self.told = told
        self.job: FetchJob | None = None


class ChartCandles:
    """For one feed. What comes for a chart is good for the line of its row as well."""

    def __init__(self, context: FeedContext, lines: LineCandles) -> None:
        self._context = context
        self._lines = lines
        self._charts: list[_Chart] = []  # the newest wish last

    def ask(self, code: str, bar_s: int, count: int, told: CandlesTold) -> None:
        """See ReferenceData.ask_candles."""
        context = self._context
        if bar_s not in context.reference.bars_s or context.reference.candles(code, bar_s, count, None) is None:
            told(context.instrument(code), bar_s, (), "the feed has no such candles", True)
            return
        chart = _Chart(code, bar_s, count, told)
        for other in [each for each in self._charts if (each.code, each.bar_s) == (code, bar_s)]:
            if other.job is not None and other.count >= count:  # it is told to all windows
                chart.job = other.job
            self._charts.remove(other)
        self._charts.append(chart)
        del self._charts[:-_MOST_CHARTS]
        if chart.job is None:
            context.services.tasks.spawn(self._recall(chart), "kept candles of a chart")

    @property
    def is_recalling(self) -> bool:
        """Is it still looked for what is known?"""
        return any(chart.job is None for chart in self._charts)

    def jobs(self) -> Iterator[FetchJob]:
        """What the chart wants that asked last."""
        if self._charts and (newest := self._charts[-1].job) is not None:
            yield newest

    def not_asked(self, job: FetchJob) -> None:
        """There is no way to ask for it: those that wait for it are told so."""
        self._give_up([each for each in self._charts if each.job is job])

    async def _recall(self, chart: _Chart) -> None:
        """Tell what is known, and see what is to be asked for."""
        context, code, bar_s = self._context, chart.code, chart.bar_s
        candles: list[Candle] = []
        with contextlib.suppress(QuotedeskError):  # there is no server to ask: that is told when it is asked
            context.of_server((await context.source.find_web()).url)
            candles = (await context.kept.recall([code], bar_s)).get(code, [])
        if chart not in self._charts or context.owner.is_closed:
            return
        now_s = context.clock.now_s()
        count = context.kept.missing(code, bar_s, chart.count, now_s, context.clock.utc_s(now_s))
        request = context.reference.candles(code, bar_s, count, None) if count else None
        if request is None:
            self._charts.remove(chart)
        else:
            request = msgspec.structs.replace(request, codes=(code,))
            came = partial(self._came, bar_s, count)
            chart.job = FetchJob("the candles of a chart", request, context.reference.read_candles, came)
        if candles or request is None:
            chart.told(context.instrument(code), bar_s, candles, "", request is None)
        context.begin()

    def _came(
        self, bar_s: int, count: int, job: FetchJob, page: Page[Candle] | None, rest_s: float
    ) -> Awaitable[None] | None:
        (code,) = job.request.codes
        waiting = [each for each in self._charts if each.job is job]
        self._lines.answered(code, bar_s, page)
        if page is not None:
            return self._take(code, bar_s, count, page, waiting)
        self._give_up(waiting)
        return None

    async def _take(self, code: str, bar_s: int, count: int, page: Page[Candle], waiting: Sequence[_Chart]) -> None:
        """Keep what came, and give it to whom it is for."""
        candles = await self._lines.take(code, bar_s, count, page)
        fault = page.fault if candles or not page.items else page.fault or "the feed sent candles of another length"
        for chart in waiting:
            self._tell(chart, candles, fault)

    def _give_up(self, waiting: Sequence[_Chart]) -> None:
        for chart in waiting:
            self._tell(chart, (), "the feed could not be asked")

    def _tell(self, chart: _Chart, candles: Sequence[Candle], fault: str) -> None:
        if chart in self._charts:
            self._charts.remove(chart)
        chart.told(self._context.instrument(chart.code), chart.bar_s, candles, fault, True)
