"""What `quotedesk serve` was asked for, as typed: main checks what names symbols, feeds and lists."""

from pathlib import Path

import msgspec


class ServeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """A run of `quotedesk serve`.

    Attributes:
        command: what the user typed to start it, for messages.
        symbols: CODE or CODE@FEED each, wanted from the start whoever reads.
        feed: of bare codes; None for the feed used last.
        list_name: the saved list whose rows are wanted, too.
        urls: [FEED=]BASE each.
        profile: the folder with all state; None for the system's place.
        relay: HOST:PORT or URL of the relay that stands in for the feeds it has; None for that of the settings.
        acts: rules of the profile may run the command and post to the webhook, where the settings allow that.
        web_port: also over WebSocket on this port of 127.0.0.1; 0 a free one; None as the settings say.
    """

    command: str = "quotedesk"
    symbols: tuple[str, ...] = ()
    feed: str | None = None
    list_name: str | None = None
    urls: tuple[str, ...] = ()
    profile: Path | None = None
    relay: str | None = None
    acts: bool = True
    web_port: int | None = None
