"""What both AllTick dialects share: addresses, trade pushes, return codes.

Source: alltick/docs, `websocket/trade-subscription`, `getting-started/error-code-description` and
`getting-started/api-address`, read 2026-06-30; older forms of the same pages are read as well.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import msgspec

from quotedesk.codec.base import Answer, Beat, Message, Provider, Unreadable, Verdict
from quotedesk.market.tick import Condition, Tick

HEARTBEAT, HEARTBEAT_ANSWER = 22000, 22001
SUBSCRIBE, CANCEL = 22004, 22006
TRADE_PUSH = 22998

_STOCK_ENDINGS = (".US", ".HK", ".SH", ".SZ")
_MOST_DECIMALS = 12
_LONGEST_NUMBER = 64  # characters
_EXCERPT = 120
_LONGEST_FRAME = 1 << 20  # a push has some hundred bytes, an answer fewer
# A time below this is in seconds, else in milliseconds (the documents say ms, their samples show both).
_FIRST_MILLISECONDS = 10_000_000_000
_YEAR_2100_S = 4_102_444_800
_LONGEST_DELAY_S = 86_400
_CONDITIONS: dict[object, Condition] = {each.value: each for each in Condition}


def endpoint(code: str) -> str:
    """AllTick serves stocks and exchange indices at one address, everything else at the other."""
    return "stock" if code.endswith(_STOCK_ENDINGS) else "other"


ALLTICK = Provider(
    name="alltick",
    title="AllTick",
    endpoints={
        "stock": "wss://quote.alltick.co/quote-stock-b-ws-api",
        "other": "wss://quote.alltick.co/quote-b-ws-api",
    },
    endpoint=endpoint,
    needs_key=True,
    hosts=("alltick.co", "alltick.io", "tradeswitcher.com"),
)

# Every field may come as a number, as text, empty, null, or not at all.
_Scalar = int | float | str | bool | None


class _Data(msgspec.Struct, gc=False):
    code: _Scalar = None
    price: _Scalar = None
    volume: _Scalar = None
    tick_time: _Scalar = None
    seq: _Scalar = None
    status: _Scalar = None
    delay: _Scalar = None


class _Frame(msgspec.Struct, gc=False):
    cmd_id: _Scalar = None
    data: _Data | list[msgspec.Raw] | _Scalar = None
    ret: _Scalar = None
    msg: _Scalar = None
    seq_id: _Scalar = None
    error_msg: _Scalar = None


class _PushData(msgspec.Struct, gc=False):
    code: str
    price: str
    volume: str
    tick_time: str
    seq: str = ""
    status: str = ""
    delay: _Scalar = None


class _Push(msgspec.Struct, gc=False):
    """A trade push as the documents have it; any other form, and all that is not one, goes the long way."""

    cmd_id: Literal[22998]
    data: _PushData


_decode = msgspec.json.Decoder(_Frame).decode
_decode_push = msgspec.json.Decoder(_Push).decode


def decode(data: bytes, *, answers_carry_ids: bool, tells_condition: bool = False) -> Sequence[Message]:
    """One frame of either dialect as a message; never raises on input.

    tells_condition: pushes may say `status` ("halted", "limit_up", "limit_down") and `delay` (seconds).
    """
    if len(data) > _LONGEST_FRAME:
        return (Unreadable("too long", _excerpt(data[: 4 * _EXCERPT])),)
    try:
        push = _decode_push(data).data
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        pass
    else:
        if push.code:
            return (_tick(push, data, tells_condition=tells_condition),)
    try:
        frame = _decode(data)
    except msgspec.ValidationError:
        return (Unreadable("not an object" if data.lstrip()[:1] != b"{" else "wrong types", _excerpt(data)),)
    except RecursionError:
        return (Unreadable("nested too deep", _excerpt(data)),)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return (Unreadable("not JSON" if data.strip() else "empty", _excerpt(data)),)
    if frame.cmd_id == TRADE_PUSH:
        return (_tick(frame.data, data, tells_condition=tells_condition),)
    ret = _whole(frame.ret)
    request_id = (_whole(frame.seq_id) or None) if answers_carry_ids else None
    if ret is not None:
        words = _words(frame.msg)
        verdict = verdict_of(ret, words)
        if verdict is Verdict.OK and frame.cmd_id == HEARTBEAT_ANSWER:
            return (Beat(request_id),)
        return (Answer(request_id, verdict, words or _words(f"error {ret}")),)
    if frame.error_msg is not None:  # the gateway's own limiter speaks without an envelope
        return (Answer(request_id, Verdict.RATE, _words(frame.error_msg)),)
    return (Unreadable("unknown command", _excerpt(data)),)


def verdict_of(ret: int, words: str) -> Verdict:
    """A return code in our words. The tables contradict each other; `words` break the tie for 601."""
    match ret:
        case 200:
            return Verdict.OK
        case 600 | 604:
            return Verdict.CODE
        case 603:
            return Verdict.PLAN
        case 601 if "permission" in words.lower():
            return Verdict.CODE
        case 401:
            return Verdict.KEY
        case 429 | 605 | 606:
            return Verdict.RATE
        case _:
            return Verdict.FORM


def _tick(data: object, raw: bytes, *, tells_condition: bool = False) -> Message:
    if not isinstance(data, _PushData | _Data) or not isinstance(data.code, str) or not data.code:
        return Unreadable("no code", _excerpt(raw))
    price, decimals = number(data.price)
    if not price > 0:  # NaN as well
        return Unreadable("bad price", _excerpt(raw))
    size, size_decimals = number(data.volume)
    return Tick(
        code=data.code,
        price=price,
        decimals=decimals,
        size=size if size >= 0 else math.nan,
        size_decimals=size_decimals,
        time_utc_s=time_utc_s(data.tick_time),
        seq=_whole(data.seq),
        condition=_CONDITIONS.get(data.status, Condition.NORMAL) if tells_condition else Condition.NORMAL,
        delay_s=_delay_s(data.delay) if tells_condition and data.delay is not None else 0.0,
    )


def _delay_s(value: _Scalar) -> float:
    delay_s, _ = number(value)
    return delay_s if 0 < delay_s < _LONGEST_DELAY_S else 0.0


def number(value: _Scalar) -> tuple[float, int]:
    """A number and the decimals of its text; (NaN, 0) for what is no finite number."""
    return _number_of(value) if type(value) is str and len(value) <= _LONGEST_NUMBER else _number(value)


def _number(value: _Scalar) -> tuple[float, int]:
    if isinstance(value, bool) or value is None:
        return math.nan, 0
    try:
        if isinstance(value, int):
            return float(value), 0
        text = value if isinstance(value, str) else repr(value)
        result = float(text) if len(text) <= _LONGEST_NUMBER else math.nan
    except (ValueError, OverflowError):  # no number, or an integer of hundreds of digits
        return math.nan, 0
    # float() takes more than a feed may send: "1_000", digits of other scripts.
    if not math.isfinite(result) or not text.isascii() or "_" in text:
        return math.nan, 0
    if text.isdigit():
        return result, 0
    fraction = text.partition(".")[2]
    if fraction.isdigit() and isinstance(value, str):
        return result, min(len(fraction), _MOST_DECIMALS)
    mantissa, _, exponent = text.strip().lower().partition("e")
    fraction = mantissa.partition(".")[2]
    if fraction == "0" and isinstance(value, float):
        fraction = ""  # the JSON number 178.0 says nothing of decimals
    return result, min(max(len(fraction) - int(exponent or 0), 0), _MOST_DECIMALS)


_number_of = lru_cache(maxsize=16_384)(_number)  # prices, sizes and times come again and again, as the same text


def time_utc_s(value: _Scalar) -> float:
    """A time in seconds since 1970, given in seconds or milliseconds, as number or text; NaN where it is none."""
    stamp, _ = number(value)
    seconds = stamp if stamp < _FIRST_MILLISECONDS else stamp / 1000
    return seconds if 0 < seconds < _YEAR_2100_S else math.nan


def _whole(value: _Scalar) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 40:
        return int(value)
    return None


def _words(value: _Scalar) -> str:
    return str(value)[:200] if value is not None else ""


def _excerpt(data: bytes) -> str:
    return data[:_EXCERPT].decode("utf-8", "replace")
