"""`demo-server`: the built-in feed server by itself."""

import argparse
from pathlib import Path

from quotedesk.commands.shared_options import Commands, add_command, add_pace, check_pace
from quotedesk.market.instrument import split_codes


def add(commands: Commands) -> None:
    from quotedesk.demo.dialects import NAMES

    server = add_command(commands, "demo-server", "run the built-in feed server by itself")
    server.add_argument(
        "--dialect", choices=("alltick", *NAMES), default="alltick", help="whose double it is; HTTP on the same port"
    )
    server.add_argument(
        "--instruments", metavar="N", type=int, default=0, help="so many made-up instruments beside the venue's own"
    )
    server.add_argument("--port", type=int, default=0, help="0 takes a free one; the first line says which")
    server.add_argument("--seed", type=int, default=1, help="the same seed gives the same prices")
    server.add_argument("--by-clock", action="store_true", help="prices have a past: where they are, the clock decides")
    server.add_argument("--log", metavar="FILE", type=Path, help="a JSON object per connection, frame and breach")
    server.add_argument("--unknown", metavar="A,B", default="", help="codes to refuse")
    server.add_argument("--symbols", metavar="A,B", default="", help="codes to serve though they fit no market")
    server.add_argument("--any-symbol", action="store_true", help="serve whatever can be a symbol, as for load tests")
    server.add_argument("--listed-only", action="store_true", help="refuse what no directory that ships has")
    server.add_argument("--replay", metavar="CSV", type=Path, help="recorded trades instead of made-up prices")
    add_pace(server)
    server.add_argument(
        "--fault",
        metavar="WORDS",
        action="append",
        default=[],
        help='what goes wrong, as in "plan 5" or mute; one that is none names them all; repeatable',
    )
    server.add_argument("--control", action="store_true", help="lines on standard input are faults, too; see --fault")
    server.add_argument("--exit-with-parent", action="store_true", help="end when the program that started it ends")
    server.set_defaults(run=_run)


def _run(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.demo.process import run
    from quotedesk.demo.server import ServerOptions
    from quotedesk.engine.signals import on_signals

    check_pace(chosen)
    return run(
        ServerOptions(
            port=chosen.port,
            seed=chosen.seed,
            log=chosen.log,
            unknown=frozenset(split_codes(chosen.unknown)),
            symbols=frozenset(split_codes(chosen.symbols)),
            any_symbol=chosen.any_symbol,
            listed_only=chosen.listed_only,
            replay=chosen.replay,
            replay_speed=chosen.replay_speed or 1.0,
            loops=chosen.loop,
            exit_with_parent=chosen.exit_with_parent,
            faults=tuple(chosen.fault),
            control=chosen.control,
            dialect=chosen.dialect,
            instruments=max(chosen.instruments, 0),
            by_clock=chosen.by_clock,
        ),
        on_signals,
    )
