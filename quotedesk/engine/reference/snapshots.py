"""What the rows of a feed count their change from: asked for where the stream does not say it."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from quotedesk.codec.base import Page
from quotedesk.engine.reference.feed_context import STREAM_S, FeedContext, FetchJob
from quotedesk.engine.reference.wanted_rows import DueTimes
from quotedesk.market.batch import Batch
from quotedesk.market.quote import Quote

AWAITED_S = 10.0  # so long change is unknown at most for that; then it counts from the first price that was seen
SNAPSHOT_S = 3600.0  # a day may have turned


class Snapshots:
    """For one feed.

    Attributes:
        due: when rows are to be asked for.
    """

    def __init__(self, context: FeedContext) -> None:
        self.due = DueTimes()
        self._context = context
        self._awaited_s: dict[str, float] = {}  # code -> until when its change waits for what it counts from
        self._alone: set[str] = set()  # codes that failed in company
        self._following: list[FetchJob] = []

    def want(self, new: Sequence[str], now_s: float, *, can_ask: bool) -> None:
        """These rows are new. Unless it `can_ask`, their change waits for nothing."""
        self.due.update(dict.fromkeys(new, now_s + STREAM_S))
        self.due.keep_only(self._context.rows.wanted)
        if can_ask:
            self._await(new, now_s)

    def hear(self, batch: Batch) -> None:
        """What the stream says of a base need not be asked for."""
        if self.due and batch.updates:
            told = [
                update.code
                for update in batch.updates
                if type(update) is Quote and (update.open_24h or update.prev_close)
            ]
            for code in told:
                self.due.pop(code, None)
            self._await_no_more(told)

    def cancel(self, now_s: float) -> None:
        """What is missing now is not wanted."""
        self.due.cancel(now_s)
        self.await_none()
        self._following.clear()

    def second(self, now_s: float) -> None:
        """Nobody waits for ever."""
        self._await_no_more([code for code, until_s in self._awaited_s.items() if until_s <= now_s])

    def await_none(self) -> None:
        """Nobody can tell for now: all change counts from the best that is known."""
        self._await_no_more(list(self._awaited_s))

    def pending(self, now_s: float) -> int:
        """How many things are to be fetched now."""
        return sum(1 for _ in self._context.rows.due(self.due, now_s)) + len(self._following)

    def jobs(self, now_s: float) -> Iterator[FetchJob]:
        """The next page of an answer, and the rows that are due."""
        yield from self._following[:1]
        reference = self._context.reference
        codes = list(self._context.rows.due(self.due, now_s))
        together = [code for code in codes if code not in self._alone] or codes[:1]
        if together and (request := reference.snapshot(together)) is not None:
            if not request.codes:  # at least the first one is among them
                request = msgspec.structs.replace(request, codes=(together[0],))
            yield FetchJob("the previous close", request, reference.read_snapshot, self._came)
        elif together:
            self.due.clear()  # the feed has no such thing

    def _came(self, job: FetchJob, page: Page[Quote] | None, rest_s: float) -> None:
        context = self._context
        services, now_s = context.services, context.clock.now_s()
        if job in self._following:
            self._following.remove(job)
        codes = {*job.request.codes, *(each.code for each in (page.items if page else ()))} & context.rows.wanted
        if page is None or page.following is None:
            self._await_no_more(codes)
        if page is None or (page.fault and not page.items):
            later_s = rest_s or (SNAPSHOT_S if len(codes) == 1 else 0.0)
            self._alone.update(() if rest_s else codes)
            self.due.update(dict.fromkeys(codes, now_s + later_s))
            return
        context.done += len(codes)
        closes = {each.code for each in page.items if each.prev_close is not None}
        for code in codes:
            if page.following is not None or code in closes:
                self.due[code] = now_s + SNAPSHOT_S
            else:
                self.due.pop(code, None)
        if page.following is not None:
            read = context.reference.read_snapshot
            self._following.append(FetchJob("the previous close", page.following, read, self._came))
        seeds = tuple(each for each in page.items if each.code in context.rows.wanted)
        if seeds:
            services.take(Batch(context.feed.name, [], now_s, seeds=seeds))
            services.display.wake()

    def _await(self, codes: Sequence[str], now_s: float) -> None:
        """The change of new rows is unknown until it is told what it counts from, or that nobody can tell.

        Else it would count from the first price of the run for some seconds, and then jump.
        """
        quotes = self._context.services.quotes
        if quotes is None or not codes or self._context.reference.snapshot(codes[:1]) is None:
            return
        quotes.await_bases(self._context.instrument(code) for code in codes)
        self._awaited_s |= dict.fromkeys(codes, now_s + AWAITED_S)

    def _await_no_more(self, codes: Iterable[str]) -> None:
        """It was told, or nobody can tell: change counts from the best that is known."""
        ended = [code for code in codes if self._awaited_s.pop(code, None) is not None]
        quotes = self._context.services.quotes
        if ended and quotes is not None:
            quotes.await_bases((self._context.instrument(code) for code in ended), on=False)
            self._context.services.display.wake()
