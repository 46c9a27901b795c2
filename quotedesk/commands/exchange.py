"""`import` and `export`: lists from and for other programs."""

import argparse
from pathlib import Path

from quotedesk.commands.shared_options import Commands, add_command


def add(commands: Commands) -> None:
    from quotedesk.codec import FEEDS

    unsaid = argparse.SUPPRESS  # what is said before the command stays said
    come = add_command(commands, "import", "read list files of other programs into a list")
    come.add_argument("files", metavar="FILE", nargs="+", type=Path, help="each is read in its own format")
    come.add_argument(
        "--feed",
        choices=sorted(FEEDS),
        default=unsaid,
        help="the feed of symbols that name none; else the list's, or the one used last",
    )
    come.add_argument("--list", metavar="NAME", dest="list_name", help="which list gets the rows; else a new one")
    come.add_argument("--profile", metavar="DIR", type=Path, default=unsaid, help="the folder with lists and settings")
    come.add_argument("--dry-run", action="store_true", dest="is_dry", help="tell what would come, and change nothing")
    come.add_argument(
        "--json", action="store_true", dest="is_json", help="a JSON object a line: each piece of the files"
    )
    come.set_defaults(run=_run_import)
    go = add_command(commands, "export", "write a list as another program reads it")
    go.add_argument("list_name", metavar="LIST", help="the name of a saved list")
    go.add_argument("--format", metavar="F", required=True, help="tradingview, csv, tws or text")
    go.add_argument("--to", metavar="FILE", type=Path, help="else to standard output")
    go.add_argument("--profile", metavar="DIR", type=Path, default=unsaid, help="the folder with lists and settings")
    go.set_defaults(run=_run_export)


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
