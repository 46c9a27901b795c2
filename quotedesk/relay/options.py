"""What `quotedesk relay` was asked for, as typed."""

from pathlib import Path

import msgspec


class RelayOptions(msgspec.Struct, frozen=True, kw_only=True):
    """A run of `quotedesk relay`.

    Attributes:
        command: what the user typed to start it, for messages.
        feeds: those that it has; none: the feed of the last start.
        listen: HOST:PORT for desks; "" is this machine alone, on a port of the relay's choice, which it keeps.
        nats: the URL of a server or cluster that runs already; None: the relay starts its own.
        creds: the file with the credentials for it.
        name: of the relay, for people; "" is the computer's.
        is_json: the first line is JSON.
        metrics_port: on loopback; None for none, 0 for a free one.
        urls: [FEED=]BASE each.
        profile: the folder with all state; None for the system's place.
    """

    command: str = "quotedesk"
    feeds: tuple[str, ...] = ()
    listen: str = ""
    nats: str | None = None
    creds: Path | None = None
    name: str = ""
    is_json: bool = False
    metrics_port: int | None = None
    urls: tuple[str, ...] = ()
    profile: Path | None = None
