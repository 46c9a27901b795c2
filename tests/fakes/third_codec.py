"""Feed `third`: a feed as the recipe has it, in one file. Its server speaks first, and answers for each code.

`{"hello":1}` opens the talk; `{"ping":7}` wants `{"pong":7}`. Requests are binary and name at most three codes:
`{"op":"add","codes":["BTC-USD"]}`. Answers name one each: took, dropped, or refused with a why. A push is a quote.
"""

from collections.abc import Sequence

import msgspec

from quotedesk.codec.base import (
    Answer,
    Change,
    Feed,
    Frames,
    Limits,
    Message,
    Proves,
    Provider,
    Ready,
    Reply,
    SilentGreeting,
    Unreadable,
    Verdict,
)
from quotedesk.market.number import Number, number
from quotedesk.market.quote import Quote

_EXCERPT = 120


class _Frame(msgspec.Struct):
    hello: int | None = None
    ping: int | None = None
    took: str | None = None
    dropped: str | None = None
    refused: str | None = None
    why: str = ""
    code: str | None = None
    seq: int | None = None
    last: str | None = None
    bid: str | None = None
    ask: str | None = None
    time_s: float = float("nan")


def _said(text: str | None) -> Number | None:
    return None if text is None else number(text)


_decode = msgspec.json.Decoder(_Frame).decode


class ThirdCodec(SilentGreeting):
    """One connection's dialect."""

    def encode(self, change: Change) -> Frames:
        verb, codes = ("drop", change.dropped) if change.dropped else ("add", change.added)
        return (msgspec.json.encode({"op": verb, "codes": codes}),)

    def heartbeat(self, request_id: int) -> str:
        raise AssertionError("this dialect has no heartbeat frame")

    def decode(self, data: bytes) -> Sequence[Message]:
        try:
            frame = _decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return (Unreadable("not as expected", data[:_EXCERPT].decode("utf-8", "replace")),)
        if frame.code:
            return (
                Quote(
                    code=frame.code,
                    last=_said(frame.last),
                    bid=_said(frame.bid),
                    ask=_said(frame.ask),
                    time_utc_s=frame.time_s,
                    seq=frame.seq,
                ),
            )
        if frame.ping is not None:
            return (Reply(msgspec.json.encode({"pong": frame.ping})),)
        if frame.refused:
            return (Answer(None, Verdict.CODE, frame.why, (frame.refused,)),)
        if code := frame.took or frame.dropped:
            return (Answer(None, Verdict.OK, codes=(code,)),)
        return (Ready(),)


FEED = Feed(
    name="third",
    title="The third feed",
    provider=Provider(
        name="third",
        title="The third provider",
        endpoints={"third": "wss://feed.third.invalid/quotes"},
        endpoint=lambda code: "third",
        needs_key=False,
    ),
    limits=Limits(
        replaces=False,
        beat_is_frame=False,
        acknowledges=Proves.CODES,
        greets=True,
        codes_per_frame=3,
        retry_min_s=1.0,
    ),
    codec=ThirdCodec,
)
