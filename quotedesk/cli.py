"""The command line: parse, check, and hand over. Every mistake gets one line that says what to do."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

from quotedesk import __version__
from quotedesk.commands import demo_server, exchange, keys, record, relay, serve, tools, watch, window
from quotedesk.market.errors import QuotedeskError

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
        if chosen.run is watch.run and not any(each.startswith("-") for each in rest):
            chosen.watched += rest  # symbols after an option: argparse takes them for strays
            rest = []
        if rest:
            raise QuotedeskError(_about_stray(rest[0], chosen.run is keys.set_key, chosen.asked))
        code: int = chosen.run(chosen, command, not arguments)
        return code
    except QuotedeskError as fault:
        return _say(command, str(fault), EXIT_IN_USE if type(fault).__name__ in _IN_USE else EXIT_USAGE)
    except OSError as fault:
        place = f"{fault.filename}: " if fault.filename else ""
        return _say(command, f"{place}{fault.strerror or fault}", EXIT_USAGE)


def _parser(command: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = _Parser(
        prog=command,
        description="A live watchlist. Without arguments it opens on the feed used last, at first the demo feed.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"quotedesk {__version__}")
    parser.set_defaults(asked=command)
    window.add(parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for family in (demo_server, watch, serve, record, exchange, relay, keys, tools):
        family.add(commands)
    return parser


def _about_stray(argument: str, is_key: bool, asked: str) -> str:
    """What to say of an argument that nothing takes, without repeating what may be a token.

    asked: the command with the one below it, as in "quotedesk relay code".
    """
    if argument.startswith("-"):
        return f"There is no option {argument.partition('=')[0]}. See: {asked} --help"
    if is_key:
        return "A token is never an argument, which all users of this machine can read. Leave it out: it is asked for."
    return f"There is an argument too many. See: {asked} --help"


def _say(command: str, line: str, code: int) -> int:
    if sys.stderr is not None:
        print(f"{command}: {line}", file=sys.stderr)
    return code
