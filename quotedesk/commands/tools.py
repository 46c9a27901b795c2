"""`where` and `doctor`: where things are kept, and what a start lacks."""

import argparse
from pathlib import Path

from quotedesk.commands.shared_options import Commands, add_command, add_relay_option, add_url, url_overrides
from quotedesk.market.errors import QuotedeskError


def add(commands: Commands) -> None:
    from quotedesk.codec import FEEDS

    where = add_command(commands, "where", "print all places where something is kept")
    where.add_argument("--profile", metavar="DIR", type=Path, help="of this folder instead of the system's place")
    where.set_defaults(run=_print_places)
    doctor = add_command(commands, "doctor", "look at all that a start needs, and say what to do")
    doctor.add_argument("--feed", choices=sorted(FEEDS), help="whose servers to ask; else those of the feed used last")
    add_url(doctor)
    add_relay_option(doctor, None)
    doctor.add_argument("--profile", metavar="DIR", type=Path, help="of this folder instead of the system's place")
    doctor.add_argument("--screen", action="store_true", help=argparse.SUPPRESS)
    doctor.set_defaults(run=_examine)


def _print_places(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.codec import FEEDS
    from quotedesk.config.paths import Profile, resource
    from quotedesk.relay.identity import RelayFolder

    profile = Profile(chosen.profile)
    places = {"profile": profile.folder, "settings": profile.settings, "window": profile.window}
    places |= {"lists": profile.lists_file, "synced": profile.synced, "formulas": profile.formulas}
    places |= {"positions": profile.positions, "alerts": profile.alerts, "firings": profile.firings}
    places |= {"log": profile.log, "crash": profile.crash, "recording": profile.recording}
    places |= {"symbols": profile.directories, "fetched": profile.reference}
    places |= {f"prices of {feed}": profile.prices(feed) for feed in FEEDS}
    places |= {"relay": RelayFolder(profile.folder).path, "lock": profile.lock}
    places |= {"readers": profile.socket, "resources": resource("icons").parent}
    for name, place in places.items():
        print(f"{name:26}{place}")
    return 0


def _examine(chosen: argparse.Namespace, command: str, is_bare: bool) -> int:
    from quotedesk.app.tools import doctor
    from quotedesk.codec import FEEDS
    from quotedesk.config import settings
    from quotedesk.config.paths import Profile

    if chosen.screen:
        return doctor.tell_screen()
    profile = Profile(chosen.profile)
    kept = settings.glance(profile.settings)
    feed = FEEDS[chosen.feed or kept.known_feed]
    urls = url_overrides(chosen)
    for other in urls:
        if other != feed.name:
            raise QuotedeskError(f"This looks at {feed.name} alone, and --url is of {other}. Add --feed {other}.")
    asks_feed = chosen.feed or urls  # who names one wants that one
    relay = chosen.relay if chosen.relay is not None else "" if asks_feed else kept.relay
    return doctor.run(feed, urls.get(feed.name), profile, relay)
