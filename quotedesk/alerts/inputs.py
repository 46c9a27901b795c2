"""The newest numbers of a symbol, as far as fields are calculated of them."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from operator import attrgetter

from quotedesk.alerts.measure import BASE, HELD, LAST, AlertFields
from quotedesk.alerts.track import JUMP_SHARE
from quotedesk.market.number import Number
from quotedesk.market.quote import Quote, Trade, Update

_FOLLOWING = (BASE, *HELD)  # what no feed says
_OF_TRADES: dict[str, Callable[[Trade], Number]] = {LAST: attrgetter("price"), "size": attrgetter("size")}


class Inputs:
    """Sets of names are bits, in the order of `names`: a loop over thousands of updates a second asks for them.

    Attributes:
        names: what is kept of updates, and behind that `base` and HELD.
        values: the newest, in the order of `names`; NaN unknown.
        least_step: of prices, by their decimals.
        session_said_utc_s: when an update last said something of the trading day; NaN before.
    """

    def __init__(self, fields: AlertFields) -> None:
        self.names: tuple[str, ...] = _FOLLOWING
        self.values = [math.nan] * len(_FOLLOWING)
        self.least_step = 1.0
        self.session_said_utc_s = math.nan
        self._fields = fields
        self._decimals = 0
        self._said: tuple[str, ...] = ()  # by updates: the first of `names`
        self._said_by: Callable[[Quote], tuple[Number | None, ...]] = _nothing
        self._of_trades: list[tuple[int, Callable[[Trade], Number]]] = []
        self._numbers: list[Number | None] = []  # as they were said
        self._prices: tuple[bool, ...] = ()  # is it one?
        self._of_session: tuple[int, ...] = ()  # places of those that are
        self._base_bits = 0
        self._base: tuple[str, float] = ("", math.nan)  # the newest that was known
        self._seeded: set[str] = set()  # names of which no update has said the value
        self._is_seeded_anew = False

    def need(self, wanted: Collection[str]) -> bool:
        """Keep these, and no others. True where something is not known of them."""
        before, numbers = self.known(), dict(zip(self._said, self._numbers, strict=True))
        needed = {*wanted, *self._fields.bases, LAST} if BASE in wanted else set(wanted)
        said = self._said = tuple(name for name in self._fields.names if name in needed)
        self.names = (*said, *_FOLLOWING)
        self._said_by = _getter(said)
        self._numbers = [numbers.get(name) for name in said]
        self.values = [before.get(name, math.nan) for name in self.names]
        self._prices = tuple(name in self._fields.prices for name in said)
        self._of_session = tuple(at for at, name in enumerate(said) if name in self._fields.of_session)
        self._of_trades = [(said.index(name), get) for name, get in _OF_TRADES.items() if name in said]
        self._base_bits = self.bits(self._fields.bases)
        return not before.keys() >= set(said)

    @property
    def is_empty(self) -> bool:
        """Is nothing kept of updates?"""
        return not self._said

    def known(self) -> dict[str, float]:
        """By name, what is known."""
        return {name: value for name, value in zip(self.names, self.values, strict=True) if value == value}

    def places(self, names: Collection[str]) -> tuple[int, ...]:
        """Where these are among the values."""
        return tuple(self.names.index(name) for name in names)

    def bits(self, names: Collection[str]) -> int:
        """Those of these that are kept."""
        return sum(1 << self.names.index(name) for name in names if name in self.names)

    def keep(self, update: Update, utc_s: float) -> tuple[int, int]:
        """Keep what an update says: those that changed by it, and the prices that jumped."""
        if type(update) is Trade:
            numbers: Sequence[Number | None] = [None] * len(self._said)
            for at, said in self._of_trades:
                numbers[at] = said(update)  # type: ignore[index]
        else:
            numbers = self._said_by(update)  # type: ignore[arg-type]
        kept, values = self._numbers, self.values
        changed = jumped = 0
        for at, number in enumerate(numbers):
            if number is None or number is kept[at]:  # prices come again and again, as the same text
                continue
            kept[at] = number
            value, before = number.value, values[at]
            if value == before:
                continue
            values[at] = value
            changed |= 1 << at
            if self._prices[at]:
                if number.decimals > self._decimals:
                    self._decimals, self.least_step = number.decimals, 10.0**-number.decimals
                if abs(value - before) > JUMP_SHARE * abs(before):
                    jumped |= 1 << at
        for at in self._of_session:
            if numbers[at] is not None:
                self.session_said_utc_s = utc_s
        if self._seeded:
            self._seeded -= {name for name, number in zip(self._said, numbers, strict=True) if number is not None}
        if self._is_seeded_anew:
            self._is_seeded_anew = False
            changed |= self._base_bits
        return changed, jumped

    def is_base_due(self, changed: int) -> bool:
        """May change count from something else, where these have changed?"""
        return bool(changed & self._base_bits)

    def rebase(self) -> bool:
        """See what change counts from. True where values that follow from the one before are not comparable."""
        known = self.known()
        kind = next((name for name in self._fields.bases if name in known), "")
        value = known.get(kind, math.nan)
        self._set(BASE, value)
        kind_before, before = self._base
        if not kind:
            return False
        self._base = kind, value
        # That of 24 hours ago moves along with the time; all others are of a day.
        return bool(kind_before) and (kind != kind_before or (value != before and kind != "open_24h"))

    def seed(self, said: Quote) -> None:
        """What was asked for beside the stream: what change counts from, where no update has said it."""
        known = self.known()
        for name in self._fields.bases:
            if name in self._said and (name not in known or name in self._seeded):
                number = getattr(said, name)
                if number is not None and number.is_known:
                    self._set(name, number.value)
                    self._seeded.add(name)
                    self._is_seeded_anew = True

    def hold(self, held: Mapping[str, float]) -> bool:
        """The user holds so many, at such a cost. True where that is something else than before."""
        known = self.known()
        if all(held.get(name) == known.get(name) for name in HELD):
            return False
        for name in HELD:
            self._set(name, held.get(name, math.nan))
        return True

    def cut(self) -> None:
        """What the stream said is not known any more."""
        self._forget(set(self._said) - self._seeded)
        if not self._seeded.intersection(self._fields.bases):
            self._forget((BASE,))

    def turn_day(self, day_utc_s: float) -> set[str]:
        """A trading day began then: what is over with the one before, and not said anew yet, is forgotten."""
        if self.session_said_utc_s >= day_utc_s:
            return set()
        # Beside a window of 24 hours, all but the close before is of that window.
        over = {"prev_close"} if "open_24h" in self.known() else set(self._fields.of_session)
        if self._base[0] in over:
            over.add(BASE)
        self._forget(over.intersection(self.names))
        self._seeded -= over
        return over

    def _forget(self, names: Collection[str]) -> None:
        for name in names:
            self._set(name, math.nan)

    def _set(self, name: str, value: float) -> None:
        """What no update says."""
        at = self.names.index(name)
        self.values[at] = value
        if at < len(self._numbers):
            self._numbers[at] = None


def said_by(update: Update, field: str) -> Number | None:
    """What an update says of a field of Quote; None for nothing."""
    if type(update) is Trade:
        return update.price if field == LAST else update.size if field == "size" else None
    return getattr(update, field)  # type: ignore[no-any-return]


def _getter(names: Sequence[str]) -> Callable[[Quote], tuple[Number | None, ...]]:
    """What fetches these numbers of a quote."""
    if not names:
        return _nothing
    if len(names) == 1:
        (name,) = names
        return lambda quote: (getattr(quote, name),)
    return attrgetter(*names)


def _nothing(quote: Quote) -> tuple[Number | None, ...]:
    return ()
