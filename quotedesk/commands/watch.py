"""`watch`: quotes in the terminal."""

import argparse
from pathlib import Path

from quotedesk.commands.shared_options import (
    FEED_OF_CODES,
    Commands,
    add_command,
    add_relay_option,
    check_pace,
    check_record,
    seconds,
    speed,
    urls_before,
)
from quotedesk.market.errors import QuotedeskError


def add(commands: Commands) -> None:
    from quotedesk.codec import FEEDS

    watch = add_command(commands, "watch", "show quotes in the terminal, or as JSON for other programs")
    watch.add_argument("watched", metavar="SYMBOL", nargs="*", help="as the feed spells them: CODE, or CODE@FEED")
    forms = watch.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="a JSON object a line: each quote, state and connection")
    forms.add_argument(
        "--csv",
        metavar="FILE",
        type=Path,
        help="a file with a row a symbol, written anew once a second: for spreadsheets",
    )
    watch.add_argument(
        "--alert",
        metavar="RULE",
        action="append",
        default=[],
        dest="alerts",
        help='a JSON object for each firing of a rule, such as "BTC-USD@coinbase last crosses-up 60000"; repeatable',
    )
    watch.add_argument("--for", metavar="S", type=seconds, dest="for_s", help="end after so many seconds")
    # What is said before the command stays said: a default here would take that back.
    unsaid = argparse.SUPPRESS
    watch.add_argument("--feed", choices=sorted(FEEDS), default=unsaid, help=FEED_OF_CODES)
    watch.add_argument("--list", metavar="NAME", dest="list_name", help="the symbols of a saved list")
    watch.add_argument(
        "--replay", metavar="FILE", type=Path, default=unsaid, help="play a recording, or a CSV of trades, to its end"
    )
    watch.add_argument(
        "--replay-speed", metavar="N", type=speed, default=unsaid, help="so many times as fast as life, or max"
    )
    watch.add_argument("--record", metavar="FILE", type=Path, default=unsaid, help="record the run to this file")
    watch.add_argument(
        "--url",
        metavar="[FEED=]BASE",
        action="append",
        default=[],
        dest="watch_urls",
        help="a server in place of a feed's provider: demo=ws://127.0.0.1:PORT; repeatable",
    )
    watch.add_argument("--profile", metavar="DIR", type=Path, default=unsaid, help="the folder with lists and settings")
    add_relay_option(watch, default=unsaid)
    watch.set_defaults(run=run)


def run(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.watch import main as watch
    from quotedesk.watch.options import WatchOptions

    check_pace(chosen)
    if chosen.loop:
        raise QuotedeskError("--loop is for the window: watch ends with the recording.")
    if chosen.replay and chosen.record:
        raise QuotedeskError("A replay is not recorded: leave out --record.")
    check_record(chosen.record)
    return watch.run(
        WatchOptions(
            command=command,
            symbols=tuple(chosen.watched),
            is_json=chosen.json,
            csv=chosen.csv,
            for_s=chosen.for_s,
            feed=chosen.feed,
            list_name=chosen.list_name,
            urls=(*urls_before(chosen), *chosen.watch_urls),
            alerts=tuple(chosen.alerts),
            profile=chosen.profile,
            replay=chosen.replay,
            replay_speed=chosen.replay_speed or 1.0,
            record=chosen.record,
            relay=chosen.relay,
        )
    )
