"""HTTP beside WebSocket on one port: requests, also with a body, and answers as the server's faults have them."""

import math
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from quotedesk.demo.faults import ServerFaults
from quotedesk.demo.wire import HttpAnswer, HttpAsked

_SECRETS = ("token", "apikey", "key")
_LOGIN_PAGE = b"<!doctype html><html><title>Log in to the network</title><form>Room number</form></html>"

_MOST_BYTES = 1 << 20


class PostingConnection(ServerConnection):
    """A connection whose first request may be a POST: it goes on as a GET, as websockets reads no body."""

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


def is_upgrade(request: Request) -> bool:
    """Does it ask for a WebSocket?"""
    return request.headers.get("Upgrade", "").lower() == "websocket"


def split_url(target: str) -> tuple[str, dict[str, str]]:
    """A request's target as path and query."""
    parts = urlsplit(target)
    return parts.path, dict(parse_qsl(parts.query, keep_blank_values=True))


def asked_of(connection: ServerConnection, request: Request) -> HttpAsked:
    """An HTTP request that is no upgrade."""
    body = connection.body if isinstance(connection, PostingConnection) else None
    return HttpAsked("GET" if body is None else "POST", *split_url(request.path), body or b"")


def to_log(asked: HttpAsked, answered: HttpAnswer) -> dict[str, object]:
    """What the log tells of a request: nothing secret."""
    query = {name: value for name, value in asked.query.items() if name.lower() not in _SECRETS}
    return {"method": asked.method, "path": asked.path, "query": query, "status": answered.status}


def spoiled(
    answered: HttpAnswer | None, faults: ServerFaults, error: object, refusals: Mapping[int, object] | None = None
) -> HttpAnswer:
    """An answer as a server with these faults gives it; `error` and `refusals` are the provider's own words."""
    if faults.http_status:
        return refusal(int(faults.http_status), faults, refusals)
    if answered is None:
        return HttpAnswer({"message": "Not Found"}, 404)
    if faults.login_page:
        return answered._replace(body=_LOGIN_PAGE, status=200)
    if faults.error_inside:
        return answered._replace(body=error, status=200)
    if faults.cut:
        return answered._replace(body=answered.data[: len(answered.data) // 2])
    return answered


def refusal(status: int, faults: ServerFaults, refusals: Mapping[int, object] | None = None) -> HttpAnswer:
    """What is said with a status that was asked for."""
    return HttpAnswer((refusals or {}).get(status, {"message": "on request"}), status, faults.retry_after)


def response_of(answered: HttpAnswer) -> Response:
    """The answer on the wire."""
    data = answered.data
    kind = "text/html" if data.startswith(b"<!doctype") else "application/json; charset=utf-8"
    headers = Headers({"Content-Type": kind, "Content-Length": str(len(data)), "Connection": "close"})
    if answered.retry_after_s:
        headers["Retry-After"] = f"{math.ceil(answered.retry_after_s)}"
    phrases = {status.value: status.phrase for status in HTTPStatus}
    return Response(answered.status, phrases.get(answered.status, "Status"), headers, data)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    return 0
