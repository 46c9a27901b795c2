"""Any JSON as plain values, for dialects whose frames have many forms: records, numbers, times, words, candles.

Nothing here raises on input. A record is what an object of JSON says: key -> value. `codec/raw_fields` is the cheaper
way, for frames of one known form.
"""

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import msgspec

from quotedesk.codec.reading import exactly, instant, plausible, read, words
from quotedesk.market.candle import Candle
from quotedesk.market.number import LONGEST, UNKNOWN, Number, number

Record = Mapping[str, object]
NOTHING: Record = {}

_EXCERPT = 120
_LONGEST_FRAME = 1 << 20


_parse = msgspec.json.Decoder(float_hook=exactly).decode


def frame_of(data: bytes) -> object:
    """What a frame says, or Unreadable."""
    return read(_parse, data, longest=_LONGEST_FRAME)


def record_of(value: object) -> Record:
    """The value, where it is an object; else one that says nothing."""
    return value if isinstance(value, dict) else NOTHING


def items_of(value: object) -> list[object]:
    """The value, where it is an array; else none."""
    return value if isinstance(value, list) else []


def codes_of(value: object) -> tuple[str, ...] | None:
    """An array of symbols, each once; None where the value is none."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return None
    return tuple(dict.fromkeys(value))


def text_of(value: object) -> str:
    """The value, where it is text; else none."""
    return value if isinstance(value, str) else ""


def words_of(value: object) -> str:
    """What a server says to people, in one line; see reading.words."""
    return words(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def whole(value: object) -> int | None:
    """A whole number, also as text; None where it is none."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 40 else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def price(record: Record, key: str) -> Number | None:
    """A price above 0; None where the record does not say one: what was known stays."""
    found = number(record.get(key))
    return found if found.value > 0 else None


def amount(record: Record, key: str) -> Number | None:
    """A size or a volume, 0 or more; None where the record does not say one."""
    found = number(record.get(key))
    return found if found.value >= 0 else None


def side(record: Record, price_key: str, size_key: str) -> tuple[Number | None, Number | None]:
    """The best price and size of one side of the book. A side that nobody is on, or that says no price, is UNKNOWN.

    (None, None) where the record does not speak of the side.
    """
    if price_key not in record:
        return None, None
    best = number(record[price_key])
    if not best.value > 0:
        return UNKNOWN, UNKNOWN
    return best, amount(record, size_key) or UNKNOWN


def iso_utc_s(value: object) -> float:
    """A time as ISO 8601 has it, in seconds; NaN where it is none."""
    return instant(value) if isinstance(value, str) else math.nan


def ms_utc_s(value: object) -> float:
    """A time in milliseconds since 1970, also as text, in seconds; NaN where it is none."""
    if isinstance(value, str) and not (len(value) <= LONGEST and value.isascii() and value.isdigit()):
        return math.nan
    return s_utc_s(float(value) / 1000 if isinstance(value, str) else number(value).value / 1000)


def s_utc_s(value: object) -> float:
    """A time in seconds since 1970; NaN where it is none."""
    return plausible(number(value).value)


def iso(utc_s: float) -> str:
    """A time in whole seconds, as ISO 8601 has it."""
    return datetime.fromtimestamp(utc_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def page_of(data: bytes) -> tuple[object, str]:
    """What an HTTP answer says, and why it says nothing ("" where it can be read)."""
    try:
        return _parse(data), ""
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass
    begin = data[:_EXCERPT].lstrip()
    if begin[:1] == b"<":
        return None, "a web page came instead of data"
    return None, "the answer is empty" if not begin else "the answer is no JSON, or not whole"


def candle_of(start_utc_s: float, prices: Iterable[object], volume: object, *, is_final: bool) -> Candle | None:
    """A candle of open, high, low and close; None where it cannot be one."""
    open_, high, low, close = map(number, prices)
    size = number(volume)
    candle = Candle(
        start_utc_s=start_utc_s,
        open=open_,
        high=high,
        low=low,
        close=close,
        volume=size if size.value >= 0 else UNKNOWN,
        is_final=is_final,
    )
    return candle if start_utc_s == start_utc_s and candle.is_possible else None
