"""One trade, as a feed reported it."""

import enum
import math

import msgspec


class Condition(enum.Enum):
    """What a feed says of a symbol's trading."""

    NORMAL = "normal"
    HALTED = "halted"  # the exchange stopped it
    LIMIT_UP = "limit_up"  # at the day's highest price allowed: only one side trades
    LIMIT_DOWN = "limit_down"


class Tick(msgspec.Struct, frozen=True, gc=False):
    """A trade of one symbol. What the feed did not say is NaN (or None), never 0.

    Attributes:
        code: the symbol, in the feed's spelling.
        price: last trade price, finite and above 0.
        decimals: digits after the point in the feed's own text of the price.
        size: volume of this trade (not of the day); NaN unknown.
        size_decimals: digits after the point in the feed's own text of the size.
        time_utc_s: exchange time, seconds since 1970 UTC; NaN unknown.
        condition: see Condition; NORMAL, too, where the feed does not say.
        delay_s: the feed says that it is this much behind the market; 0 where it does not.
        seq: the feed's number of this tick; only good for telling equal from different. None unknown.
    """

    code: str
    price: float
    decimals: int = 0
    size: float = math.nan
    size_decimals: int = 0
    time_utc_s: float = math.nan
    seq: int | None = None
    condition: Condition = Condition.NORMAL
    delay_s: float = 0.0

    def repeats(self, earlier: "Tick") -> bool:
        """Is this the very tick `earlier`, sent twice? Never without a seq to tell by."""
        return (
            self.seq is not None
            and self.seq == earlier.seq
            and self.price == earlier.price
            and _same(self.time_utc_s, earlier.time_utc_s)
            and _same(self.size, earlier.size)
        )

    def is_older(self, than: "Tick") -> bool:
        """Did this trade happen before `than`? A time given in whole seconds is compared in whole seconds."""
        mine, theirs = self.time_utc_s, than.time_utc_s
        return mine < theirs and not (mine.is_integer() and mine >= math.floor(theirs))


def _same(a: float, b: float) -> bool:
    return a == b or (a != a and b != b)
