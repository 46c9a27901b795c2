"""What a feed's symbol directory says of one symbol."""

import enum

import msgspec

from quotedesk.market.number import UNKNOWN, Number
from quotedesk.market.quote import Condition


class InstrumentKind(enum.Enum):
    """What is traded. The value is the word that is shown."""

    SPOT = "spot"
    PERPETUAL = "perpetual"
    FUTURE = "future"
    SHARE = "share"
    SHARE_TOKEN = "share token"  # noqa: S105 - a word for what is traded
    INDEX = "index"
    FOREX = "forex"
    COMMODITY = "commodity"
    UNKNOWN = ""


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a symbol directory. All text is the feed's, and untrusted.

    Attributes:
        code: the symbol, in the feed's spelling.
        name: what people call it ("Bitcoin", "Apple"); "" unknown.
        kind: see InstrumentKind.
        base, quote: what is bought, and what it is paid with ("BTC", "USD"); "" where that means nothing.
        tick_size: least step of the price; UNKNOWN where the feed does not say.
        condition: how it trades, as of the directory.
        note: what it is where its name misleads: "perpetual on Tesla, not the share"; "" for nothing.
        listed: how others call it, EXCHANGE:TICKER; "" unknown.
    """

    code: str
    name: str = ""
    kind: InstrumentKind = InstrumentKind.UNKNOWN
    base: str = ""
    quote: str = ""
    tick_size: Number = UNKNOWN
    condition: Condition = Condition.NORMAL
    note: str = ""
    listed: str = ""

    def described(self, venue: str) -> str:
        """What a row of it is, wherever a name stands: "Bybit perpetual on Tesla, not the share", "Kraken spot"."""
        return f"{venue} {self.note or self.kind.value}".strip()
