"""Feeds `alltick_action` and `demo`: the article's frames, which add and remove codes on an open connection.

`{"cmd_id":22004,"action":"subscribe"|"unsubscribe","code":[...]}`. Answers carry no ids and may be missing: a tick is
the trace. There is no heartbeat frame: a WebSocket ping every 10 s is, and its pong the trace of life. AllTick's own
documents do not have these frames; the built-in demo server speaks them.
"""

from collections.abc import Sequence

import msgspec

from quotedesk.codec.alltick_common import ALLTICK, SUBSCRIBE, decode
from quotedesk.codec.base import Change, Feed, Limits, Message, Provider


class ActionCodec:
    """The article's dialect."""

    def encode(self, change: Change) -> str:
        action, codes = ("unsubscribe", change.dropped) if change.dropped else ("subscribe", change.added)
        return msgspec.json.encode({"cmd_id": SUBSCRIBE, "action": action, "code": codes}).decode()

    def heartbeat(self, request_id: int) -> str:
        raise AssertionError("this dialect has no heartbeat frame")

    def decode(self, data: bytes) -> Sequence[Message]:
        return decode(data, answers_carry_ids=False)


class DemoCodec(ActionCodec):
    """The same, as our own server speaks it: it may say that a symbol is halted, at a limit or delayed."""

    def decode(self, data: bytes) -> Sequence[Message]:
        return decode(data, answers_carry_ids=False, tells_condition=True)


FEED = Feed(
    name="alltick_action",
    title="AllTick, the article's frames",
    provider=ALLTICK,
    limits=Limits(replaces=False, beat_is_frame=False, retry_min_s=10.0),
    codec=ActionCodec,
    caution="AllTick publishes other frames: use --feed alltick",
)

DEMO = Provider(
    name="demo",
    title="Built-in demo server",
    endpoints={"demo": "ws://127.0.0.1/demo"},
    endpoint=lambda code: "demo",
    needs_key=False,
)

DEMO_FEED = Feed(
    name="demo",
    title="Demo feed: made-up prices",
    provider=DEMO,
    limits=Limits(replaces=False, beat_is_frame=False, retry_min_s=1.0),
    codec=DemoCodec,
)
