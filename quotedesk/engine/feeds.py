"""The feed that is in use, whoever runs it, and the change to another one in the same windows."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from quotedesk.app.restore import Restore
from quotedesk.app.windows import Windows
from quotedesk.codec.base import Feed
from quotedesk.config.paths import Profile
from quotedesk.config.settings import Settings
from quotedesk.engine.feed_runner import Controller
from quotedesk.engine.options import Options
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.source import Source
from quotedesk.engine.tasks import Tasks
from quotedesk.feed.pace import Pace
from quotedesk.lists.book import Book
from quotedesk.market.clock import Clock
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.hours import Hours
from quotedesk.market.states import LinkState
from quotedesk.quotes.quotes import Quotes

_GOODBYE_S = 2.0


@dataclass(frozen=True, slots=True)
class Desk:
    """What all feeds share.

    Attributes:
        keep_lists: save them.
        chosen: the settings as they are now.
        change: settings by their names.
    """

    book: Book
    quotes: Quotes
    windows: Windows
    clock: Clock
    tasks: Tasks
    hours: Hours
    remembered: Restore
    keep_lists: Callable[[], None]
    chosen: Callable[[], Settings]
    change: Callable[..., None]


class FeedInUse:
    """See app.preferences.InUse, too.

    Attributes:
        supply, controller: of it.
    """

    def __init__(self, supply: Source, options: Options, profile: Profile, redactor: Redactor, desk: Desk) -> None:
        self.supply = supply
        self._first_feed = supply.feed
        self._options = options
        self._profile = profile
        self._redactor = redactor
        self._desk = desk
        self._switching = asyncio.Lock()
        self._paces: dict[str, Pace] = {}  # provider -> of its token
        self.controller = self._take_control()

    @property
    def feed(self) -> Feed:
        """What is in use."""
        return self.supply.feed

    @property
    def url(self) -> str | None:
        """A server in place of the provider's."""
        return self._options.url if self.feed is self._first_feed else None

    def is_connected(self) -> bool:
        """Is it up, on all its links?"""
        states = [each.status.state for each in self.controller.sessions.values()]
        used = [state for state in states if state is not LinkState.OFF]
        return bool(used) and all(state is LinkState.UP for state in used)

    def retry_now(self) -> None:
        """Dial again where no link is up."""
        self.controller.retry_now()

    def set_plan(self, feed: str, symbols: int | None) -> None:
        """How many symbols one connection may have."""
        if feed == self.feed.name:
            self.controller.set_plan(symbols)

    def switch(self, feed: Feed) -> None:
        """Run another feed in the same windows. One that cannot be used changes nothing."""
        self._desk.tasks.spawn(self._switch(feed), f"switch to {feed.name}")

    async def close(self) -> None:
        """Say goodbye to every server."""
        await self._say_goodbye(self.controller)

    def recall(self) -> str:
        """Give the rows the prices of the last run. Returns a report ("" where all is well)."""
        return "" if self.supply.is_recorded else self._desk.remembered.recall(self.feed.name)

    def keep_prices(self) -> None:
        """Keep them for the next run."""
        if not self.supply.is_recorded:
            self._desk.remembered.keep_prices(self.feed.name, self._desk.book.wanted())

    def _take_control(self) -> Controller:
        """Whoever runs the feed."""
        supply, feed, desk = self.supply, self.supply.feed, self._desk
        pace = self._paces.setdefault(feed.provider.name, Pace(feed.limits.frame_gap_s, feed.limits.link_gap_s))
        return Controller(
            feed,
            desk.book,
            desk.quotes,
            desk.windows,
            desk.clock,
            desk.tasks,
            supply.find_address,
            desk.keep_lists,
            supply.key_advice,
            pace,
            desk.hours,
            desk.chosen().plans.get(feed.name),
        )

    async def _switch(self, feed: Feed) -> None:
        windows = self._desk.windows
        async with self._switching:
            before = self.supply
            if feed is before.feed:
                return
            # What the command line said is for the feed that it started.
            given = {"symbols": None} if feed is self._first_feed else {"symbols": None, "url": None, "replay": None}
            options = msgspec.structs.replace(self._options, **given)
            try:
                supply = Source(feed, self._profile, options, self._redactor)
                supply.start()
            except (QuotedeskError, OSError) as fault:
                windows.show_feed_again(before.feed.name)
                windows.show_notice(f"{feed.title} cannot be used: {fault}")
                return
            self.keep_prices()
            old = self.controller
            old.release()
            self.supply = supply
            recalled = self.recall()
            windows.undo.stack.clear()
            self._desk.book.load(supply.content)
            windows.show_feed(feed.name, supply.title)
            windows.show_notice(" ".join(filter(None, (supply.report, recalled, supply.caution))))
            self._desk.change(feed=feed.name)
            self.controller = self._take_control()
            await self._say_goodbye(old)
            await asyncio.to_thread(before.stop)
            self.controller.start()

    async def _say_goodbye(self, controller: Controller) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE_S):
                await controller.close()
