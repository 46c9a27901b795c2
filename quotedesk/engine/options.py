"""What the command line asked for, checked: the one value that main runs on."""

from pathlib import Path

import msgspec


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """A run of the program.

    Attributes:
        command: what the user typed to start it, for messages.
        feed: the feed's name; None for the one used last.
        url: scheme, host and port in place of the provider's.
        profile: the folder with all state; None for the system's place.
        symbols: replace the feed's list; None leaves it.
        replay: a CSV of recorded trades.
        replay_speed: so many times as fast as life.
        loops: at the end of the recording it starts again.
        screenshot: where to save a picture of the window just before the end.
        quit_after_s: when to end by itself.
        stats: where to keep the figures.
        size_px: width and height of the window; None for the usual one.
        sort: COLUMN or COLUMN:desc; None for the order of the last run.
        is_tour: there is no screen and nothing else was asked for: print live figures, save a picture, end.
    """

    command: str = "quotedesk"
    feed: str | None = None
    url: str | None = None
    profile: Path | None = None
    symbols: tuple[str, ...] | None = None
    replay: Path | None = None
    replay_speed: float = 1.0
    loops: bool = False
    screenshot: Path | None = None
    quit_after_s: float | None = None
    stats: Path | None = None
    size_px: tuple[int, int] | None = None
    sort: str | None = None
    is_tour: bool = False

    @property
    def says_what(self) -> bool:
        """Was it said what is to be shown, so that nobody need be asked?"""
        return self.is_tour or any(each is not None for each in (self.feed, self.url, self.symbols, self.replay))
