"""Options that several commands have: how they are added, and how what they say is read and checked."""

import argparse
import math
import os
from pathlib import Path
from typing import Any, TypeAlias

from quotedesk.market.errors import QuotedeskError

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


FEED_OF_CODES = "the feed of symbols that name none; else the one used last"


def add_command(commands: Commands, name: str, words: str, **more: Any) -> argparse.ArgumentParser:
    """A command, of which the list of commands and its own --help say the same first; `more` as in add_parser."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=words, description=f"{words[0].upper()}{words[1:]}.", **more
    )
    parser.set_defaults(asked=parser.prog)  # the innermost wins
    return parser


def add_url(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--url",
        metavar="[FEED=]BASE",
        action="append",
        default=[],
        help="a server in place of the provider's: ws://127.0.0.1:PORT; bare for the feed of --feed; repeatable",
    )


def add_relay_option(parser: argparse.ArgumentParser, default: object) -> None:
    parser.add_argument(
        "--relay",
        metavar="HOST:PORT[,...]",
        default=default,
        help="a relay that stands in for the feeds it has; see pair. Of a cluster several addresses, tried in turn",
    )


def add_pace(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--replay-speed", metavar="N", type=speed, help="play the recording N times as fast as life")
    parser.add_argument("--loop", action="store_true", help="start the recording again at its end")


def check_pace(chosen: argparse.Namespace) -> None:
    """Raises QuotedeskError where there is nothing to play."""
    for option, is_given in (("--replay-speed", chosen.replay_speed is not None), ("--loop", chosen.loop)):
        if is_given and not chosen.replay:
            raise QuotedeskError(f"{option} is for a recording; name one with --replay CSV.")


def check_record(path: Path | None) -> None:
    """Raises QuotedeskError where a run cannot be recorded to that file."""
    from quotedesk.config.recording_store import is_recording

    if path is None:
        return
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise QuotedeskError(f"--record: {path} is no file that could be made. Name one in a folder that is there.")
    if path.exists() and path.stat().st_size and not is_recording(path):
        raise QuotedeskError(f"--record: {path} is there already, and is no recording. Name another file.")
    check_output("--record", path, beside="-wal")


def check_output(option: str, path: Path, *, beside: str = "") -> None:
    """Raises QuotedeskError where the file cannot be opened, or none `beside` it: now, and not when it is needed.

    Opening is tried. A device or a pipe is left alone: what it takes is seen when it is written.
    """
    for each in dict.fromkeys((path, path.with_name(path.name + beside))):
        is_there = each.exists()
        if is_there and not each.is_file():
            continue
        real = Path(os.path.realpath(each))  # of a link that leads nowhere yet, the link stays
        try:
            os.close(os.open(real, os.O_WRONLY | os.O_CREAT))
        except OSError as fault:
            raise QuotedeskError(f"{option}: {path} could not be written. May that folder be written to?") from fault
        if not is_there:
            real.unlink()


def relay_address(text: str | None) -> str | None:
    """Raises QuotedeskError where it is no address of a relay."""
    if text:
        from quotedesk.net.address import relay_urls

        relay_urls(text)
    return text


def urls_before(chosen: argparse.Namespace) -> list[str]:
    """What --url said before the command."""
    return chosen.url if isinstance(chosen.url, list) else [chosen.url] if chosen.url is not None else []


def url_overrides(chosen: argparse.Namespace) -> dict[str, str]:
    """Feed -> the server in place of its provider's; a bare one is for the feed of this start."""
    from quotedesk.config import settings
    from quotedesk.config.paths import Profile
    from quotedesk.net.address import parse_overrides

    if not chosen.url:
        return {}
    kept = settings.glance(Profile(chosen.profile).settings)
    return parse_overrides(chosen.url, chosen.feed or kept.known_feed)


def seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError("give seconds, 0 or more")
    return value


def speed(text: str) -> float:
    if text == "max":
        return math.inf
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.1 <= value <= 1000:
        raise argparse.ArgumentTypeError("give a number from 0.1 to 1000, 10 is ten times as fast as life; or max")
    return value
