"""What the command line says of the feeds, checked: for a window, a terminal and a relay alike."""

from collections.abc import Mapping
from pathlib import Path

import msgspec


class SourceOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Where prices come from in this run.

    Attributes:
        command: what the user typed to start it, for messages.
        urls: feed -> scheme, host and port in place of the provider's.
        replay: a recording or a CSV of trades, which stands in place of all feeds.
        replay_speed: so many times as fast as life.
        loops: at the end of the recording it starts again.
        is_relay: the run is a relay's, whose user has no window, and whose words desks are told.
        relay: HOST:PORT or URL of the relay that stands in for the feeds it has; None: as in the settings.
    """

    command: str = "quotedesk"
    urls: Mapping[str, str] = {}
    replay: Path | None = None
    replay_speed: float = 1.0
    loops: bool = False
    is_relay: bool = False
    relay: str | None = None
