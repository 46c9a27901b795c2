"""What `quotedesk watch` was asked for, as typed: main checks what names symbols, feeds and lists."""

from pathlib import Path

import msgspec


class WatchOptions(msgspec.Struct, frozen=True, kw_only=True):
    """A run of `quotedesk watch`.

    Attributes:
        command: what the user typed to start it, for messages.
        symbols: CODE or CODE@FEED each.
        is_json: print NDJSON; else a table, or plain lines where there is no terminal.
        csv: the file whose rows are written anew once a second, in place of printing; None for none.
        for_s: end after so many seconds; None for no end.
        feed: of bare codes; None for the feed used last.
        list_name: the saved list whose rows are watched, too.
        alerts: rules, as typed; their firings are lines.
        urls: [FEED=]BASE each.
        profile: the folder with all state; None for the system's place.
        replay: a recording to play in place of feeds; its end is the end of the run.
        replay_speed: so many times as fast as life; inf: as fast as it goes.
        record: a file to record the run to.
        relay: HOST:PORT or URL of the relay that stands in for the feeds it has; None for none.
    """

    command: str = "quotedesk"
    symbols: tuple[str, ...] = ()
    is_json: bool = False
    csv: Path | None = None
    for_s: float | None = None
    feed: str | None = None
    list_name: str | None = None
    alerts: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    profile: Path | None = None
    replay: Path | None = None
    replay_speed: float = 1.0
    record: Path | None = None
    relay: str | None = None
