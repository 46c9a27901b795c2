"""Feeds `alltick_action` and `demo`: the article's frames, which add and remove codes on an open connection.

`{"cmd_id":22004,"action":"subscribe"|"unsubscribe","code":[...]}`. Answers carry no ids and may be missing: a tick is
the trace. There is no heartbeat frame: a WebSocket ping every 10 s is, and its pong the trace of life. AllTick's own
documents do not have these frames; the built-in demo server speaks them.
"""

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from quotedesk.codec.alltick_common import ALLTICK, SUBSCRIBE, decode, odd_push_of, push_of, status_of, trade_of
from quotedesk.codec.alltick_reference import AllTickReference
from quotedesk.codec.alltick_symbology import AllTickSymbology
from quotedesk.codec.base import (
    Budget,
    Change,
    Feed,
    Frames,
    Limits,
    Message,
    Page,
    Provider,
    Request,
    SilentGreeting,
    Unreadable,
)
from quotedesk.codec.plain_json import candle_of, items_of, page_of, s_utc_s
from quotedesk.codec.reading import candles_page
from quotedesk.market.candle import Candle
from quotedesk.market.listing import Listing
from quotedesk.market.number import Number, number
from quotedesk.market.quote import Condition, Quote, Trade


class ActionCodec(SilentGreeting):
    """The article's dialect."""

    def encode(self, change: Change) -> Frames:
        action, codes = ("unsubscribe", change.dropped) if change.dropped else ("subscribe", change.added)
        return (msgspec.json.encode({"cmd_id": SUBSCRIBE, "action": action, "code": codes}).decode(),)

    def heartbeat(self, request_id: int) -> str:
        raise AssertionError("this dialect has no heartbeat frame")

    def decode(self, data: bytes) -> Sequence[Message]:
        return decode(data, answers_carry_ids=False)


class DemoCodec(ActionCodec):
    """The same, as our own server speaks it.

    A push may say that a symbol is halted, at a limit or delayed, and with its trade what the day has become.
    """

    def __init__(self) -> None:
        self._unusual: set[str] = set()  # codes whose newest push said so

    def decode(self, data: bytes) -> Sequence[Message]:
        push = push_of(data) or odd_push_of(data)
        if push is None:
            return super().decode(data)
        trade = trade_of(push, data)
        if isinstance(trade, Unreadable):
            return (trade,)
        update = _with_day(trade, push.quote) if push.quote else trade
        if not (self._unusual or push.status or push.delay):
            return (update,)
        status = status_of(trade.code, push.status, push.delay)
        if status.condition is not Condition.NORMAL or status.delay_s:
            self._unusual.add(trade.code)
        elif trade.code in self._unusual:  # who says nothing of trading takes back what an earlier push said
            self._unusual.discard(trade.code)
        else:
            return (update,)
        return (update, status)


class _DaySaid(msgspec.Struct, gc=False):
    """What our own server says beside a trade."""

    bid: Any = None
    ask: Any = None
    bid_size: Any = None
    ask_size: Any = None
    open: Any = None
    high: Any = None
    low: Any = None
    prev_close: Any = None
    volume: Any = None
    turnover: Any = None


_decode_day = msgspec.json.Decoder(_DaySaid, float_hook=Decimal).decode


def _with_day(trade: Trade, said: msgspec.Raw) -> Trade | Quote:
    """All that a push says; the trade alone where the rest cannot be read."""
    try:
        day = _decode_day(said)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return trade
    return Quote(
        code=trade.code,
        last=trade.price,
        size=trade.size,
        bid=_known(day.bid),
        ask=_known(day.ask),
        bid_size=_known(day.bid_size),
        ask_size=_known(day.ask_size),
        open=_known(day.open),
        high=_known(day.high),
        low=_known(day.low),
        prev_close=_known(day.prev_close),
        volume=_known(day.volume),
        turnover=_known(day.turnover),
        time_utc_s=trade.time_utc_s,
        seq=trade.seq,
    )


def _known(value: Any) -> Number | None:
    return None if value is None else number(value)


class DemoReference:
    """Candles alone. It is the program itself that answers, without a network; see engine.source.Source.answers."""

    base = "http://127.0.0.1"
    budget = Budget(gap_s=0.03)  # lines of ten thousand rows are filled beside all else
    bars_s = (15, 60, 300, 900, 1800, 3600, 7200, 14_400, 86_400)
    most_candles = 1_000

    def directory(self) -> Sequence[Request]:
        return ()

    def read_directory(self, data: bytes, asked: Request) -> Page[Listing]:
        return Page()

    def candles(self, code: str, bar_s: int, count: int, end_utc_s: float | None) -> Request | None:
        if bar_s not in self.bars_s:
            return None
        params = [("code", code), ("bar_s", str(bar_s)), ("count", str(min(count, self.most_candles)))]
        if end_utc_s is not None:
            params.append(("end", str(end_utc_s)))
        return Request("/candles", tuple(params), interface="candles")

    def read_candles(self, data: bytes, asked: Request) -> Page[Candle]:
        rows, fault = page_of(data)
        if not isinstance(rows, list):
            return Page(fault=fault or "the answer is not as expected")
        return candles_page(map(_made_candle, rows), math.inf)

    def snapshot(self, codes: Sequence[str]) -> Request | None:
        return None

    def read_snapshot(self, data: bytes, asked: Request) -> Page[Quote]:
        return Page()


def _made_candle(row: object) -> Candle | None:
    fields = items_of(row)
    if len(fields) != 6:
        return None
    start, *prices, volume = fields
    return candle_of(s_utc_s(start), prices, volume, is_final=True)


FEED = Feed(
    name="alltick_action",
    title="AllTick, incremental subscription",
    provider=ALLTICK,
    limits=Limits(replaces=False, beat_is_frame=False, retry_min_s=10.0),
    codec=ActionCodec,
    reference=AllTickReference(),
    caution="AllTick publishes other frames: use --feed alltick",
)

DEMO = Provider(
    name="demo",
    title="Built-in demo server",
    endpoints={"demo": "ws://127.0.0.1/demo"},
    endpoint=lambda code: "demo",
    needs_key=False,
    symbology=AllTickSymbology,
    resources="alltick",
)

DEMO_FEED = Feed(
    name="demo",
    title="Demo feed: made-up prices",
    provider=DEMO,
    limits=Limits(replaces=False, beat_is_frame=False, retry_min_s=1.0),
    codec=DemoCodec,
    is_built_in=True,
    reference=DemoReference(),
)
