"""The system's clocks, which nothing else reads, and one that a recording drives."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator

from quotedesk.market.clock import Clock


class SystemClock:
    """See market.clock.Clock."""

    def now_s(self) -> float:
        return time.monotonic()

    def utc_s(self, at_s: float) -> float:
        return time.time() - (time.monotonic() - at_s)


class VirtualClock:
    """A clock that is where it was put; see market.clock.Clock.

    Attributes:
        at_s: where it is, monotonic seconds.
        ahead_s: of it the wall clock.
    """

    def __init__(self, at_s: float = 0.0, utc_s: float = 0.0) -> None:
        self.at_s = at_s
        self.ahead_s = utc_s - at_s

    def now_s(self) -> float:
        return self.at_s

    def utc_s(self, at_s: float) -> float:
        return at_s + self.ahead_s


async def each_second(clock: Clock, every_s: float = 1.0) -> AsyncIterator[int]:
    """1, 2, ..., each when so many seconds have passed from now on, however long is worked in between."""
    began_s = clock.now_s()
    for second in itertools.count(1):
        await asyncio.sleep(max(0.0, began_s + second * every_s - clock.now_s()))
        yield second
