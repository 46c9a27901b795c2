"""What comes before the window: the profile, its lock, the log, the list, the demo server. Nothing heavy is loaded."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from quotedesk.app import faults, instance
from quotedesk.app.demo_process import DemoProcess
from quotedesk.app.faults import Faults, log
from quotedesk.app.options import Options
from quotedesk.app.redactor import Redactor
from quotedesk.codec import FEEDS
from quotedesk.codec.base import Feed
from quotedesk.config import settings, watchlist_file
from quotedesk.config.paths import Profile
from quotedesk.config.settings import SettingsFile
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DEMO = "demo"


def run(options: Options) -> int:
    """Run the program; returns its exit code. Raises QuotedeskError or OSError for what the user can mend."""
    profile = Profile(options.profile)
    try:
        profile.make()
    except OSError as fault:
        raise QuotedeskError(
            f"{profile.folder} cannot be used ({fault.strerror}). Choose another folder with --profile."
        ) from fault
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
    chosen, report = settings.load(profile.settings)
    feed, doubt = _choose_feed(chosen, options)
    instruments, damage = _choose_list(profile, options, feed)
    if options.feed and options.feed != chosen.feed and feed.name == options.feed:
        chosen = msgspec.structs.replace(chosen, feed=options.feed)
        settings.save(profile.settings, chosen)  # only now: a list that stops the start must not do so for ever
    reports = [line for line in (report, doubt, damage) if line]
    for line in reports:
        log.warning("%s", line)
    demo = None
    if feed.name == DEMO and not options.url:
        demo = DemoProcess(options.replay)
        demo.start()  # it gets ready while Qt is loaded
    try:
        from quotedesk.app.main import Program

        keeper = _keeper(profile, options, feed)
        store = SettingsFile(profile.settings, chosen)
        return Program(options, feed, instruments, demo, redactor, caught, keeper, store, reports).run()
    finally:
        if demo:
            demo.stop()


def _choose_feed(chosen: settings.Settings, options: Options) -> tuple[Feed, str]:
    """The feed of this run, and what to report ("" for nothing)."""
    if options.replay or options.is_tour:
        return FEEDS[DEMO], ""
    name = options.feed or chosen.feed
    if name not in FEEDS:
        return FEEDS[DEMO], f"The settings name a feed that is not known ({name}). This is the demo feed."
    return FEEDS[name], ""


def _choose_list(profile: Profile, options: Options, feed: Feed) -> tuple[list[Instrument], str]:
    """The list of this run, and what to report ("" for nothing)."""
    path = profile.watchlist(feed.name)
    recorded = _replay_codes(options.replay) if options.replay else None
    if options.symbols is None and recorded is not None:
        return [Instrument(feed.name, code) for code in recorded], ""
    instruments, report = watchlist_file.load(path, feed.name)  # in any case: a newer file must not be written over
    if options.symbols is not None:
        instruments = [Instrument(feed.name, code) for code in options.symbols]
        watchlist_file.save(path, feed.name, instruments)
    return instruments, report


def _replay_codes(path: Path) -> list[str]:
    from quotedesk.demo.replay import replay_codes

    try:
        return replay_codes(path)
    except OSError as fault:
        raise QuotedeskError(f"--replay: {path}: {fault.strerror}") from fault
    except ValueError as fault:
        raise QuotedeskError(f"--replay: {fault}") from fault


def _keeper(profile: Profile, options: Options, feed: Feed) -> "Callable[[Iterable[Instrument]], None]":
    """What saves the list after an edit."""

    def keep(instruments: "Iterable[Instrument]") -> None:
        if not (options.replay and options.symbols is None):
            watchlist_file.save(profile.watchlist(feed.name), feed.name, instruments)

    return keep
