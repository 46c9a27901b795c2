"""How JSON dialects are read: numbers to the last digit, times, answers over HTTP, and what to say of the unreadable.

Nothing here raises, whatever a server sent. Decoders type numbers as `msgspec.Raw`: text, a JSON number, null and what
is no number at all are told apart here.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TypeVar

import msgspec

from quotedesk.codec.base import Page, Unreadable
from quotedesk.market.candle import Candle
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import check_code
from quotedesk.market.number import LONGEST, UNKNOWN, Number, number

LONGEST_FRAME = 8 << 20
ABSENT = msgspec.Raw()

_T = TypeVar("_T")
_EXCERPT = 120
_MOST_WORDS = 200
_MOST_NAMED = 5  # symbols in one line
_YEAR_2000_S = 946_684_800  # a stamp before it is none: a clock that was never set says 1970
_YEAR_2100_S = 4_102_444_800
FAULTS = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)


def read(decode: Callable[[bytes], _T], data: bytes) -> _T | Unreadable:
    """What a frame says, by a msgspec decoder."""
    if len(data) > LONGEST_FRAME:
        return Unreadable("too long", excerpt(data[: 4 * _EXCERPT]))
    try:
        return decode(data)
    except msgspec.ValidationError:
        return Unreadable("not an object" if data.lstrip()[:1] not in (b"{", b"[") else "wrong types", excerpt(data))
    except RecursionError:
        return Unreadable("nested too deep", excerpt(data))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Unreadable("not JSON" if data.strip() else "empty", excerpt(data))


def read_page(decode: Callable[[bytes], _T], data: bytes, whose: str) -> _T | str:
    """What an answer over HTTP says; else why it cannot be read, one plain line. `whose`: "Kraken's list of pairs"."""
    try:
        return decode(data)
    except msgspec.ValidationError as fault:
        return f"{whose} is not in the form that was expected ({words(fault)})"
    except RecursionError:
        return f"{whose} is nested too deep"
    except (msgspec.DecodeError, UnicodeDecodeError):
        return f"{whose} is no JSON, or cut off: it begins with {words(excerpt(data[:60]))!r}"


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


@lru_cache(maxsize=4_096)  # the updates of one moment
def instant(text: object) -> float:
    """A stamp of ISO 8601, however many digits its second has, as seconds since 1970 UTC; NaN for none."""
    if not isinstance(text, str) or len(text) > LONGEST:
        return math.nan
    try:
        found = datetime.fromisoformat(text)
        return plausible((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return math.nan


def plausible(utc_s: float) -> float:
    """A time in seconds since 1970, NaN where it cannot be one."""
    return utc_s if _YEAR_2000_S <= utc_s < _YEAR_2100_S else math.nan


def excerpt(data: bytes) -> str:
    """How a message begins."""
    return data[:_EXCERPT].decode("utf-8", "replace")


def words(text: object) -> str:
    """A server's own text, as one line that is not endless.

    Cut between words: half of a secret that the server repeats would not be known for one, and be told.
    """
    whole = str(text)
    begin = whole[: 4 * _MOST_WORDS]
    found = "".join(each if each.isprintable() else " " for each in begin).split()
    if len(begin) < len(whole):
        del found[-1:]
    while found and sum(map(len, found)) + len(found) - 1 > _MOST_WORDS:
        del found[-1]
    return " ".join(found) or (f"({len(whole):,} characters without a blank)" if begin.strip() else "")


def names(text: str, symbol: str) -> bool:
    """Does a server's text name this symbol, and not one that only holds it, as BTC-USDT-SWAP holds BTC-USDT?"""
    at = text.find(symbol)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(symbol) :][:1]
        if not any(each.isalnum() or each in "-/_" for each in (before, after) if each):
            return True
        at = text.find(symbol, at + 1)
    return False


def is_code(text: object) -> bool:
    """Can a symbol be written here?"""
    try:
        return isinstance(text, str) and bool(check_code(text))
    except BadSymbolError:
        return False


def left_out(symbols: Iterable[object], unread: int = 0) -> str:
    """What to say of symbols that cannot be written here, and of entries that could not be read; "" for none."""
    names = [words(each) for each in symbols]
    told = []
    if names:
        more = ", ..." if len(names) > _MOST_NAMED else ""
        told.append(f"{_counted(len(names), 'symbol')} cannot be written here: {', '.join(names[:_MOST_NAMED])}{more}")
    if unread:
        told.append(f"{_counted(unread, 'line')} of it could not be read")
    return "; ".join(told)


def candles(rows: Sequence[Sequence[msgspec.Raw]], *, unit_s: float, volume_at: int, goes_on: bool) -> Page[Candle]:
    """Rows of start, open, high, low, close ... in any order, as candles. `goes_on`: the newest is not finished."""
    found: dict[float, Candle] = {}
    unread = len(rows)
    for row in rows:
        if len(row) <= max(4, volume_at):
            continue
        start_utc_s = plausible((whole(row[0]) or 0) * unit_s)
        opened, high, low, close = (said(each) or UNKNOWN for each in row[1:5])
        volume = amount(row[volume_at]) or UNKNOWN
        candle = Candle(start_utc_s=start_utc_s, open=opened, high=high, low=low, close=close, volume=volume)
        if start_utc_s == start_utc_s and candle.is_possible:
            found[start_utc_s] = candle
            unread -= 1
    ordered = [found[start] for start in sorted(found)]
    if ordered and goes_on:
        ordered[-1] = msgspec.structs.replace(ordered[-1], is_final=False)
    return Page(tuple(ordered), fault=f"{_counted(unread, 'candle')} could not be read" if unread else "")


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


@lru_cache(maxsize=16_384)  # prices, sizes and volumes come again and again
def _number(token: bytes) -> Number:
    try:
        text = token.decode()
        if text[0] == '"':
            return number(text[1:-1])  # an escape in it would make it none
        return number(Decimal(text)) if text[0] in "-0123456789" else UNKNOWN
    except (UnicodeDecodeError, InvalidOperation):
        return UNKNOWN
