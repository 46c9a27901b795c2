"""`serve`: quotes for other programs, without a window."""

import argparse
from pathlib import Path

from quotedesk.commands.shared_options import FEED_OF_CODES, Commands, add_command, relay_address, urls_before


def add(commands: Commands) -> None:
    from quotedesk.codec import FEEDS

    serve = add_command(commands, "serve", "let other programs read quotes, without a window")
    serve.add_argument("served", metavar="SYMBOL", nargs="*", help="subscribed from the start, whoever reads")
    unsaid = argparse.SUPPRESS  # what is said before the command stays said
    serve.add_argument("--feed", choices=sorted(FEEDS), default=unsaid, help=FEED_OF_CODES)
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
    serve.add_argument(
        "--no-actions",
        action="store_true",
        help="alerts run no command and post to no webhook, whatever Settings allow",
    )
    serve.set_defaults(run=_run)


def _run(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.serve import main as serve
    from quotedesk.serve.options import ServeOptions

    return serve.run(
        ServeOptions(
            command=command,
            symbols=tuple(chosen.served),
            feed=chosen.feed,
            list_name=chosen.list_name,
            urls=(*urls_before(chosen), *chosen.serve_urls),
            profile=chosen.profile,
            relay=relay_address(chosen.relay),
            acts=not chosen.no_actions,
            web_port=chosen.port,
        )
    )


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65_535):
        raise argparse.ArgumentTypeError("give a port, 0 to 65535")
    return int(text)
