"""How many decimals a row's numbers are shown with: the tick size's, else what the feed's own texts need.

What needs more than before is shown with more at once: never is a digit cut off that a price has. But float noise
(101.30000000000001, or a 32-bit float written out) needs no more than the number that was meant, and a lone number
with more decimals than its neighbours widens its row for a while only.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from quotedesk.market.number import MOST_DECIMALS, Number, number

WATCHED = 64  # numbers after a row became wider; what none of them needs goes again
_WATCHED_FIRST = 8  # where whole numbers, or none, came before
_NOISY_DIGITS = 15  # a float has 15 to 17 significant ones; no exchange quotes so many
_MEANT_DIGITS = 12
_PADDED = 8  # decimals: some venues write every price with so many, noughts behind it (Binance: "60000.12000000")


class LearntDecimals:
    """The decimals of one field, or of all prices, by slot.

    Attributes:
        shown: how many decimals, (slots,) uint8.
        watched: the slots that became wider of late: [numbers to come, the most decimals that they needed so far].
    """

    def __init__(self, room: int) -> None:
        self.shown: NDArray[np.uint8] = np.zeros(room, np.uint8)
        self._is_watched = np.zeros(room, np.bool_)
        self.watched: dict[int, list[int]] = {}
        self._fixed: dict[int, int] = {}

    def grow(self, room: int) -> None:
        """Have room for so many slots."""
        more = room - len(self.shown)
        self.shown = np.append(self.shown, np.zeros(more, np.uint8))
        self._is_watched = np.append(self._is_watched, np.zeros(more, np.bool_))

    def fix(self, slot: int, decimals: int | None) -> bool:
        """Show so many from now on, whatever comes; None learns again. Are they others than before?"""
        if decimals is None:
            self._fixed.pop(slot, None)
            return False
        self._watch(slot, 0)
        self._fixed[slot] = decimals
        return self._show(slot, decimals)

    def learn(self, slot: int, number: Number) -> bool:
        """Take the next number of a row. Are its decimals others than before?"""
        if number.decimals <= self.shown.item(slot) and slot not in self.watched:
            return False
        if slot in self._fixed or not number.is_known:
            return False
        need, shown = needed(number), self.shown.item(slot)
        if need > shown:
            self._watch(slot, WATCHED if shown else _WATCHED_FIRST)
            return self._show(slot, need)
        watched = self.watched.get(slot)
        if watched is None:
            return False
        watched[0] -= 1
        watched[1] = max(watched[1], need)
        if watched[0]:
            return False
        self._watch(slot, 0)
        return self._show(slot, watched[1])

    def learn_all(self, slots: NDArray[np.intp], numbers: Sequence[Number]) -> bool:
        """Take numbers in order of arrival, each of the slot beside it. Are any row's decimals others than before?"""
        odd = np.array([number.decimals for number in numbers], np.uint8) > self.shown[slots]
        if self.watched:
            odd |= self._is_watched[slots]
        is_other = False
        if odd.any():
            for place in odd.nonzero()[0].tolist():
                is_other |= self.learn(slots.item(place), numbers[place])
        return is_other

    def _show(self, slot: int, decimals: int) -> bool:
        is_other = self.shown.item(slot) != decimals
        self.shown[slot] = decimals
        return is_other

    def _watch(self, slot: int, numbers: int) -> None:
        self._is_watched[slot] = bool(numbers)
        if numbers:
            self.watched[slot] = [numbers, 0]
        else:
            self.watched.pop(slot, None)


def needed(number: Number) -> int:
    """How many decimals a number needs to be shown as it was meant."""
    text = number.text
    if number.decimals >= _PADDED and text.endswith("0"):  # an exponent's nought has no point before it
        whole, _, fraction = text.rstrip("0").partition(".")
        if whole.lstrip("-").isdigit() and (fraction.isdigit() or not fraction):
            return len(fraction)
    return number.decimals if len(text) <= _NOISY_DIGITS else _meant(number)


def meant_by(value: float) -> int:
    """How many decimals a float has that somebody wrote, without its noise."""
    return needed(number(value))


def of_tick_size(tick_size: Number) -> int | None:
    """How many decimals prices have that move in such steps: 2 for "0.01000000"; None where that is no step."""
    if not tick_size.value > 0:
        return None
    return min(_decimals(tick_size.exact), MOST_DECIMALS)


@lru_cache(maxsize=1024)
def _meant(number: Number) -> int:
    if len(number.exact.normalize().as_tuple().digits) < _NOISY_DIGITS:
        return number.decimals
    value = number.value
    with np.errstate(over="ignore"):
        short = np.float32(value)
    meant = str(short) if float(short) == value else f"{value:.{_MEANT_DIGITS}g}"
    return min(_decimals(Decimal(meant)), number.decimals)


def _decimals(exact: Decimal) -> int:
    exponent = exact.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
