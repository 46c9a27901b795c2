"""What comes before the window: the profile, its lock, the log, the list, the demo server. Nothing heavy is loaded."""

import errno

import msgspec

from quotedesk.app.kept_lists import KeptLists
from quotedesk.app.options import Options
from quotedesk.app.prepared import Prepared
from quotedesk.app.process import faults, instance
from quotedesk.app.process.crashes import Crashes
from quotedesk.app.process.faults import Faults, log
from quotedesk.app.process.instance import InUseError
from quotedesk.codec import BUILT_IN, FEEDS
from quotedesk.config import kept_file, settings, window_file
from quotedesk.config.paths import Profile
from quotedesk.config.settings import SettingsFile
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.source import Sources
from quotedesk.market.errors import QuotedeskError

_BESIDE = (
    "Another quotedesk runs on this profile: the recording is shown with a copy of its settings, columns, formulas and "
    "alerts. What you change here is gone when you quit."
)


def run(options: Options) -> int:
    """Run the program; returns its exit code. Raises QuotedeskError for what the user can mend.

    Where nobody would read that, as after a start from a menu, a window says so first.
    """
    try:
        try:
            return _run(options)
        except OSError as fault:
            from quotedesk.app.process.failed_start import words

            raise QuotedeskError(words(fault)) from fault
    except QuotedeskError as fault:
        _tell(str(fault), options)
        raise


def _tell(reason: str, options: Options) -> None:
    """Show why the start failed, where that is not seen otherwise."""
    if options.screenshot is None and options.quit_after_s is None and not options.is_tour:
        from quotedesk.app.process import failed_start

        if failed_start.is_unseen():
            failed_start.show(reason, options.command)


def _run(options: Options) -> int:
    profile = Profile(options.profile)
    try:
        profile.make()
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        why = "it is a file, not a folder" if profile.folder.is_file() else fault.strerror
        raise QuotedeskError(
            f"{profile.folder} cannot be used ({why}). Choose another folder with --profile."
        ) from fault
    try:
        lock = instance.hold(profile)
    except InUseError:
        if options.replay is not None:
            from quotedesk.app.process.profile_copy import copy_of

            with copy_of(profile) as copy:
                return _run_on(copy, options, _BESIDE)
        if _says_anything(options) or not _show_the_other(profile):
            raise
        return 0
    try:
        return _run_on(profile, options)
    finally:
        lock.unlock()


def _says_anything(options: Options) -> bool:
    """Was more asked for than a window? The program that runs already cannot be started with it."""
    return options != Options(command=options.command, profile=options.profile)


def _show_the_other(profile: Profile) -> bool:
    """Let the program that runs on the profile show its window; did it?"""
    from PySide6.QtCore import QCoreApplication

    from quotedesk.app.process.activation import request_activation

    app = QCoreApplication([])  # the socket needs one
    try:
        return request_activation(profile)
    finally:
        app.shutdown()


def _run_on(profile: Profile, options: Options, report: str = "") -> int:
    """`report`: what the user should know of the profile."""
    redactor = Redactor()
    told = [kept_file.clear_way(path) for path in (profile.log, profile.crash)]
    faults.start_log(profile.log, redactor)
    for line in filter(None, told):
        log.warning("%s", line)
    crashes = Crashes(profile.crash)
    caught = Faults(redactor, crashes.note)
    caught.catch_all()
    crashes.watch()
    try:
        return _run_watched(profile, options, redactor, caught, crashes.last, report)
    finally:
        crashes.stop()


def _run_watched(
    profile: Profile, options: Options, redactor: Redactor, caught: Faults, crash: str, report: str
) -> int:
    sources = Sources(profile, options, redactor)
    try:
        prepared = prepare(profile, options, sources, redactor, caught, crash)
        if report:
            prepared.reports.append(report)
            log.info("%s", report)
        from quotedesk.app.main import Program

        return Program(prepared).run()
    finally:
        sources.stop()


def prepare(
    profile: Profile,
    options: Options,
    sources: Sources,
    redactor: Redactor,
    caught: Faults | None = None,
    crash: str = "",
) -> Prepared:
    """What a program needs that there is before the first widget; the servers of ours that it will need are started.

    Raises QuotedeskError or OSError for what the user can mend.
    """
    is_new = not profile.settings.exists()
    chosen, report = settings.load(profile.settings)
    feed, doubt = _choose_feed(chosen, options)
    last_feed = chosen.feed if chosen.feed in FEEDS else feed
    lists = KeptLists(profile, options, feed, last_feed, FEEDS, window_file.glance(profile.window))
    if options.feed and options.feed != chosen.feed and feed == options.feed:
        chosen = msgspec.structs.replace(chosen, feed=options.feed)
        settings.save(profile.settings, chosen)  # only now: a list that stops the start must not do so for ever
    kept = SettingsFile(profile.settings, chosen)
    prepared = Prepared(options, profile, feed, lists, sources, kept, redactor, caught, crash=crash, is_new=is_new)
    prepared.report(report, doubt, lists.report)
    relay = chosen.relay if options.relay is None else options.relay
    for name in dict.fromkeys(row.feed for each in lists.content.lists if each.is_open for row in each.instruments):
        if name in FEEDS and not relay:
            sources.of(name).start()  # it gets ready while Qt is loaded
    return prepared


def _choose_feed(chosen: settings.Settings, options: Options) -> tuple[str, str]:
    """The feed of new lists in this run, and what to report ("" for nothing)."""
    if options.replay or options.is_tour:
        return BUILT_IN, ""
    name = options.feed or chosen.feed
    if name not in FEEDS:
        return BUILT_IN, f"The settings name a feed that is not known ({name}). New lists are of the demo feed."
    return name, ""
