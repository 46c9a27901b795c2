"""What one feed tells by HTTP: its requests one at a time, what matters most first, as its budget allows."""

import asyncio
import logging
import math
from collections.abc import Iterator, Sequence
from urllib.parse import quote, urlencode

from quotedesk.codec.base import Page, Reference, Request
from quotedesk.engine.reference.chart_candles import CandlesTold, ChartCandles
from quotedesk.engine.reference.directories import FeedDirectory
from quotedesk.engine.reference.feed_context import FeedContext, FetchJob, ReferenceOwner
from quotedesk.engine.reference.line_candles import LineCandles
from quotedesk.engine.reference.snapshots import Snapshots
from quotedesk.engine.reference.spent import SpentBudget
from quotedesk.engine.reference.wanted_rows import RETRY_S
from quotedesk.engine.source import Source
from quotedesk.market.batch import Batch
from quotedesk.market.errors import QuotedeskError
from quotedesk.net.http import Fetched

_FIRST_REST_S = 10.0  # after an answer that says no, then twice as long
_MOST_REST_S = 120.0
_SOON_S = 1.0

log = logging.getLogger("quotedesk")


class FeedReference:
    """For one feed; what it does not say here, see ReferenceData."""

    def __init__(self, owner: ReferenceOwner, source: Source, reference: Reference) -> None:
        self._context = FeedContext(owner, source, reference, self._begin)
        self._clock = owner.services.clock
        self._woken = self._context.woken
        self._rows = self._context.rows
        self._spent = SpentBudget(self._context)
        self._snapshots = Snapshots(self._context)
        self._lines = LineCandles(self._context)
        self._charts = ChartCandles(self._context, self._lines)
        self._directory = FeedDirectory(self._context)
        self._faults = 0
        self._rest_until_s = -math.inf
        self._has_no_way = False  # there is no key, or no server of ours: the link says so
        self._is_waiting = False
        self._go_on_s = -math.inf  # when the worker looks again
        self._run: asyncio.Task[None] | None = None

    # What is wanted

    @property
    def is_in_use(self) -> bool:
        """Does any row want it over the network?"""
        return bool(self._rows.wanted) and self._context.source.answers is None

    def want(self, codes: Sequence[str]) -> None:
        """All rows of the feed, the most important first."""
        new = self._rows.want(codes)
        now_s = self._clock.now_s()
        self._snapshots.want(new, now_s, can_ask=not self._has_no_way and now_s >= self._rest_until_s)
        self._lines.want(new, now_s)
        self._directory.want(new, now_s)
        self._begin()

    def need_directory(self) -> None:
        """A search begins."""
        if self._directory.need():
            self._begin()

    def ask_again(self, code: str) -> None:
        """What this row counts from has run out."""
        if code in self._rows.wanted:
            self._snapshots.due[code] = self._clock.now_s()
            self._woken.set()

    def ask_candles(self, code: str, bar_s: int, count: int, told: CandlesTold) -> None:
        """A chart wants the newest so many candles of a length."""
        self._charts.ask(code, bar_s, count, told)

    def fill_lines(self) -> None:
        """Lines reach back another span."""
        self._lines.fill_anew()
        self._woken.set()

    def hear(self, batch: Batch) -> None:
        """What the stream says need not be asked for; of what is refused nothing is asked."""
        self._snapshots.hear(batch)
        if self._rows.hear(batch.statuses):
            self._woken.set()

    def cancel(self) -> None:
        """The user does not want what is missing now."""
        now_s = self._clock.now_s()
        self._snapshots.cancel(now_s)
        self._lines.due.cancel(now_s)
        self._directory.cancel(now_s)

    def second(self) -> None:
        """Once a second: what waited may go on."""
        now_s = self._clock.now_s()
        if now_s >= self._go_on_s:
            self._woken.set()
        self._snapshots.second(now_s)

    def retry_now(self) -> None:
        """There may be a key now, or a server again."""
        now_s = self._clock.now_s()
        self._rest_until_s = -math.inf
        self._snapshots.due.retry(now_s)
        self._lines.due.retry(now_s)
        self._woken.set()

    async def close(self) -> None:
        """End all that is under way."""
        if self._run is not None:
            self._run.cancel()
            await asyncio.gather(self._run, return_exceptions=True)

    # How far it is

    @property
    def is_idle(self) -> bool:
        """Is nothing under way?"""
        is_waiting = self._run is None or (self._is_waiting and not self._woken.is_set())
        return is_waiting and not self._charts.is_recalling

    @property
    def pending(self) -> int:
        """How many things are to be fetched now; none while there is no way to, or nobody to wait for."""
        if self._has_no_way or self._context.source.answers is not None:
            return 0
        now_s = self._clock.now_s()
        return self._snapshots.pending(now_s) + self._lines.pending(now_s) + self._directory.pending(now_s)

    @property
    def done(self) -> int:
        """How many things were fetched since all was."""
        return self._context.done

    def count_anew(self) -> None:
        """All was fetched."""
        self._context.done = 0

    @property
    def wait_s(self) -> float:
        """How long nothing will be asked."""
        return max(0.0, self._go_on_s - self._clock.now_s())

    # The worker

    def _begin(self) -> None:
        context = self._context
        if context.owner.is_closed:
            return
        if self._run is None or self._run.done():
            self._run = context.services.tasks.spawn(self._work(), f"reference of {context.feed.name}")
        self._woken.set()

    async def _work(self) -> None:
        await self._spent.recall()
        while True:
            self._woken.clear()
            await self._lines.recall()
            await self._directory.look_up()
            wait_s = await self._step()
            self._go_on_s = self._clock.now_s() + wait_s
            if 0 < wait_s < _SOON_S:
                await asyncio.sleep(wait_s)
            elif wait_s:
                self._is_waiting = True
                await self._woken.wait()
                self._is_waiting = False

    async def _step(self) -> float:
        """Make the request that matters most and may be made now; how long to wait for the next one."""
        now_s = self._clock.now_s()
        await self._directory.look(now_s)
        if now_s < self._rest_until_s:
            return self._rest_until_s - now_s
        waits_s = [self._next_s(now_s)]
        for job in self._jobs(now_s):
            wait_s = self._spent.wait_s(job.request, now_s)
            if wait_s <= 0:
                return await self._do(job)
            waits_s.append(wait_s)
        return min(waits_s)

    def _next_s(self, now_s: float) -> float:
        """How long until something else is due."""
        parts = (self._snapshots.due, self._lines.due, self._directory)
        return min(part.next_s(now_s) for part in parts) - now_s

    def _jobs(self, now_s: float) -> Iterator[FetchJob]:
        """What is missing, one of each kind, the most important first."""
        yield from self._charts.jobs()
        yield from self._snapshots.jobs(now_s)
        yield from self._lines.jobs(now_s)
        yield from self._directory.jobs()

    async def _do(self, job: FetchJob) -> float:
        """Make a request; how long to wait then."""
        context, http = self._context, self._context.owner.http
        if (answers := context.source.answers) is not None:
            now_s = self._clock.now_s()
            await self._spent.spend(job.request)
            data = await asyncio.to_thread(answers, job.request, self._clock.utc_s(now_s))
            await self._take(job, Fetched(data))
            return 0.0
        try:
            target = await context.source.find_web()
        except QuotedeskError as fault:  # no key, no demo server: the link says so
            log.info("%s: nothing is asked by HTTP: %s", context.feed.name, fault)
            self._has_no_way = True
            self._snapshots.await_none()
            self._charts.not_asked(job)
            return RETRY_S
        self._has_no_way = False
        url = _url(target.url, job.request)
        if rest_s := http.rest_s(url):
            self._snapshots.await_none()
            return rest_s
        context.of_server(target.url)
        await self._spent.spend(job.request)
        provider = context.feed.provider
        headers = dict(zip(provider.key_headers, provider.secrets_in(target.key), strict=False))
        came = await http.fetch(
            url,
            key=target.key if provider.key_in_url and not headers else None,
            key_headers=headers,
            body=job.request.body,
            etag=self._directory.known_etag(job),
            refusals=provider.refusals,
        )
        self._spent.ended(job.request)
        await self._take(job, came)
        return came.rest_s

    async def _take(self, job: FetchJob, came: Fetched) -> None:
        """Give a job what came."""
        context = self._context
        if came.fault:
            self._failed(job.what, came.fault)
            job.done(job, None, came.rest_s)
            return
        if came.is_unchanged:
            job.done(job, Page(), 0.0)
            self._fetched()
            return
        page = await asyncio.to_thread(job.read, came.data, job.request)
        self._directory.has_etag(job, came.etag)
        if page.fault and not page.items:
            self._failed(job.what, page.fault)
        else:
            if page.fault:
                log.info("%s: %s: %s", context.feed.name, job.what, context.services.redactor.clean(page.fault))
            self._fetched()
        if (taking := job.done(job, page, 0.0)) is not None:
            await taking

    def _fetched(self) -> None:
        self._faults, self._context.is_told = 0, False

    def _failed(self, what: str, fault: str) -> None:
        """Ask nothing for a while, and tell it."""
        self._rest_until_s = self._clock.now_s() + min(_FIRST_REST_S * 2**self._faults, _MOST_REST_S)
        self._faults += 1
        self._snapshots.await_none()
        self._context.tell_fault(what, fault)


def _url(base: str, request: Request) -> str:
    query = urlencode(request.params, quote_via=quote)
    return f"{base}{request.path}{f'?{query}' if query else ''}"
