"""What goes out on one connection, and when: heartbeats first, then replies to the server, then requests."""

import math
from collections import deque
from typing import cast

import msgspec

from quotedesk.codec.base import Change, Codec, Limits, SpeaksBooks
from quotedesk.feed.books import Books
from quotedesk.feed.heartbeat import Heartbeat
from quotedesk.feed.pace import Pace
from quotedesk.feed.subscriptions import Subscriptions


class Outgoing(msgspec.Struct, frozen=True):
    """A frame that is due.

    Attributes:
        frame: text or binary.
        kind: what it is counted as.
        change: what it is the first frame of; None for any other.
        beat_id: the request id of a heartbeat; None for any other.
    """

    frame: str | bytes
    kind: str
    change: Change | None = None
    beat_id: int | None = None


class Outbox:
    """The frames of one session's connection. All times are monotonic seconds.

    Attributes:
        is_ready: the greeting is over: requests may follow.
        books: which order books are asked for.
    """

    def __init__(self, limits: Limits, pace: Pace, subscriptions: Subscriptions, heart: Heartbeat) -> None:
        self.is_ready = False
        self._limits = limits
        self._pace = pace
        self._list = subscriptions
        self.books = Books(limits, subscriptions)
        self._heart = heart
        self._codec: Codec | None = None
        self._replies: deque[str | bytes] = deque()  # greetings and replies that wait for the pacer
        self._requests: deque[str | bytes] = deque()  # the frames of one change that do; replies go before them
        self._verb = ""  # what that change is counted as
        self._due_s: float | None = None  # since when a frame waits for the pacer

    def open(self, codec: Codec, key: str | None) -> None:
        """A connection is up, and speaks by this codec."""
        self._codec = codec
        self.is_ready = not self._limits.greets
        self._replies.extend(codec.greet(key))

    def resume(self) -> None:
        """The greeting was over before anybody listened."""
        self.is_ready = True
        self._replies.clear()

    def close(self) -> None:
        """The connection is gone, and what waited for it."""
        self._codec = None
        self.is_ready = False
        self._replies.clear()
        self._requests.clear()
        self.books.lost()
        self._due_s = None
        self._pace.rest(self)

    def leave(self) -> None:
        """There will be no connection any more."""
        self.close()
        self._pace.leave(self)

    def reply(self, frame: str | bytes) -> None:
        """The server is to be told this."""
        self._replies.append(frame)

    def take(self, now_s: float) -> Outgoing | None:
        """What may be sent now."""
        codec = self._codec
        if codec is None or self.ready_s(now_s) > now_s:
            return None
        if self._is_beat_due(now_s):
            request_id = self._list.next_request_id()
            self._heart.sent(now_s)
            out = Outgoing(codec.heartbeat(request_id), "heartbeat", beat_id=request_id)
        else:
            out = Outgoing(self._replies.popleft(), "greeting") if self._replies else self._request(codec, now_s)
            self._due_s = None
        self._pace.sent(self, now_s)
        return out

    def ready_s(self, now_s: float) -> float:
        """When the next frame may go out; inf where none is due."""
        if self._is_beat_due(now_s):
            return self._pace.ready_s(self, self._heart.due_s, is_beat=True)
        is_asking = self.is_ready and (self._list.is_due(now_s) or self.books.is_due(now_s))
        if self._replies or self._requests or is_asking:
            self._due_s = now_s if self._due_s is None else self._due_s
            return self._pace.ready_s(self, self._due_s)
        if self._due_s is not None and now_s < self._list.settled_at_s:
            # One more edit joins a change that waits already: that does not cost its turn.
            return max(self._pace.ready_s(self, self._due_s), self._list.settled_at_s)
        self._due_s = None
        self._pace.rest(self)
        return math.inf

    @property
    def beat_s(self) -> float:
        """From when on a heartbeat may go out: where it is a frame and others may be in its way, a little early."""
        return self._heart.due_s - (self._pace.slack_s(self) if self._limits.beat_is_frame else 0.0)

    def _request(self, codec: Codec, now_s: float) -> Outgoing:
        """The next frame of a change. Its answer is awaited from its last frame on."""
        if self._requests:
            if len(self._requests) == 1:
                self._list.stamp(now_s)
            return Outgoing(self._requests.popleft(), self._verb)
        if not self._list.is_due(now_s):
            codes, request_id = self.books.take()
            return Outgoing(cast(SpeaksBooks, codec).ask_books(codes, request_id), "books")
        change = self._list.take(now_s)
        self._verb = change.verb(replaces=self._limits.replaces)
        self._requests.extend(codec.encode(change))
        if len(self._requests) > 1:
            self._list.stamp(math.inf)
        return Outgoing(self._requests.popleft(), self._verb, change)

    def _is_beat_due(self, now_s: float) -> bool:
        return self._limits.beat_is_frame and now_s >= self.beat_s
