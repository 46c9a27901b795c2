"""Ticks that are to be painted: since when they wait, and how many were overtaken before. Times are monotonic s."""

import math
from collections.abc import Iterable


class PaintLatency:
    """By slot. What came while nobody looked is no news, so its age would say nothing."""

    def __init__(self) -> None:
        self._awake = False  # False: nobody looked for a while
        self._received: dict[int, float] = {}  # of the tick that waits to be painted
        self._noticed: dict[int, float] = {}  # of the newest tick that was ordered to be painted
        self._came: dict[int, int] = {}  # ticks when it was last looked at

    def look(self, changed: Iterable[tuple[int, float, int]]) -> int:
        """Note (slot, receipt of its newest tick, its ticks so far) of what changed; how many were overtaken?"""
        overtaken = 0
        for slot, received_s, came in changed:
            if received_s != self._noticed.get(slot) and not math.isnan(received_s):
                self._noticed[slot] = received_s
                if self._awake:
                    self._received[slot] = received_s
            before = self._came.get(slot)
            self._came[slot] = came
            # Those since the last look, but for the one that is now painted, were never to be seen.
            if self._awake and before is not None and came > before:
                overtaken += came - before - 1
        self._awake = True
        return overtaken

    def painted(self, slots: Iterable[int]) -> list[float]:
        """These were painted: when the ticks were received that nobody had seen before."""
        return [self._received.pop(slot) for slot in slots if slot in self._received]

    def drop(self) -> None:
        """What waits may be out of sight now."""
        self._received.clear()

    def forget(self) -> None:
        """Nobody looks any more."""
        self._awake = False
        self._received.clear()
