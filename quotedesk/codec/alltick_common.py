"""What both AllTick dialects share: addresses, trade pushes, return codes.

Source: alltick/docs, `websocket/trade-subscription`, `getting-started/error-code-description` and
`getting-started/api-address`, read 2026-06-30; older forms of the same pages are read as well.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

import msgspec

from quotedesk.codec.alltick_symbology import AllTickSymbology
from quotedesk.codec.base import Answer, Beat, Message, Provider, Relaying, Unreadable, Verdict
from quotedesk.codec.reading import exactly, words
from quotedesk.market.number import LONGEST, UNKNOWN, number
from quotedesk.market.quote import Condition, Status, Trade

HEARTBEAT, HEARTBEAT_ANSWER = 22000, 22001
BOOKS, SUBSCRIBE, CANCEL = 22002, 22004, 22006
TRADE_PUSH = 22998

_STOCK_ENDINGS = (".US", ".HK", ".SH", ".SZ")
_EXCERPT = 120
_LONGEST_FRAME = 1 << 20  # a push has some hundred bytes, an answer fewer
# A time below this is in seconds, else in milliseconds (the documents say ms, their samples show both).
_FIRST_MILLISECONDS = 10_000_000_000
_YEAR_2000_S = 946_684_800  # a stamp before it is none: a clock that was never set says 1970
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
    relaying=Relaying.FIRM,
)

# Every field may come as a number, as text, empty, null, or not at all.
_Scalar = int | float | str | bool | None


class Data(msgspec.Struct, gc=False):
    """The data of any frame; `status`, `delay` and `quote` only pushes of our own demo server have."""

    code: _Scalar = None
    price: Any = None  # a JSON number in it comes as Decimal, to the last digit
    volume: Any = None
    tick_time: _Scalar = None
    seq: _Scalar = None
    status: _Scalar = None
    delay: _Scalar = None
    quote: msgspec.Raw = msgspec.Raw()


class _Frame(msgspec.Struct, gc=False):
    cmd_id: _Scalar = None
    data: Data | list[msgspec.Raw] | _Scalar = None
    ret: _Scalar = None
    msg: _Scalar = None
    seq_id: _Scalar = None
    error_msg: _Scalar = None


class PushData(msgspec.Struct, gc=False):
    """What a push says in the forms that the documents have had: until 2026-06 all were strings. See Data."""

    code: str
    price: str
    volume: str
    tick_time: int | str
    seq: int | str = ""
    status: _Scalar = None
    delay: _Scalar = None
    quote: msgspec.Raw = msgspec.Raw()


class _Push(msgspec.Struct, gc=False):
    cmd_id: Literal[22998]
    data: PushData


_decode = msgspec.json.Decoder(_Frame, float_hook=exactly).decode
_decode_push = msgspec.json.Decoder(_Push).decode


def decode(data: bytes, *, answers_carry_ids: bool) -> Sequence[Message]:
    """One frame of either dialect as a message; never raises on input."""
    push = push_of(data)
    return _decode_any(data, answers_carry_ids=answers_carry_ids) if push is None else (trade_of(push, data),)


def push_of(data: bytes) -> PushData | None:
    """What a trade push says, in the form that the documents have; None for any other form and for other frames."""
    if len(data) > _LONGEST_FRAME:
        return None
    try:
        push = _decode_push(data).data
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    return push if push.code else None


def odd_push_of(data: bytes) -> Data | None:
    """The same of a push in any other form that says a code."""
    if len(data) > _LONGEST_FRAME:
        return None
    try:
        return _push_in(_decode(data))
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None


def trade_of(data: PushData | Data, raw: bytes) -> Trade | Unreadable:
    """What a push with a code says, as a trade."""
    price = number(data.price)
    if price is UNKNOWN or not price.value:  # AllTick says 0 where it has no price
        return Unreadable("bad price", _excerpt(raw), data.code if isinstance(data.code, str) else "")
    size = number(data.volume)
    return Trade(
        data.code,  # type: ignore[arg-type]
        price,
        size if size.value >= 0 else UNKNOWN,
        time_utc_s(data.tick_time),
        _whole(data.seq),
    )


def _decode_any(data: bytes, *, answers_carry_ids: bool) -> Sequence[Message]:
    if len(data) > _LONGEST_FRAME:
        return (Unreadable("too long", _excerpt(data[: 4 * _EXCERPT])),)
    try:
        frame = _decode(data)
    except msgspec.ValidationError:
        return (Unreadable("not an object" if data.lstrip()[:1] != b"{" else "wrong types", _excerpt(data)),)
    except RecursionError:
        return (Unreadable("nested too deep", _excerpt(data)),)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return (Unreadable("not JSON" if data.strip() else "empty", _excerpt(data)),)
    if frame.cmd_id == TRADE_PUSH:
        push = _push_in(frame)
        return (Unreadable("no code", _excerpt(data)) if push is None else trade_of(push, data),)
    ret = _whole(frame.ret)
    request_id = (_whole(frame.seq_id) or None) if answers_carry_ids else None
    if ret is not None:
        told = _words(frame.msg)
        verdict = verdict_of(ret, told)
        if verdict is Verdict.OK and frame.cmd_id == HEARTBEAT_ANSWER:
            return (Beat(request_id),)
        return (Answer(request_id, verdict, told or _words(f"error {ret}")),)
    if frame.error_msg is not None:  # the gateway's own limiter speaks without an envelope
        return (Answer(request_id, Verdict.RATE, _words(frame.error_msg)),)
    return (Unreadable("unknown command", _excerpt(data)),)


def _push_in(frame: _Frame) -> Data | None:
    said = frame.data
    if frame.cmd_id != TRADE_PUSH or not isinstance(said, Data) or not isinstance(said.code, str):
        return None
    return said if said.code else None


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


def status_of(code: str, status: _Scalar, delay: _Scalar) -> Status:
    """What our own demo server says of a symbol's trading: "halted", "limit_up", "limit_down"; a delay in seconds."""
    delay_s = number(delay).value
    return Status(code, _CONDITIONS.get(status, Condition.NORMAL), delay_s if 0 < delay_s < _LONGEST_DELAY_S else 0.0)


def time_utc_s(value: _Scalar) -> float:
    """A time in seconds since 1970, given in seconds or milliseconds, as number or text; NaN where it is none."""
    if type(value) is int and value.bit_length() < 64:
        return _time_of(float(value))
    return _time_in(value) if type(value) is str and len(value) <= LONGEST else _time_of(number(value).value)


@lru_cache(maxsize=4_096)  # trades of one moment; not among the prices, which they would drive out
def _time_in(text: str) -> float:
    return _time_of(float(text) if text.isascii() and text.isdigit() else number(text).value)


def _time_of(stamp: float) -> float:
    seconds = stamp if stamp < _FIRST_MILLISECONDS else stamp / 1000
    return seconds if _YEAR_2000_S <= seconds < _YEAR_2100_S else math.nan


def _whole(value: _Scalar) -> int | None:
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 40 else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _words(value: _Scalar) -> str:
    return words(value) if value is not None else ""


def _excerpt(data: bytes) -> str:
    return data[:_EXCERPT].decode("utf-8", "replace")
