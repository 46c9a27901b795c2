"""What the user holds, beside the quotes: by slot, worth at the newest price, and whether that price can be counted on.

A price that jumps is in doubt until a second one confirms it: one wrong price must not turn a total round.
"""

import enum
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position, percent
from quotedesk.market.states import RowState
from quotedesk.quotes.fields import BASE_NAMES, FIRST_SEEN

if TYPE_CHECKING:
    from quotedesk.quotes.arrays import Floats, Slots
    from quotedesk.quotes.quotes import Quotes

JUMP = 0.4  # of the price before: what goes beyond is in doubt
SOON_S = 1.0  # so long after a jump another price does not confirm it: one large order makes many prints at once
STANDS_S = 10.0  # so long the very same price has to stand while the row ticks
LOOK_S = 0.2  # between two looks at all prices
# What formulas may name of a position, and what it means.
MEANINGS = {
    "quantity": "how many you hold",
    "avg_cost": "what one cost on average",
    "position_value": "quantity * last",
    "day_pl": "what it gained since the day's base",
    "total_pl": "what it gained since it was bought",
    "total_pl_pct": "the same in percent of what was paid",
}
POSITION_NAMES = tuple(MEANINGS)


class PriceDoubt(enum.IntEnum):
    """Why a row's price is not counted on. Closed and quiet rows have their last price, delayed ones say so."""

    NONE = 0
    NO_PRICE = 1
    JUMPED = 2
    EARLIER_RUN = 3
    PENDING = 4
    STALE = 5
    OFFLINE = 6
    REFUSED = 7
    PARKED = 8
    HALTED = 9

    @property
    def words(self) -> str:
        """For the user."""
        return _WORDS[self]


_WORDS = {
    PriceDoubt.NONE: "",
    PriceDoubt.NO_PRICE: "no price yet",
    PriceDoubt.JUMPED: "price jumped, not confirmed yet",
    PriceDoubt.EARLIER_RUN: "price of an earlier run",
    PriceDoubt.PENDING: "waiting for a price",
    PriceDoubt.STALE: "stale",
    PriceDoubt.OFFLINE: "offline",
    PriceDoubt.REFUSED: "refused",
    PriceDoubt.PARKED: "parked",
    PriceDoubt.HALTED: "halted",
}
_OF_STATE = np.zeros(len(RowState), np.uint8)
for _state, _doubt in {
    RowState.PENDING: PriceDoubt.PENDING,
    RowState.STALE: PriceDoubt.STALE,
    RowState.OFFLINE: PriceDoubt.OFFLINE,
    RowState.REFUSED: PriceDoubt.REFUSED,
    RowState.PARKED: PriceDoubt.PARKED,
    RowState.HALTED: PriceDoubt.HALTED,
}.items():
    _OF_STATE[_state] = _doubt


class Worth(NamedTuple):
    """A position at the newest price, exact; None unknown.

    Attributes:
        value: of all of it.
        day: what it gained since the base of the day, which is no price that was merely the first of this run.
        total: what it gained since it was bought.
        basis: what was paid for it.
    """

    value: Decimal | None = None
    day: Decimal | None = None
    total: Decimal | None = None
    basis: Decimal | None = None

    @property
    def percent(self) -> Decimal | None:
        """`total` in percent of `basis`."""
        return percent(self.total, self.basis)


class Jump(NamedTuple):
    """A price that is not confirmed yet. Times are monotonic seconds.

    Attributes:
        before, price: the last price that was counted on, and the one that is in doubt.
        since_s: when it was seen first.
        ticks: how many updates its row had then.
    """

    before: float
    price: float
    since_s: float
    ticks: int


class PositionValues:
    """The positions of one store.

    Attributes:
        held: by slot.
        jumps: by slot, of held and watched rows whose price is in doubt for a jump.
        is_hidden: nothing may show an amount.
    """

    def __init__(self) -> None:
        self.held: dict[int, Position] = {}
        self.jumps: dict[int, Jump] = {}
        self.is_hidden = False
        self.positions: Mapping[Instrument, Position] = {}  # as they were given
        self._worths: dict[int, tuple[int, Worth]] = {}  # by slot, with the version of the row that it is of
        self._trusted: dict[int, float] = {}  # by slot, the newest price that was counted on
        self._looked_s = -math.inf
        self._slots: Slots = np.empty(0, np.intp)  # of what is held, then of what is watched beside that
        self._watched: list[int] = []
        self._quantity = self._cost = np.empty(0)  # by slot; NaN for none

    def hold(self, quotes: "Quotes", positions: Mapping[Instrument, Position]) -> "Slots":
        """Hold these and no others; returns the slots of those that are others than before."""
        before, self.positions = self.held, positions
        slots = quotes.slots(positions)
        self.held = dict(zip(slots.tolist(), positions.values(), strict=True))
        self._slots = np.array([*slots.tolist(), *(slot for slot in self._watched if slot not in self.held)], np.intp)
        room = len(quotes.state)
        self._quantity, self._cost = np.full(room, math.nan), np.full(room, math.nan)
        for slot, position in self.held.items():
            self._quantity[slot] = float(position.quantity)
            self._cost[slot] = math.nan if position.cost is None else float(position.cost)
        for slot in [slot for slot in self._trusted if slot not in self.held and slot not in self._watched]:
            del self._trusted[slot]
            self.jumps.pop(slot, None)
        self._looked_s = -math.inf
        self._worths.clear()
        others = {slot for slot in before.keys() | self.held.keys() if before.get(slot) != self.held.get(slot)}
        return np.array(sorted(others), np.intp)

    # What they are worth

    def worth(self, quotes: "Quotes", slot: int) -> Worth:
        """That of one row; all unknown where nothing is held. Reckoned anew only where its row has changed."""
        position = self.held.get(slot)
        if position is None:
            return Worth()
        version = quotes.changed_at.item(slot)
        known = self._worths.get(slot)
        if known is None or known[0] != version:
            known = self._worths[slot] = version, self._reckoned(quotes, slot, position)
        return known[1]

    @staticmethod
    def _reckoned(quotes: "Quotes", slot: int, position: Position) -> Worth:
        last = quotes.number("last", slot)
        if not last.is_known:
            return Worth(basis=position.basis)
        price = last.exact
        name, base = quotes.base_of(slot)
        day = position.gain(price, base.exact) if name != FIRST_SEEN and base.is_known else None
        return Worth(position.value(price), day, position.total_gain(price), position.basis)

    def one(self, name: str, quotes: "Quotes", slot: int) -> float:
        """What a name of POSITION_NAMES stands for in one row; NaN unknown."""
        return float(self.many(name, quotes, np.array([slot], np.intp))[0])

    def many(self, name: str, quotes: "Quotes", slots: "Slots") -> "Floats":
        """The same for several rows."""
        if not self.held:
            return np.full(len(slots), math.nan)
        quantity, cost = self._column(self._quantity, slots), self._column(self._cost, slots)
        last = quotes["last"][slots]
        with np.errstate(all="ignore"):
            match name:
                case "quantity":
                    found = quantity
                case "avg_cost":
                    found = cost
                case "position_value":
                    found = quantity * last
                case "day_pl":
                    base = np.where(
                        quotes.base_kind[slots] == BASE_NAMES.index(FIRST_SEEN), math.nan, quotes.base[slots]
                    )
                    found = quantity * (last - base)
                case "total_pl":
                    found = quantity * (last - cost)
                case "total_pl_pct":
                    found = quantity * (last - cost) / np.abs(quantity * cost) * 100
                case _:
                    raise KeyError(name)
        result: Floats = np.where(np.isfinite(found), found, math.nan)
        return result

    @staticmethod
    def _column(values: "Floats", slots: "Slots") -> "Floats":
        """Some of a column; slots that came after it was made hold nothing."""
        if len(slots) == 0 or slots.max() < len(values):
            found: Floats = values[slots]
            return found
        return np.where(slots < len(values), values[np.minimum(slots, len(values) - 1)], math.nan)

    # How far their prices can be counted on

    def recall(self, slot: int, price: float) -> None:
        """The last price of an earlier run, just before the first one of this run: they are adjacent."""
        if slot in self.held and slot not in self._trusted and price == price:
            self._trusted[slot] = price

    def watch(self, quotes: "Quotes", slot: int, now_s: float) -> None:
        """Look at the price of a row that is not held as well: it is the rate for others."""
        if slot not in self._watched:
            self._watched.append(slot)
            if slot not in self.held:
                self._slots = np.append(self._slots, slot)
            self._looked_s = -math.inf
            self.look(quotes, now_s)

    def look(self, quotes: "Quotes", now_s: float) -> None:
        """See which prices jumped, and which of those are confirmed; looks more often than LOOK_S are passed over."""
        if now_s - self._looked_s < LOOK_S or not len(self._slots):
            return
        self._looked_s = now_s
        slots = self._slots
        last = quotes["last"][slots]
        trusted = np.fromiter((self._trusted.get(slot, math.nan) for slot in slots.tolist()), np.float64, len(slots))
        with np.errstate(all="ignore"):
            is_near = np.abs(last - trusted) <= JUMP * np.abs(trusted)
        for at in np.flatnonzero(~np.isnan(last) & (last != trusted)).tolist():
            self._judge(quotes, int(slots[at]), last.item(at), bool(is_near[at]), now_s)
        for at in np.flatnonzero(last == trusted).tolist() if self.jumps else ():
            self.jumps.pop(int(slots[at]), None)

    def _judge(self, quotes: "Quotes", slot: int, price: float, is_near: bool, now_s: float) -> None:
        if slot not in self._trusted:
            before = _reference(quotes, slot)
            self._trusted[slot] = price if math.isnan(before) else before
            is_near = math.isnan(before) or abs(price - before) <= JUMP * abs(before)
        jump = self.jumps.get(slot)
        if is_near or (jump is not None and self._is_confirmed(quotes, slot, jump, price, now_s)):
            self._trusted[slot] = price
            self.jumps.pop(slot, None)
        elif jump is None or abs(price - jump.price) > JUMP * abs(jump.price):
            self.jumps[slot] = Jump(self._trusted[slot], price, now_s, quotes.tick_count.item(slot))

    @staticmethod
    def _is_confirmed(quotes: "Quotes", slot: int, jump: Jump, price: float, now_s: float) -> bool:
        """Is it a second price near the one that jumped, or has that one stood long enough while its row ticked?

        A feed may say its last trade again with each quote: the very same price is no second one.
        """
        age_s = now_s - jump.since_s
        if price != jump.price:
            return age_s >= SOON_S and abs(price - jump.price) <= JUMP * abs(jump.price)
        return age_s >= STANDS_S and quotes.tick_count.item(slot) > jump.ticks

    def doubts(self, quotes: "Quotes", slots: "Slots") -> NDArray[np.uint8]:
        """A PriceDoubt for each of some held rows."""
        found: NDArray[np.uint8] = _OF_STATE[quotes.state[slots]]
        found[(found == 0) & np.isnan(quotes.received_s[slots])] = PriceDoubt.EARLIER_RUN
        if self.jumps:
            found[(found == 0) & np.isin(slots, list(self.jumps))] = PriceDoubt.JUMPED
        found[np.isnan(quotes["last"][slots])] = PriceDoubt.NO_PRICE
        return found


def _reference(quotes: "Quotes", slot: int) -> float:
    """What the first price that is looked at is compared with: a base that the feed told; NaN where there is none."""
    name, base = quotes.base_of(slot)
    return base.value if name != FIRST_SEEN else math.nan
