"""A client that knows no feed: it sends texts, keeps what comes, and asks by HTTP. For the demo server's doubles."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from quotedesk.demo.server import ServerOptions
from quotedesk.demo.venue_server import VenueServer
from tests.fakes.json_lines import whole_lines

PATIENCE_S = 20.0


class BareClient:
    """A connection.

    Attributes:
        frames: what came, in order; JSON where it is any.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[Any] = []

    async def send(self, *frames: object) -> None:
        for frame in frames:
            await self.socket.send(frame if isinstance(frame, str) else json.dumps(frame))

    async def until(self, fits: Callable[[Any], object]) -> Any:
        """Read on until a frame fits; returns it."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                data = await self.socket.recv(decode=False)
                try:
                    frame = json.loads(data)
                except (ValueError, RecursionError):
                    frame = data.decode("utf-8", "replace")
                self.frames.append(frame)
                if fits(frame):
                    return frame

    async def ask(self, frame: object, fits: Callable[[Any], object] = lambda frame: True) -> Any:
        """Send a frame; returns the next one that fits."""
        await self.send(frame)
        return await self.until(fits)

    async def closed(self) -> int | None:
        """Read to the end; returns the code of the close."""
        async with asyncio.timeout(PATIENCE_S):
            with suppress(ConnectionClosed):
                while True:
                    self.frames.append(await self.socket.recv())
        return self.socket.close_code


class VenueAtWork:
    """A double of a venue with a log.

    Attributes:
        server: see VenueServer.
    """

    def __init__(self, server: VenueServer, log: Path) -> None:
        self.server = server
        self._log = log

    @asynccontextmanager
    async def client(self, path: str = "") -> AsyncIterator[BareClient]:
        target = self.server.url + (path or self.server.venue.paths[0])
        async with connect(target, proxy=None, ping_interval=None, max_size=None) as socket:
            yield BareClient(socket)

    async def fetch(self, target: str, body: bytes | None = None) -> tuple[int, bytes]:
        """The status and the body of an answer."""
        return (await fetched(self.server.url, target, body))[:2]

    async def json(self, target: str) -> Any:
        """The body of a good answer."""
        status, data = await self.fetch(target)
        assert status == 200, data
        return json.loads(data)

    def lines(self, event: str) -> list[dict[str, Any]]:
        return [line for line in whole_lines(self._log) if line["event"] == event]

    def breaches(self) -> list[str]:
        return [line["rule"] for line in self.lines("breach")]

    def sent(self, code: str) -> dict[str, str]:
        """Each field of a symbol as it was last sent."""
        said: dict[str, str] = {}
        for line in self.lines("quote"):
            if line["code"] == code:
                said |= {
                    name: value for name, value in line.items() if name not in ("event", "t", "connection", "code")
                }
        return said


@asynccontextmanager
async def venue_at_work(folder: Path, dialect: str, *faults: str, **options: Any) -> AsyncIterator[VenueAtWork]:
    log = folder / f"{dialect}.jsonl"
    async with VenueServer(ServerOptions(dialect=dialect, log=log, faults=faults, **options)) as server:
        yield VenueAtWork(server, log)


async def fetched(url: str, target: str, body: bytes | None = None) -> tuple[int, bytes, dict[str, str]]:
    """An HTTP answer of the server at a WebSocket address: status, body, headers."""

    def fetch() -> tuple[int, bytes, dict[str, str]]:
        request = urllib.request.Request("http" + url.removeprefix("ws") + target, data=body)
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                request, timeout=PATIENCE_S
            ) as answer:
                return answer.status, answer.read(), dict(answer.headers)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read(), dict(refused.headers)

    return await asyncio.to_thread(fetch)
