"""What the feeds tell by HTTP, in the background: previous closes, the past of the lines, directories of symbols.

Knows what is missing and what matters most: rows in the order in which they are wanted. Each feed's requests go one at
a time, as its budget allows; what fails is told once, and prices go on without it.
"""

import asyncio
import contextlib
import logging
import math
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from quotedesk.codec.base import Feed, Page, Reference, Request
from quotedesk.config.directory_store import DirectoryStore
from quotedesk.config.reference_store import ReferenceStore
from quotedesk.engine.kept_candles import KeptCandles
from quotedesk.engine.services import Services
from quotedesk.engine.source import Source
from quotedesk.market.batch import Batch
from quotedesk.market.candle import Candle
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from quotedesk.market.listing import Listing
from quotedesk.market.quote import Quote, Status
from quotedesk.market.states import RowState
from quotedesk.net.budget import Spending
from quotedesk.net.http import Fetched, HttpClient

STREAM_S = 2.0  # so long the stream may take to say what a row counts from, before HTTP is asked
AWAITED_S = 10.0  # so long change is unknown at most for that; then it counts from the first price that was seen
SNAPSHOT_S = 3600.0  # a day may have turned
DIRECTORY_S = 86_400.0
RETRY_S = 900.0
TOLD_S = 3600.0  # what fails for one row and comes for the next is told so seldom
SHORT_S = 900.0  # how far back a line reaches, as quotes/history has it; it is not imported, as it brings numpy
_FIRST_REST_S = 10.0  # after an answer that says no, then twice as long
_MOST_REST_S = 120.0
_MOST_TRIES = 3
_MOST_BARS = 300
_LEAST_BAR_S = 60
_MOST_PAGES = 500
_LONG_WINDOW_S = 3600.0  # what is spent of such a budget is kept for the next run
_SOON_S = 1.0
_LONG_WAIT_S = 20.0  # is said
_MOST_CHARTS = 8  # that wait for candles: who goes through the rows by key wants the last one
_WAITS = frozenset((RowState.REFUSED, RowState.PARKED))

CandlesTold = Callable[[Instrument, int, Sequence[Candle], str, bool], None]

log = logging.getLogger("quotedesk")


class _Job:
    """One request that is to be made, and whom its answer is given.

    Attributes:
        what: it is for, in words.
        read: the codec's reading of the answer.
        done: takes what came of it; the page is None where nothing came, and the way to the server rests so long. What
            it gives back, if anything, is awaited before anything else is asked.
    """

    __slots__ = ("done", "read", "request", "what")

    def __init__(
        self,
        what: str,
        request: Request,
        read: Callable[[bytes, Request], Page[Any]],
        done: "Callable[[_Job, Page[Any] | None, float], Awaitable[None] | None]",
    ) -> None:
        self.what = what
        self.request = request
        self.read = read
        self.done = done


class _Chart:
    """Candles that a chart waits for: the newest `count` of a code, and what is to be asked once that is known."""

    __slots__ = ("bar_s", "code", "count", "job", "told")

    def __init__(self, code: str, bar_s: int, count: int, told: CandlesTold) -> None:
        self.code = code
        self.bar_s = bar_s
        self.count = count
        self.told = told
        self.job: _Job | None = None


class ReferenceData:
    """One for a run; it is among the consumers, as what the stream says need not be asked for.

    `find_source` is as for Feeds. `directories` and `store` are None where nothing is to be kept.

    Attributes:
        span_s: how far back lines are filled.
        is_closed: nothing is asked any more.
        listed: is told a feed, and how its wanted codes trade by its directory.
    """

    def __init__(
        self,
        services: Services,
        find_source: Callable[[str], Source],
        http: HttpClient,
        directories: DirectoryStore | None = None,
        store: ReferenceStore | None = None,
    ) -> None:
        self.span_s = SHORT_S
        self.services = services
        self.http = http
        self.directories = directories
        self.store = store
        self.listed: Callable[[str, Sequence[Status]], None] = lambda feed, conditions: None
        self._find_source = find_source
        self._spendings: dict[str, Spending] = {}  # by provider: a budget is a token's
        self._feeds: dict[str, _FeedReference] = {}
        self._shown = ""
        self.is_closed = False

    def want(self, instruments: Iterable[Instrument]) -> None:
        """All that is wanted, the most important first. Needs the running loop."""
        by_feed: dict[str, list[str]] = {name: [] for name in self._feeds}
        for instrument in instruments:
            by_feed.setdefault(instrument.feed, []).append(instrument.code)
        for name, codes in by_feed.items():
            if (here := self._of(name)) is not None:
                here.want(codes)

    def consume(self, batch: Batch) -> None:
        """What the stream says; see engine.services.Consumer."""
        if (here := self._feeds.get(batch.feed)) is not None:
            here.hear(batch)

    def need_directories(self, feeds: Iterable[str]) -> None:
        """A search begins: the directories of these feeds are fetched where they are missing or old.

        While every row is of the demo feed nobody has chosen a market, and none is asked: what ships has to do.
        """
        if any(here.is_in_use for here in self._feeds.values()):
            for name in feeds:
                if (here := self._of(name)) is not None:
                    here.need_directory()

    def ask_candles(self, instrument: Instrument, bar_s: int, count: int, told: CandlesTold) -> None:
        """A chart wants the newest so many candles of a length; needs the running loop.

        `told` gets what is known of them at once (and that it is not the last answer), then all of them or why there
        are none; but never where charts want others more by then.
        """
        if (here := self._of(instrument.feed)) is not None:
            here.ask_candles(instrument.code, bar_s, count, told)
        else:
            told(instrument, bar_s, (), "the feed tells none", True)

    def ask_again(self, instruments: Iterable[Instrument]) -> None:
        """What these rows count from has run out: their day turned."""
        for instrument in instruments:
            if (here := self._feeds.get(instrument.feed)) is not None:
                here.ask_again(instrument.code)

    def set_span(self, span_s: float) -> None:
        """Lines reach so far back from now on."""
        if span_s != self.span_s:
            self.span_s = span_s
            for here in self._feeds.values():
                here.fill_lines()

    def cancel(self) -> None:
        """The user does not want what is missing now; rows that are added later are asked for."""
        for here in self._feeds.values():
            here.cancel()
        self._show()

    def second(self) -> None:
        """Once a second: what waited may go on, and how far it is is shown."""
        for here in self._feeds.values():
            here.second()
        self._show()

    def network_changed(self) -> None:
        """The computer is on another network: what could not be reached is tried at once."""
        self.http.network_changed()
        self.retry_now()

    def retry_now(self) -> None:
        """There may be a key now, or a server again. One that wants to be left alone is."""
        for here in self._feeds.values():
            here.retry_now()

    @property
    def is_idle(self) -> bool:
        """Is nothing under way, though something may wait for its time?"""
        return all(here.is_idle for here in self._feeds.values())

    async def close(self) -> None:
        """End all that is under way."""
        self.is_closed = True
        await asyncio.gather(*(here.close() for here in self._feeds.values()))
        await self.http.close()
        if self.store is not None:
            await asyncio.to_thread(self.store.close)

    def spending(self, feed: Feed, reference: Reference) -> Spending:
        """What is left of the budget of the feed's provider."""
        return self._spendings.setdefault(feed.provider.name, Spending(reference.budget))

    def _of(self, name: str) -> "_FeedReference | None":
        """None for a feed that tells nothing by HTTP, or is unknown."""
        here = self._feeds.get(name)
        if here is None and not self.is_closed:
            try:
                source = self._find_source(name)
            except KeyError:
                return None
            if source.feed.reference is None:
                return None
            here = self._feeds[name] = _FeedReference(self, source, source.feed.reference)
        return here

    def _show(self) -> None:
        pending = sum(here.pending for here in self._feeds.values())
        if not pending:
            for here in self._feeds.values():
                here.done = 0
            words = ""
        else:
            done = sum(here.done for here in self._feeds.values())
            words = f"Fetching {done + 1:,} of {done + pending:,}\N{HORIZONTAL ELLIPSIS}"
            wait_s = min(here.wait_s for here in self._feeds.values() if here.pending)
            if wait_s > _LONG_WAIT_S:
                words = f"{pending:,} of {done + pending:,} missing; goes on {_in(wait_s)}"
        if words != self._shown:
            self._shown = words
            self.services.display.show_fetching(words)


def _in(wait_s: float) -> str:
    if wait_s < 90:
        return f"in {math.ceil(wait_s / 10) * 10:.0f} s"
    minutes = math.ceil(wait_s / 60)
    return f"in {minutes} min" if minutes < 90 else f"in {math.ceil(minutes / 60)} h"


class _FeedReference:
    """What one feed tells.

    Attributes:
        done: how many things were fetched since all was.
    """

    def __init__(self, owner: ReferenceData, source: Source, reference: Reference) -> None:
        self.done = 0
        self._owner = owner
        self._source = source
        self._feed = source.feed
        self._reference = reference
        self._spending = owner.spending(source.feed, reference)
        self._woken = asyncio.Event()
        self._codes: tuple[str, ...] = ()
        self._wanted: frozenset[str] = frozenset()
        self._held_back: set[str] = set()  # refused or parked: their turn may come
        self._snapshot_s: dict[str, float] = {}  # code -> when it is to be asked for
        self._awaited_s: dict[str, float] = {}  # code -> until when its change waits for what it counts from
        self._alone: set[str] = set()  # codes that failed in company
        self._line_s: dict[str, float] = {}  # code -> when its candles are to be asked for
        self._tries: dict[str, int] = {}
        self._unread: set[str] = set()  # codes whose kept candles were not looked for yet
        self._unlisted: set[str] = set()  # codes that were not looked up in the directory yet
        self._following: list[_Job] = []
        self._charts: list[_Chart] = []  # the newest wish last
        self._kept = KeptCandles(owner.store)
        self._directory_s = math.inf  # when it is to be looked whether it is old
        self._pages: list[Request] = []
        self._listings: list[Listing] = []
        self._pages_read = 0
        self._etag = ""
        self._faults = 0
        self._rest_until_s = -math.inf
        self._has_no_way = False  # there is no key, or no server of ours: the link says so
        self._is_waiting = False
        self._go_on_s = -math.inf  # when the worker looks again
        self._is_told = False
        self._told_s: dict[str, float] = {}  # what could not be fetched -> when that was told
        self._base = ""  # where it was fetched last
        self._run: asyncio.Task[None] | None = None

    # What is wanted

    @property
    def is_in_use(self) -> bool:
        """Does any row want it?"""
        return bool(self._wanted)

    def want(self, codes: Sequence[str]) -> None:
        """See ReferenceData."""
        before, self._codes = self._wanted, tuple(codes)
        self._wanted = frozenset(codes)
        now_s = self._owner.services.clock.now_s()
        for code in self._codes:
            if code not in before:
                self._snapshot_s[code] = now_s + STREAM_S
                self._line_s[code] = now_s
                self._tries.pop(code, None)
                self._unread.add(code)
                self._unlisted.add(code)
        for due in (self._snapshot_s, self._line_s):
            for code in [code for code in due if code not in self._wanted]:
                del due[code]
        self._await([code for code in self._codes if code not in before], now_s)
        if self._codes and self._directory_s == math.inf:
            self._directory_s = now_s + STREAM_S
        self._begin()

    def need_directory(self) -> None:
        """See ReferenceData."""
        if self._directory_s == math.inf:
            self._directory_s = self._owner.services.clock.now_s()
            self._begin()

    def ask_again(self, code: str) -> None:
        """See ReferenceData."""
        if code in self._wanted:
            self._snapshot_s[code] = self._owner.services.clock.now_s()
            self._woken.set()

    def ask_candles(self, code: str, bar_s: int, count: int, told: CandlesTold) -> None:
        """See ReferenceData."""
        if bar_s not in self._reference.bars_s or self._reference.candles(code, bar_s, count, None) is None:
            told(Instrument(self._feed.name, code), bar_s, (), "the feed has no such candles", True)
            return
        chart = _Chart(code, bar_s, count, told)
        for other in [each for each in self._charts if (each.code, each.bar_s) == (code, bar_s)]:
            if other.job is not None and other.count >= count:  # it is told to all windows
                chart.job = other.job
            self._charts.remove(other)
        self._charts.append(chart)
        del self._charts[:-_MOST_CHARTS]
        if chart.job is None:
            self._owner.services.tasks.spawn(self._recall_chart(chart), "kept candles of a chart")

    async def _recall_chart(self, chart: _Chart) -> None:
        """Tell what is known, and see what is to be asked for."""
        code, bar_s, clock = chart.code, chart.bar_s, self._owner.services.clock
        candles: list[Candle] = []
        with contextlib.suppress(QuotedeskError):  # there is no server to ask: that is told when it is asked
            self._of_server((await self._source.find_web()).url)
            candles = (await self._kept.recall([code], bar_s)).get(code, [])
        if chart not in self._charts or self._owner.is_closed:
            return
        now_s = clock.now_s()
        count = self._kept.missing(code, bar_s, chart.count, now_s, clock.utc_s(now_s))
        request = self._reference.candles(code, bar_s, count, None) if count else None
        if request is None:
            self._charts.remove(chart)
        else:
            request = msgspec.structs.replace(request, codes=(code,))
            came = partial(self._candles_came, bar_s, count)
            chart.job = _Job("the candles of a chart", request, self._reference.read_candles, came)
        if candles or request is None:
            chart.told(Instrument(self._feed.name, code), bar_s, candles, "", request is None)
        self._begin()

    def fill_lines(self) -> None:
        """Another span: all candles anew, first those that are kept."""
        now_s = self._owner.services.clock.now_s()
        self._line_s = dict.fromkeys(self._codes, now_s)
        self._unread = set(self._codes)
        self._tries.clear()
        self._woken.set()

    def hear(self, batch: Batch) -> None:
        """What the stream says of a base need not be asked for; of what is refused nothing is asked."""
        if self._snapshot_s and batch.updates:
            told = [
                update.code
                for update in batch.updates
                if type(update) is Quote and (update.open_24h or update.prev_close)
            ]
            for code in told:
                self._snapshot_s.pop(code, None)
            self._await_no_more(told)
        for status in batch.statuses:
            if status.state in _WAITS:
                self._held_back.add(status.code)
            elif status.code in self._held_back:
                self._held_back.discard(status.code)
                self._woken.set()

    def cancel(self) -> None:
        """See ReferenceData."""
        now_s = self._owner.services.clock.now_s()
        for due in (self._snapshot_s, self._line_s):
            for code in [code for code, at_s in due.items() if at_s <= now_s]:
                del due[code]
        self._await_no_more(list(self._awaited_s))
        self._following.clear()
        self._pages.clear()
        self._listings.clear()
        self._directory_s = now_s + DIRECTORY_S if self._directory_s <= now_s else self._directory_s

    def second(self) -> None:
        """See ReferenceData."""
        now_s = self._owner.services.clock.now_s()
        if now_s >= self._go_on_s:
            self._woken.set()
        self._await_no_more([code for code, until_s in self._awaited_s.items() if until_s <= now_s])

    @property
    def is_idle(self) -> bool:
        """Is nothing under way?"""
        is_recalling = any(chart.job is None for chart in self._charts)
        return not is_recalling and (self._run is None or (self._is_waiting and not self._woken.is_set()))

    @property
    def pending(self) -> int:
        """How many things are to be fetched now; none while there is no way to."""
        if self._has_no_way:
            return 0
        now_s = self._owner.services.clock.now_s()
        rows = sum(1 for due in (self._snapshot_s, self._line_s) for _ in self._due(due, now_s))
        return rows + len(self._following) + (self._directory_s <= now_s or bool(self._pages))

    @property
    def wait_s(self) -> float:
        """How long nothing will be asked."""
        return max(0.0, self._go_on_s - self._owner.services.clock.now_s())

    def retry_now(self) -> None:
        """See ReferenceData."""
        now_s = self._owner.services.clock.now_s()
        self._rest_until_s = -math.inf
        for due in (self._snapshot_s, self._line_s):
            due.update({code: now_s for code, at_s in due.items() if at_s < now_s + RETRY_S})
        self._woken.set()

    async def close(self) -> None:
        """See ReferenceData."""
        if self._run is not None:
            self._run.cancel()
            await asyncio.gather(self._run, return_exceptions=True)

    def _begin(self) -> None:
        if self._owner.is_closed:
            return
        if self._run is None or self._run.done():
            self._run = self._owner.services.tasks.spawn(self._work(), f"reference of {self._feed.name}")
        self._woken.set()

    def _due(self, due: dict[str, float], now_s: float) -> Iterator[str]:
        """Codes whose time it is, the most important first."""
        if due:
            for code in self._codes:
                if due.get(code, math.inf) <= now_s and code not in self._held_back:
                    yield code

    def _await(self, codes: Sequence[str], now_s: float) -> None:
        """The change of new rows is unknown until it is told what it counts from, or that nobody can tell.

        Else it would count from the first price of the run for some seconds, and then jump.
        """
        quotes = self._owner.services.quotes
        has_no_way = self._has_no_way or now_s < self._rest_until_s
        if quotes is None or not codes or has_no_way or self._reference.snapshot(codes[:1]) is None:
            return
        quotes.await_bases(Instrument(self._feed.name, code) for code in codes)
        self._awaited_s |= dict.fromkeys(codes, now_s + AWAITED_S)

    def _await_no_more(self, codes: Iterable[str]) -> None:
        """It was told, or nobody can tell: change counts from the best that is known."""
        ended = [code for code in codes if self._awaited_s.pop(code, None) is not None]
        quotes = self._owner.services.quotes
        if ended and quotes is not None:
            quotes.await_bases((Instrument(self._feed.name, code) for code in ended), on=False)
            self._owner.services.display.wake()

    # The worker

    async def _work(self) -> None:
        await self._recall_spent()
        while True:
            self._woken.clear()
            await self._recall_candles()
            await self._look_up()
            wait_s = await self._step()
            now_s = self._owner.services.clock.now_s()
            self._go_on_s = now_s + wait_s
            if 0 < wait_s < _SOON_S:
                await asyncio.sleep(wait_s)
            elif wait_s:
                self._is_waiting = True
                await self._woken.wait()
                self._is_waiting = False

    async def _step(self) -> float:
        """Make the request that matters most and may be made now; how long to wait for the next one."""
        now_s = self._owner.services.clock.now_s()
        await self._look_at_directory(now_s)
        if now_s < self._rest_until_s:
            return self._rest_until_s - now_s
        waits_s = [self._next_s(now_s)]
        for job in self._jobs(now_s):
            wait_s = self._spending.wait_s(job.request, now_s)
            if wait_s <= 0:
                return await self._do(job)
            waits_s.append(wait_s)
        return min(waits_s)

    def _next_s(self, now_s: float) -> float:
        """How long until something else is due."""
        later = [at_s for due in (self._snapshot_s, self._line_s) for at_s in due.values() if at_s > now_s]
        return min([*later, self._directory_s if self._directory_s > now_s else math.inf], default=math.inf) - now_s

    def _jobs(self, now_s: float) -> Iterator[_Job]:
        """What is missing, one of each kind, the most important first."""
        if self._charts and (newest := self._charts[-1].job) is not None:
            yield newest
        yield from self._following[:1]
        reference = self._reference
        codes = list(self._due(self._snapshot_s, now_s))
        together = [code for code in codes if code not in self._alone] or codes[:1]
        if together and (request := reference.snapshot(together)) is not None:
            if not request.codes:  # at least the first one is among them
                request = msgspec.structs.replace(request, codes=(together[0],))
            yield _Job("the previous close", request, reference.read_snapshot, self._snapshot_came)
        elif together:
            self._snapshot_s.clear()  # the feed has no such thing
        bar_s, count = self._bars()
        code = next(self._due(self._line_s, now_s), None)
        if code is not None:
            count = self._kept.missing(code, bar_s, count, now_s, self._owner.services.clock.utc_s(now_s))
            candles = reference.candles(code, bar_s, count, None) if bar_s and count else None
            if bar_s and not count:
                del self._line_s[code]  # a chart has asked for the same
            elif candles is None or self._owner.services.quotes is None:
                self._line_s.clear()
            else:
                request = msgspec.structs.replace(candles, codes=(code,))
                came = partial(self._candles_came, bar_s, count)
                yield _Job("the past of the line", request, reference.read_candles, came)
        if self._pages:
            yield _Job("the symbols", self._pages[0], reference.read_directory, self._page_came)

    async def _do(self, job: _Job) -> float:
        """Make a request; how long to wait then."""
        services = self._owner.services
        try:
            target = await self._source.find_web()
        except QuotedeskError as fault:  # no key, no demo server: the link says so
            log.info("%s: nothing is asked by HTTP: %s", self._feed.name, fault)
            self._has_no_way = True
            self._await_no_more(list(self._awaited_s))
            for chart in [each for each in self._charts if each.job is job]:
                self._tell(chart, (), "the feed could not be asked")
            return RETRY_S
        self._has_no_way = False
        url = _url(target.url, job.request)
        if rest_s := self._owner.http.rest_s(url):
            self._await_no_more(list(self._awaited_s))
            return rest_s
        self._of_server(target.url)
        now_s = services.clock.now_s()
        self._spending.spend(job.request, now_s)
        await self._keep_spent(job.request, services.clock.utc_s(now_s))
        provider = self._feed.provider
        headers = dict(zip(provider.key_headers, provider.secrets_in(target.key), strict=False))
        came = await self._owner.http.fetch(
            url,
            key=target.key if provider.key_in_url and not headers else None,
            key_headers=headers,
            body=job.request.body,
            etag=self._known_etag(job),
            refusals=provider.refusals,
        )
        self._spending.ended(job.request, services.clock.now_s())
        await self._take(job, came)
        return came.rest_s

    async def _take(self, job: _Job, came: Fetched) -> None:
        """Give a job what came."""
        if came.fault:
            self._failed(job.what, came.fault)
            job.done(job, None, came.rest_s)
            return
        if came.is_unchanged:
            job.done(job, Page(), 0.0)
            self._fetched()
            return
        page = await asyncio.to_thread(job.read, came.data, job.request)
        if job.what == "the symbols":
            self._etag = came.etag
        if page.fault and not page.items:
            self._failed(job.what, page.fault)
        else:
            if page.fault:
                log.info("%s: %s: %s", self._feed.name, job.what, self._owner.services.redactor.clean(page.fault))
            self._fetched()
        if (taking := job.done(job, page, 0.0)) is not None:
            await taking

    def _fetched(self) -> None:
        self._faults, self._is_told = 0, False

    def _failed(self, what: str, fault: str, *, rests: bool = True) -> None:
        """Tell it once, until something comes again, and not too often; then ask nothing for a while."""
        services = self._owner.services
        if rests:
            rest_s = min(_FIRST_REST_S * 2**self._faults, _MOST_REST_S)
            self._rest_until_s = services.clock.now_s() + rest_s
            self._faults += 1
            self._await_no_more(list(self._awaited_s))
        words = services.redactor.clean(fault)
        log.warning("%s: %s could not be fetched: %s", self._feed.name, what, words)
        now_s = services.clock.now_s()
        is_due = not self._is_told and now_s >= self._told_s.get(what, -math.inf) + TOLD_S
        if self.is_in_use and is_due:  # of a feed that was only searched nobody waits for an answer
            self._is_told = True
            self._told_s[what] = now_s
            services.display.show_notice(f"{self._feed.title}: {what} could not be fetched: {words}.")

    # What came

    def _snapshot_came(self, job: _Job, page: Page[Quote] | None, rest_s: float) -> None:
        services = self._owner.services
        now_s = services.clock.now_s()
        if job in self._following:
            self._following.remove(job)
        codes = {*job.request.codes, *(each.code for each in (page.items if page else ()))} & self._wanted
        if page is None or page.following is None:
            self._await_no_more(codes)
        if page is None or (page.fault and not page.items):
            later_s = rest_s or (SNAPSHOT_S if len(codes) == 1 else 0.0)
            self._alone.update(() if rest_s else codes)
            self._snapshot_s.update(dict.fromkeys(codes, now_s + later_s))
            return
        self.done += len(codes)
        closes = {each.code for each in page.items if each.prev_close is not None}
        for code in codes:
            if page.following is not None or code in closes:
                self._snapshot_s[code] = now_s + SNAPSHOT_S
            else:
                self._snapshot_s.pop(code, None)
        if page.following is not None:
            self._following.append(
                _Job("the previous close", page.following, self._reference.read_snapshot, self._snapshot_came)
            )
        seeds = tuple(each for each in page.items if each.code in self._wanted)
        if seeds:
            services.take(Batch(self._feed.name, [], now_s, seeds=seeds))
            services.display.wake()

    def _candles_came(
        self, bar_s: int, count: int, job: _Job, page: Page[Candle] | None, rest_s: float
    ) -> Awaitable[None] | None:
        """An answer is for a line, for a chart, or both: what was asked for the one need not be for the other."""
        (code,) = job.request.codes
        waiting = [each for each in self._charts if each.job is job]
        if bar_s == self._bars()[0] and code in self._wanted:
            self._line_came(code, page)
        if page is not None:
            return self._take_candles(code, bar_s, count, page, waiting)
        for chart in waiting:
            self._tell(chart, (), "the feed could not be asked")
        return None

    def _tell(self, chart: _Chart, candles: Sequence[Candle], fault: str) -> None:
        if chart in self._charts:
            self._charts.remove(chart)
        chart.told(Instrument(self._feed.name, chart.code), chart.bar_s, candles, fault, True)

    async def _take_candles(
        self, code: str, bar_s: int, count: int, page: Page[Candle], waiting: Sequence[_Chart]
    ) -> None:
        """Keep what came, and give it to whom it is for."""
        clock = self._owner.services.clock
        now_s = clock.now_s()
        candles = await self._kept.take(
            code, bar_s, count, page.items, now_s, clock.utc_s(now_s), is_whole=not page.fault
        )
        if bar_s == self._bars()[0]:
            self._fill(code, candles, bar_s)
        for chart in waiting:
            self._tell(chart, candles, page.fault)

    def _line_came(self, code: str, page: Page[Candle] | None) -> None:
        """An answer that a line can be made of, or None."""
        now_s = self._owner.services.clock.now_s()
        tries = self._tries[code] = self._tries.get(code, 0) + 1
        if code in self._line_s:
            if (page is not None and not page.fault) or tries >= _MOST_TRIES:
                del self._line_s[code]
            else:
                self._line_s[code] = now_s + RETRY_S
        self.done += page is not None

    def _page_came(self, job: _Job, page: Page[Listing] | None, rest_s: float) -> None:
        now_s = self._owner.services.clock.now_s()
        if rest_s:
            return  # once more, later
        if page is None or (page.fault and not page.items) or self._pages_read >= _MOST_PAGES:
            self._pages.clear()
            self._listings.clear()
            self._directory_s = now_s + RETRY_S
            return
        if not self._pages or self._pages[0] is not job.request:  # cancelled
            return
        self._pages_read += 1
        self._pages[:1] = [page.following] if page.following is not None else []
        self._listings += page.items
        if self._pages:
            return
        self.done += 1
        self._directory_s = now_s + DIRECTORY_S
        listings, self._listings = self._listings, []
        directories = self._owner.directories
        if listings and directories is not None:
            self._owner.services.tasks.spawn(self._keep_directory(listings, directories), "keep directory")

    async def _keep_directory(self, listings: list[Listing], directories: DirectoryStore) -> None:
        clock = self._owner.services.clock
        utc_s = clock.utc_s(clock.now_s())
        try:
            many = await asyncio.to_thread(directories.replace, self._feed.name, listings, utc_s, self._base)
            log.info("%s: %d symbols", self._feed.name, many)
            self._unlisted.update(self._codes)
            self._woken.set()
        except OSError as fault:
            self._failed("the symbols", str(fault), rests=False)

    async def _look_at_directory(self, now_s: float) -> None:
        """Begin to fetch it where it is missing, old, or of another server."""
        directories, wishes = self._owner.directories, self._reference.directory()
        if now_s < self._directory_s or self._pages:
            return
        if directories is None or not wishes:
            self._directory_s = now_s + DIRECTORY_S
            return
        clock = self._owner.services.clock
        kept_utc_s = await asyncio.to_thread(directories.fetched_utc_s, self._feed.name)
        source = await asyncio.to_thread(directories.source, self._feed.name)
        age_s = clock.utc_s(now_s) - kept_utc_s if kept_utc_s is not None else math.inf
        try:
            base = (await self._source.find_web()).url
        except QuotedeskError:
            self._directory_s = now_s + RETRY_S
            return
        if 0 <= age_s < DIRECTORY_S and source == base:
            self._directory_s = now_s + DIRECTORY_S - age_s
            return
        if source != base:
            self._etag = ""
        self._pages = list(wishes)
        self._listings.clear()
        self._pages_read = 0

    def _known_etag(self, job: _Job) -> str:
        """The ETag of a directory in one page: only of that it is known what the server has said before."""
        is_whole = job.what == "the symbols" and len(self._reference.directory()) == 1 and not self._pages_read
        return self._etag if is_whole else ""

    # Lines

    def _bars(self) -> tuple[int, int]:
        """The length of the candles that fill a line, in seconds, and how many; 0 for none."""
        span_s, most = self._owner.span_s, min(self._reference.most_candles, _MOST_BARS)
        fine = [bar_s for bar_s in self._reference.bars_s if bar_s >= _LEAST_BAR_S and span_s / bar_s < most]
        return (fine[0], math.ceil(span_s / fine[0]) + 1) if fine else (0, 0)

    def _of_server(self, base: str) -> None:
        self._base = base
        self._kept.of_server(f"{self._feed.name} {base}")

    async def _recall_candles(self) -> None:
        """Fill lines from what earlier runs kept."""
        services = self._owner.services
        bar_s, _ = self._bars()
        if not self._unread or self._owner.store is None or services.quotes is None or not bar_s:
            return
        codes = [code for code in self._codes if code in self._unread]
        self._unread.clear()
        try:
            self._of_server((await self._source.find_web()).url)
        except QuotedeskError:
            return
        since_utc_s = services.clock.utc_s(services.clock.now_s()) - self._owner.span_s - bar_s
        for code, candles in (await self._kept.recall(codes, bar_s, since_utc_s)).items():
            self._fill(code, candles, bar_s)

    def _fill(self, code: str, candles: Sequence[Candle], bar_s: int) -> None:
        services = self._owner.services
        if services.quotes is None or code not in self._wanted or not candles:
            return
        from quotedesk.quotes.history import Bar

        now_s = services.clock.now_s()
        ahead_s = services.clock.utc_s(now_s) - now_s
        since_utc_s = now_s + ahead_s - self._owner.span_s - bar_s
        bars = [
            Bar(each.start_utc_s - ahead_s, bar_s, each.open.value, each.high.value, each.low.value, each.close.value)
            for each in candles
            if each.start_utc_s >= since_utc_s
        ]
        services.quotes.seed_past(Instrument(self._feed.name, code), bars, now_s)
        if services.recorder is not None:
            services.recorder.has_past(Instrument(self._feed.name, code), bars)
        services.display.wake()

    # Listings

    async def _look_up(self) -> None:
        """What the directory says of the decimals of rows, and of how they trade."""
        directories, quotes = self._owner.directories, self._owner.services.quotes
        codes, self._unlisted = [code for code in self._codes if code in self._unlisted], set()
        if not codes or directories is None or quotes is None or not self._reference.directory():
            return

        def look_up() -> list[Listing]:
            return [found for code in codes if (found := directories.listing(self._feed.name, code)) is not None]

        found = [listing for listing in await asyncio.to_thread(look_up) if listing.code in self._wanted]
        for listing in found:
            if listing.tick_size.is_known:
                instrument = Instrument(self._feed.name, listing.code)
                quotes.set_tick_size(instrument, listing.tick_size)
                if (recorder := self._owner.services.recorder) is not None:
                    recorder.has_tick_size(instrument, listing.tick_size)
        if found:
            self._owner.listed(self._feed.name, [Status(listing.code, listing.condition) for listing in found])

    # What was spent

    async def _recall_spent(self) -> None:
        """Budgets by the day go on over runs."""
        store, clock = self._owner.store, self._owner.services.clock
        long_s = max((seconds for _, seconds in self._reference.budget.windows), default=0.0)
        if store is None or long_s < _LONG_WINDOW_S or self._spending.is_used:
            return
        now_s = clock.now_s()
        ahead_s = clock.utc_s(now_s) - now_s
        name = self._feed.provider.name
        for at_utc_s, weight in await asyncio.to_thread(store.spent, name, now_s + ahead_s - long_s):
            if at_utc_s <= now_s + ahead_s:
                self._spending.spend(Request("", weight=weight, interface="before"), at_utc_s - ahead_s)

    async def _keep_spent(self, request: Request, at_utc_s: float) -> None:
        store = self._owner.store
        if store is not None and any(seconds >= _LONG_WINDOW_S for _, seconds in self._reference.budget.windows):
            await asyncio.to_thread(store.spend, self._feed.provider.name, at_utc_s, request.weight)


def _url(base: str, request: Request) -> str:
    query = urlencode(request.params, quote_via=quote)
    return f"{base}{request.path}{f'?{query}' if query else ''}"
