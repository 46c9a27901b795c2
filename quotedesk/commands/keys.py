"""`token`, also `key`: the providers' tokens in the system's keyring."""

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

from quotedesk.commands.shared_options import Commands, add_command
from quotedesk.market.errors import QuotedeskError

if TYPE_CHECKING:
    from quotedesk.codec.base import Provider


def add(commands: Commands) -> None:
    key = add_command(commands, "token", "keep a provider's token in the system's keyring", aliases=["key"])
    key_commands = key.add_subparsers(required=True, metavar="set|forget")
    key_set = add_command(key_commands, "set", "ask for the token and keep it", epilog=_about_parts())
    key_set.add_argument("provider", choices=sorted(_providers()))
    key_set.set_defaults(run=set_key)
    key_forget = add_command(key_commands, "forget", "take the token out of the keyring")
    key_forget.add_argument("provider", choices=[*sorted(_providers()), "relay"])
    key_forget.add_argument(
        "address", metavar="ADDRESS", nargs="?", default="", help="of the relay, HOST:PORT; else that of the settings"
    )
    key_forget.set_defaults(run=_forget_key)


def set_key(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    """Ask for the token: never as an argument, which every user of the machine can read."""
    from quotedesk.config import secrets

    provider = _providers()[chosen.provider]
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
    parted = [provider for provider in _providers().values() if len(provider.key_parts) > 1]
    return " ".join(
        f"{each.title}'s has a {' and a '.join(each.key_parts)}: both are asked for, one after the other. "
        f"In one line they are {each.key_form}."
        for each in parted
    )


def _forget_key(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.config import secrets

    whose, what = chosen.provider, f"The token for {chosen.provider}"
    if whose == secrets.RELAY:
        host, is_in_use = _relay(chosen)
        whose, what = secrets.of_relay(host), f"This desk's key for the relay {host}"
        was_there = secrets.forget_relay_key(whose, is_in_use=is_in_use)
    elif chosen.address:
        raise QuotedeskError(f"An address is for a relay: leave {chosen.address} out.")
    else:
        was_there = secrets.forget_key(whose)
    print(f"{what} is {'no longer' if was_there else 'not'} in the keyring.")
    if secrets.is_given(whose):
        print(f"The environment variable {secrets.variable(whose)} still holds one.")
    return 0


def _relay(chosen: argparse.Namespace) -> tuple[str, bool]:
    """HOST:PORT of the relay that is meant, and is it in use? Raises QuotedeskError where none is named and none is."""
    from quotedesk.config import settings
    from quotedesk.config.paths import Profile
    from quotedesk.net.address import host_of, relay_urls

    in_use = settings.glance(Profile(chosen.profile).settings).relay
    if not (chosen.address or in_use):
        raise QuotedeskError("The settings name no relay: say which, as in token forget relay HOST:PORT.")
    url = relay_urls(chosen.address or in_use)[0]
    return host_of(url), bool(in_use) and url == relay_urls(in_use)[0]


def _providers() -> "dict[str, Provider]":
    """Those that need a key, by name."""
    from quotedesk.codec import FEEDS

    return {feed.provider.name: feed.provider for feed in FEEDS.values() if feed.provider.needs_key}
