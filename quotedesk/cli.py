"""The command line: parse, check, and hand over. Every mistake gets one line that says what to do."""

import argparse
import getpass
import math
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from quotedesk import __version__
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument, check_code, split_codes, split_feed

if TYPE_CHECKING:
    from quotedesk.codec.base import Provider

EXIT_USAGE = 2
EXIT_IN_USE = 3
_IN_USE = ("InUseError", "ProfileInUseError", "RelayInUseError", "TokenInUseError")  # by name: their rooms are heavy


class _Parser(argparse.ArgumentParser):
    """Tells a mistake in one line, where argparse prints the usage first; and repeats no value, it may be a token."""

    def error(self, message: str) -> NoReturn:
        # An option that does not exist leaves its value to be taken for a command.
        message = re.sub(r"argument COMMAND: .*\((.*)\)", r"There is no such option or command (\1)", message)
        message = re.sub(r"invalid choice: .* \(choose from (.*)\)", r"choose from \1", message)
        raise QuotedeskError(f"{message.removeprefix('argument ')}. See: {self.prog} --help")


def main(argv: Sequence[str] | None = None) -> int:
    """Run; returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = os.environ.get("QUOTEDESK_COMMAND") or "quotedesk"
    try:
        chosen, rest = _parser(command).parse_known_args(arguments)
        if chosen.run is _run_watch and not any(each.startswith("-") for each in rest):
            chosen.watched += rest  # symbols after an option: argparse takes them for strays
            rest = []
        if rest:
            raise QuotedeskError(_about_stray(rest[0], chosen.run is _set_key, command))
        code: int = chosen.run(chosen, command, not arguments)
        return code
    except QuotedeskError as fault:
        return _say(command, str(fault), EXIT_IN_USE if type(fault).__name__ in _IN_USE else EXIT_USAGE)
    except OSError as fault:
        place = f"{fault.filename}: " if fault.filename else ""
        return _say(command, f"{place}{fault.strerror or fault}", EXIT_USAGE)


def _parser(command: str) -> argparse.ArgumentParser:
    from quotedesk.codec import FEEDS

    parser = _Parser(
        prog=command,
        description="A live watchlist. Without arguments it opens on the feed used last, at first the demo feed.",
        allow_abbrev=False,
    )
    parser.set_defaults(run=_run_window)
    parser.add_argument("--version", action="version", version=f"quotedesk {__version__}")
    parser.add_argument("--feed", choices=sorted(FEEDS), help="where prices come from; remembered")
    _add_url(parser)
    parser.add_argument("--profile", metavar="DIR", type=Path, help="a folder that holds all state of this run")
    _add_relay_option(parser, default=None)
    parser.add_argument("--symbols", metavar="A,B@FEED", help="replace the feed's list by these, and save it")
    parser.add_argument(
        "--replay", metavar="FILE", type=Path, help="play a recording, or a CSV of trades; dials and saves nothing"
    )
    parser.add_argument("--record", metavar="FILE", type=Path, help="record the whole run to this file")
    _add_pace(parser)
    parser.add_argument("--screenshot", metavar="PNG", type=Path, help="save a picture of the window before the end")
    parser.add_argument("--quit-after", metavar="S", type=_seconds, help="end after so many seconds")
    parser.add_argument("--geometry", metavar="WxH", type=_size, help="the window's size in pixels, as in 1280x800")
    parser.add_argument("--sort", metavar="COLUMN[:desc]", help='by a column\'s values, as in "Chg %%:desc"')
    parser.add_argument(
        "--chart", metavar="SYMBOL:RANGE", help="open the chart, as in NVDA.US:30m or BTC-USD@coinbase:1D"
    )
    parser.add_argument("--stats", metavar="JSON", type=Path, help="keep the figures of the run in this file")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add_demo_server(commands)
    _add_watch(commands)
    _add_serve(commands)
    _add_record(commands)
    _add_exchange(commands)
    _add_relay_command(commands)
    _add_pair(commands)
    key = commands.add_parser("token", aliases=["key"], help="keep a provider's token in the system's keyring")
    key_commands = key.add_subparsers(required=True, metavar="set|forget")
    key_set = key_commands.add_parser("set", help="ask for the token and keep it", epilog=_about_parts())
    key_set.add_argument("provider", choices=sorted(_key_providers()))
    key_set.set_defaults(run=_set_key)
    key_forget = key_commands.add_parser("forget", help="take the token out of the keyring")
    key_forget.add_argument("provider", choices=sorted(_key_providers()))
    key_forget.set_defaults(run=_forget_key)
    where = commands.add_parser("where", help="print all places where something is kept")
    where.add_argument("--profile", metavar="DIR", type=Path, help="of this folder instead of the system's place")
    where.set_defaults(run=_print_places)
    doctor = commands.add_parser("doctor", help="look at all that a start needs, and say what to do")
    doctor.add_argument("--feed", choices=sorted(FEEDS), help="whose servers to ask; else that of the last start")
    _add_url(doctor)
    doctor.add_argument("--profile", metavar="DIR", type=Path, help="of this folder instead of the system's place")
    doctor.add_argument("--screen", action="store_true", help=argparse.SUPPRESS)
    doctor.set_defaults(run=_examine)
    return parser


def _add_url(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--url",
        metavar="[FEED=]BASE",
        action="append",
        default=[],
        help="a server in place of the provider's: ws://127.0.0.1:PORT; bare for the feed of --feed; repeatable",
    )


def _add_relay_option(parser: argparse.ArgumentParser, default: object) -> None:
    parser.add_argument(
        "--relay", metavar="HOST:PORT", default=default, help="a relay that stands in for the feeds it has; see pair"
    )


def _add_pair(commands: "argparse._SubParsersAction[_Parser]") -> None:
    pair = commands.add_parser("pair", help="let this desk use a relay: exchange the code that the relay shows")
    pair.add_argument("address", metavar="ADDRESS", help="of the relay, as it prints it: HOST:PORT")
    pair.add_argument("code", metavar="CODE", help="24 letters and digits; good for two minutes, and once")
    pair.add_argument("--name", default="", help="what the relay calls this desk; else the computer's name")
    pair.add_argument(
        "--print", action="store_true", dest="prints", help="print the key as a variable, for a machine without keyring"
    )
    pair.set_defaults(run=_pair)


def _pair(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    """The key goes into the keyring, or to standard output for whoever keeps it elsewhere."""
    import asyncio
    import platform

    from quotedesk.config import secrets
    from quotedesk.engine.pairing import pair
    from quotedesk.net.address import relay_url

    url = relay_url(chosen.address)
    key, relay = asyncio.run(pair(url, chosen.code, chosen.name or platform.node() or "desk"))
    if chosen.prints:
        print(f"{secrets.variable(secrets.RELAY)}={key.text}")
        return 0
    try:
        secrets.keep_key(secrets.RELAY, key.text)
    except secrets.NoKeyringError:
        raise QuotedeskError(
            "This system has no unlocked keyring, so the key was not kept and the code is spent. "
            f"Ask the relay for another code, and add --print: it prints {secrets.variable(secrets.RELAY)}=..."
        ) from None
    print(f"Paired with the relay {relay}. Start with: {command} --relay {chosen.address}")
    return 0


def _add_pace(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--replay-speed", metavar="N", type=_speed, help="play the recording N times as fast as life")
    parser.add_argument("--loop", action="store_true", help="start the recording again at its end")


def _check_pace(chosen: argparse.Namespace) -> None:
    """Raises QuotedeskError where there is nothing to play."""
    for option, is_given in (("--replay-speed", chosen.replay_speed is not None), ("--loop", chosen.loop)):
        if is_given and not chosen.replay:
            raise QuotedeskError(f"{option} is for a recording; name one with --replay CSV.")


def _add_demo_server(commands: "argparse._SubParsersAction[_Parser]") -> None:
    from quotedesk.demo.dialects import NAMES

    server = commands.add_parser("demo-server", help="run the built-in feed server by itself")
    server.add_argument(
        "--dialect", choices=("alltick", *NAMES), default="alltick", help="whose double it is; HTTP on the same port"
    )
    server.add_argument(
        "--instruments", metavar="N", type=int, default=0, help="so many made-up instruments beside the venue's own"
    )
    server.add_argument("--port", type=int, default=0, help="0 takes a free one; the first line says which")
    server.add_argument("--seed", type=int, default=1, help="the same seed gives the same prices")
    server.add_argument("--log", metavar="FILE", type=Path, help="a JSON object per connection, frame and breach")
    server.add_argument("--unknown", metavar="A,B", default="", help="codes to refuse")
    server.add_argument("--symbols", metavar="A,B", default="", help="codes to serve though they fit no market")
    server.add_argument("--any-symbol", action="store_true", help="serve whatever can be a symbol, as for load tests")
    server.add_argument("--replay", metavar="CSV", type=Path, help="recorded trades instead of made-up prices")
    _add_pace(server)
    server.add_argument(
        "--fault",
        metavar="WORDS",
        action="append",
        default=[],
        help='what goes wrong, as in "plan 5" or mute; one that is none names them all; repeatable',
    )
    server.add_argument("--control", action="store_true", help="lines on standard input are faults, too; see --fault")
    server.add_argument("--exit-with-parent", action="store_true", help="end when the program that started it ends")
    server.set_defaults(run=_run_demo_server)


def _add_watch(commands: "argparse._SubParsersAction[_Parser]") -> None:
    from quotedesk.codec import FEEDS

    watch = commands.add_parser("watch", help="show quotes in the terminal, or as JSON for other programs")
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
    watch.add_argument("--for", metavar="S", type=_seconds, dest="for_s", help="end after so many seconds")
    # What is said before the command stays said: a default here would take that back.
    unsaid = argparse.SUPPRESS
    watch.add_argument(
        "--feed", choices=sorted(FEEDS), default=unsaid, help="of bare codes; else that of the last start"
    )
    watch.add_argument("--list", metavar="NAME", dest="list_name", help="the symbols of a saved list")
    watch.add_argument(
        "--replay", metavar="FILE", type=Path, default=unsaid, help="play a recording, or a CSV of trades, to its end"
    )
    watch.add_argument(
        "--replay-speed", metavar="N", type=_speed, default=unsaid, help="so many times as fast as life, or max"
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
    _add_relay_option(watch, default=unsaid)
    watch.set_defaults(run=_run_watch)


def _add_serve(commands: "argparse._SubParsersAction[_Parser]") -> None:
    from quotedesk.codec import FEEDS

    serve = commands.add_parser("serve", help="let other programs read quotes, without a window")
    serve.add_argument("served", metavar="SYMBOL", nargs="*", help="subscribed from the start, whoever reads")
    unsaid = argparse.SUPPRESS  # what is said before the command stays said
    serve.add_argument(
        "--feed", choices=sorted(FEEDS), default=unsaid, help="of bare codes; else that of the last start"
    )
    serve.add_argument("--list", metavar="NAME", dest="list_name", help="the symbols of a saved list")
    serve.add_argument(
        "--url",
        metavar="[FEED=]BASE",
        action="append",
        default=[],
        dest="serve_urls",
        help="a server in place of a feed's provider: demo=ws://127.0.0.1:PORT; repeatable",
    )
    serve.add_argument("--profile", metavar="DIR", type=Path, default=unsaid, help="the folder with lists and settings")
    serve.add_argument(
        "--port",
        metavar="N",
        type=_port,
        help="also by WebSocket on 127.0.0.1; 0: a free one; else as in Settings",
    )
    serve.set_defaults(run=_run_serve)


def _add_record(commands: "argparse._SubParsersAction[_Parser]") -> None:
    record = commands.add_parser("record", help="keep what passed on connections, and make tests of recordings")
    kinds = record.add_subparsers(required=True, metavar="save|test|check")
    save = kinds.add_parser("save", help="write the last minutes that the flight recorder has into a file")
    save.add_argument("--minutes", metavar="N", type=_minutes, default=10.0, help="so many; else 10")
    save.add_argument("file", metavar="FILE", nargs="?", type=Path, help="else a name with the time")
    save.add_argument("--profile", metavar="DIR", type=Path, default=argparse.SUPPRESS, help="whose recorder")
    save.set_defaults(run=_save_recording)
    test = kinds.add_parser("test", help="play a recording, and write beside it what came of it")
    test.add_argument("file", metavar="FILE", type=Path)
    test.add_argument("--alert", metavar="RULE", action="append", default=[], dest="rules", help="repeatable")
    test.set_defaults(run=_test_recording)
    check = kinds.add_parser("check", help="play recordings that are tests, and say whether the same came of them")
    check.add_argument("files", metavar="FILE", nargs="+", type=Path)
    check.set_defaults(run=_check_recordings)


def _save_recording(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.watch import records

    return records.save(chosen.profile, chosen.minutes, chosen.file)


def _test_recording(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.watch import records

    return records.make_test(chosen.file, chosen.rules)


def _check_recordings(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.watch import records

    return records.check(chosen.files)


def _minutes(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= 1_000_000:
        raise argparse.ArgumentTypeError("give minutes, more than 0")
    return value


def _add_exchange(commands: "argparse._SubParsersAction[_Parser]") -> None:
    from quotedesk.codec import FEEDS

    unsaid = argparse.SUPPRESS  # what is said before the command stays said
    come = commands.add_parser("import", help="read list files of other programs into a list")
    come.add_argument("files", metavar="FILE", nargs="+", type=Path, help="each is read in its own format")
    come.add_argument(
        "--feed", choices=sorted(FEEDS), default=unsaid, help="of bare codes; else the list's, or the last"
    )
    come.add_argument("--list", metavar="NAME", dest="list_name", help="which list gets the rows; else a new one")
    come.add_argument("--profile", metavar="DIR", type=Path, default=unsaid, help="the folder with lists and settings")
    come.add_argument("--dry-run", action="store_true", dest="is_dry", help="tell what would come, and change nothing")
    come.add_argument(
        "--json", action="store_true", dest="is_json", help="a JSON object a line: each piece of the files"
    )
    come.set_defaults(run=_run_import)
    go = commands.add_parser("export", help="write a list as another program reads it")
    go.add_argument("list_name", metavar="LIST", help="the name of a saved list")
    go.add_argument("--format", metavar="F", required=True, help="tradingview, csv, tws or text")
    go.add_argument("--to", metavar="FILE", type=Path, help="else to standard output")
    go.add_argument("--profile", metavar="DIR", type=Path, default=unsaid, help="the folder with lists and settings")
    go.set_defaults(run=_run_export)


def _add_relay_command(commands: "argparse._SubParsersAction[_Parser]") -> None:
    from quotedesk.codec import FEEDS

    unsaid = argparse.SUPPRESS  # what is said before the command stays said
    relay = commands.add_parser("relay", help="hold one connection per provider, for many desks")
    relay.add_argument(
        "--feed",
        choices=sorted(FEEDS),
        action="append",
        default=[],
        dest="relayed",
        help="one that desks get; repeatable; else that of the last start",
    )
    relay.add_argument("--listen", metavar="HOST:PORT", default="", help="where desks connect; else this machine alone")
    relay.add_argument("--nats", metavar="URL", help="a NATS server or cluster that runs already: tls://HOST:PORT,...")
    relay.add_argument("--creds", metavar="FILE", type=Path, help="the relay's credentials for it")
    relay.add_argument("--name", default="", help="of the relay, for people; else the computer's")
    relay.add_argument("--metrics", metavar="PORT", type=int, help="figures by HTTP on loopback; 0 is a free port")
    relay.add_argument("--json", action="store_true", help="the first line is JSON")
    relay.add_argument(
        "--url", metavar="[FEED=]BASE", action="append", default=[], dest="relay_urls", help="as with watch; repeatable"
    )
    relay.add_argument("--profile", metavar="DIR", type=Path, default=unsaid, help="the folder with its state")
    relay.set_defaults(run=_run_relay)
    asked = relay.add_subparsers(metavar="code|status|revoke|viewers")
    code = asked.add_parser("code", help="print another pairing code, for one desk within two minutes")
    code.add_argument("--person", metavar="NAME", default="", help="whose desk: all desks of a person share lists")
    code.set_defaults(run=_relay_code)
    status = asked.add_parser("status", help="print desks, rows and rates of the relay that runs")
    status.add_argument("--json", action="store_true", default=unsaid, help="as a JSON object")
    status.set_defaults(run=_relay_status)
    revoke = asked.add_parser("revoke", help="take a desk's key back, or those of a person")
    revoke.add_argument("name", metavar="NAME", help="of a desk or a person")
    revoke.set_defaults(run=_relay_revoke)
    viewers = asked.add_parser("viewers", help="print how many people saw each feed, a day and a month, as CSV")
    viewers.set_defaults(run=_relay_viewers)
    for each in (code, status, revoke, viewers):
        each.add_argument("--profile", metavar="DIR", type=Path, default=unsaid, help="the folder of the relay's state")


def _run_relay(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.relay import main as relay
    from quotedesk.relay.options import RelayOptions

    if chosen.creds and not chosen.nats:
        raise QuotedeskError("--creds is for a server that runs already; name it with --nats URL.")
    if chosen.nats and chosen.listen:
        raise QuotedeskError("--listen is for the relay's own server; leave it out with --nats.")
    return relay.run(
        RelayOptions(
            command=command,
            feeds=tuple(dict.fromkeys(chosen.relayed)) or ((chosen.feed,) if chosen.feed else ()),
            listen=chosen.listen,
            nats=chosen.nats,
            creds=chosen.creds,
            name=chosen.name,
            is_json=chosen.json,
            metrics_port=chosen.metrics,
            urls=(*(chosen.url or ()), *chosen.relay_urls),
            profile=chosen.profile,
        )
    )


def _relay_code(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.relay import commands

    return commands.code(chosen.profile, chosen.person)


def _relay_status(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.relay import commands

    return commands.status(chosen.profile, is_json=chosen.json)


def _relay_revoke(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.relay import commands

    return commands.revoke(chosen.profile, chosen.name)


def _relay_viewers(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.relay import commands

    return commands.print_viewers(chosen.profile)


def _run_import(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.exchange import main as exchange
    from quotedesk.exchange.options import ImportOptions

    return exchange.run_import(
        ImportOptions(
            command=command,
            files=tuple(chosen.files),
            feed=chosen.feed,
            list_name=chosen.list_name,
            profile=chosen.profile,
            is_dry=chosen.is_dry,
            is_json=chosen.is_json,
        )
    )


def _run_export(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.exchange import main as exchange
    from quotedesk.exchange.options import ExportOptions

    return exchange.run_export(
        ExportOptions(
            command=command,
            list_name=chosen.list_name,
            format=chosen.format,
            to=chosen.to,
            profile=chosen.profile,
        )
    )


def _run_watch(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.watch import main as watch
    from quotedesk.watch.options import WatchOptions

    _check_pace(chosen)
    if chosen.loop:
        raise QuotedeskError("--loop is for the window: watch ends with the recording.")
    if chosen.replay and chosen.record:
        raise QuotedeskError("A replay is not recorded: leave out --record.")
    _check_record(chosen.record)
    return watch.run(
        WatchOptions(
            command=command,
            symbols=tuple(chosen.watched),
            is_json=chosen.json,
            csv=chosen.csv,
            for_s=chosen.for_s,
            feed=chosen.feed,
            list_name=chosen.list_name,
            urls=(*_urls_before(chosen), *chosen.watch_urls),
            alerts=tuple(chosen.alerts),
            profile=chosen.profile,
            replay=chosen.replay,
            replay_speed=chosen.replay_speed or 1.0,
            record=chosen.record,
            relay=chosen.relay,
        )
    )


def _run_serve(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.serve import main as serve
    from quotedesk.serve.options import ServeOptions

    return serve.run(
        ServeOptions(
            command=command,
            symbols=tuple(chosen.served),
            feed=chosen.feed,
            list_name=chosen.list_name,
            urls=(*_urls_before(chosen), *chosen.serve_urls),
            profile=chosen.profile,
            relay=_relay(chosen.relay),
            web_port=chosen.port,
        )
    )


def _urls_before(chosen: argparse.Namespace) -> list[str]:
    """What --url said before the command."""
    return chosen.url if isinstance(chosen.url, list) else [chosen.url] if chosen.url is not None else []


def _run_window(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.app.options import Options

    _check_pace(chosen)
    _check_replay(chosen)
    _check_record(chosen.record)
    urls = _urls(chosen)
    for option, path in (("--screenshot", chosen.screenshot), ("--stats", chosen.stats)):
        if path and path.is_dir():
            raise QuotedeskError(f"{option}: {path} is a folder. Name a file in it.")
        if path and not path.absolute().parent.is_dir():
            raise QuotedeskError(f"{option}: there is no folder {path.absolute().parent} to write {path.name} to.")
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
        relay=_relay(chosen.relay),
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


def _relay(text: str | None) -> str | None:
    """Raises QuotedeskError where it is no address of a relay."""
    if text:
        from quotedesk.net.address import relay_url

        relay_url(text)
    return text


def _check_record(path: Path | None) -> None:
    """Raises QuotedeskError where a run cannot be recorded to that file."""
    from quotedesk.config.recording_store import is_recording

    if path is None:
        return
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise QuotedeskError(f"--record: {path} is no file that could be made. Name one in a folder that is there.")
    if path.exists() and path.stat().st_size and not is_recording(path):
        raise QuotedeskError(f"--record: {path} is there already, and is no recording. Name another file.")


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


def _run_demo_server(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.demo.process import run
    from quotedesk.demo.server import ServerOptions
    from quotedesk.engine.signals import on_signals

    _check_pace(chosen)
    return run(
        ServerOptions(
            port=chosen.port,
            seed=chosen.seed,
            log=chosen.log,
            unknown=frozenset(split_codes(chosen.unknown)),
            symbols=frozenset(split_codes(chosen.symbols)),
            any_symbol=chosen.any_symbol,
            replay=chosen.replay,
            replay_speed=chosen.replay_speed or 1.0,
            loops=chosen.loop,
            exit_with_parent=chosen.exit_with_parent,
            faults=tuple(chosen.fault),
            control=chosen.control,
            dialect=chosen.dialect,
            instruments=max(chosen.instruments, 0),
        ),
        on_signals,
    )


def _set_key(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    """Ask for the token: never as an argument, which every user of the machine can read."""
    from quotedesk.config import secrets

    provider = _key_providers()[chosen.provider]
    try:
        key = _ask_for(provider)
    except (EOFError, KeyboardInterrupt, UnicodeDecodeError):
        key = ""
    if not key:
        raise QuotedeskError("No token was given; nothing was changed.")
    if fault := provider.fault_of(key):
        raise QuotedeskError(f"{fault}; nothing was changed.")
    secrets.keep_key(chosen.provider, key)
    print(f"The token for {chosen.provider} is in the keyring. Start with: {command} --feed {chosen.provider}")
    return 0


def _ask_for(provider: "Provider") -> str:
    """The provider's key, from whoever types or from a pipe: part by part, or all parts in the first line.

    Raises EOFError, KeyboardInterrupt, UnicodeDecodeError.
    """
    if sys.stdin is None:
        return ""
    key = ""
    for part in provider.key_parts:
        if len(provider.secrets_in(key)) == len(provider.key_parts):
            break
        if sys.stdin.isatty():
            line = getpass.getpass(f"{part[0].upper()}{part[1:]} for {provider.name} (not shown): ").strip()
        else:
            line = sys.stdin.readline().strip()
        if not line:
            return ""
        key = f"{key}:{line}" if key else line
    return key


def _about_parts() -> str:
    """Which keys have several parts, for `--help`."""
    parted = [provider for provider in _key_providers().values() if len(provider.key_parts) > 1]
    return " ".join(
        f"{each.title}'s has a {' and a '.join(each.key_parts)}: both are asked for, one after the other. "
        f"In one line they are {each.key_form}."
        for each in parted
    )


def _forget_key(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.config import secrets

    was_there = secrets.forget_key(chosen.provider)
    print(f"The token for {chosen.provider} is {'no longer' if was_there else 'not'} in the keyring.")
    if os.environ.get(secrets.variable(chosen.provider)):
        print(f"The environment variable {secrets.variable(chosen.provider)} still holds one.")
    return 0


def _print_places(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.codec import FEEDS
    from quotedesk.config.paths import Profile, resource

    profile = Profile(chosen.profile)
    places = {"profile": profile.folder, "settings": profile.settings, "window": profile.window, "log": profile.log}
    places |= {"lists": profile.lists_file, "formulas": profile.formulas, "positions": profile.positions}
    places["recording"] = profile.recording
    places |= {f"prices of {feed}": profile.prices(feed) for feed in FEEDS}
    places |= {"readers": profile.socket, "resources": resource("icons").parent}
    for name, place in places.items():
        print(f"{name:26}{place}")
    return 0


def _examine(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.app.tools import doctor
    from quotedesk.codec import BUILT_IN, FEEDS
    from quotedesk.config import settings
    from quotedesk.config.paths import Profile

    if chosen.screen:
        return doctor.tell_screen()
    profile = Profile(chosen.profile)
    name = chosen.feed or settings.glance(profile.settings).feed
    feed = FEEDS.get(name, FEEDS[BUILT_IN])
    urls = _urls(chosen)
    for other in urls:
        if other != feed.name:
            raise QuotedeskError(f"This looks at {feed.name} alone, and --url is of {other}. Add --feed {other}.")
    return doctor.run(feed, urls.get(feed.name), profile)


def _key_providers() -> "dict[str, Provider]":
    """Those that need a key, by name."""
    from quotedesk.codec import FEEDS

    return {feed.provider.name: feed.provider for feed in FEEDS.values() if feed.provider.needs_key}


def _urls(chosen: argparse.Namespace) -> dict[str, str]:
    """Feed -> the server in place of its provider's; a bare one is for the feed of this start."""
    from quotedesk.codec import BUILT_IN, FEEDS
    from quotedesk.config import settings
    from quotedesk.config.paths import Profile
    from quotedesk.net.address import parse_overrides

    if not chosen.url:
        return {}
    last = settings.glance(Profile(chosen.profile).settings).feed
    return parse_overrides(chosen.url, chosen.feed or (last if last in FEEDS else BUILT_IN))


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


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError("give seconds, 0 or more")
    return value


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65_535):
        raise argparse.ArgumentTypeError("give a port, 0 to 65535")
    return int(text)


def _speed(text: str) -> float:
    if text == "max":
        return math.inf
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.1 <= value <= 1000:
        raise argparse.ArgumentTypeError("give a number from 0.1 to 1000, 10 is ten times as fast as life; or max")
    return value


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isascii() and width.isdigit() and height.isascii() and height.isdigit()):
        raise argparse.ArgumentTypeError("give width and height as in 1280x800")
    if not (100 <= int(width) <= 20_000 and 100 <= int(height) <= 20_000):
        raise argparse.ArgumentTypeError("give a width and a height from 100 to 20000")
    return int(width), int(height)


def _about_stray(argument: str, is_key: bool, command: str) -> str:
    """What to say of an argument that nothing takes, without repeating what may be a token."""
    if argument.startswith("-"):
        return f"There is no option {argument.partition('=')[0]}. See: {command} --help"
    if is_key:
        return "A token is never an argument, which all users of this machine can read. Leave it out: it is asked for."
    return f"There is an argument too many. See: {command} --help"


def _say(command: str, line: str, code: int) -> int:
    if sys.stderr is not None:
        print(f"{command}: {line}", file=sys.stderr)
    return code
