"""The tick filter of a connection: which updates are taken."""

from collections.abc import Callable, Collection

from quotedesk.market.quote import Update


class TickFilter:
    """Takes updates of wanted codes, each once, none older than the one before it."""

    def __init__(self, is_wanted: Callable[[str], bool]) -> None:
        self._is_wanted = is_wanted
        self._last: dict[str, Update] = {}

    def reason_to_drop(self, update: Update) -> str | None:
        """Why this update is dropped ("unwanted", "duplicate", "older"); None takes it, and remembers it."""
        code = update.code
        if not self._is_wanted(code):
            return "unwanted"
        last = self._last.get(code)
        if last is not None:
            if update.repeats(last):
                return "duplicate"
            if update.is_older(last):
                return "older"
        self._last[code] = update
        return None

    def forget_all_but(self, codes: Collection[str]) -> None:
        """What went out of the list, or the connection that brought it, is no measure for what comes."""
        for code in self._last.keys() - codes:
            del self._last[code]
