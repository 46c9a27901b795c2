"""What the parts of one feed's reference stand on: whose they are, which rows are wanted, who is told what failed."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from quotedesk.codec.base import Feed, Page, Reference, Request
from quotedesk.config.directory_store import DirectoryStore
from quotedesk.config.reference_store import ReferenceStore
from quotedesk.engine.kept_candles import KeptCandles
from quotedesk.engine.reference.wanted_rows import WantedRows
from quotedesk.engine.services import Services
from quotedesk.engine.source import Source
from quotedesk.market.instrument import Instrument
from quotedesk.market.quote import Status
from quotedesk.net.budget import Spending
from quotedesk.net.http import HttpClient

STREAM_S = 2.0  # so long the stream may take to say what a row counts from, before HTTP is asked
TOLD_S = 3600.0  # what fails for one row and comes for the next is told so seldom

log = logging.getLogger("quotedesk")


class FetchJob:
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
        done: "Callable[[FetchJob, Page[Any] | None, float], Awaitable[object] | None]",
    ) -> None:
        self.what = what
        self.request = request
        self.read = read
        self.done = done


class ReferenceOwner(Protocol):
    """What all feeds share; see engine.reference_data.ReferenceData, which is it."""

    span_s: float
    services: Services
    http: HttpClient
    directories: DirectoryStore | None
    store: ReferenceStore | None
    listed: Callable[[str, Sequence[Status]], None]
    is_closed: bool

    def spending(self, feed: Feed, reference: Reference) -> Spending:
        """What is left of the budget of the feed's provider."""


class FeedContext:
    """One for a feed.

    Attributes:
        begin: there is something to do: the worker starts, or goes on.
        woken: set, the worker looks again.
        store: where what came is kept; None where nothing is.
        kept: the candles that are known.
        base: where it was fetched last.
        done: how many things were fetched since all was.
        is_told: that something failed, since anything came.
    """

    def __init__(self, owner: ReferenceOwner, source: Source, reference: Reference, begin: Callable[[], None]) -> None:
        self.owner = owner
        self.services = owner.services
        self.clock = owner.services.clock
        self.source = source
        self.feed = source.feed
        self.reference = reference
        self.begin = begin
        self.woken = asyncio.Event()
        self.rows = WantedRows()
        self.store = None if source.answers else owner.store
        self.kept = KeptCandles(self.store)
        self.base = ""
        self.done = 0
        self.is_told = False
        self._told_s: dict[str, float] = {}  # what could not be fetched -> when that was told

    def instrument(self, code: str) -> Instrument:
        """The feed's symbol of this code."""
        return Instrument(self.feed.name, code)

    def of_server(self, base: str) -> None:
        """What comes from now on is of this server."""
        self.base = base
        self.kept.of_server(f"{self.feed.name} {base}")

    def tell_fault(self, what: str, fault: str) -> None:
        """Tell it once, until something comes again, and not too often."""
        services = self.services
        words = services.redactor.clean(fault)
        log.warning("%s: %s could not be fetched: %s", self.feed.name, what, words)
        now_s = self.clock.now_s()
        is_due = not self.is_told and now_s >= self._told_s.get(what, -math.inf) + TOLD_S
        if self.rows.wanted and is_due:  # of a feed that was only searched nobody waits for an answer
            self.is_told = True
            self._told_s[what] = now_s
            services.display.show_notice(f"{self.feed.title}: {what} could not be fetched: {words}.")
