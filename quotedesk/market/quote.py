"""What a feed says of a symbol: a trade, a quote, a condition."""

import enum
import math

import msgspec

from quotedesk.market.number import UNKNOWN, Number


class Trade(msgspec.Struct, frozen=True, gc=False):
    """A print: one trade of one symbol. What the feed did not say is UNKNOWN, NaN or None, never 0.

    Attributes:
        code: the symbol, in the feed's spelling.
        price: of this trade; known, may be negative.
        size: volume of this trade (not of the day).
        time_utc_s: exchange time, seconds since 1970 UTC; NaN unknown.
        seq: the feed's number of this trade; only good for telling equal from different. None unknown.
    """

    code: str
    price: Number
    size: Number = UNKNOWN
    time_utc_s: float = math.nan
    seq: int | None = None

    def repeats(self, earlier: "Trade | Quote") -> bool:
        """Is this the very trade `earlier`, sent twice? Never without a seq to tell by."""
        return (
            self.seq is not None
            and self.seq == earlier.seq
            and isinstance(earlier, Trade)
            and self.price.value == earlier.price.value
            and _same(self.time_utc_s, earlier.time_utc_s)
            and _same(self.size.value, earlier.size.value)
        )

    def is_older(self, than: "Trade | Quote") -> bool:
        """Did this happen before `than`? A time given in whole seconds is compared in whole seconds."""
        return _is_before(self.time_utc_s, than.time_utc_s)


class Quote(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Any of what a feed knows of a symbol. None: it does not say, what was known stays; UNKNOWN: no longer known.

    Attributes:
        code: the symbol, in the feed's spelling.
        last, size: the last trade's price and volume.
        bid, ask, bid_size, ask_size: the best of each side.
        open, high, low, volume, turnover: of the session, or of the 24 hours that the feed reckons with.
        open_24h: the price 24 hours ago, by the feed's own window.
        prev_close: the close of the session before.
        time_utc_s: exchange time, seconds since 1970 UTC; NaN unknown.
        seq: the feed's number of this message; only good for telling equal from different. None unknown.
    """

    code: str
    last: Number | None = None
    size: Number | None = None
    bid: Number | None = None
    ask: Number | None = None
    bid_size: Number | None = None
    ask_size: Number | None = None
    open: Number | None = None
    high: Number | None = None
    low: Number | None = None
    open_24h: Number | None = None
    prev_close: Number | None = None
    volume: Number | None = None
    turnover: Number | None = None
    time_utc_s: float = math.nan
    seq: int | None = None

    def repeats(self, earlier: "Trade | Quote") -> bool:
        """Is this the very message `earlier`, sent twice? Never without a seq to tell by."""
        return (
            self.seq is not None
            and self.seq == earlier.seq
            and isinstance(earlier, Quote)
            and _same(self.time_utc_s, earlier.time_utc_s)
            and all(getattr(self, name) == getattr(earlier, name) for name in NUMBERS_OF_QUOTE)
        )

    def is_older(self, than: "Trade | Quote") -> bool:
        """See Trade.is_older."""
        return _is_before(self.time_utc_s, than.time_utc_s)


Update = Trade | Quote
NUMBERS_OF_QUOTE = tuple(name for name in Quote.__struct_fields__ if name not in ("code", "time_utc_s", "seq"))


class Condition(enum.Enum):
    """What a feed says of a symbol's trading."""

    NORMAL = "normal"
    HALTED = "halted"  # the exchange stopped it
    LIMIT_UP = "limit_up"  # at the day's highest price allowed: only one side trades
    LIMIT_DOWN = "limit_down"
    CANCEL_ONLY = "cancel_only"  # orders may only be taken back: no trades
    PRE_LAUNCH = "pre_launch"  # not yet trading
    MAINTENANCE = "maintenance"
    DELISTED = "delisted"  # no longer trading, for good


class Status(msgspec.Struct, frozen=True, gc=False):
    """How a symbol trades from now on, until the feed says otherwise or the connection ends.

    Attributes:
        code: the symbol, in the feed's spelling.
        condition: see Condition.
        delay_s: the feed says that it is this much behind the market.
        words: the feed's own, for the user; untrusted.
    """

    code: str
    condition: Condition = Condition.NORMAL
    delay_s: float = 0.0
    words: str = ""


def _is_before(mine_s: float, theirs_s: float) -> bool:
    return mine_s < theirs_s and not (mine_s.is_integer() and mine_s >= math.floor(theirs_s))


def _same(a: float, b: float) -> bool:
    return a == b or (a != a and b != b)
