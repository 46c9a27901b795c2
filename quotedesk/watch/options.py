"""What `quotedesk watch` was asked for, as typed: main checks what names symbols, feeds and lists."""

from pathlib import Path

import msgspec


class WatchOptions(msgspec.Struct, frozen=True, kw_only=True):
    """A run of `quotedesk watch`.

    Attributes:
        command: what the user typed to start it, for messages.
        symbols: CODE or CODE@FEED each.
        is_json: print NDJSON; else a table, or plain lines where there is no terminal.
        for_s: end after so many seconds; None for no end.
        feed: of bare codes; None for the feed used last.
        list_name: the saved list whose rows are watched, too.
        urls: [FEED=]BASE each.
        profile: the folder with all state; None for the system's place.
        relay: HOST:PORT or URL of the relay that stands in for the feeds it has; None for none.
    """

    command: str = "quotedesk"
    symbols: tuple[str, ...] = ()
    is_json: bool = False
    for_s: float | None = None
    feed: str | None = None
    list_name: str | None = None
    urls: tuple[str, ...] = ()
    profile: Path | None = None
    relay: str | None = None
