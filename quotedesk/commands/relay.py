"""`relay` and `pair`: one connection per provider for many desks, and how a desk comes to use it."""

import argparse
import sys
from pathlib import Path

from quotedesk.commands.shared_options import Commands, add_command
from quotedesk.market.errors import QuotedeskError


def add(commands: Commands) -> None:
    _add_relay(commands)
    _add_pair(commands)


def _add_relay(commands: Commands) -> None:
    from quotedesk.codec import FEEDS

    unsaid = argparse.SUPPRESS  # what is said before the command stays said
    relay = add_command(commands, "relay", "hold one connection per provider, for many desks")
    relay.add_argument(
        "--feed",
        choices=sorted(FEEDS),
        action="append",
        default=[],
        dest="relayed",
        help="a feed that desks get; repeatable; else the one used last",
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
    relay.set_defaults(run=_run)
    asked = relay.add_subparsers(metavar="code|status|revoke|viewers")
    code = add_command(asked, "code", "print another pairing code, for one desk within two minutes")
    code.add_argument("--person", metavar="NAME", default="", help="whose desk: all desks of a person share lists")
    code.set_defaults(run=_print_code)
    status = add_command(asked, "status", "print desks, rows and rates of the relay that runs")
    status.add_argument("--json", action="store_true", default=unsaid, help="as a JSON object")
    status.set_defaults(run=_print_status)
    revoke = add_command(asked, "revoke", "take a desk's key back, or those of a person")
    revoke.add_argument("name", metavar="NAME", help="of a desk or a person")
    revoke.set_defaults(run=_revoke)
    viewers = add_command(asked, "viewers", "print how many people saw each feed, a day and a month, as CSV")
    viewers.set_defaults(run=_print_viewers)
    for each in (code, status, revoke, viewers):
        each.add_argument("--profile", metavar="DIR", type=Path, default=unsaid, help="the folder of the relay's state")


def _add_pair(commands: Commands) -> None:
    pair = add_command(commands, "pair", "let this desk use a relay: exchange its code for a key in the keyring")
    pair.add_argument("address", metavar="ADDRESS", help="of the relay, as it prints it: HOST:PORT")
    pair.add_argument("code", metavar="CODE", help="24 letters and digits; good for two minutes, and once")
    pair.add_argument("--name", default="", help="what the relay calls this desk; else the computer's name")
    pair.add_argument(
        "--print", action="store_true", dest="prints", help="print the key as a variable, for a machine without keyring"
    )
    pair.set_defaults(run=_pair)


def _run(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
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


def _print_code(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.relay import commands

    return commands.code(chosen.profile, chosen.person)


def _print_status(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.relay import commands

    return commands.status(chosen.profile, is_json=chosen.json)


def _revoke(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.relay import commands

    return commands.revoke(chosen.profile, chosen.name)


def _print_viewers(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.relay import commands

    return commands.print_viewers(chosen.profile)


def _pair(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    """The key goes into the keyring, or to standard output for whoever keeps it elsewhere."""
    import asyncio
    import platform

    from quotedesk.config import secrets
    from quotedesk.engine.pairing import pair
    from quotedesk.net.address import host_of, relay_url

    url = relay_url(chosen.address)
    entry = secrets.of_relay(host_of(url))
    variable = secrets.variable(entry)
    if not chosen.prints:  # before the code is spent
        try:
            secrets.check_keyring(entry)
        except secrets.NoKeyringError:
            raise QuotedeskError(
                f"This system has no unlocked keyring that would keep the key. Add --print: it prints {variable}=..., "
                "to be set where the desk runs. The code is still good."
            ) from None
    key, relay = asyncio.run(pair(url, chosen.code, chosen.name or platform.node() or "desk"))
    if chosen.prints:
        print(f"{variable}={key.text}")
        return 0
    try:
        secrets.keep_key(entry, key.text)
    except secrets.NoKeyringError:
        raise QuotedeskError(
            "This system has no unlocked keyring, so the key was not kept and the code is spent. "
            f"Ask the relay for another code, and add --print: it prints {variable}=..."
        ) from None
    print(f"Paired with the relay {relay}. Start with: {command} --relay {chosen.address}")
    if secrets.is_given(entry):
        print(f"But {variable} is set here, and counts before the keyring: take it away.", file=sys.stderr)
    return 0
