"""The run of `quotedesk import` and `quotedesk export`."""

import os
import sys
from collections.abc import Callable
from contextlib import nullcontext

import msgspec

from quotedesk import formats
from quotedesk.codec import FEEDS
from quotedesk.config import directory_file, foreign_list, lists_file, profile_lock, settings
from quotedesk.config.directory_store import DirectoryStore
from quotedesk.config.paths import Profile
from quotedesk.exchange import report
from quotedesk.exchange.options import ExportOptions, ImportOptions
from quotedesk.formats import encoding, tradingview, tws
from quotedesk.formats.base import NotAListError
from quotedesk.lists.list_parser import ListParser
from quotedesk.lists.list_reader import ListReader
from quotedesk.lists.list_writer import ListWriter
from quotedesk.lists.parsed_list import ReportLine
from quotedesk.lists.saved import Content, ListContent, free_name
from quotedesk.lists.section import section_name
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument

_EXIT_NOTHING = 1  # no file held a list


def run_import(options: ImportOptions) -> int:
    """Read the files and add their rows to a list; returns the exit code.

    Raises QuotedeskError or OSError for what the user can mend.
    """
    try:
        return _import(options)
    except BrokenPipeError:  # whoever reads has enough, as in `| head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _import(options: ImportOptions) -> int:
    for path in options.files:
        if not path.exists():
            raise QuotedeskError(f"There is no file {path}.")
    profile = Profile(options.profile)
    directories = _directories(options.command, profile)
    with nullcontext() if options.is_dry else profile_lock.hold(profile):
        last_feed = _last_feed(profile)
        content = Content(())
        if options.list_name is not None or not options.is_dry:
            content, caution = lists_file.load(profile, last_feed, FEEDS)
            _caution(options.command, caution)
        target = next((each for each in content.lists if each.name == options.list_name), None)
        feed = options.feed or (target.feed if target is not None else "") or last_feed
        here = Watchlist(target.rows if target is not None else (), feed=feed)
        reading = ListParser(ListReader(here, directories), apart=target is None)
        readable = _read(options, reading, _teller(options))
        result = reading.result()
        name = target.name if target is not None else section_name(options.list_name or options.files[0].stem)
        if result.rows and not options.is_dry:
            if target is None:
                name = free_name(name, {each.name for each in content.lists})
                lists = (*content.lists, ListContent(name, result.rows, feed=feed))
            else:
                grown = msgspec.structs.replace(target, rows=(*target.rows, *result.rows), is_open=True)
                lists = tuple(grown if each is target else each for each in content.lists)
            profile.make()
            lists_file.save(profile.lists_file, msgspec.structs.replace(content, lists=lists), FEEDS)
    if not options.is_json:
        _say(report.summed_up(name, result, options.is_dry))
    return 0 if readable else _EXIT_NOTHING


def run_export(options: ExportOptions) -> int:
    """Write a list as another program reads it; returns the exit code. Raises QuotedeskError or OSError."""
    if options.format not in formats.FORMATS:
        raise QuotedeskError(f"--format: choose from {', '.join(formats.FORMATS)}.")
    profile = Profile(options.profile)
    content, caution = lists_file.load(profile, _last_feed(profile), FEEDS)
    _caution(options.command, caution)
    chosen = next((each for each in content.lists if each.name == options.list_name), None)
    if chosen is None:
        names = ", ".join(f"“{each.name}”" for each in content.lists)
        raise QuotedeskError(f"There is no list “{options.list_name[:80]}”. There are: {names}.")
    feed = chosen.feed or _last_feed(profile)
    directories = _directories(options.command, profile)
    writer = ListWriter(feed, directories)

    def figures(instrument: Instrument) -> dict[str, str]:
        flag = content.flags.get(instrument)
        return {
            "Name": directories.of(instrument.feed).name(instrument.code),
            "Flag": flag.value if flag is not None else "",
            "Note": content.notes.get(instrument, ""),
        }

    format = formats.FORMATS[options.format]
    parts = formats.parts(writer.rows(chosen.rows, figures), format)
    if options.to is None:
        sys.stdout.buffer.write(b"".join(foreign_list.encoded(format.write(part), format) for part in parts))
        sys.stdout.buffer.flush()
    else:
        for number, part in enumerate(parts, start=1):
            path = options.to if number == 1 else options.to.with_stem(f"{options.to.stem} {number}")
            try:
                foreign_list.write(path, format.write(part), format)
            except OSError as fault:
                raise QuotedeskError(
                    f"{path} could not be written ({fault.strerror}). Name another file with --to."
                ) from fault
    if len(parts) > 1:
        _caution(
            options.command, f"TradingView takes {tradingview.MOST:,} symbols at a time: there are {len(parts)} parts."
        )
    guessed = sum(map(writer.is_guess, chosen.instruments))
    if guessed and format in (tradingview, tws):
        _caution(options.command, f"{guessed:,} US symbols were given NASDAQ as their exchange, which is a guess.")
    return 0


def _read(options: ImportOptions, reading: ListParser, tell: Callable[[ReportLine], None]) -> bool:
    """Read all files; returns whether any was a list."""
    is_any = False
    for path in options.files:
        reading.file = path.name
        try:
            for entry in formats.entries(encoding.parts(foreign_list.read(path)), reading.reader):
                if entry is not None:
                    reading.add(entry)
                    tell(reading.lines[-1])
            is_any = True
        except NotAListError as fault:
            reading.refuse(path.name, str(fault))
            tell(reading.lines[-1])
    return is_any


def _teller(options: ImportOptions) -> Callable[[ReportLine], None]:
    """How a piece is told."""
    if options.is_json:
        return lambda line: report.write_json(sys.stdout.buffer, line)

    def tell(line: ReportLine) -> None:
        if text := report.told(line):
            _say(text)

    return tell


def _directories(command: str, profile: Profile) -> Directories:
    store, told = DirectoryStore(profile.directories), {""}

    def load(feed: str) -> SymbolDirectory:
        directory, caution = directory_file.directory_of(FEEDS[feed].provider, feed, store)
        _caution(command, caution)
        directory.listing("")  # opens the file
        if store.report not in told:
            told.add(store.report)
            _caution(command, store.report)
        return directory

    return Directories({name: each.title for name, each in FEEDS.items()}, load)


def _last_feed(profile: Profile) -> str:
    return settings.glance(profile.settings).known_feed


def _say(text: str) -> None:
    """A line on standard output, in whatever letters that has."""
    encoding_of_output = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding_of_output, "replace").decode(encoding_of_output) + "\n")


def _caution(command: str, text: str) -> None:
    if text and sys.stderr is not None:
        print(f"{command}: {text}", file=sys.stderr)
