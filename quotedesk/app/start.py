"""What comes before the window: the profile, its lock, the log, the list, the demo server. Nothing heavy is loaded."""

from typing import TYPE_CHECKING

from quotedesk.app import faults, instance
from quotedesk.app.demo_process import DemoProcess
from quotedesk.app.faults import Faults, Redactor, log
from quotedesk.app.options import Options
from quotedesk.codec import FEEDS
from quotedesk.codec.base import Feed
from quotedesk.config import settings, watchlist_file
from quotedesk.config.paths import Profile
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DEMO = "demo"


def run(options: Options) -> int:
    """Run the program; returns its exit code. Raises QuotedeskError or OSError for what the user can mend."""
    profile = Profile(options.profile)
    profile.make()
    lock = instance.hold(profile)
    try:
        return _run_on(profile, options)
    finally:
        lock.unlock()


def _run_on(profile: Profile, options: Options) -> int:
    redactor = Redactor()
    faults.start_log(profile.log, redactor)
    caught = Faults(redactor)
    caught.catch_all()
    feed, reports = _choose_feed(profile, options)
    instruments, report = _choose_list(profile, options, feed)
    reports += [report] if report else []
    for line in reports:
        log.warning("%s", line)
    demo = None
    if feed.name == DEMO and not options.url:
        demo = DemoProcess(options.replay)
        demo.start()  # it gets ready while Qt is loaded
    try:
        from quotedesk.app.main import Program

        keeper = _keeper(profile, options, feed)
        return Program(options, feed, instruments, demo, redactor, caught, keeper, reports).run()
    finally:
        if demo:
            demo.stop()


def _choose_feed(profile: Profile, options: Options) -> tuple[Feed, list[str]]:
    """The feed of this run, remembered where it was asked for; and what to report."""
    chosen, report = settings.load(profile.settings)
    reports = [report] if report else []
    if options.replay or options.is_tour:
        return FEEDS[DEMO], reports
    name = options.feed or chosen.feed
    if name not in FEEDS:
        reports.append(f"The settings name a feed that is not known ({name}). This is the demo feed.")
        name = DEMO
    if options.feed and options.feed != chosen.feed:
        chosen.feed = options.feed
        settings.save(profile.settings, chosen)
    return FEEDS[name], reports


def _choose_list(profile: Profile, options: Options, feed: Feed) -> tuple[list[Instrument], str]:
    """The list of this run, and what to report."""
    path = profile.watchlist(feed.name)
    if options.symbols is not None:
        watchlist_file.load(path, feed.name)  # a newer file must not be written over
        instruments = [Instrument(feed.name, code) for code in options.symbols]
        watchlist_file.save(path, feed.name, instruments)
        return instruments, ""
    if options.replay:
        from quotedesk.demo.replay import replay_codes

        try:
            return [Instrument(feed.name, code) for code in replay_codes(options.replay)], ""
        except (ValueError, OSError) as fault:
            raise QuotedeskError(f"--replay: {fault}") from fault
    return watchlist_file.load(path, feed.name)


def _keeper(profile: Profile, options: Options, feed: Feed) -> "Callable[[Iterable[Instrument]], None]":
    """What saves the list after an edit."""

    def keep(instruments: "Iterable[Instrument]") -> None:
        if not (options.replay and options.symbols is None):
            watchlist_file.save(profile.watchlist(feed.name), feed.name, instruments)

    return keep
