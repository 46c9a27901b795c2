"""An HTTP server on loopback that does as a test tells it, and keeps what it was asked."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request: its path, its query, its headers by small names, its body, and when it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    at_s: float


@dataclass
class Said:
    """One answer; `cut`: so many bytes of the body are sent, and then nothing; `after_s`: it takes so long."""

    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    cut: int | None = None
    after_s: float = 0.0


class FakeHttp:
    """`answer(asked)` says what is answered.

    Attributes:
        url: of it, without a path.
        asked: all that it was asked, in order.
        most_at_once: how many requests it had open at a time.
        sockets_at: the port of a server of WebSockets that requests for those are passed on to; None for none.
    """

    def __init__(self, answer: Callable[[Asked], Said]) -> None:
        self.url = ""
        self.sockets_at: int | None = None
        self.asked: list[Asked] = []
        self.most_at_once = self._open = 0
        self._answer = answer

    @property
    def paths(self) -> list[str]:
        return [each.path for each in self.asked]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if self.sockets_at is not None and b"upgrade: websocket" in head.lower():
                    await _pass_on(head, reader, writer, self.sockets_at)
                    return
                await self._one(head, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _one(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = head.decode("latin-1").rstrip().split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        parts = urlsplit(target)
        asked = Asked(
            method, parts.path, dict(parse_qsl(parts.query)), headers, body, asyncio.get_running_loop().time()
        )
        self.asked.append(asked)
        self._open += 1
        self.most_at_once = max(self.most_at_once, self._open)
        said = self._answer(asked)
        if said.after_s:
            await asyncio.sleep(said.after_s)
        self._open -= 1
        told = {"Content-Length": str(len(said.body)), **said.headers}
        lines = [f"HTTP/1.1 {said.status} OK", *(f"{name}: {value}" for name, value in told.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + said.body[: said.cut])
        await writer.drain()
        if said.cut is not None:
            raise ConnectionError


async def _pass_on(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    there, back = await asyncio.open_connection("127.0.0.1", port)
    back.write(head)

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                sink.write(data)
        except ConnectionError:
            pass
        finally:
            sink.close()

    await asyncio.gather(pump(reader, back), pump(there, writer))


@asynccontextmanager
async def fake_http(
    answer: Callable[[Asked], Said] = lambda asked: Said(), tls: ssl.SSLContext | None = None
) -> AsyncIterator[FakeHttp]:
    """A server for the length of a test."""
    fake = FakeHttp(answer)
    server = await asyncio.start_server(fake.handle, "127.0.0.1", 0, ssl=tls)
    fake.url = f"{'https://localhost' if tls else 'http://127.0.0.1'}:{server.sockets[0].getsockname()[1]}"
    try:
        yield fake
    finally:
        server.close()
