"""What the user holds of an instrument, and what that is worth at a price. Amounts are exact decimals, never floats."""

from decimal import Decimal

import msgspec

MOST_DIGITS = 15  # before the point; what is longer is a slip
MOST_DECIMALS = 12


class Position(msgspec.Struct, frozen=True):
    """A holding.

    Attributes:
        quantity: how many; below 0 for what was sold short; never 0.
        cost: what one cost on average, in the instrument's currency; None unknown.
    """

    quantity: Decimal
    cost: Decimal | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for what nobody can hold."""
        if doubt := doubt_of(self.quantity, self.cost):
            raise ValueError(doubt)

    def value(self, price: Decimal) -> Decimal:
        """What it is worth; below 0 for a short one."""
        return self.quantity * price

    def gain(self, price: Decimal, since: Decimal) -> Decimal:
        """What is gained where the price went from `since` to `price`."""
        return self.quantity * (price - since)

    def total_gain(self, price: Decimal) -> Decimal | None:
        """What is gained since it was bought; None where the cost is unknown."""
        return None if self.cost is None else self.gain(price, self.cost)

    @property
    def basis(self) -> Decimal | None:
        """What was paid for it, or received for a short one: gains in percent count from that."""
        return None if self.cost is None else abs(self.quantity * self.cost)


def doubt_of(quantity: Decimal, cost: Decimal | None) -> str:
    """Why nobody can hold so many at that cost; "" where somebody can."""
    if not quantity.is_finite() or (cost is not None and not cost.is_finite()):
        return "that is no number"
    if not quantity:
        return "a quantity of 0 is no position"
    for each in (quantity, cost):
        if each is not None and each and each.adjusted() >= MOST_DIGITS:
            return f"a number has at most {MOST_DIGITS} digits before its point"
        if each is not None and int(each.as_tuple().exponent) < -MOST_DECIMALS:
            return f"a number has at most {MOST_DECIMALS} decimals"
    return ""


def percent(gain: Decimal | None, basis: Decimal | None) -> Decimal | None:
    """A gain in percent of what was paid; None where one is unknown, or nothing was paid."""
    return gain / basis * 100 if gain is not None and basis else None
