"""The cards of the first start, answered: where prices come from. The nearest real market is found by asking all."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from quotedesk.app.process.faults import log
from quotedesk.app.windows import Windows
from quotedesk.codec import BUILT_IN, FEEDS, MARKETS
from quotedesk.config.lists_file import starter
from quotedesk.engine.clock import SystemClock
from quotedesk.engine.source import Sources
from quotedesk.engine.tasks import Tasks
from quotedesk.lists.book_edits import SetFeed
from quotedesk.lists.saved import FIRST_NAME
from quotedesk.market.instrument import Instrument
from quotedesk.net.address import address

if TYPE_CHECKING:
    from quotedesk.net.probe import Answered

_PATIENCE_S = 5.0
_STRAGGLERS_S = 1.0  # for refusals that come after the first good answer
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


class FirstStart:
    """Nothing is dialled before a card is clicked. `choose(feed)`: new lists are of that feed."""

    def __init__(self, windows: Windows, tasks: Tasks, sources: Sources, choose: Callable[[str], None]) -> None:
        self._windows = windows
        self._tasks = tasks
        self._sources = sources
        self._choose = choose
        self._search: asyncio.Task[None] | None = None
        windows.requests.demo.connect(lambda: self.use(BUILT_IN))
        windows.requests.markets.connect(self._seek)

    def use(self, feed: str) -> None:
        """The list that is shown is to be of that feed, with well-known symbols of it.

        Rows that somebody has chosen are nobody's to replace: where another feed spells them otherwise, it gets a list
        of its own.
        """
        if self._search is not None:
            self._search.cancel()  # another choice
        front = self._windows.front
        shown = front.watchlist
        self._choose(feed)
        front.start_panel.show_answer("")
        if shown.feed == feed:
            return
        if FEEDS[feed].provider.resources == _resources(shown.feed):  # the same symbols
            front.undo.push(SetFeed(shown, feed))
        elif tuple(shown) in ((), first_rows(shown.feed)):
            front.undo.push(SetFeed(shown, feed, first_rows(feed)))
        else:
            front.list_menu.add(FIRST_NAME, first_rows(feed), feed)

    def _seek(self) -> None:
        if self._search is None or self._search.done():
            *most, last = (_title(name) for name in MARKETS)
            self._windows.front.start_panel.show_answer(f"Asking {', '.join(most)} and {last}{_ELLIPSIS}")
            self._search = self._tasks.spawn(self._find_nearest(), "nearest market")

    async def _find_nearest(self) -> None:
        """Ask all of them at once; the first that answers well is it, and what refuses is told."""
        panel = self._windows.front.start_panel
        asked = {self._tasks.spawn(self._ask(name), f"ask {name}"): name for name in MARKETS}
        try:
            waiting, nearest = set(asked), ""
            refused: dict[str, Answered] = {}
            while waiting and not nearest:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for name, answered in sorted((asked[task], task.result()) for task in done):
                    if not _is_well(answered):
                        refused[name] = answered
                    elif not nearest:
                        nearest = name
            log.info("nearest market: %s%s", nearest or "none", "".join(f"; {n}: {a.told}" for n, a in refused.items()))
            if nearest:
                self._search = None  # what follows is no search that another choice would end
                self.use(nearest)
                panel.show_answer(f"{_title(nearest)} answered first: these are its prices.")
                done, _ = await asyncio.wait(waiting, timeout=_STRAGGLERS_S) if waiting else (set(), set())
                refused |= {asked[task]: task.result() for task in done if not _is_well(task.result())}
                if refused:
                    panel.show_answer(f"{_title(nearest)} answered first; not {' and '.join(map(_title, refused))}.")
                    self._windows.show_notice(_told(refused))
            else:
                self._tell_none(refused)
        finally:
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)

    def _tell_none(self, refused: "Mapping[str, Answered]") -> None:
        feed = self._windows.front.watchlist.feed
        stays = "the demo feed goes on" if feed == BUILT_IN else "the list stays as it is"
        if any(answered.is_reached for answered in refused.values()):
            told = f"No market lets us in. {_told(refused)}"
        else:
            told = f"No market can be reached: {'; '.join({answered.told: None for answered in refused.values()})}."
        self._windows.front.start_panel.show_answer(f"No market answered: {stays}.")
        self._windows.show_notice(f"{told} {stays[0].upper()}{stays[1:]}.", is_error=True)

    async def _ask(self, name: str) -> "Answered":
        from quotedesk.net.probe import Answered, ask

        feed, clock = FEEDS[name], SystemClock()
        provider = feed.provider
        endpoint = provider.endpoint(starter(provider.resources)[0])
        target = address(provider.endpoints[endpoint], self._sources.of(name).base, None)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                return await ask(feed, target, clock.utc_s(clock.now_s()))
        except TimeoutError:
            return Answered(False, False, f"no answer within {_PATIENCE_S:.0f} s")


def _is_well(answered: "Answered") -> bool:
    return answered.is_reached and answered.is_taken and answered.has_answered


def _told(refused: "Mapping[str, Answered]") -> str:
    """Who refused, and why, in plain words."""
    return " ".join(
        f"{words.rstrip('.')}."
        for name, answered in refused.items()
        for words in [FEEDS[name].provider.refusals.get(answered.status) or f"{_title(name)}: {answered.told}"]
    )


def _title(name: str) -> str:
    return FEEDS[name].provider.title


def _resources(feed: str) -> str:
    return FEEDS[feed].provider.resources if feed in FEEDS else ""


def first_rows(feed: str) -> tuple[Instrument, ...]:
    """The well-known symbols of a feed."""
    return tuple(Instrument(feed, code) for code in starter(_resources(feed)))
