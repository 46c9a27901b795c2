"""Runs one feed: a session and a client for each of its endpoints that has symbols."""

import asyncio
import math
import random
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from quotedesk.engine.endpoint_runner import EndpointRunner
from quotedesk.engine.services import Services
from quotedesk.engine.source import Source
from quotedesk.feed.pace import Pace
from quotedesk.feed.quota import Quota
from quotedesk.feed.session import Session
from quotedesk.feed.subscription_trace import Continuity, Trace
from quotedesk.market.quote import Condition, Status
from quotedesk.market.states import LinkState, LinkStatus
from quotedesk.net.client import Target

if TYPE_CHECKING:
    from quotedesk.quotes.session_clock import SessionLines


class FeedRunner:
    """`pace` is that of the feed's token; `links_changed` is called when one of its links is another than before.

    Attributes:
        source: where it dials, and with which key.
    """

    def __init__(self, source: Source, services: Services, pace: Pace, links_changed: Callable[[], None]) -> None:
        self.source = source
        self._services = services
        self._pace = pace
        self._links_changed = links_changed
        self._endpoints: dict[str, EndpointRunner] = {}  # made when an endpoint first has symbols
        self._is_closed = False
        self._listed: dict[str, Status] = {}  # how codes trade by the feed's directory, where not as usual
        self._wants_books = False
        self._hung_up_s = -math.inf
        self._session_lines: SessionLines | None = None

    @property
    def sessions(self) -> dict[str, Session]:
        """By endpoint, of those that ever had symbols: the one that speaks for the rows."""
        return {endpoint: runner.session for endpoint, runner in self._endpoints.items()}

    def want(self, codes: Iterable[str]) -> None:
        """The feed's codes that are wanted, the most important first. Needs the running loop."""
        now_s = self._services.clock.now_s()
        provider = self.source.feed.provider
        wanted: dict[str, list[str]] = {endpoint: [] for endpoint in provider.endpoints}
        for code in codes:
            wanted[provider.endpoint(code)].append(code)
        for endpoint, here in wanted.items():
            if here and endpoint not in self._endpoints:
                self._begin(endpoint)
            if runner := self._endpoints.get(endpoint):
                runner.want(here, now_s)

    def retry_now(self) -> None:
        """The user does not want to wait for the next try."""
        for runner in self._endpoints.values():
            runner.retry_now(self._services.clock.now_s())

    def network_changed(self) -> None:
        """The computer is on another network."""
        for runner in self._endpoints.values():
            runner.network_changed(self._services.clock.now_s())

    def set_plan(self, symbols: int | None) -> None:
        """How many symbols one connection may have; None: it is found out. Tell `want` afterwards."""
        for session in self.sessions.values():
            session.set_plan(symbols)

    def linger(self, seconds: float) -> None:
        """How long connections without symbols are kept. Tell `want` afterwards."""
        for session in self.sessions.values():
            session.linger_s = seconds

    def take_listed(self, conditions: Sequence[Status]) -> None:
        """How these trade, by the feed's directory."""
        for each in conditions:
            if each.condition is Condition.NORMAL:
                self._listed.pop(each.code, None)
            else:
                self._listed[each.code] = each
        for runner in self._endpoints.values():
            runner.look_at([each.code for each in conditions])

    def want_books(self, *, on: bool) -> None:
        """Does somebody look at bids and asks?"""
        if on == self._wants_books:
            return
        self._wants_books = on
        for runner in self._endpoints.values():
            runner.want_books(on=on)

    def second(self) -> None:
        """Once a second: rows turn quiet by nothing happening."""
        for runner in self._endpoints.values():
            runner.second(self._services.clock.now_s())
        self._turn_days()

    def _turn_days(self) -> None:
        """Where a trading day is over, what rows count from is asked for anew."""
        services, feed = self._services, self.source.feed
        if services.quotes is None:
            return
        now_s = services.clock.now_s()
        utc_s, hours = services.clock.utc_s(now_s), self.source.hours
        if self._session_lines is None:
            from quotedesk.quotes.session_clock import SessionLines  # it brings numpy

            self._session_lines = SessionLines(services.quotes.history, hours.market)
        quotes = services.quotes
        changed = self._session_lines.second(quotes.slots_of(feed.name), quotes.received_s, now_s, utc_s)
        if changed and services.reference is not None:
            services.reference.fill_lines(feed.name, changed)
        ran_out = services.quotes.turn_days(feed.name, now_s, utc_s, hours.day_start)
        if ran_out:
            services.display.wake()
            if services.reference is not None:
                services.reference.ask_again(ran_out)

    def hung_up(self, at_s: float) -> None:
        """Another dialect used the token until `at_s`: the provider's least wait before dialling counts from then."""
        self._hung_up_s = max(self._hung_up_s, at_s)
        for runner in self._endpoints.values():
            runner.hung_up(self._hung_up_s)

    def used_s(self) -> float:
        """Until when it had a connection, monotonic seconds: now, where it has one or dials; -inf where it had none."""
        if any(runner.is_busy for runner in self._endpoints.values()):
            return self._services.clock.now_s()
        return max((session.link.ended_s for session in self.sessions.values()), default=self._hung_up_s)

    @property
    def is_idle(self) -> bool:
        """Is nothing wanted, and no connection open?"""
        is_off = all(not each.wanted and each.status.state is LinkState.OFF for each in self.sessions.values())
        return is_off and not any(runner.is_busy for runner in self._endpoints.values())

    @property
    def links(self) -> tuple[LinkStatus, ...]:
        """Those in use, with what to do where the key is refused."""
        used = [session.status for session in self.sessions.values() if session.status.state is not LinkState.OFF]
        return tuple(self._told(status) for status in used)

    def trace_of(self, code: str) -> tuple[Trace | None, Continuity | None]:
        """What proves that a row is subscribed, and what became of its updates."""
        session = self.sessions.get(self.source.feed.provider.endpoint(code))
        if session is None:
            return None, None
        return session.traces.of(code), session.traces.continuity.get(code)

    async def close(self) -> None:
        """Say goodbye to every server; nothing is heard any more. At the end there is no connection left."""
        await asyncio.gather(*(runner.close() for runner in self._endpoints.values()))

    def _begin(self, endpoint: str) -> None:
        feed = self.source.feed
        quota = Quota(self._services.plan(feed.name), feed.limits.most_codes)
        rng = random.Random()  # noqa: S311 - jitter
        session = Session(feed, endpoint, self._pace, rng, self.source.hours, quota, listed=self._listed)
        if self.source.report:
            self._services.display.show_notice(self.source.report, is_error=True)

        async def find_target() -> Target:
            return await self.source.find_target(endpoint)

        session.hung_up(self._hung_up_s)
        self._endpoints[endpoint] = EndpointRunner(session, self._services, find_target, self._links_changed)
        self._endpoints[endpoint].want_books(on=self._wants_books)

    def _told(self, status: LinkStatus) -> LinkStatus:
        reason = self._services.redactor.clean(status.reason)
        if status.state is LinkState.DENIED:
            reason = f"{reason}. {self.source.key_advice}"
        return msgspec.structs.replace(status, reason=reason)
