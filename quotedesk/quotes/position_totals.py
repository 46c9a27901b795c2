"""What the positions of a list are together, in one currency. What is in doubt or has no rate is left out and named."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position, percent
from quotedesk.market.states import RowState
from quotedesk.quotes.arrays import Slots
from quotedesk.quotes.position_values import PriceDoubt, Worth
from quotedesk.quotes.quotes import Quotes

_FOUND_FOR_S = 3.0  # a directory may tell the currency of a row by then
PairOf = Callable[[Instrument], tuple[str, str]]  # what its price is of, and in which currency; "" unknown


@dataclass(frozen=True, slots=True)
class FxRate:
    """How amounts of one currency become those of another.

    Attributes:
        row: whose price it is; None where both are the same.
        price: that.
        is_inverse: amounts are divided by it.
    """

    row: Instrument | None
    price: Decimal = Decimal(1)
    is_inverse: bool = False

    def converted(self, amount: Decimal) -> Decimal:
        """An amount in the other currency."""
        return amount / self.price if self.is_inverse else amount * self.price


@dataclass(slots=True)
class Totals:
    """The sums, None where nothing could be counted.

    Attributes:
        currency: of all of them.
        value, day, total, percent: as in Worth, of the rows that are counted.
        rows: those.
        no_rate: rows that are left out, by their currency, for which there is no rate; "" where it is not known.
        in_doubt: rows that are left out, with the reason.
        without_base, without_cost: rows that are counted, but not in `day`, or not in `total`.
        delayed: rows that are counted with a price of which the feed says that it is behind the market.
        rates: those that were used, by currency.
        elsewhere: what is held and not in the list.
    """

    currency: str
    value: Decimal | None = None
    day: Decimal | None = None
    total: Decimal | None = None
    percent: Decimal | None = None
    rows: list[Instrument] = field(default_factory=list)
    no_rate: dict[str, list[Instrument]] = field(default_factory=dict)
    in_doubt: dict[Instrument, PriceDoubt] = field(default_factory=dict)
    without_base: list[Instrument] = field(default_factory=list)
    without_cost: list[Instrument] = field(default_factory=list)
    delayed: list[Instrument] = field(default_factory=list)
    rates: dict[str, FxRate] = field(default_factory=dict)
    elsewhere: list[Instrument] = field(default_factory=list)

    @property
    def counted(self) -> int:
        """How many rows are."""
        return len(self.rows)

    @property
    def left_out(self) -> int:
        """How many rows are."""
        return len(self.in_doubt) + sum(map(len, self.no_rate.values()))


class _Held(NamedTuple):
    """The held rows of a list, with their slots and currencies, and what is held beside them."""

    rows: list[Instrument]
    slots: Slots
    currencies: list[str]
    elsewhere: list[Instrument]


class PositionTotals:
    """Adds up the held rows of one list; what has not changed is not reckoned anew. `pair_of` as of lists/currency."""

    def __init__(self, quotes: Quotes, pair_of: PairOf) -> None:
        self._quotes = quotes
        self._pair_of = pair_of
        self._rows: Sequence[Instrument] | None = None
        self._positions: Mapping[Instrument, Position] | None = None
        self._found_s = -math.inf
        self._found = _Held([], quotes.slots([]), [], [])

    def now(self, rows: Sequence[Instrument], currency: str, now_s: float) -> Totals | None:
        """The sums of those of `rows` that are held; None where none is.

        currency: "" for the one that most of them have. A rate is one of `rows`, held or not.
        """
        quotes, positions = self._quotes, self._quotes.positions
        held, slots, currencies, elsewhere = self._held(rows, now_s)
        if not held:
            return None
        positions.look(quotes, now_s)
        totals = Totals(currency or usual_currency(currencies), elsewhere=elsewhere)
        doubts = positions.doubts(quotes, slots).tolist()
        states = quotes.state[slots].tolist()
        sums: dict[str, _Sum] = {}
        looked: set[str] = set()
        for row, slot, own, doubt, state in zip(held, slots.tolist(), currencies, doubts, states, strict=True):
            if own and own not in looked:
                looked.add(own)
                if (rate := self._rate(rows, own, totals.currency, now_s)) is not None:
                    totals.rates[own] = rate
            if doubt:
                totals.in_doubt[row] = PriceDoubt(doubt)
            elif own not in totals.rates:
                totals.no_rate.setdefault(own, []).append(row)
            else:
                worth = positions.worth(quotes, slot)
                sums.setdefault(own, _Sum()).add(worth)
                totals.rows.append(row)
                if state == RowState.DELAYED:
                    totals.delayed.append(row)
                if worth.day is None:
                    totals.without_base.append(row)
                if worth.total is None:
                    totals.without_cost.append(row)
        _add_up(totals, sums)
        return totals

    def _held(self, rows: Sequence[Instrument], now_s: float) -> "_Held":
        """The held ones of some rows; found anew where either are others, and now and then for their currencies."""
        positions = self._quotes.positions.positions
        if rows is not self._rows or positions is not self._positions or now_s >= self._found_s + _FOUND_FOR_S:
            self._rows, self._positions, self._found_s = rows, positions, now_s
            held = [row for row in rows if row in positions]
            here = set(held)
            self._found = _Held(
                held,
                self._quotes.slots(held),
                [self._pair_of(row)[1] for row in held],
                [each for each in positions if each not in here],
            )
        return self._found

    def _rate(self, rows: Sequence[Instrument], own: str, wanted: str, now_s: float) -> FxRate | None:
        """The first row whose price is a rate between two currencies, and can be counted on."""
        if own == wanted:
            return FxRate(None)
        quotes = self._quotes
        for row in rows:
            if not _may_be_rate(row.code.upper(), own, wanted):
                continue
            pair = self._pair_of(row)
            if pair not in ((own, wanted), (wanted, own)):
                continue
            slot = quotes.slot(row)
            quotes.positions.watch(quotes, slot, now_s)
            price = quotes.number("last", slot)
            if price.is_known and price.value > 0 and not self._is_doubted(slot):
                return FxRate(row, price.exact, pair[0] == wanted)
        return None

    def _is_doubted(self, slot: int) -> bool:
        return bool(self._quotes.positions.doubts(self._quotes, np.array([slot], np.intp))[0])


class _Sum:
    """What rows of one currency are together."""

    __slots__ = ("basis", "day", "total", "value")

    def __init__(self) -> None:
        self.value: Decimal | None = None
        self.day: Decimal | None = None
        self.total: Decimal | None = None
        self.basis: Decimal | None = None

    def add(self, worth: Worth) -> None:
        self.value = _plus(self.value, worth.value)
        self.day = _plus(self.day, worth.day)
        if worth.total is not None:
            self.total = _plus(self.total, worth.total)
            self.basis = _plus(self.basis, worth.basis)


def usual_currency(currencies: Sequence[str]) -> str:
    """The one that most have, of equally many the first; "" where none is known."""
    known = [each for each in currencies if each]
    return max(dict.fromkeys(known), key=known.count, default="")


def _add_up(totals: Totals, sums: dict[str, _Sum]) -> None:
    basis: Decimal | None = None
    for currency, each in sums.items():
        rate = totals.rates[currency]
        totals.value = _plus(totals.value, _converted(each.value, rate))
        totals.day = _plus(totals.day, _converted(each.day, rate))
        totals.total = _plus(totals.total, _converted(each.total, rate))
        basis = _plus(basis, _converted(each.basis, rate))
    totals.percent = percent(totals.total, basis)
    totals.rates = {
        currency: rate for currency, rate in totals.rates.items() if rate.row is not None and currency in sums
    }


def _converted(amount: Decimal | None, rate: FxRate) -> Decimal | None:
    return None if amount is None else rate.converted(amount)


def _plus(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    return b if a is None else a if b is None else a + b


def _may_be_rate(code: str, own: str, wanted: str) -> bool:
    """Does a code name both? Of most rows nothing need be looked up."""
    code = code.replace("XBT", "BTC")
    return own in code and wanted in code
