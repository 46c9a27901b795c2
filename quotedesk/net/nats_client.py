"""A NATS client of our own over TCP: keeps one connection, dials again when it is lost, asks and is asked.

What is published while there is no connection is lost, as is usual with NATS: whoever publishes says it again on
`on_up`.
"""

import asyncio
import contextlib
import itertools
import secrets
import ssl
from collections.abc import Awaitable, Callable, Mapping

import msgspec

from quotedesk.codec import nats
from quotedesk.codec.nats import Complaint, Delivery, Garbled, Info, NatsReader, ServerPing, ServerPong, status_of
from quotedesk.codec.nkeys import NkeyError
from quotedesk.market.errors import QuotedeskError

REDIAL_S = 0.2
HELD_S = 10.0  # a connection that was there for so long is dialled anew at once when it is lost
OPEN_TIMEOUT_S = 5.0
BEAT_S = 5.0  # between two of our own PINGs; two without an answer: the connection is lost
_NO_RESPONDERS, _END_OF_BATCH = 503, 204


class NatsFaultError(QuotedeskError):
    """There is no connection, or no answer."""


class NatsServer(msgspec.Struct, frozen=True):
    """Whom to dial, and as whom.

    Attributes:
        seed: of the nkey; "" for none.
        jwt: where a firm's server knows users by one.
        tls: None for none.
    """

    host: str
    port: int
    seed: str = ""
    jwt: str = ""
    tls: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        return f"{self.host}:{self.port}"


class NatsClient:
    """One connection that is kept up by `run`.

    `find_server` says whom to dial; it may raise QuotedeskError or OSError for what may pass.

    Attributes:
        on_up: called each time a connection is there and all subscriptions are made on it.
        on_down: called with the reason when it is lost, or could not be made.
        is_up: see on_up.
        sent, received: messages since the start.
        complaint: what the server last complained of.
    """

    def __init__(self, name: str, find_server: Callable[[], Awaitable[NatsServer]]) -> None:
        self.on_up: Callable[[], None] = lambda: None
        self.on_down: Callable[[str], None] = lambda reason: None
        self.is_up = False
        self.info = Info()
        self.sent = self.received = 0
        self.complaint = ""
        self._name = name
        self._find_server = find_server
        self._wire: _Wire | None = None
        self._takers: dict[str, Callable[[Delivery], None]] = {}
        self._inbox = f"_INBOX.{name.partition('/')[0]}.{secrets.token_hex(6)}"
        self._numbers = itertools.count(1)
        self._open_requests: dict[str, asyncio.Queue[Delivery | None]] = {}  # None: the connection is lost

    def subscribe(self, subject: str, take: Callable[[Delivery], None]) -> None:
        """Have `take` called for each message on a subject, on this connection and those after it."""
        self._takers[subject] = take
        if self._wire:
            self._wire.subscribe(subject, take)

    def publish(self, subject: str, payload: bytes, reply: str = "") -> None:
        """Say it; lost where there is no connection, or it is so long that the server would end the connection."""
        if self.is_up and self._wire and len(payload) <= self.info.max_payload:
            self.sent += 1
            self._wire.put(nats.publish(subject, payload, reply))

    async def request(
        self, subject: str, payload: bytes, timeout_s: float = 5.0, headers: Mapping[str, str] | None = None
    ) -> Delivery:
        """Ask, and return the first answer. Raises NatsFaultError."""
        return (await self._request(subject, payload, timeout_s, headers, is_batch=False))[0]

    async def request_batch(self, subject: str, payload: bytes, timeout_s: float = 10.0) -> list[Delivery]:
        """Ask for a batch of stored messages; returns them. Raises NatsFaultError."""
        return await self._request(subject, payload, timeout_s, None, is_batch=True)

    async def run(self) -> None:
        """Keep the connection, until cancelled."""
        now_s, may_hurry = asyncio.get_running_loop().time, True
        while True:
            reason, was_up, began_s = "", False, now_s()
            try:
                server = await self._find_server()
                reason = await self._connection(server)
            except (QuotedeskError, OSError, TimeoutError, NkeyError) as fault:
                reason = _plain(fault)
            finally:
                was_up = self.is_up
                self._drop()
            self.on_down(reason)
            # Of a cluster the next server is there at once. One that lets us in and cuts us is not dialled all day.
            is_at_once = was_up and (may_hurry or now_s() - began_s >= HELD_S)
            may_hurry = may_hurry and not is_at_once
            await asyncio.sleep(0 if is_at_once else REDIAL_S)

    async def _connection(self, server: NatsServer) -> str:
        """One connection, from the dialling to its loss; returns why it ended. Raises OSError, TimeoutError."""
        loop = asyncio.get_running_loop()
        wire = _Wire(self._told)
        async with asyncio.timeout(OPEN_TIMEOUT_S):
            await loop.create_connection(lambda: wire, server.host, server.port)
            try:
                self.info = await wire.info
                if server.tls:
                    assert wire.transport is not None
                    old = wire.transport
                    wire.transport = await loop.start_tls(old, wire, server.tls, server_hostname=server.host)
                wire.put(nats.connect(self.info, self._name, server.seed or None, jwt=server.jwt))
                await wire.ping()
                # From the first subscription on there may be requests, and their answers must go out.
                self._wire, self.is_up = wire, True
                for subject, take in [(f"{self._inbox}.*", self._answered), *self._takers.items()]:
                    wire.subscribe(subject, take)
                await wire.ping()
            except BaseException:
                wire.close()
                raise
        self.on_up()
        with contextlib.suppress(TimeoutError):
            while not wire.lost.done():
                await asyncio.wait([wire.lost], timeout=BEAT_S)
                if not wire.lost.done():
                    async with asyncio.timeout(2 * BEAT_S):
                        await wire.ping()
        return wire.lost.result() if wire.lost.done() else "the server is silent"

    async def _request(
        self, subject: str, payload: bytes, timeout_s: float, headers: Mapping[str, str] | None, *, is_batch: bool
    ) -> list[Delivery]:
        if not (self.is_up and self._wire):
            raise NatsFaultError("There is no connection to the NATS server")
        number = str(next(self._numbers))
        answers: asyncio.Queue[Delivery | None] = asyncio.Queue()
        self._open_requests[number] = answers
        found: list[Delivery] = []
        try:
            self._wire.put(nats.publish(subject, payload, f"{self._inbox}.{number}", headers))
            async with asyncio.timeout(timeout_s):
                while True:
                    answer = await answers.get()
                    if answer is None:
                        raise NatsFaultError("The connection to the NATS server is lost")
                    status = status_of(answer.headers)
                    if status == _NO_RESPONDERS:
                        raise NatsFaultError("Nobody answers at the NATS server")
                    if is_batch and status:
                        if status not in (_END_OF_BATCH, 404):
                            raise NatsFaultError("The NATS server cannot give the stored messages")
                        return found
                    found.append(answer)
                    if not is_batch:
                        return found
        except TimeoutError:
            raise NatsFaultError(f"No answer from the NATS server for {timeout_s:.0f} s") from None
        finally:
            del self._open_requests[number]

    def _answered(self, said: Delivery) -> None:
        if answers := self._open_requests.get(said.subject.rpartition(".")[2]):
            answers.put_nowait(said)

    def _told(self, said: Delivery | Complaint) -> None:
        if isinstance(said, Complaint):
            self.complaint = said.words
        else:
            self.received += 1

    def _drop(self) -> None:
        self.is_up = False
        if self._wire:
            self._wire.close()
            self._wire = None
        for answers in self._open_requests.values():
            answers.put_nowait(None)


class _Wire(asyncio.Protocol):
    """The bytes of one connection; what is put in one turn of the loop is written at once."""

    def __init__(self, told: Callable[[Delivery | Complaint], None]) -> None:
        loop = asyncio.get_running_loop()
        self.transport: asyncio.Transport | None = None
        self.info: asyncio.Future[Info] = loop.create_future()
        self.lost: asyncio.Future[str] = loop.create_future()
        self._loop = loop
        self._told = told
        self._reader = NatsReader()
        self._out: list[bytes] = []
        self._takers: list[tuple[list[str], Callable[[Delivery], None]]] = []
        self._exact: dict[str, Callable[[Delivery], None]] = {}
        self._pongs: list[asyncio.Future[None]] = []
        self._why = ""

    def subscribe(self, subject: str, take: Callable[[Delivery], None]) -> None:
        self._takers.append((subject.split("."), take))
        self._exact.clear()
        self.put(nats.subscribe(subject, len(self._takers)))

    def put(self, data: bytes) -> None:
        if not self._out:
            self._loop.call_soon(self._write)
        self._out.append(data)

    async def ping(self) -> None:
        """Wait until all before it was taken. Raises NatsFaultError where the connection is lost meanwhile."""
        pong: asyncio.Future[None] = self._loop.create_future()
        self._pongs.append(pong)
        self.put(nats.PING)
        await asyncio.wait({pong, self.lost}, return_when=asyncio.FIRST_COMPLETED)  # type: ignore[type-var]
        if self.lost.done():
            raise NatsFaultError(self.lost.result())

    def close(self) -> None:
        self._write()
        if self.transport:
            self.transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        for said in self._reader.read(data):
            match said:
                case Delivery():
                    self._told(said)
                    if take := self._exact.get(said.subject) or self._taker(said.subject):
                        take(said)
                case ServerPing():
                    self.put(nats.PONG)
                case ServerPong():
                    if self._pongs and not (pong := self._pongs.pop(0)).done():
                        pong.set_result(None)
                case Info():
                    if not self.info.done():
                        self.info.set_result(said)
                case Complaint(words):
                    self._why = words
                    self._told(said)
                case Garbled():
                    self._why = "what came is no NATS"
                    if self.transport:
                        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        why = self._why or (_plain(exc) if exc else "the server closed the connection")
        if not self.lost.done():
            self.lost.set_result(why)
        if not self.info.done():
            self.info.set_exception(NatsFaultError(why))
            self.info.exception()  # whoever waited has been told

    def _write(self) -> None:
        if self._out and self.transport and not self.transport.is_closing():
            self.transport.write(b"".join(self._out))
        self._out = []

    def _taker(self, subject: str) -> Callable[[Delivery], None] | None:
        words = subject.split(".")
        for pattern, take in self._takers:
            if _fits(pattern, words):
                if len(self._exact) < 10_000 and not subject.startswith("_INBOX."):
                    self._exact[subject] = take
                return take
        return None


def _fits(pattern: list[str], words: list[str]) -> bool:
    if pattern[-1] == ">":
        pattern, words = pattern[:-1], words[: len(pattern) - 1]
    return len(pattern) == len(words) and all(each in ("*", word) for each, word in zip(pattern, words, strict=True))


def _plain(fault: BaseException) -> str:
    if isinstance(fault, TimeoutError):
        return "the NATS server does not answer"
    if isinstance(fault, OSError):
        return fault.strerror or type(fault).__name__
    return str(fault) or type(fault).__name__
