"""POST beside WebSocket on one port: websockets reads requests without a body only, so the body is taken out first."""

from websockets.asyncio.server import ServerConnection

_MOST_BYTES = 1 << 20


class PostingConnection(ServerConnection):
    """A connection whose first request may be a POST: it goes on as a GET, and `posted` has its body."""

    body: bytes | None = None
    _unread: bytes | None = b""  # until the first request is known

    def data_received(self, data: bytes) -> None:
        if self._unread is None:
            super().data_received(data)
            return
        self._unread += data
        if len(self._unread) >= 5 and not self._unread.startswith(b"POST "):
            data, self._unread = self._unread, None
            super().data_received(data)
            return
        head, end, body = self._unread.partition(b"\r\n\r\n")
        length = _length(head) if end else None
        if len(self._unread) > _MOST_BYTES:
            self.transport.abort()
        elif length is not None and len(body) >= length:
            self._unread, self.body = None, body[:length]
            lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length:")]
            lines[0] = b"GET" + lines[0].removeprefix(b"POST")
            super().data_received(b"\r\n".join(lines) + b"\r\n\r\n")


def posted(connection: ServerConnection) -> bytes | None:
    """The body of a POST; None of a GET."""
    return connection.body if isinstance(connection, PostingConnection) else None


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    return 0
