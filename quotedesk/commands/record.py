"""`record`: recordings of connections, and tests that are made of them."""

import argparse
import math
from pathlib import Path

from quotedesk.commands.shared_options import Commands, add_command


def add(commands: Commands) -> None:
    record = add_command(commands, "record", "keep what passed on connections, and make tests of recordings")
    kinds = record.add_subparsers(required=True, metavar="save|test|check")
    save = add_command(kinds, "save", "write the last minutes that the flight recorder has into a file")
    save.add_argument("--minutes", metavar="N", type=_minutes, default=10.0, help="so many; else 10")
    save.add_argument("file", metavar="FILE", nargs="?", type=Path, help="else a name with the time")
    save.add_argument("--profile", metavar="DIR", type=Path, default=argparse.SUPPRESS, help="whose recorder")
    save.set_defaults(run=_save)
    test = add_command(kinds, "test", "play a recording, and write beside it what came of it")
    test.add_argument("file", metavar="FILE", type=Path)
    test.add_argument("--alert", metavar="RULE", action="append", default=[], dest="rules", help="repeatable")
    test.set_defaults(run=_make_test)
    check = add_command(kinds, "check", "play recordings that are tests, and say whether the same came of them")
    check.add_argument("files", metavar="FILE", nargs="+", type=Path)
    check.set_defaults(run=_check)


def _save(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.watch import records

    return records.save(chosen.profile, chosen.minutes, chosen.file)


def _make_test(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.watch import records

    return records.make_test(chosen.file, chosen.rules)


def _check(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
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
