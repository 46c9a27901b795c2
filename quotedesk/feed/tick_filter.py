"""The tick filter of a connection: which updates are taken."""

import math
from collections.abc import Callable, Collection

from quotedesk.market.quote import Update

AHEAD_S = 60.0  # a stamp further ahead of its arrival is not believed


class TickFilter:
    """Takes updates of wanted codes, each once, none older than the one before it, unless they come `in_order`: there a
    stamp decides nothing, and a difference that is dropped would be missing for good.

    A stamp alone never silences a code: where updates go on in an order of their own that is older than what was taken
    before, the feed's clock was set back (or it turned delayed), and they are taken from the second one on.
    """

    def __init__(self, is_wanted: Callable[[str], bool], *, in_order: bool = False) -> None:
        self._is_wanted = is_wanted
        self._in_order = in_order
        self._last: dict[str, Update] = {}
        self._older_s: dict[str, float] = {}  # the time of the newest update dropped as older, until one is taken

    def reason_to_drop(self, update: Update) -> str | None:
        """Why this update is dropped ("unwanted", "duplicate", "older"); None takes it, and remembers it."""
        code = update.code
        if not self._is_wanted(code):
            return "unwanted"
        last = self._last.get(code)
        if last is not None:
            if update.repeats(last):
                return "duplicate"
            if (
                not self._in_order
                and update.is_older(last)
                and not update.time_utc_s > self._older_s.get(code, math.inf)
            ):
                self._older_s[code] = update.time_utc_s
                return "older"
        if self._older_s:
            self._older_s.pop(code, None)
        self._last[code] = update
        return None

    def forget_all_but(self, codes: Collection[str]) -> None:
        """What went out of the list, or the connection that brought it, is no measure for what comes."""
        for kept in (self._last, self._older_s):
            for code in kept.keys() - codes:
                del kept[code]
