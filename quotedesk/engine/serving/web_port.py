"""Readers over WebSocket on 127.0.0.1, a message each way for a line: for programs that cannot open a Unix socket.

Any page in a browser may try: so Host is checked, an Origin has to be listed, and a token is asked for.
"""

import asyncio
import hmac
import logging
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from quotedesk import __version__
from quotedesk.engine.serving.line_splitter import LONGEST
from quotedesk.engine.serving.reader_session import ReaderSession
from quotedesk.engine.serving.serving import Serving
from quotedesk.engine.tasks import Tasks

HOST = "127.0.0.1"
HEALTH = "/health"
_TRY_AGAIN_LATER, _PROTOCOL_ERROR = 1013, 1002
_GOODBYE_S = 1.0
_silent = logging.getLogger("quotedesk.web_port")  # what strangers send is no news
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


class WebPort:
    """Serves from `open` to `close`.

    Attributes:
        port: where; 0 while it is closed.
    """

    def __init__(self, serving: Serving, tasks: Tasks) -> None:
        self.port = 0
        self._serving = serving
        self._tasks = tasks
        self._server: Server | None = None
        self._token = b""
        self._origins: frozenset[str] = frozenset()

    async def open(self, port: int, token: str, origins: Iterable[str]) -> None:
        """Let readers connect to a port, 0 for a free one, from pages of these origins or from none. Raises OSError."""
        assert token
        await self.close()
        self._token, self._origins = token.encode(), frozenset(origins)
        self._server = await serve(
            self._read,
            HOST,
            port,
            process_request=self._check,
            compression=None,
            max_size=LONGEST,
            logger=_silent,
            server_header=None,
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def close(self) -> None:
        """Take no more readers, and say goodbye to those there are."""
        if self._server is not None:
            server, self._server = self._server, None
            self.port = 0
            server.close()
            try:
                async with asyncio.timeout(_GOODBYE_S):
                    await server.wait_closed()
            except TimeoutError:
                for connection in server.connections:
                    connection.transport.abort()

    def _check(self, connection: ServerConnection, request: Request) -> Response | None:
        """An answer to all but a handshake that is welcome."""
        headers = request.headers
        if headers.get_all("Host") not in ([f"{HOST}:{self.port}"], [f"localhost:{self.port}"]):
            return _response(HTTPStatus.MISDIRECTED_REQUEST)
        origins = headers.get_all("Origin")
        is_listed = len(origins) == 1 and origins[0] in self._origins
        if origins and not is_listed:
            return _response(HTTPStatus.FORBIDDEN)
        parts = urlsplit(request.path)
        if parts.path == HEALTH:
            return _response(HTTPStatus.OK, origins[0] if is_listed else "")
        if parts.path != "/":
            return _response(HTTPStatus.NOT_FOUND)
        said = [each.removeprefix("Bearer ") for each in headers.get_all("Authorization")]
        said += parse_qs(parts.query).get("token", [])
        if len(said) != 1 or not hmac.compare_digest(said[0].encode(errors="replace"), self._token):
            return _response(HTTPStatus.UNAUTHORIZED)
        return None

    async def _read(self, connection: ServerConnection) -> None:
        """One reader, until it is gone."""
        stirred, drained = asyncio.Event(), asyncio.Event()
        session = self._serving.join(stirred.set)
        if session is None:
            await connection.close(_TRY_AGAIN_LATER, "There are too many readers")
            return
        pump = self._tasks.spawn(_pump(connection, session, stirred, drained), "web reader")
        try:
            async for message in connection:
                session.receive_message(message.encode() if isinstance(message, str) else message)
                drained.clear()
                stirred.set()
                await drained.wait()
        except ConnectionClosed:
            pass  # without a goodbye
        finally:
            pump.cancel()
            self._serving.leave(session)


async def _pump(
    connection: ServerConnection, session: ReaderSession, stirred: asyncio.Event, drained: asyncio.Event
) -> None:
    """Answer and tell; what takes the reader long makes it one that is behind."""
    try:
        while not session.is_over:
            await stirred.wait()
            stirred.clear()
            while session.work() | bool(lines := session.take()):
                session.fall_behind(on=True)
                for line in lines:
                    await connection.send(line.rstrip(b"\n"), text=True)
                session.fall_behind(on=False)
            drained.set()
        await connection.close(_PROTOCOL_ERROR, "That was no JSON-RPC")
    except ConnectionClosed:
        pass
    finally:
        drained.set()


def _response(status: HTTPStatus, origin: str = "") -> Response:
    said = b'{"status":"ok","name":"quotedesk","version":"%s"}\n' % __version__.encode()
    body = said if status is HTTPStatus.OK else f"{status.phrase}\n".encode()
    kind = "application/json" if status is HTTPStatus.OK else "text/plain"
    headers = Headers({"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"})
    headers["Vary"] = "Origin"
    if origin:
        headers["Access-Control-Allow-Origin"] = origin
    return Response(status, status.phrase, headers, body)
