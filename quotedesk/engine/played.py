"""What comes of a recording when it is played to its end: for a test that a kept recording becomes."""

import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec

from quotedesk.codec import FEEDS
from quotedesk.config.paths import Profile
from quotedesk.engine.clock import SystemClock
from quotedesk.engine.feeds import Feeds
from quotedesk.engine.options import SourceOptions
from quotedesk.engine.recorded import open_recorded
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.replay import Replay
from quotedesk.engine.services import Services
from quotedesk.engine.source import Sources
from quotedesk.engine.tasks import Tasks
from quotedesk.feed.frame_log import FrameLog
from quotedesk.market.instrument import Instrument
from quotedesk.market.quote import NUMBERS_OF_QUOTE
from quotedesk.market.states import LinkStatus
from quotedesk.quotes.figures import fields_of
from quotedesk.quotes.quotes import Quotes

# Adds a consumer to the services of a replay, of these rows; returns what is to be called each second.
Follow = Callable[[Services, Sources, list[Instrument]], Callable[[], None]]


class Played(msgspec.Struct, frozen=True):
    """The end of a recording: all that `record check` compares. Symbols are CODE@FEED.

    Attributes:
        symbols: the state of each row.
        quotes: what is known of each.
        applied_by_code: how many updates of each were taken.
    """

    symbols: dict[str, str]
    quotes: dict[str, dict[str, str]]
    applied_by_code: dict[str, int]


def play_to_end(path: Path, profile: Profile, follow: Follow | None = None) -> Played:
    """Play it as fast as it goes, and let somebody follow. Raises QuotedeskError."""
    recorded = open_recorded(path)
    redactor = Redactor()
    sources = Sources(profile, SourceOptions(replay=path), redactor)
    replay = Replay(recorded, SystemClock(), frames := FrameLog(), math.inf)
    rows = [Instrument(feed, code) for feed, code in recorded.instruments() if feed in FEEDS]
    quotes = Quotes()
    services = Services(replay.clock, Tasks(_fail), quotes, _Nobody(), redactor, frames)
    applied: Counter[str] = Counter()
    feeds = Feeds(services, sources.of)
    replay.attach(services, feeds)
    if follow is not None:
        replay.each_second.append(follow(services, sources, rows))
    while replay.play_on():
        pass
    symbols, said = {}, {}
    for each in rows:
        name, slot = f"{each.code}@{each.feed}", quotes.slot(each)
        symbols[name] = feeds.state_word(each)
        numbers = {field: quotes.number(field, slot) for field in NUMBERS_OF_QUOTE}
        received_s = quotes.received_s.item(slot)
        said[name] = fields_of(
            numbers, quotes.base_of(slot), quotes.time_utc_s.item(slot), replay.clock.utc_s(received_s)
        )
        if count := int(quotes.tick_count[slot]):
            applied[name] = count
    return Played(symbols, said, dict(applied))


class _Nobody:
    """A display that nobody looks at; see engine.services.Display."""

    def show_links(self, links: tuple[LinkStatus, ...]) -> None:
        pass

    def show_plan(self, used: int, slots: int | None, parked: int) -> None:
        pass

    def show_traffic(self, messages_per_s: float, round_trip_s: float) -> None:
        pass

    def show_notice(self, text: str, *, is_error: bool = False) -> None:
        pass

    def show_fetching(self, words: str) -> None:
        pass

    def wake(self) -> None:
        pass


def _fail(fault: BaseException) -> None:
    raise fault
