"""Feed `third`: a made-up provider of quotes that speaks first, for tests that put it into a copy of the program.

`{"op":"add"|"drop","symbols":[...],"id":1}` asks; the server answers with `{"id":1,"has":[...]}` (those of it that it
knows) and sends `{"symbol","number","last","bid","ask","time"}`. See third_server.
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
    SilentGreeting,
    Unreadable,
    Verdict,
)
from quotedesk.market.number import number
from quotedesk.market.quote import Quote


class _Hello(msgspec.Struct, tag_field="type", tag="hello"):
    name: str


class _Has(msgspec.Struct, tag_field="type", tag="has"):
    id: int
    symbols: list[str]


class _Push(msgspec.Struct, tag_field="type", tag="quote"):
    symbol: str
    number: int
    last: str
    bid: str
    ask: str
    time: float


_decoder = msgspec.json.Decoder(_Hello | _Has | _Push)


class Codec(SilentGreeting):
    """The only dialect."""

    def encode(self, change: Change) -> Frames:
        verb, codes = ("drop", change.dropped) if change.dropped else ("add", change.added)
        return (msgspec.json.encode({"op": verb, "symbols": codes, "id": change.request_id}).decode(),)

    def heartbeat(self, request_id: int) -> str:
        raise AssertionError("this feed has no heartbeat frame")

    def decode(self, data: bytes) -> Sequence[Message]:
        try:
            message = _decoder.decode(data)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return (Unreadable("not of this feed", repr(data[:60])),)
        match message:
            case _Hello():
                return (Ready(),)
            case _Has(request_id, symbols):
                return (Answer(request_id, Verdict.OK, codes=tuple(symbols)),)
            case _Push(symbol, seq, last, bid, ask, time_utc_s):
                prices = {"last": number(last), "bid": number(bid), "ask": number(ask)}
                return (Quote(code=symbol, **prices, time_utc_s=time_utc_s, seq=seq),)


PROVIDER = Provider(
    name="third",
    title="A third provider",
    endpoints={"all": "wss://third.invalid/quotes"},
    endpoint=lambda code: "all",
    needs_key=False,
)

FEED = Feed(
    name="third",
    title="A third feed",
    provider=PROVIDER,
    limits=Limits(
        replaces=False,
        beat_is_frame=False,
        acknowledges=Proves.CODES,
        greets=True,
        frame_gap_s=0.1,
        retry_min_s=0.5,
    ),
    codec=Codec,
)
