"""The door of a connection: which ticks may come in."""

from collections.abc import Callable, Collection

from quotedesk.market.tick import Tick


class TickFilter:
    """Lets in wanted ticks, each once, none older than the one before it."""

    def __init__(self, is_wanted: Callable[[str], bool]) -> None:
        self._is_wanted = is_wanted
        self._last: dict[str, Tick] = {}

    def reason_to_drop(self, tick: Tick) -> str | None:
        """Why this tick stays out ("unwanted", "duplicate", "older"); None lets it in, and remembers it."""
        if not self._is_wanted(tick.code):
            return "unwanted"
        last = self._last.get(tick.code)
        if last is not None:
            if tick.repeats(last):
                return "duplicate"
            if tick.is_older(last):
                return "older"
        self._last[tick.code] = tick
        return None

    def forget_all_but(self, codes: Collection[str]) -> None:
        """What went out of the list, or the connection that brought it, is no measure for what comes."""
        for code in self._last.keys() - codes:
            del self._last[code]
