"""Numbers of typed frames: decoders type them as `msgspec.Raw`, so that they keep their last digit at little cost.

For feeds whose frames have one known form each. Text, a JSON number, null and what is no number at all are told apart
here, and nothing raises. `codec/plain_json` is the way for frames of many forms.
"""

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache

import msgspec

from quotedesk.codec.base import Page
from quotedesk.codec.reading import candles_page, plausible
from quotedesk.market.candle import Candle
from quotedesk.market.number import LONGEST, UNKNOWN, Number, number

ABSENT = msgspec.Raw()


def said(raw: msgspec.Raw) -> Number | None:
    """A field's number; None where the field is absent, UNKNOWN where it is null, empty or no number."""
    size = len(memoryview(raw))
    if not size:
        return None
    return _number(bytes(raw)) if size <= LONGEST + 2 else UNKNOWN


def price(raw: msgspec.Raw) -> Number | None:
    """The same of a price: 0 is none."""
    found = said(raw)
    return UNKNOWN if found is not None and not found.value else found


def last(raw: msgspec.Raw) -> Number | None:
    """The same of a last price: what cannot be read says nothing, and the one before stays."""
    found = price(raw)
    return found if found is not None and found.is_known else None


def amount(raw: msgspec.Raw) -> Number | None:
    """The same of a size or a volume: it is not negative."""
    found = said(raw)
    return UNKNOWN if found is not None and found.value < 0 else found


def tick_size(raw: msgspec.Raw) -> Number:
    """A least step of a price, without the noughts behind it: 0.01000000 is 0.01."""
    found = price(raw)
    return UNKNOWN if found is None or not found.value > 0 else number(found.exact.normalize())


def side(price_raw: msgspec.Raw, size_raw: msgspec.Raw) -> tuple[Number | None, Number | None]:
    """Price and size of the best bid or ask. A price of 0 or null: there is nobody on that side."""
    best = price(price_raw)
    return best, UNKNOWN if best is UNKNOWN else amount(size_raw)


def whole(raw: msgspec.Raw) -> int | None:
    """A whole number of at most 40 digits, given as number or text; None for anything else."""
    token = bytes(memoryview(raw)[:43]).strip(b'"')
    return int(token) if token.isdigit() and len(token) <= 40 else None


def milliseconds(raw: msgspec.Raw) -> float:
    """A stamp in ms as seconds since 1970 UTC; NaN for none."""
    stamp = whole(raw)
    return math.nan if stamp is None else plausible(stamp / 1000)


def candles(rows: Sequence[Sequence[msgspec.Raw]], *, unit_s: float, volume_at: int, goes_on: bool) -> Page[Candle]:
    """Rows of start, open, high, low, close ... in any order, as candles. `goes_on`: the newest is not finished."""

    def found() -> Iterator[Candle | None]:
        for row in rows:
            if len(row) <= max(4, volume_at):
                yield None
                continue
            start_utc_s = plausible((whole(row[0]) or 0) * unit_s)
            opened, high, low, close = (said(each) or UNKNOWN for each in row[1:5])
            volume = amount(row[volume_at]) or UNKNOWN
            candle = Candle(start_utc_s=start_utc_s, open=opened, high=high, low=low, close=close, volume=volume)
            yield candle if start_utc_s == start_utc_s and candle.is_possible else None

    return candles_page(found(), math.nan if goes_on else math.inf)


@lru_cache(maxsize=16_384)  # prices, sizes and volumes come again and again
def _number(token: bytes) -> Number:
    try:
        text = token.decode()
        if text[0] == '"':
            return number(text[1:-1])  # an escape in it would make it none
        return number(Decimal(text)) if text[0] in "-0123456789" else UNKNOWN
    except (UnicodeDecodeError, InvalidOperation):
        return UNKNOWN
