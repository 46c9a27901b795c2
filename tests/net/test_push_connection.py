"""What is pushed is what `recv` would have given, message by message; and each trap of the way there."""

import asyncio
import itertools
import random
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.utils import accept_key

from quotedesk.net.push_connection import PushConnection
from tests.fakes.certificate import self_signed

pytestmark = pytest.mark.anyio

PATIENCE_S = 20.0


def text(data: bytes, *, fin: bool = True) -> bytes:
    return Frame(Opcode.TEXT, data, fin).serialize(mask=False)


def more(data: bytes, *, fin: bool) -> bytes:
    return Frame(Opcode.CONT, data, fin).serialize(mask=False)


def ping(data: bytes = b"") -> bytes:
    return Frame(Opcode.PING, data).serialize(mask=False)


class Inbox:
    """Takes what is pushed."""

    def __init__(self, count: int) -> None:
        self.got: list[bytes] = []
        self._count = count
        self._is_full = asyncio.Event()

    def take(self, data: bytes) -> None:
        self.got.append(data)
        if len(self.got) >= self._count:
            self._is_full.set()

    async def full(self) -> list[bytes]:
        async with asyncio.timeout(PATIENCE_S):
            await self._is_full.wait()
        return self.got


@asynccontextmanager
async def speaking(chunks: list[bytes], tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """The address of a server that answers the handshake and says the chunks: the first in one breath with that."""
    talks: list[asyncio.Task[None] | None] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(asyncio.current_task())
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = next(line.split(": ")[1] for line in request.splitlines() if line.startswith("Sec-WebSocket-Key"))
        answer = (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept_key(key)}\r\n\r\n"
        )
        writer.write(answer.encode() + (chunks[0] if chunks else b""))
        for chunk in chunks[1:]:
            await writer.drain()
            await asyncio.sleep(0.001)  # so that it is read by itself, and after the handshake
            writer.write(chunk)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
    scheme = "wss" if tls else "ws"
    try:
        yield f"{scheme}://localhost:{server.sockets[0].getsockname()[1]}"
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*(talk for talk in talks if talk))
    finally:
        server.close()


async def dialled(url: str, kind: type[ClientConnection], **how: Any) -> ClientConnection:
    settings = {"proxy": None, "compression": None, "ping_interval": None, "close_timeout": 0.15, **how}
    return await connect(url, create_connection=kind, **settings)


async def failed(socket: ClientConnection) -> None:
    """Until our side ended the connection; this server never would."""
    async with asyncio.timeout(PATIENCE_S):
        while socket.protocol.close_sent is None:
            await asyncio.sleep(0)
    await socket.close()


async def pushed(url: str, count: int, **how: Any) -> tuple[list[bytes], PushConnection]:
    """The first `count` messages, taken only after some of them had come."""
    socket = await dialled(url, PushConnection, **how)
    assert isinstance(socket, PushConnection)
    async with asyncio.timeout(PATIENCE_S):
        while not socket._kept:
            await asyncio.sleep(0)
    inbox = Inbox(count)
    socket.hand_to(inbox.take)
    return await inbox.full(), socket


@asynccontextmanager
async def proxy() -> AsyncIterator[tuple[str, list[str]]]:
    """An HTTP proxy; yields its address and whom it was asked for."""
    asked: list[str] = []

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            writer.write(data)
        writer.close()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).decode().split()[1])
        host, port = asked[-1].rsplit(":", 1)
        there_reader, there_writer = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(pipe(reader, there_writer), pipe(there_reader, writer))

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked
    finally:
        server.close()


async def test_what_comes_in_one_breath_with_the_handshake_is_kept_for_whoever_takes_it() -> None:
    async with speaking([b"".join(text(b"%d" % n) for n in range(100)), text(b"later")]) as url:
        got, socket = await pushed(url, 101)
        await socket.close()
    assert got == [*(b"%d" % n for n in range(100)), b"later"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("way", ["tls", "proxy", "tls through a proxy"])
async def test_so_it_is_over_tls_and_through_a_proxy(way: str, certificate: Path) -> None:
    theirs, ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    theirs.load_cert_chain(certificate)
    ours.load_verify_locations(certificate)
    said = [b"".join(text(b"%d" % n) for n in range(3000)), text(b"later")]
    async with speaking(said, theirs if "tls" in way else None) as url, proxy() as (proxy_url, asked):
        how: dict[str, Any] = {"ssl": ours} if "tls" in way else {}
        if "proxy" in way:
            how["proxy"] = proxy_url
        got, socket = await pushed(url, 3001, **how)
        await socket.close()
        assert len(asked) == ("proxy" in way)
    assert got == [*(b"%d" % n for n in range(3000)), b"later"]


def script(seed: int) -> tuple[list[bytes], int]:
    """Whole messages and such in fragments, with pings in between and within, cut anywhere: (chunks, messages)."""
    rng = random.Random(seed)
    stream, messages = b"", 0
    for _ in range(rng.randrange(20, 120)):
        match rng.randrange(4):
            case 0:
                stream += ping(rng.randbytes(rng.randrange(20)))
            case 1 | 2:
                stream += text(rng.randbytes(rng.choice([0, 1, 125, 126, 300, 65_535, 65_536])))
                messages += 1
            case _:
                stream += text(rng.randbytes(rng.randrange(50)), fin=False)
                for _ in range(rng.randrange(4)):
                    stream += more(rng.randbytes(rng.randrange(50)), fin=False) + rng.choice([b"", ping(b"within")])
                stream += more(rng.randbytes(rng.randrange(50)), fin=True)
                messages += 1
    cuts = sorted(rng.randrange(len(stream)) for _ in range(rng.randrange(12)))
    return [stream[a:b] for a, b in itertools.pairwise([0, *cuts, len(stream)])], messages


@pytest.mark.parametrize("seed", range(12))
async def test_it_is_what_recv_gives(seed: int) -> None:
    chunks, messages = script(seed)
    async with speaking(chunks) as url:
        plain = await dialled(url, ClientConnection)
        expected = [await plain.recv(decode=False) for _ in range(messages)]
        await plain.close()
        got, socket = await pushed(url, messages)
        await socket.close()
    assert got == expected
    assert all(type(each) is bytes for each in got), "a bytearray would change under whoever kept it"


async def test_text_that_is_no_utf8_is_handed_on_and_the_connection_lives() -> None:
    async with speaking([text(b"\xff\xfe"), text(b"\xc3", fin=False) + more(b"\xa9", fin=True)]) as url:
        got, socket = await pushed(url, 2)
        assert got == [b"\xff\xfe", "é".encode()]
        assert not socket.close_code
        await socket.close()


async def test_pings_and_pongs_go_on_to_the_library() -> None:
    async def talk(connection: ServerConnection) -> None:
        await connection.send("one")
        latency = await connection.ping()
        await latency
        await connection.send("ponged")
        await connection.wait_closed()

    async with serve(talk, "127.0.0.1", 0) as there:
        got, socket = await pushed(f"ws://127.0.0.1:{next(iter(there.sockets)).getsockname()[1]}", 2)
        assert got == [b"one", b"ponged"]
        async with asyncio.timeout(PATIENCE_S):
            assert await (await socket.ping()) >= 0
        await socket.close()


async def test_reading_goes_on_though_nobody_is_in_recv() -> None:
    """The library pauses a connection for good that has 17 frames which nobody takes."""
    count = 20_000
    async with speaking([text(b"%d" % n) for n in range(40)] + [text(b"x") * (count - 40)]) as url:
        got, socket = await pushed(url, count)
        assert len(got) == count
        await socket.close()


async def test_a_message_in_fragments_has_the_limit_of_one_in_one_piece() -> None:
    async with speaking([text(b"a" * 600, fin=False) + more(b"b" * 600, fin=True)]) as url:
        socket = await dialled(url, PushConnection, max_size=1000)
        await failed(socket)
        assert socket.protocol.close_sent is not None
        assert socket.protocol.close_sent.code == 1009


async def test_fragments_without_end_and_with_nothing_in_them_take_no_memory() -> None:
    async with speaking([text(b"", fin=False) + more(b"", fin=False) * 100_000, text(b"")]) as url:
        socket = await dialled(url, PushConnection)
        assert isinstance(socket, PushConnection)
        await failed(socket)  # a new message within another one is a breach
        assert socket._part == b""
        assert not socket.recv_messages.frames.queue


async def test_the_end_is_told_as_to_whoever_is_in_recv() -> None:
    async def talk(connection: ServerConnection) -> None:
        await connection.send("one")
        await connection.close(4001, "enough")

    async with serve(talk, "127.0.0.1", 0) as there:
        url = f"ws://127.0.0.1:{next(iter(there.sockets)).getsockname()[1]}"
        got, socket = await pushed(url, 1)
        assert got == [b"one"]
        async with asyncio.timeout(PATIENCE_S):
            await socket.wait_closed()
        assert isinstance(socket.protocol.close_exc, ConnectionClosed)
        assert socket.protocol.close_exc.rcvd is not None
        assert (socket.protocol.close_exc.rcvd.code, socket.protocol.close_exc.rcvd.reason) == (4001, "enough")


async def test_a_taker_that_raises_cuts_the_connection_so_ours_must_not(caplog: pytest.LogCaptureFixture) -> None:
    """What the client hands over only keeps and arms a timer; tests/net/test_client.py has faults beyond that."""

    def take(data: bytes) -> None:
        raise ZeroDivisionError

    faults: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: faults.append(context))
    async with speaking([b"", text(b"one")]) as url:
        socket = await dialled(url, PushConnection)
        assert isinstance(socket, PushConnection)
        socket.hand_to(take)
        async with asyncio.timeout(PATIENCE_S):
            await socket.wait_closed()
    assert any(isinstance(each.get("exception"), ZeroDivisionError) for each in faults)
    loop.set_exception_handler(None)


def test_the_library_still_has_the_name_that_is_overridden() -> None:
    # If it goes: quotedesk/net/push_connection.py says the way back.
    assert isinstance(Connection.process_event, Callable)
    assert PushConnection.process_event is not Connection.process_event
