"""The window: what it is told by options, without a command."""

import argparse
import os
import sys
from pathlib import Path

from quotedesk.commands.shared_options import (
    add_pace,
    add_relay_option,
    add_url,
    check_output,
    check_pace,
    check_record,
    relay_address,
    seconds,
    url_overrides,
)
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument, check_code, split_codes, split_feed


def add(parser: argparse.ArgumentParser) -> None:
    from quotedesk.codec import FEEDS

    parser.set_defaults(run=run)
    parser.add_argument("--feed", choices=sorted(FEEDS), help="where prices come from; remembered")
    add_url(parser)
    parser.add_argument("--profile", metavar="DIR", type=Path, help="a folder that holds all state of this run")
    add_relay_option(parser, default=None)
    parser.add_argument("--symbols", metavar="A,B@FEED", help="replace the feed's list by these, and save it")
    parser.add_argument(
        "--replay", metavar="FILE", type=Path, help="play a recording, or a CSV of trades; dials and saves nothing"
    )
    parser.add_argument("--record", metavar="FILE", type=Path, help="record the whole run to this file")
    add_pace(parser)
    parser.add_argument("--screenshot", metavar="PNG", type=Path, help="save a picture of the window before the end")
    parser.add_argument("--quit-after", metavar="S", type=seconds, help="end after so many seconds")
    parser.add_argument("--geometry", metavar="WxH", type=_size, help="the window's size in pixels, as in 1280x800")
    parser.add_argument("--sort", metavar="COLUMN[:desc]", help='by a column\'s values, as in "Chg %%:desc"')
    parser.add_argument(
        "--chart", metavar="SYMBOL:RANGE", help="open the chart, as in NVDA.US:30m or BTC-USD@coinbase:1D"
    )
    parser.add_argument("--stats", metavar="JSON", type=Path, help="keep the figures of the run in this file")


def run(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.app.options import Options

    check_pace(chosen)
    _check_replay(chosen)
    check_record(chosen.record)
    urls = url_overrides(chosen)
    for option, path, beside in (("--screenshot", chosen.screenshot, ""), ("--stats", chosen.stats, ".new")):
        if not path:
            continue
        if path.is_dir():
            raise QuotedeskError(f"{option}: {path} is a folder. Name a file in it.")
        if not path.absolute().parent.is_dir():
            raise QuotedeskError(f"{option}: there is no folder {path.absolute().parent} to write {path.name} to.")
        check_output(option, path, beside=beside)
    from quotedesk.app.process import plain_imports

    plain_imports.restore()  # before what imports the most
    options = Options(
        command=command,
        feed=chosen.feed,
        urls=urls,
        profile=chosen.profile,
        symbols=_symbols(chosen.symbols),
        replay=chosen.replay,
        replay_speed=chosen.replay_speed or 1.0,
        loops=chosen.loop,
        record=chosen.record,
        relay=relay_address(chosen.relay),
        screenshot=chosen.screenshot,
        quit_after_s=chosen.quit_after,
        stats=chosen.stats,
        size_px=chosen.geometry,
        sort=_sort(chosen.sort),
        chart=_chart(chosen.chart),
        is_tour=_mind_the_screen(chosen, is_bare),
    )
    from quotedesk.app import start

    return start.run(options)


def _check_replay(chosen: argparse.Namespace) -> None:
    """Raises QuotedeskError for what a recording leaves no room for."""
    if chosen.replay is None:
        return
    given = {"--feed": chosen.feed, "--url": chosen.url, "--symbols": chosen.symbols, "--relay": chosen.relay}
    for option in (option for option, value in given.items() if value):
        name = chosen.replay.name
        raise QuotedeskError(f"{name} stands in place of all feeds, and has its symbols: leave out {option}.")
    if chosen.record is not None:
        raise QuotedeskError("A replay is not recorded: leave out --record.")


def _mind_the_screen(chosen: argparse.Namespace, is_bare: bool) -> bool:
    """Go off-screen where there is no screen and that is what was meant; is this to be the tour?"""
    has_screen = not sys.platform.startswith("linux") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )
    if has_screen:
        return False
    if not is_bare and not chosen.screenshot and chosen.quit_after is None:
        raise QuotedeskError(
            "There is no screen: neither DISPLAY nor WAYLAND_DISPLAY is set. "
            "Start it on a desktop, or add --screenshot PNG or --quit-after S to run without one."
        )
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if is_bare:
        print("There is no screen here, so this runs off-screen on the demo feed for 20 s.", flush=True)
    return is_bare


def _symbols(text: str | None) -> tuple[Instrument, ...] | None:
    """What --symbols names; an instrument without a feed is of the feed of this start."""
    from quotedesk.codec import FEEDS

    if text is None:
        return None
    named: dict[Instrument, None] = {}
    for piece in split_codes(text):
        code, feed = split_feed(piece)
        if feed and feed not in FEEDS:
            raise QuotedeskError(f"There is no feed {feed[:40]}. Choose from: {', '.join(sorted(FEEDS))}.")
        named[Instrument(feed, check_code(code))] = None
    if not named:
        raise QuotedeskError("--symbols names no symbol. Give it as --symbols NVDA.US,700.HK.")
    return tuple(named)


def _sort(text: str | None) -> str | None:
    if text is not None:
        from quotedesk.ui.table.columns import sorting

        try:
            sorting(text)
        except ValueError as fault:
            raise QuotedeskError(f"--sort: {fault}") from fault
    return text


def _chart(text: str | None) -> "tuple[Instrument, str] | None":
    """What --chart names: an instrument, without a feed of the feed of this start, and a range."""
    from quotedesk.codec import FEEDS
    from quotedesk.ui.chart import ranges

    if text is None:
        return None
    piece, colon, span = text.rpartition(":")
    try:
        name = ranges.named(span if colon else ranges.FIRST.name).name
    except ValueError as fault:
        raise QuotedeskError(f"--chart: {fault}. Give it as --chart NVDA.US:30m.") from fault
    code, feed = split_feed(piece if colon else text)
    if feed and feed not in FEEDS:
        raise QuotedeskError(f"There is no feed {feed[:40]}. Choose from: {', '.join(sorted(FEEDS))}.")
    return Instrument(feed, check_code(code)), name


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isascii() and width.isdigit() and height.isascii() and height.isdigit()):
        raise argparse.ArgumentTypeError("give width and height as in 1280x800")
    if not (100 <= int(width) <= 20_000 and 100 <= int(height) <= 20_000):
        raise argparse.ArgumentTypeError("give a width and a height from 100 to 20000")
    return int(width), int(height)
