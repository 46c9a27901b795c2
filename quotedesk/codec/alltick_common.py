"""What both AllTick dialects share: addresses, trade pushes, return codes.

Source: alltick/docs, `websocket/trade-subscription`, `getting-started/error-code-description` and
`getting-started/api-address`, read 2026-06-30; older forms of the same pages are read as well.
"""

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Literal

import msgspec

from quotedesk.codec.alltick_symbology import AllTickSymbology
from quotedesk.codec.base import Answer, Beat, Message, Provider, Unreadable, Verdict
from quotedesk.market.number import UNKNOWN, number
from quotedesk.market.quote import Condition, Status, Trade

HEARTBEAT, HEARTBEAT_ANSWER = 22000, 22001
SUBSCRIBE, CANCEL = 22004, 22006
TRADE_PUSH = 22998

_STOCK_ENDINGS = (".US", ".HK", ".SH", ".SZ")
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
    symbology=AllTickSymbology,
    resources="alltick",
)

# Every field may come as a number, as text, empty, null, or not at all.
_Scalar = int | float | str | bool | None


class _Data(msgspec.Struct, gc=False):
    code: _Scalar = None
    price: Any = None  # a JSON number in it comes as Decimal, to the last digit
    volume: Any = None
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


class _Push(msgspec.Struct, gc=False):
    """A trade push as the documents have it; any other form, and all that is not one, goes the long way."""

    cmd_id: Literal[22998]
    data: _PushData


_decode = msgspec.json.Decoder(_Frame, float_hook=Decimal).decode
_decode_push = msgspec.json.Decoder(_Push).decode


def decode(data: bytes, *, answers_carry_ids: bool) -> Sequence[Message]:
    """One frame of either dialect as a message; never raises on input."""
    if len(data) > _LONGEST_FRAME:
        return (Unreadable("too long", _excerpt(data[: 4 * _EXCERPT])),)
    try:
        push = _decode_push(data).data
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        pass
    else:
        if push.code:
            return (_tick(push, data),)
    try:
        frame = _decode(data)
    except msgspec.ValidationError:
        return (Unreadable("not an object" if data.lstrip()[:1] != b"{" else "wrong types", _excerpt(data)),)
    except RecursionError:
        return (Unreadable("nested too deep", _excerpt(data)),)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return (Unreadable("not JSON" if data.strip() else "empty", _excerpt(data)),)
    if frame.cmd_id == TRADE_PUSH:
        return (_tick(frame.data, data),)
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


def status_of(code: str, data: bytes) -> Status:
    """What a push of our own demo server says of a symbol's trading: `status` ("halted", "limit_up", "limit_down") and
    `delay` (seconds). AllTick's pushes have neither.
    """
    try:
        push = _decode(data).data
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        push = None
    if not isinstance(push, _Data):
        return Status(code)
    delay_s = number(push.delay).value
    return Status(
        code, _CONDITIONS.get(push.status, Condition.NORMAL), delay_s if 0 < delay_s < _LONGEST_DELAY_S else 0.0
    )


def _tick(data: object, raw: bytes) -> Message:
    if not isinstance(data, _PushData | _Data) or not isinstance(data.code, str) or not data.code:
        return Unreadable("no code", _excerpt(raw))
    price = number(data.price)
    if not price.value or not price.is_known:  # AllTick says 0 where it has no price
        return Unreadable("bad price", _excerpt(raw))
    size = number(data.volume)
    return Trade(data.code, price, size if size.value >= 0 else UNKNOWN, time_utc_s(data.tick_time), _whole(data.seq))


def time_utc_s(value: _Scalar) -> float:
    """A time in seconds since 1970, given in seconds or milliseconds, as number or text; NaN where it is none."""
    stamp = number(value).value
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
