"""Between the windows and the sessions: what the user wants goes down, what the feed says comes up."""

import asyncio
import math
import random
from collections.abc import Awaitable, Callable

import numpy as np

from quotedesk.app.process.faults import log
from quotedesk.app.tools.metrics import Rate
from quotedesk.app.windows import Windows
from quotedesk.codec.base import Feed
from quotedesk.engine.tasks import Tasks
from quotedesk.feed.events import Accepted, Event, LinkChanged, Notice, StatusesChanged
from quotedesk.feed.frame_log import FrameLog
from quotedesk.feed.pace import Pace
from quotedesk.feed.quota import Quota
from quotedesk.feed.session import Session
from quotedesk.feed.subscription_trace import Continuity, Trace
from quotedesk.lists.book import Book
from quotedesk.market.clock import Clock
from quotedesk.market.hours import Hours
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import LinkState, LinkStatus, RowState
from quotedesk.net.client import Client
from quotedesk.quotes.quotes import Quotes

SWEPT_AT_ONCE = 500  # rows
SWEEP_EVERY_S = 0.04


class Controller:
    """Runs one feed for all windows.

    `find_address(endpoint)` gives the URL to dial, `keep_lists` saves them after an edit, `key_advice` is what the
    banner adds when the key is refused, `pace` is that of the token, `hours` those of the markets, `plan` is how many
    symbols the user says that a connection may have.

    Attributes:
        sessions: by endpoint; made when an endpoint first has symbols.
        first_quote_s: monotonic time of the first quote; None before it.
        frames: what was said lately, on all connections.
        messages: frames received, a second.
    """

    def __init__(
        self,
        feed: Feed,
        book: Book,
        quotes: Quotes,
        windows: Windows,
        clock: Clock,
        tasks: Tasks,
        find_address: Callable[[str], Awaitable[str]],
        keep_lists: Callable[[], None],
        key_advice: str,
        pace: Pace,
        hours: Hours | None = None,
        plan: int | None = None,
    ) -> None:
        self.sessions: dict[str, Session] = {}
        self.first_quote_s: float | None = None
        self.frames = FrameLog()
        self.messages = Rate()
        self._feed = feed
        self._book = book
        self._quotes = quotes
        self._windows = windows
        self._clock = clock
        self._tasks = tasks
        self._find_address = find_address
        self._keep_lists = keep_lists
        self._key_advice = key_advice
        self._clients: dict[str, Client] = {}
        self._pace = pace
        self._hours = hours
        self._plan = plan
        self._runs: list[asyncio.Task[None]] = []
        self._is_released = False
        self._rows: set[Instrument] = set()  # as of the last edit
        self._unswept: list[tuple[Session, str]] = []  # rows to look at in this second
        self._sweep_again = False
        windows.set_trace_of(self.trace_of)
        windows.edited.connect(self.edited)
        windows.settled.connect(self._want)
        windows.retry_requested.connect(self.retry_now)

    def start(self) -> None:
        """Begin with the lists as they are. Needs the running loop."""
        self._want()

    def edited(self) -> None:
        """The lists changed: local state first, then disk, then the wire."""
        self._want()
        self._keep_lists()

    def retry_now(self) -> None:
        """The user does not want to wait for the next try."""
        for endpoint, client in self._clients.items():
            self.sessions[endpoint].retry_now(self._clock.now_s())
            client.wake()

    def set_plan(self, symbols: int | None) -> None:
        """How many symbols a connection may have, by the user; None: it is found out."""
        self._plan = symbols
        for session in self.sessions.values():
            session.quota.set_to = symbols
        self._want()

    def network_changed(self) -> None:
        """The computer is on another network."""
        for endpoint, client in self._clients.items():
            self.sessions[endpoint].network_changed(self._clock.now_s())
            client.wake()

    def second(self) -> None:
        """Once a second: rows turn quiet by nothing happening, and the figures are looked at."""
        if not self._unswept:
            self._sweep_all()
        sessions = self.sessions.values()
        self.messages.add(sum(each.counts.frames_received for each in sessions), self._clock.now_s())
        trips_s = [each.round_trip.last_s for each in sessions]
        self._show_plan()
        self._windows.show_traffic(self.messages.per_s, max((s for s in trips_s if s == s), default=math.nan))
        self._windows.wake()

    def state_word(self, instrument: Instrument) -> str:
        """A row's state, as statistics name it."""
        return RowState(int(self._quotes.state[self._quotes.slot(instrument)])).word

    def release(self) -> None:
        """The windows and their rows are another's from now on."""
        if not self._is_released:
            self._is_released = True
            self._windows.edited.disconnect(self.edited)
            self._windows.settled.disconnect(self._want)
            self._windows.retry_requested.disconnect(self.retry_now)
            self._quotes.begin_gap(self._quotes.slots(self._rows), self._clock.now_s())

    def trace_of(self, instrument: Instrument) -> tuple[Trace | None, Continuity | None]:
        """What proves that a row is subscribed, and what became of its ticks."""
        session = self.sessions.get(self._feed.provider.endpoint(instrument.code))
        if session is None:
            return None, None
        return session.traces.of(instrument.code), session.traces.continuity.get(instrument.code)

    async def close(self) -> None:
        """Say goodbye to every server."""
        self.release()
        try:
            for client in self._clients.values():
                await client.close()
        finally:
            for run in self._runs:
                run.cancel()

    def _want(self) -> None:
        now_s = self._clock.now_s()
        endpoint_of = self._feed.provider.endpoint
        wanted: dict[str, list[str]] = {endpoint: [] for endpoint in self._feed.provider.endpoints}
        instruments = self._book.wanted(self._windows.shown)
        for instrument in instruments:
            wanted[endpoint_of(instrument.code)].append(instrument.code)
        rows = set(instruments)
        # What is not subscribed is not known: a row that comes back has a gap and waits for its first tick.
        self._quotes.begin_gap(self._quotes.slots(self._rows - rows), now_s)
        self._quotes.restart(self._quotes.slots(rows - self._rows), RowState.PENDING, now_s)
        self._rows = rows
        for endpoint, codes in wanted.items():
            if codes and endpoint not in self.sessions:
                self._begin(endpoint)
            if session := self.sessions.get(endpoint):
                session.want(codes, now_s)
                self._mark_rows(session)
                self._clients[endpoint].wake()
        self._show_plan()
        self._windows.wake()

    def _begin(self, endpoint: str) -> None:
        rng = random.Random()  # noqa: S311 - jitter
        session = Session(self._feed, endpoint, self._pace, rng, self._hours, Quota(self._plan))

        async def find_address() -> str:
            return await self._find_address(endpoint)

        client = Client(session, self._clock, find_address, self._heard, self.frames)
        self.sessions[endpoint] = session
        self._clients[endpoint] = client
        self._runs.append(self._tasks.spawn(client.run(), f"client {endpoint}"))

    def _heard(self, session: Session, events: list[Event]) -> None:
        """What a session has to tell."""
        if self._is_released:
            return
        now_s = self._clock.now_s()
        rows_changed, changed = False, set[str]()
        for event in events:
            match event:
                case Accepted():
                    self._apply(session, event, now_s)
                case StatusesChanged(None):
                    rows_changed = True
                case StatusesChanged(codes):
                    changed |= codes or set()
                case LinkChanged():
                    self._link_changed(session, event, now_s)
                    rows_changed = True
                case Notice():
                    log.warning("%s: %s", session.endpoint, event.text)
                    self._windows.show_notice(event.text)
        if rows_changed or len(changed) > SWEPT_AT_ONCE:  # those that ticked are live already
            self._mark_rows(session)
        else:
            for code in changed:
                self._mark_row(session, code, now_s)
        self._windows.wake()

    def _apply(self, session: Session, event: Accepted, now_s: float) -> None:
        self._quotes.apply(self._feed.name, event.ticks, now_s)
        codes = {tick.code for tick in event.ticks}
        self._quotes.mark(self._slots([code for code in codes if session.is_live(code)]), RowState.LIVE, now_s)
        if late := session.parked & codes:
            # The last one before the server let it go: its price must not go on as a line.
            self._quotes.begin_gap(self._slots(tuple(late)), now_s)
        if self.first_quote_s is None:
            self.first_quote_s = now_s

    def _link_changed(self, session: Session, event: LinkChanged, now_s: float) -> None:
        status = event.status
        log.info("%s: %s %s", session.endpoint, status.state.value, status.reason)
        if event.was_up:
            self._quotes.begin_gap(self._slots(session.wanted), now_s)
        links = tuple(self._advised(each.status) for each in self.sessions.values())
        self._windows.show_links(tuple(link for link in links if link.state is not LinkState.OFF))

    def _advised(self, status: LinkStatus) -> LinkStatus:
        if status.state is not LinkState.DENIED:
            return status
        return LinkStatus(status.endpoint, status.state, status.since_s, f"{status.reason}. {self._key_advice}")

    def _sweep_all(self) -> None:
        """Look at all rows, by and by; once more where that is under way, so that none waits for ever."""
        if self._unswept:
            self._sweep_again = True
            return
        self._sweep_again = False
        self._unswept = [(session, code) for session in self.sessions.values() for code in session.wanted][::-1]
        self._sweep()

    def _sweep(self) -> None:
        """Look at the next rows: thousands at once would hold up the loop."""
        now_s, part = self._clock.now_s(), self._unswept[: -SWEPT_AT_ONCE - 1 : -1]
        del self._unswept[-SWEPT_AT_ONCE:]
        for session, code in part:
            if not self._is_released and Instrument(self._feed.name, code) in self._rows:
                self._mark_row(session, code, now_s)
        if self._unswept:
            asyncio.get_running_loop().call_later(SWEEP_EVERY_S, self._sweep)
        elif self._sweep_again:
            self._sweep_all()

    def _mark_rows(self, session: Session) -> None:
        if len(session.wanted) > SWEPT_AT_ONCE:
            self._sweep_all()
            return
        now_s = self._clock.now_s()
        for code in session.wanted:
            self._mark_row(session, code, now_s)

    def _mark_row(self, session: Session, code: str, now_s: float) -> None:
        row = session.row(code, now_s)
        slot = self._quotes.slot(Instrument(self._feed.name, code))
        self._quotes.say(slot, row.words)
        if self._quotes.state[slot] != row.state:
            if row.state is RowState.PARKED:
                self._quotes.begin_gap(np.array([slot], np.intp), now_s)  # nothing comes in: that is a gap
            self._quotes.mark(np.array([slot], np.intp), row.state, row.since_s)

    def _show_plan(self) -> None:
        limits = [each.quota.limit for each in self.sessions.values() if each.wanted]
        known = [limit for limit in limits if limit is not None]
        slots = sum(known) if known and len(known) == len(limits) else None
        parked = sum(len(each.parked) for each in self.sessions.values())
        self._windows.show_plan(len(self._rows) - parked, slots, parked)

    def _slots(self, codes: list[str] | tuple[str, ...]) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        return self._quotes.slots(Instrument(self._feed.name, code) for code in codes)
