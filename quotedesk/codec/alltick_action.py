"""Feeds `alltick_action` and `demo`: the article's frames, which add and remove codes on an open connection.

`{"cmd_id":22004,"action":"subscribe"|"unsubscribe","code":[...]}`. Answers carry no ids and may be missing: a tick is
the trace. There is no heartbeat frame: a WebSocket ping every 10 s is, and its pong the trace of life. AllTick's own
documents do not have these frames; the built-in demo server speaks them.
"""

from collections.abc import Sequence

import msgspec

from quotedesk.codec.alltick_common import ALLTICK, SUBSCRIBE, decode, odd_push_of, push_of, status_of, trade_of
from quotedesk.codec.alltick_reference import AllTickReference
from quotedesk.codec.alltick_symbology import AllTickSymbology
from quotedesk.codec.base import Change, Feed, Frames, Limits, Message, Provider, SilentGreeting, Unreadable
from quotedesk.market.quote import Condition


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
    """The same, as our own server speaks it: it may say that a symbol is halted, at a limit or delayed."""

    def __init__(self) -> None:
        self._unusual: set[str] = set()  # codes whose newest push said so

    def decode(self, data: bytes) -> Sequence[Message]:
        push = push_of(data) or odd_push_of(data)
        if push is None:
            return super().decode(data)
        trade = trade_of(push, data)
        if not (self._unusual or push.status or push.delay) or isinstance(trade, Unreadable):
            return (trade,)
        status = status_of(trade.code, push.status, push.delay)
        if status.condition is not Condition.NORMAL or status.delay_s:
            self._unusual.add(trade.code)
        elif trade.code in self._unusual:  # who says nothing of trading takes back what an earlier push said
            self._unusual.discard(trade.code)
        else:
            return (trade,)
        return (trade, status)


FEED = Feed(
    name="alltick_action",
    title="AllTick, the article's frames",
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
)
