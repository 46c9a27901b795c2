"""Which cells flash, and how far each flash is. Times are monotonic seconds and arguments."""

from collections import deque

from quotedesk.market.states import RowState
from quotedesk.ui.looks.theme import FLASH_FULL_S, FLASH_HALF_S, FLASHES_A_SECOND

_MOVING = (RowState.LIVE, RowState.QUIET)


class Flashes:
    """Flashes by slot: full, then half, then gone.

    A tick flashes only where it moved the price of a live row, only after another tick on the same link (the first
    after a gap says nothing of the market), and only FLASHES_A_SECOND times a second.
    """

    def __init__(self) -> None:
        self._seen: dict[int, tuple[float, int]] = {}  # newest tick and state at the last look
        self._starts: dict[int, deque[float]] = {}
        self._begun: set[int] = set()  # since `turned` was last asked
        # What comes next, the earliest first: (start, slot) of flashes that are to be half, and to be gone.
        self._full: deque[tuple[float, int]] = deque()
        self._half: deque[tuple[float, int]] = deque()

    def notice(self, slot: int, received_s: float, state: int, direction: float, now_s: float) -> None:
        """Look at a row that changed; it may begin to flash."""
        seen = self._seen.get(slot)
        self._seen[slot] = (received_s, state)
        if seen is None or seen[0] == received_s or direction not in (1.0, -1.0):
            return
        if state != RowState.LIVE or seen[1] not in _MOVING or now_s - received_s >= FLASH_FULL_S:
            return
        starts = self._starts.setdefault(slot, deque(maxlen=FLASHES_A_SECOND))
        if len(starts) < FLASHES_A_SECOND or now_s - starts[0] >= 1:
            starts.append(now_s)
            self._begun.add(slot)
            self._full.append((now_s, slot))
            self._half.append((now_s, slot))

    def strength(self, slot: int, now_s: float) -> float:
        """How much of its flash a cell shows: 1, 0.5 or 0."""
        starts = self._starts.get(slot)
        age_s = now_s - starts[-1] if starts else FLASH_FULL_S + FLASH_HALF_S
        if age_s < FLASH_FULL_S:
            return 1.0
        return 0.5 if age_s < FLASH_FULL_S + FLASH_HALF_S else 0.0

    def turned(self, now_s: float) -> set[int]:
        """The slots whose flash looks different from when this was last asked."""
        turned, self._begun = self._begun, set()
        for waiting, over_s in ((self._full, FLASH_FULL_S), (self._half, FLASH_FULL_S + FLASH_HALF_S)):
            while waiting and now_s - waiting[0][0] >= over_s:  # as `strength` reckons
                start_s, slot = waiting.popleft()
                if self._starts[slot][-1] == start_s:  # else it flashes anew
                    turned.add(slot)
        return turned

    def next_turn_s(self) -> float | None:
        """When the next flash changes; None while nothing flashes."""
        turns = []
        for waiting, over_s in ((self._full, FLASH_FULL_S), (self._half, FLASH_FULL_S + FLASH_HALF_S)):
            while waiting and self._starts[waiting[0][1]][-1] != waiting[0][0]:
                waiting.popleft()
            if waiting:
                turns.append(waiting[0][0] + over_s)
        return min(turns, default=None)

    def forget(self) -> None:
        """Nobody looked for a while: what comes next is not news."""
        for kept in (self._seen, self._starts, self._begun, self._full, self._half):
            kept.clear()
