"""What the feeds tell by HTTP, in the background: previous closes, the past of the lines, directories of symbols.

Knows what is missing and what matters most: rows in the order in which they are wanted. Each feed's requests go one at
a time, as its budget allows; what fails is told once, and prices go on without it. What one feed tells is in
engine/reference.
"""

import asyncio
import math
from collections.abc import Callable, Collection, Iterable, Sequence

from quotedesk.codec.base import Feed, Reference
from quotedesk.config.directory_store import DirectoryStore
from quotedesk.config.reference_store import ReferenceStore
from quotedesk.engine.reference.chart_candles import CandlesTold
from quotedesk.engine.reference.feed_reference import FeedReference
from quotedesk.engine.services import Services
from quotedesk.engine.source import Source
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.quote import Status
from quotedesk.net.budget import Spending
from quotedesk.net.http import HttpClient

SHORT_S = 900.0  # how far back a line reaches, as quotes/history has it; it is not imported, as it brings numpy
_LONG_WAIT_S = 20.0  # is said


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
        self._feeds: dict[str, FeedReference] = {}
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

    def fill_lines(self, feed: str, codes: Collection[str]) -> None:
        """These rows' lines go by another clock: what was before their first price is filled in anew."""
        if (here := self._feeds.get(feed)) is not None:
            here.fill_lines(codes)

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

    def _of(self, name: str) -> FeedReference | None:
        """None for a feed that tells nothing by HTTP, or is unknown."""
        here = self._feeds.get(name)
        if here is None and not self.is_closed:
            try:
                source = self._find_source(name)
            except KeyError:
                return None
            if source.reference is None:
                return None
            here = self._feeds[name] = FeedReference(self, source, source.reference)
        return here

    def _show(self) -> None:
        pending = sum(here.pending for here in self._feeds.values())
        if not pending:
            for here in self._feeds.values():
                here.count_anew()
            words = ""
        else:
            done = sum(here.done for here in self._feeds.values())
            words = f"Loading history: {done + 1:,} of {done + pending:,}\N{HORIZONTAL ELLIPSIS}"
            wait_s = min(here.wait_s for here in self._feeds.values() if here.pending)
            if wait_s > _LONG_WAIT_S:
                words = f"History: {pending:,} of {done + pending:,} missing, resumes {_in(wait_s)}"
        if words != self._shown:
            self._shown = words
            self.services.display.show_fetching(words)


def _in(wait_s: float) -> str:
    if wait_s < 90:
        return f"in {math.ceil(wait_s / 10) * 10:.0f} s"
    minutes = math.ceil(wait_s / 60)
    return f"in {minutes} min" if minutes < 90 else f"in {math.ceil(minutes / 60)} h"
