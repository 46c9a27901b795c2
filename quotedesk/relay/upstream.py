"""The engine as a relay runs it: feeds, and what they tell by HTTP. It can hang up at once, and begin anew."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from quotedesk.config.paths import Profile
from quotedesk.config.reference_store import ReferenceStore
from quotedesk.engine.feed_runner import FeedRunner
from quotedesk.engine.feeds import Feeds
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.reference_data import ReferenceData
from quotedesk.engine.services import Services
from quotedesk.engine.source import Source
from quotedesk.engine.tasks import Tasks
from quotedesk.feed.session import Session
from quotedesk.feed.subscription_trace import Trace
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import LinkStatus
from quotedesk.net.http import HttpClient
from quotedesk.relay.publisher import Publisher


class Upstream:
    """`plans`: feed -> how many symbols one connection may have, as the user set it. Needs the running loop."""

    def __init__(
        self,
        publisher: Publisher,
        find_source: Callable[[str], Source],
        profile: Profile,
        plans: Mapping[str, int],
        clock: Clock,
        tasks: Tasks,
        redactor: Redactor,
    ) -> None:
        self._publisher = publisher
        self._find_source = find_source
        self._profile = profile
        self._plans = plans
        self._clock = clock
        self._tasks = tasks
        self._redactor = redactor
        self._feeds: Feeds | None = None  # made when something is first wanted
        self._hung_up_s = -math.inf
        self._told: set[FeedRunner] = set()

    def want(self, rows: Iterable[Instrument], books: Iterable[str]) -> None:
        """All rows that are wanted, and the feeds of which somebody looks at bids and asks."""
        if self._feeds is None:
            self._feeds = self._made()
        self._feeds.want(rows)
        self._feeds.want_books(books)
        if self._hung_up_s > -math.inf:  # the provider's least wait counts from there, for each that is new
            for runner in self._feeds.runners.values():
                if runner not in self._told:
                    self._told.add(runner)
                    runner.hung_up(self._hung_up_s)

    def second(self) -> None:
        """Once a second."""
        if self._feeds is not None:
            self._feeds.second()

    async def hang_up(self) -> None:
        """End every connection now: another relay may be about to use the token."""
        feeds, self._feeds = self._feeds, None
        if feeds is not None:
            await feeds.close()
            self._hung_up_s = self._clock.now_s()
            self._told.clear()
            self._publisher.show_links(())

    @property
    def links(self) -> tuple[LinkStatus, ...]:
        """The connections in use."""
        return self._feeds.links if self._feeds else ()

    def trace_of(self, row: Instrument) -> Trace | None:
        """What proves that a row is subscribed."""
        return self._feeds.trace_of(row)[0] if self._feeds else None

    def sessions_of(self, feed: str) -> Sequence[Session]:
        """The conversations of a feed."""
        runner = self._feeds.runners.get(feed) if self._feeds else None
        return [*runner.sessions.values()] if runner else []

    def may_linger(self, feed: str) -> bool:
        """May a row of this feed stay that nobody wants?

        Not where a provider keeps those that came first and nobody knows how many: it could take the place of another.
        """
        return all(
            each.feed.limits.replaces or not each.feed.provider.needs_key or each.quota.limit is not None
            for each in self.sessions_of(feed)
        )

    def _made(self) -> Feeds:
        services = Services(
            self._clock,
            self._tasks,
            None,
            self._publisher,
            self._redactor,
            plan=self._plans.get,
            consumers=[self._publisher],
        )
        store = ReferenceStore(self._profile.reference)
        services.reference = ReferenceData(services, self._find_source, HttpClient(self._clock), store=store)
        services.consumers.append(services.reference)
        return Feeds(services, self._find_source)
