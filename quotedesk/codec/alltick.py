"""Feed `alltick`: the frames that AllTick publishes. A subscribe replaces the list.

Source: alltick/docs, `websocket/trade-subscription`, `websocket/heartbeat`, `websocket/cancel-subscription`, read
2026-06-30. Per-symbol removal does not exist: the remaining list goes out, or a cancel of all trades (type 2).
"""

from collections.abc import Callable, Sequence
from uuid import uuid4

import msgspec

from quotedesk.codec.alltick_book import BookReader
from quotedesk.codec.alltick_common import (
    ALLTICK,
    BOOKS,
    CANCEL,
    HEARTBEAT,
    SUBSCRIBE,
    decode,
    push_of,
    trade_of,
)
from quotedesk.codec.alltick_reference import AllTickReference
from quotedesk.codec.base import Change, Feed, Frames, Limits, Message, SilentGreeting

_OF_BOOKS, _OF_TRADES = 1, 2  # cancel_type


class AllTickCodec(SilentGreeting):
    """The published dialect: every request carries seq_id (our request id), a trace of its own, and data."""

    def __init__(self, trace: Callable[[], str] = lambda: str(uuid4())) -> None:
        self._trace = trace
        self._books = BookReader()

    def encode(self, change: Change) -> Frames:
        if change.wanted:
            symbols = [{"code": code} for code in change.wanted]
            return (self._frame(SUBSCRIBE, change.request_id, {"symbol_list": symbols}),)
        return (self._frame(CANCEL, change.request_id, {"cancel_type": _OF_TRADES}),)

    def heartbeat(self, request_id: int) -> str:
        return self._frame(HEARTBEAT, request_id, {})

    def ask_books(self, codes: Sequence[str], request_id: int) -> str:
        """See codec.base.SpeaksBooks; the best level of each side is enough."""
        if codes:
            symbols = [{"code": code, "depth_level": 1} for code in codes]
            return self._frame(BOOKS, request_id, {"symbol_list": symbols})
        return self._frame(CANCEL, request_id, {"cancel_type": _OF_BOOKS})

    def decode(self, data: bytes) -> Sequence[Message]:
        if (push := push_of(data)) is not None:
            return (trade_of(push, data),)
        if (said := self._books.read(data)) is not None:
            return said
        return decode(data, answers_carry_ids=True)

    def _frame(self, command: int, request_id: int, data: object) -> str:
        frame = {"cmd_id": command, "seq_id": request_id, "trace": self._trace(), "data": data}
        return msgspec.json.encode(frame).decode()


FEED = Feed(
    name="alltick",
    title="AllTick",
    provider=ALLTICK,
    limits=Limits(replaces=True, beat_is_frame=True, has_books=True, retry_min_s=10.0),
    codec=AllTickCodec,
    reference=AllTickReference(),
)
