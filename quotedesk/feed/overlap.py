"""Two connections of one endpoint, for as long as both are there: of what both bring, the first is taken."""

import math
from collections.abc import Hashable, Sequence

import msgspec

from quotedesk.market.quote import Update

MOST_KEPT = 20_000  # updates: what only one of two connections brings is not kept for ever


class Overlap:
    """What was brought, and by which connection."""

    def __init__(self) -> None:
        self._brought: dict[Hashable, Hashable] = {}  # update -> the connection that brought it
        self._newest: dict[str, tuple[float, Hashable]] = {}  # code -> the newest stamp, and who brought it

    def first(self, updates: Sequence[Update], link: Hashable) -> list[Update]:
        """Those that the other connection has not brought, nor anything newer of the same code."""
        taken = []
        for update in updates:
            key = _identity(update)
            before = self._brought.get(key)
            if before is not None and before != link:
                del self._brought[key]  # the copy came: neither comes again
                continue
            at_s = update.time_utc_s
            if at_s == at_s:
                stamp_s, by = self._newest.get(update.code, (-math.inf, link))
                if at_s < stamp_s and by != link:
                    continue
                if at_s >= stamp_s:
                    self._newest[update.code] = (at_s, link)
            self._brought[key] = link
            taken.append(update)
        while len(self._brought) > MOST_KEPT:
            del self._brought[next(iter(self._brought))]
        return taken


def _identity(update: Update) -> Hashable:
    """What makes it that update and no other. Where the feed numbers them a stamp does not: each connection has one."""
    if update.seq is not None:
        update = msgspec.structs.replace(update, time_utc_s=math.nan)
    return (type(update), *msgspec.structs.astuple(update))
