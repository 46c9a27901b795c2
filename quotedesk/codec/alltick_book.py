"""AllTick's order-book pushes (22999), as the best of each side and what an empty side means.

Source: alltick/docs, `websocket/depth-subscription`, and `http_interface/price_changes_closure_holidays_delistings` of
its repository: one side empty at a limit, both sides zero for what was delisted. Read 2026-06-30.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from quotedesk.codec.base import Message
from quotedesk.market.number import UNKNOWN, Number, number
from quotedesk.market.quote import Condition, Quote, Status

BOOK_PUSH = 22999
_MARK = str(BOOK_PUSH).encode()
_HEAD = 64  # bytes within which a push says what it is
_LONGEST = 1 << 20
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


class BookReader:
    """Reads the pushes of one connection: an empty side is said once, and taken back when it fills."""

    def __init__(self) -> None:
        self._unusual: dict[str, Condition] = {}

    def read(self, data: bytes) -> Sequence[Message] | None:
        """What a push of an order book says; None for any other frame. Never raises."""
        if _MARK not in data[:_HEAD] or len(data) > _LONGEST:
            return None
        try:
            frame = _decode(data)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return None
        if not isinstance(frame, dict) or frame.get("cmd_id") != BOOK_PUSH:
            return None
        said = frame.get("data")
        code = said.get("code") if isinstance(said, dict) else None
        if not isinstance(said, dict) or not isinstance(code, str) or not code:
            return None
        (bid, bid_size), (ask, ask_size) = _best(said.get("bids"), max), _best(said.get("asks"), min)
        # The time is left out: it is the book's, and the trades that come are of an earlier moment, as a rule.
        quote = Quote(code=code, bid=bid, ask=ask, bid_size=bid_size, ask_size=ask_size)
        condition = _CONDITIONS[bid.is_known, ask.is_known]
        if condition is self._unusual.get(code, Condition.NORMAL):
            return (quote,)
        if condition is Condition.NORMAL:
            del self._unusual[code]
        else:
            self._unusual[code] = condition
        return quote, Status(code, condition)


# By: are there buyers, are there sellers?
_CONDITIONS = {
    (True, True): Condition.NORMAL,
    (True, False): Condition.LIMIT_UP,
    (False, True): Condition.LIMIT_DOWN,
    (False, False): Condition.DELISTED,
}


def _best(levels: Any, best_of: Any) -> tuple[Number, Number]:
    """The best price of a side, and its size; UNKNOWN where the side is empty or zero."""
    found: dict[float, tuple[Number, Number]] = {}
    for level in levels if isinstance(levels, list) else ():
        if isinstance(level, dict) and (price := number(level.get("price"))).value > 0:
            size = number(level.get("volume"))
            found.setdefault(price.value, (price, size if size.value >= 0 else UNKNOWN))
    return found[best_of(found)] if found else (UNKNOWN, UNKNOWN)
