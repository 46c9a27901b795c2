"""A relay on loopback, as a desk sees one: NATS over WebSocket, answered by RelayEnd. Strict about the key."""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from quotedesk.codec import nkeys
from quotedesk.codec.relay_key import PairingCode, RelayKey, code_of
from quotedesk.codec.relay_requests import PairAnswer
from quotedesk.codec.relay_wire import message_of
from tests.fakes.list_store import ListStore
from tests.fakes.relay_end import INFO, RelayEnd, beat, said

SECRET = b"1234567"


class FakeRelay:
    """Attributes:
    url: to be dialled.
    ends: of each connection, in order.
    keys: public nkeys that are let in.
    code: the pairing code that is open; None for none.
    beats: does it say that it lives?
    is_away: it takes no connection.
    feeds: those that it has.
    lists: what it keeps of the person.
    info: how its server introduces itself.
    """

    def __init__(self, fingerprint: str) -> None:
        self.url = ""
        self.fingerprint = fingerprint
        self.ends: list[RelayEnd] = []
        self.keys: set[str] = set()
        self.code: PairingCode | None = code_of(fingerprint or 64 * "0", SECRET)
        self.paired: list[str] = []
        self.beats = True
        self.is_away = False
        self.feeds = RelayEnd().feeds
        self.info = INFO
        self.lists = ListStore()
        self._sockets: list[ServerConnection] = []

    def key(self) -> RelayKey:
        """Of a desk that is let in."""
        seed = nkeys.new_seed(bytes([len(self.keys)]) * 32)
        self.keys.add(nkeys.public_key(seed))
        return RelayKey("desk1", "anna", self.fingerprint, seed)

    async def say(self, *data: bytes) -> None:
        """To all desks."""
        for socket in list(self._sockets):
            with suppress(ConnectionClosed):
                await socket.send(b"".join(data))

    def cut(self) -> None:
        """Every connection, as if the relay was killed. It takes no other until `is_away` is false again."""
        self.is_away = True
        for socket in list(self._sockets):
            socket.transport.abort()

    async def handle(self, socket: ServerConnection) -> None:
        if self.is_away:
            return
        end = RelayEnd()
        end.feeds, end.lists = self.feeds, self.lists
        await socket.send(self.info)
        with suppress(ConnectionClosed):
            await self._hear(socket, end)
        if socket in self._sockets:
            self._sockets.remove(socket)

    async def _hear(self, socket: ServerConnection, end: RelayEnd) -> None:
        async for data in socket:
            assert isinstance(data, bytes), "NATS over WebSocket is binary"
            if data.startswith(b"CONNECT"):
                nkey = msgspec.json.decode(data.split(b"\r\n")[0][8:])["nkey"]
                if self.code is not None and nkey == nkeys.public_key(self.code.pairing_seed):
                    await self._pair(socket, data)
                    return
                if nkey not in self.keys:
                    await socket.send(b"-ERR 'Authorization Violation'\r\n")
                    await socket.close(1008)
                    return
                self.ends.append(end)
                self._sockets.append(socket)
            for answer in end.hear([data]):
                await socket.send(answer)
            for entry in end.news:
                for other in self._sockets:
                    if other is not socket:
                        await other.send(said("changed.anna", message_of(entry)))
            end.news.clear()

    async def _pair(self, socket: ServerConnection, data: bytes) -> None:
        self.code = None
        end = RelayEnd()
        end.hear([data])
        (_, reply, payload) = end.published[-1]
        self.paired.append(msgspec.json.decode(payload)["name"])
        self.keys.add(msgspec.json.decode(payload)["key"])
        await socket.send(said(reply, message_of(PairAnswer("desk7", "anna", "hut"))))
        await socket.wait_closed()

    async def beat(self) -> None:
        """Until cancelled."""
        while True:
            if self.beats:
                await self.say(beat("demo"), beat("alltick"))
            await asyncio.sleep(0.2)


@asynccontextmanager
async def fake_relay(certificate: Path | None = None) -> AsyncIterator[FakeRelay]:
    tls, fingerprint = None, ""
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        text = certificate.read_text()
        fingerprint = hashlib.sha256(ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN CERT") :])).hexdigest()
    relay = FakeRelay(fingerprint)
    async with serve(relay.handle, "localhost", 0, ssl=tls, ping_interval=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        relay.url = f"{'wss' if tls else 'ws'}://localhost:{port}"
        beating = asyncio.create_task(relay.beat())  # in no group: that would cancel the task of the tests
        try:
            yield relay
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
            relay.cut()
