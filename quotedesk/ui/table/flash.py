"""Which cells flash, and how far each flash is. Times are monotonic seconds and arguments."""

from collections import deque

from quotedesk.market.states import RowState
from quotedesk.ui.looks.theme import FLASH_FULL_S, FLASH_HALF_S, FLASHES_A_SECOND

_MOVING = (RowState.LIVE, RowState.QUIET)


class Flashes:
    """Flashes by slot: full, then half, then gone.

    A tick flashes only in a live row, only after another tick on the same link (the first after a gap says nothing
    of the market), and only FLASHES_A_SECOND times a second.
    """

    def __init__(self) -> None:
        self._seen: dict[int, tuple[float, int]] = {}  # newest tick and state at the last look
        self._starts: dict[int, deque[float]] = {}
        self._shown: dict[int, float] = {}  # how much of a flash was handed out; only flashes that are not over

    def notice(self, slot: int, received_s: float, state: int, direction: float, now_s: float) -> None:
        """Look at a row that changed; it may begin to flash."""
        seen = self._seen.get(slot)
        self._seen[slot] = (received_s, state)
        if seen is None or seen[0] == received_s or direction != direction:
            return
        if state != RowState.LIVE or seen[1] not in _MOVING or now_s - received_s >= FLASH_FULL_S:
            return
        starts = self._starts.setdefault(slot, deque(maxlen=FLASHES_A_SECOND))
        if len(starts) < FLASHES_A_SECOND or now_s - starts[0] >= 1:
            starts.append(now_s)
            self._shown[slot] = 0.0

    def strength(self, slot: int, now_s: float) -> float:
        """How much of its flash a cell shows: 1, 0.5 or 0."""
        starts = self._starts.get(slot)
        age_s = now_s - starts[-1] if starts else FLASH_FULL_S + FLASH_HALF_S
        if age_s < FLASH_FULL_S:
            return 1.0
        return 0.5 if age_s < FLASH_FULL_S + FLASH_HALF_S else 0.0

    def turned(self, now_s: float) -> set[int]:
        """The slots whose flash looks different from when this was last asked."""
        turned = set()
        for slot, shown in list(self._shown.items()):
            strength = self.strength(slot, now_s)
            if strength != shown:
                turned.add(slot)
                self._shown[slot] = strength
            if not strength:
                del self._shown[slot]
        return turned

    def next_turn_s(self) -> float | None:
        """When the next flash changes; None while nothing flashes."""
        turns = []
        for slot, shown in self._shown.items():
            turns.append(self._starts[slot][-1] + (FLASH_FULL_S if shown == 1 else FLASH_FULL_S + FLASH_HALF_S))
        return min(turns, default=None)

    def forget(self) -> None:
        """Nobody looked for a while: what comes next is not news."""
        self._seen.clear()
        self._shown.clear()
        self._starts.clear()
