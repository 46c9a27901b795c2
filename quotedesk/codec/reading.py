"""What all JSON dialects share where they are read: frames and answers that are none, times, words, symbols, candles.

Nothing here raises, whatever a server sent.
"""

import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TypeVar

import msgspec

from quotedesk.codec.base import Page, Unreadable
from quotedesk.market.candle import Candle
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import check_code
from quotedesk.market.number import LONGEST

LONGEST_FRAME = 8 << 20

_T = TypeVar("_T")
_EXCERPT = 120
_MOST_WORDS = 200
_MOST_NAMED = 5  # symbols in one line
_YEAR_2000_S = 946_684_800  # a stamp before it is none: a clock that was never set says 1970
_YEAR_2100_S = 4_102_444_800
FAULTS = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)


def read(decode: Callable[[bytes], _T], data: bytes, longest: int = LONGEST_FRAME) -> _T | Unreadable:
    """What a frame says, by a msgspec decoder. `longest`: its bytes at the most."""
    if len(data) > longest:
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


def exactly(text: str) -> Decimal | float:
    """A number of JSON to the last digit; NaN with an exponent that no Decimal can have."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return math.nan


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


def candles_page(found: Iterable[Candle | None], last_utc_s: float = math.nan) -> Page[Candle]:
    """Candles in any order as a page of them, and how many are none, or begin after the last that was asked for.

    `last_utc_s`: when that one begins; NaN where the newest are asked for, the last of which may go on.
    """
    kept: dict[float, Candle] = {}
    bad = late = 0
    for candle in found:
        if candle is None:
            bad += 1
        elif candle.start_utc_s > last_utc_s:
            late += 1
        else:
            kept[candle.start_utc_s] = candle
    faults = [f"{bad} of the candles cannot be read"] if bad else []
    faults += [f"{late} of the candles are later than what was asked for"] if late else []
    candles = [kept[start] for start in sorted(kept)]
    if candles and last_utc_s != last_utc_s:
        candles[-1] = msgspec.structs.replace(candles[-1], is_final=False)
    return Page(tuple(candles), fault=", ".join(faults))


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
