"""What passes between a demo server and its clients, as values: frames, HTTP requests and answers, limits."""

import json
from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

_to_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class WireFrame(NamedTuple):
    """A frame on its way to a client.

    Attributes:
        body: its JSON, or a text that goes out as it stands.
        kind: "answer" to a request, "beat" (a heartbeat, or the answer to one), or "quote".
        code: of a quote: the symbol as the wire spells it.
        said: of a quote: the values in it by our names ("last", "bid", "open_24h" ...), as in its JSON.
    """

    body: object
    kind: str = "answer"
    code: str = ""
    said: Mapping[str, object] = {}

    @property
    def text(self) -> str:
        """The frame."""
        return self.body if isinstance(self.body, str) else _to_json(self.body)

    def texts(self) -> dict[str, str]:
        """What a quote says, each value as its characters in the frame."""
        return {name: value if isinstance(value, str) else _to_json(value) for name, value in self.said.items()}


class HttpAsked(NamedTuple):
    """An HTTP request.

    Attributes:
        method: "GET" or "POST".
        path: without the query.
        query: name -> value; of a name said twice the last.
        body: of a POST.
    """

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes = b""


class HttpAnswer(NamedTuple):
    """An answer to an HTTP request.

    Attributes:
        body: what becomes JSON, or bytes as they are.
        status: of HTTP.
        retry_after_s: what the header Retry-After says; 0: there is none.
        kind: "candles" and "directory" can be spoiled; else "".
        breaches: (rule, detail) of each limit that the request broke.
    """

    body: object
    status: int = 200
    retry_after_s: float = 0.0
    kind: str = ""
    breaches: tuple[tuple[str, object], ...] = ()

    @property
    def data(self) -> bytes:
        """The body's bytes."""
        return self.body if isinstance(self.body, bytes) else _to_json(self.body).encode()


class Allowance:
    """So many within any stretch of so many seconds."""

    def __init__(self, count: float, seconds: float) -> None:
        self.count = count
        self.seconds = seconds
        self._spent: deque[tuple[float, float]] = deque()
        self._sum = 0.0

    def spend(self, now_s: float, weight: float = 1.0) -> bool:
        """Note it; is it within the allowance? What is beyond counts as well."""
        while self._spent and self._spent[0][0] <= now_s - self.seconds:
            self._sum -= self._spent.popleft()[1]
        self._spent.append((now_s, weight))
        self._sum += weight
        return self._sum <= self.count


class Bucket:
    """So many at once, and one back each so many seconds."""

    def __init__(self, size: float, refill_s: float) -> None:
        self._size = size
        self._refill_s = refill_s
        self._left = size
        self._at_s: float | None = None

    def spend(self, now_s: float) -> bool:
        """Take one; was there one?"""
        since_s = 0.0 if self._at_s is None else now_s - self._at_s
        self._at_s = now_s
        self._left = min(self._size, self._left + since_s / self._refill_s)
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True
