"""This desk and its relay: prices from there in place of those of the feeds that it has, and lists that follow."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime

from quotedesk.app.process.faults import log
from quotedesk.app.tools.first_start import first_rows
from quotedesk.app.windows import Windows
from quotedesk.codec import BUILT_IN, FEEDS
from quotedesk.codec.relay_requests import ListEntry
from quotedesk.config import lists_file
from quotedesk.config.paths import Profile
from quotedesk.config.settings import SettingsFile
from quotedesk.engine.bare_codes import relayed_feed
from quotedesk.engine.feeds import Feeds
from quotedesk.engine.list_sync import ListSync
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.relay_source import RelaySource
from quotedesk.engine.tasks import Tasks
from quotedesk.lists import shared
from quotedesk.lists.book import Book
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.clock import Clock
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument


class RelayDesk:
    """Uses a relay, or none.

    Attributes:
        address: of the one in use, as the user wrote it; "" for none.
    """

    def __init__(
        self,
        windows: Windows,
        book: Book,
        profile: Profile,
        settings: SettingsFile,
        redactor: Redactor,
        command: str,
    ) -> None:
        self._rules: Callable[[], Sequence[str]] | None = None  # None: this desk has no say in them
        self._set_rules: Callable[[Sequence[str]], None] | None = None
        self._windows = windows
        self._book = book
        self._profile = profile
        self._settings = settings
        self._redactor = redactor
        self._command = command
        self._sync: ListSync | None = None
        self._choosing = asyncio.Lock()  # a relay is left before another is used, however hasty the hand
        windows.edited.connect(self.edited)
        windows.requests.versions.connect(self._show_versions)
        book.listeners.append(self.edited)

    def begin(
        self,
        feeds: Feeds,
        tasks: Tasks,
        clock: Clock,
        address: str,
        *,
        is_fresh: bool,
        bare_codes: Collection[str] = (),
    ) -> None:
        """Use the relay there; "" is none. Needs the loop.

        is_fresh: the user named no symbols at the start.
        bare_codes: those that were named, in the shown list, without a feed.
        """
        self._feeds, self._tasks, self._clock, self._is_fresh = feeds, tasks, clock, is_fresh
        self._bare_codes = frozenset(bare_codes)
        self.address = address
        if address:
            self._use(address)

    def share_rules(
        self,
        changed: list[Callable[[], None]],
        rules: Callable[[], Sequence[str]],
        set_rules: Callable[[Sequence[str]], None],
    ) -> None:
        """Alert rules follow as well: their lines, and how they become others."""
        self._rules, self._set_rules = rules, set_rules
        changed.append(self.edited)

    def edited(self) -> None:
        """Something was changed here."""
        if self._sync is not None:
            self._sync.edited()

    async def flush(self) -> None:
        """Wait until what was agreed is on disk."""
        if self._sync is not None:
            await self._sync.flush()

    # What the list sync keeps: see SharedThings

    def contents(self) -> dict[str, bytes]:
        """All that follows the person."""
        relay = self._feeds.relay
        hello = relay.session.hello if relay is not None else None
        rules = self._rules() if self._rules is not None else None
        return shared.contents_of(self._book, rules, with_positions=hello is not None and hello.may_keep_positions)

    def take(self, contents: Mapping[str, bytes | None]) -> Sequence[str]:
        """Another desk of the person changed this. It is no edit of this desk: undo does not know of it."""
        unread: list[str] = []
        self._windows.undo.elsewhere(lambda: unread.extend(shared.take(self._book, contents)))
        rules = shared.rules_in(contents)
        if rules is not None and self._set_rules is not None:
            self._set_rules(rules)
        return unread

    # What the user chooses; see relay_settings

    def source_at(self, address: str) -> RelaySource:
        """How a relay is reached that may come to be used. Raises QuotedeskError where that can be no address."""
        return RelaySource(address, self._redactor, self._command)

    async def choose(self, address: str) -> None:
        """Use the relay there, "" is none, from now on and at the next start.

        Raises QuotedeskError where that can be no address.
        """
        if address:
            self.source_at(address)
        async with self._choosing:
            if self._feeds.relay is not None:
                await self.flush()
                self._sync = None
                await self._feeds.leave_relay()
            if address:
                self._use(address)
                self._windows.edited.emit()
            self.address = address
            self._keep(relay=address)

    def be_slow(self, is_slow: bool) -> None:
        """One value a second of each row, from now on and at the next start; or every update."""
        self._keep(relay_slow=is_slow)
        if self._feeds.relay is not None:
            self._feeds.relay.be_slow(is_slow)

    @property
    def is_slow(self) -> bool:
        return self._settings.chosen.relay_slow

    @property
    def why_away(self) -> str:
        """Why the relay in use is not heard; "" where it is, or none is used."""
        return self._feeds.relay.link.reason if self._feeds.relay is not None else ""

    # Inside

    def _use(self, address: str) -> None:
        try:
            source = self.source_at(address)
        except QuotedeskError as fault:
            self._windows.show_notice(str(fault), is_error=True)
            return
        self._feeds.use_relay(source.find_target)
        assert self._feeds.relay is not None
        self._feeds.relay.be_slow(self._settings.chosen.relay_slow)
        self._sync = ListSync(self._feeds.relay, self, self._profile.synced, self._tasks, self._clock.now_s)
        if self._is_fresh and not lists_file.are_kept(self._profile, FEEDS):
            self._sync.be_fresh()
            self._sync.on_all_got = self._give_feed
        elif self._bare_codes:
            self._sync.on_all_got = self._place_bare_codes
        self._sync.on_notice = lambda words: self._windows.show_notice(self._redactor.clean(words), is_error=True)

    def _give_feed(self) -> None:
        """A first list of made-up prices that nobody edited gets a feed of the relay's, where that has none of them."""
        relay, sync, watchlist = self._feeds.relay, self._sync, self._windows.front.watchlist
        if relay is None or sync is None:  # it is being left
            return
        sync.on_all_got = lambda: None  # once
        theirs = [name for name in relay.session.feeds or () if name in FEEDS]
        if watchlist.feed != BUILT_IN or not theirs or BUILT_IN in theirs:
            return
        if tuple(watchlist) != first_rows(BUILT_IN):
            return
        feed = relayed_feed(self._settings.chosen.feed, theirs) or theirs[0]  # one is better than made-up prices
        self._windows.undo.elsewhere(lambda: watchlist.change_feed(feed, first_rows(feed)))
        sync.be_untouched()
        self._keep(feed=feed)
        self._windows.set_new_feed(feed)

    def _place_bare_codes(self) -> None:
        """What the user named at the start without a feed is of the relay's: a list has a feed before there is one."""
        relay, sync, watchlist = self._feeds.relay, self._sync, self._windows.front.watchlist
        if relay is None or sync is None:  # it is being left
            return
        sync.on_all_got = lambda: None  # once
        before = watchlist.feed
        bare = {Instrument(before, code) for code in self._bare_codes}
        if bare.isdisjoint(watchlist.instruments):
            return
        theirs = [name for name in relay.session.feeds or () if name in FEEDS]
        feed = relayed_feed(before, theirs)
        if not feed and theirs:
            told = f"The relay has {', '.join(theirs)}, and this list is of {before}: List > Feed chooses another."
            self._windows.show_notice(told)
        if not feed or feed == before:
            return
        rows = dict.fromkeys(Instrument(feed, row.code) if row in bare else row for row in watchlist)
        self._windows.undo.elsewhere(lambda: watchlist.change_feed(feed, [*rows]))

    def _show_versions(self) -> None:
        """Earlier versions of the shown list, to be brought back."""
        relay = self._feeds.relay
        if self._sync is None or relay is None or not relay.session.is_bound:
            why = "none is in use" if relay is None else "it is not heard now"
            self._windows.show_notice(f"The relay keeps the versions of lists, and {why}.")
            return
        from quotedesk.ui.dialogs.versions_dialog import VersionsDialog

        front = self._windows.front
        watchlist = front.panel.watchlist
        dialog = VersionsDialog(watchlist.name, front)
        entries: list[ListEntry] = []

        def told(found: list[ListEntry], fault: str) -> None:
            entries.extend(found)
            if not is_gone:
                dialog.show_versions([_version(entry, watchlist) for entry in found], fault)

        def bring_back(number: int) -> None:
            edit = shared.to_version(watchlist, bytes(entries[number].content))
            if edit is None:
                self._windows.show_notice(f"{watchlist.name} has these rows already.")
            elif watchlist in self._book.lists:
                self._windows.undo.push(edit)

        is_gone: list[bool] = []
        dialog.destroyed.connect(lambda: is_gone.append(True))
        dialog.chosen.connect(bring_back)
        self._sync.ask_versions(shared.LIST + watchlist.name, told)
        dialog.open()

    def _keep(self, **changes: object) -> None:
        try:
            self._settings.change(**changes)
        except OSError as fault:
            log.warning("the settings could not be saved: %s", fault)


def _version(entry: ListEntry, watchlist: Watchlist) -> tuple[str, str, str, bool]:
    """When, by which desk, which rows, and did it lose?"""
    when = f"{datetime.fromtimestamp(entry.utc_s, UTC).astimezone():%Y-%m-%d %H:%M:%S}" if entry.utc_s > 0 else ""
    return when, entry.by, shared.told_of(watchlist, bytes(entry.content)), entry.lost
