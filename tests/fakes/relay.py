"""A relay in a process of its own, and desks that speak its wire and nothing of the program's own desk side."""

import asyncio
import itertools
import os
import secrets
import signal
import ssl
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from quotedesk.codec import nats, relay_wire
from quotedesk.codec.nats import Complaint, Delivery, Info, NatsReader, ServerMessage, ServerPing, ServerPong
from quotedesk.codec.nkeys import new_seed, public_key
from quotedesk.codec.relay_key import PairingCode, RelayKey, fingerprint_of, key_of, read_code
from quotedesk.codec.relay_requests import (
    HelloAnswer,
    HelloRequest,
    LastAnswer,
    LastRequest,
    PairAnswer,
    PairRequest,
    WantAnswer,
    WantRequest,
    read_request,
)
from quotedesk.codec.relay_wire import message_of
from tests.fakes.nats_servers import require_server
from tests.fakes.waiting import PATIENCE_S, until

ROOT = Path(__file__).parents[2]
QUOTEDESK = [sys.executable, "-m", "quotedesk"]
_Kind = TypeVar("_Kind", bound=msgspec.Struct)


class _First(msgspec.Struct):
    address: str
    fingerprint: str
    pair: str
    metrics: str = ""


class RelayProcess:
    """`quotedesk relay` on a profile; with a demo server of its own unless told where its quotes come from.

    Attributes:
        first: what its first line says.
        url: of the demo server.
        told: what it said on standard error until it was killed.
    """

    def __init__(self, folder: Path, *arguments: object, faults: Sequence[str] = (), feed: str = "demo") -> None:
        require_server()
        self.folder = folder
        self.profile = folder / "profile"
        self.url = ""
        self.arguments = tuple(map(str, arguments))
        self.feed = feed
        self.faults = faults
        self.more: dict[str, str] = {}  # of its environment
        self.process: subprocess.Popen[bytes] | None = None
        self.server: subprocess.Popen[bytes] | None = None
        self.first = _First("", "", "")
        self.told = ""

    def __enter__(self) -> Self:
        if "--url" not in self.arguments:
            command = [*QUOTEDESK, "demo-server", "--any-symbol", "--log", str(self.folder / "demo.jsonl")]
            for fault in self.faults:
                command += ["--fault", fault]
            self.server = self._begin(command)
            assert self.server.stdout
            self.url = self.server.stdout.readline().decode().strip()
            self.arguments += ("--url", f"{self.feed}={self.url}")
        self.start()
        return self

    def start(self) -> None:
        """Start it (again)."""
        command = [*QUOTEDESK, "relay", "--feed", self.feed, "--json", "--profile", str(self.profile), *self.arguments]
        self.process = self._begin(command)
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, self.process.stderr and self.process.stderr.read().decode()
        self.first = msgspec.json.decode(line, type=_First)

    def kill(self, number: int = signal.SIGKILL) -> int:
        """End the relay by a signal; returns its exit code."""
        assert self.process
        self.process.send_signal(number)
        _, told = self.process.communicate(timeout=PATIENCE_S)
        self.told = told.decode()
        return self.process.returncode

    def command(self, *words: str) -> tuple[int, str, str]:
        """`quotedesk relay WORDS` on its profile, to the end: exit code, output, errors."""
        done = subprocess.run(
            [*QUOTEDESK, "relay", *words, "--profile", str(self.profile)],
            capture_output=True,
            text=True,
            env=self.environment(),
            timeout=PATIENCE_S,
        )
        return done.returncode, done.stdout, done.stderr

    @property
    def nats_pid(self) -> int:
        """Its server's process."""
        (file,) = (self.profile / "relay" / "ports").glob("*.ports")
        return int(file.stem.rpartition("_")[2])

    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
        own = {"HOME": str(self.folder), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        return {**kept, **own, "PYTHONPATH": str(ROOT), **self.more}

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End them both."""
        for each in (self.process, self.server):
            if each and each.poll() is None:
                each.terminate()
        for each in (self.process, self.server):
            if each:
                each.communicate(timeout=PATIENCE_S)

    def _begin(self, command: list[str]) -> "subprocess.Popen[bytes]":
        self.folder.mkdir(exist_ok=True)
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder, env=self.environment()
        )


class RelayDesk:
    """One connection of a desk. `key` None: a stranger.

    Attributes:
        said: what came on subjects other than the inbox.
        complaints: of the server.
        pongs: how often our PING was answered.
    """

    def __init__(self, address: str, key: RelayKey | None, fingerprint: str = "") -> None:
        self.said: list[Delivery] = []
        self.complaints: list[str] = []
        self.pongs = 0
        self.session = secrets.token_hex(4)
        self.take: Callable[[Delivery], None] = self.said.append
        self._address = address
        self._key = key
        self._fingerprint = fingerprint or (key.fingerprint if key else "")
        self._reader = NatsReader()
        self._numbers = itertools.count(1)
        self._answers: dict[str, asyncio.Queue[Delivery]] = {}
        self._connection: ClientConnection | None = None
        self._info: asyncio.Future[Info] | None = None
        self._generation = 0
        self.closed: asyncio.Future[str] | None = None

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    async def connect(
        self, name: str | None = None, seed: str | None = None, inbox: str | None = None, eager: bytes = b""
    ) -> None:
        """Connect and prove the key; `eager` is said in the same breath.

        Raises ConnectionRefusedError with the server's words where the key is not taken.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self._connection = await connect(
            f"wss://{self._address}", ssl=context, ping_interval=None, max_size=None, compression=None, proxy=None
        )
        shown = self._connection.transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        assert not self._fingerprint or fingerprint_of(shown) == self._fingerprint
        loop = asyncio.get_running_loop()
        self._info, self.closed = loop.create_future(), loop.create_future()
        self._task = loop.create_task(self._read())
        info = await self._info
        seed = seed or (self._key.seed if self._key else None)
        desk = self._key.desk if self._key else "stranger"
        await self.put(nats.connect(info, name or f"{desk}/{self.session}", seed) + eager)
        await self.ping()
        if self._key or inbox:
            await self.subscribe(f"{inbox or relay_wire.inbox(desk)}>")
        self._inbox = inbox or relay_wire.inbox(desk)

    async def ping(self) -> None:
        """Wait until all before it was taken. Raises ConnectionRefusedError with the server's words."""
        before = self.pongs
        await self.put(nats.PING)
        assert self.closed
        await until(lambda: self.pongs > before or (self.closed and self.closed.done()))
        if self.closed.done():
            raise ConnectionRefusedError(" ".join(self.complaints) or self.closed.result())

    async def close(self) -> None:
        if self._connection:
            await self._connection.close()
            await asyncio.gather(self._task, return_exceptions=True)

    async def put(self, data: bytes) -> None:
        assert self._connection
        try:
            await self._connection.send(data)
        except ConnectionClosed as fault:
            assert self.closed
            await until(self.closed.done)  # it has read what the server said before
            raise ConnectionRefusedError(" ".join(self.complaints) or str(fault)) from fault

    @property
    def info(self) -> Info:
        """How the server introduced itself."""
        assert self._info
        return self._info.result()

    @property
    def is_open(self) -> bool:
        return self.closed is not None and not self.closed.done()

    async def subscribe(self, subject: str) -> None:
        await self.put(nats.subscribe(subject, next(self._numbers)))

    async def ask(
        self, subject: str, asked: msgspec.Struct | bytes, kind: type[_Kind], patience_s: float = 5.0
    ) -> _Kind:
        """Ask, and return the answer. Raises TimeoutError where there is none."""
        said = await self.ask_raw(subject, asked, patience_s)
        while nats.status_of(said.headers) == 503:  # the server is there before the relay
            await asyncio.sleep(0.02)
            said = await self.ask_raw(subject, asked, patience_s)
        answer = said.payload
        read = read_request(kind, answer)
        assert isinstance(read, kind), answer
        return read

    async def ask_raw(self, subject: str, asked: msgspec.Struct | bytes, patience_s: float = 5.0) -> Delivery:
        reply = f"{self._inbox}{self.session}.{next(self._numbers)}"  # others with this key hear that inbox, too
        queue = self._answers[reply] = asyncio.Queue()
        await self.put(nats.publish(subject, asked if isinstance(asked, bytes) else message_of(asked), reply))
        async with asyncio.timeout(patience_s):
            return await queue.get()

    # What a desk says

    @property
    def desk(self) -> str:
        assert self._key
        return self._key.desk

    @property
    def person(self) -> str:
        assert self._key
        return self._key.person

    async def hello(self) -> HelloAnswer:
        return await self.ask(f"hello.{self.desk}", HelloRequest(self.session), HelloAnswer)

    async def want(self, *rows: str, **more: Any) -> WantAnswer:
        """Subscribe to rows and want them; the whole list. `more`: of the WantRequest."""
        for row in rows:
            code, _, feed = row.rpartition("@")
            await self.subscribe(relay_wire.quote_subject(feed, code))
            await self.subscribe(relay_wire.status_subject(feed, code))
        self._generation += 1
        asked = WantRequest(self.session, self._generation, list(rows), **more)
        return await self.ask(f"want.{self.desk}", asked, WantAnswer)

    async def last(self, *rows: str) -> LastAnswer:
        return await self.ask(f"last.{self.desk}", LastRequest(list(rows)), LastAnswer)

    def quotes(self, row: str) -> list[relay_wire.RelayedQuote]:
        """What came on a row's q, in order."""
        code, _, feed = row.rpartition("@")
        subject = relay_wire.quote_subject(feed, code)
        found = [relay_wire.read_quote(each.payload) for each in self.said if each.subject == subject]
        return [each for each in found if isinstance(each, relay_wire.RelayedQuote)]

    def states(self, row: str) -> list[relay_wire.RelayedStatus]:
        """What came on a row's s, in order."""
        code, _, feed = row.rpartition("@")
        subject = relay_wire.status_subject(feed, code)
        found = [relay_wire.read_status(each.payload) for each in self.said if each.subject == subject]
        return [each for each in found if isinstance(each, relay_wire.RelayedStatus)]

    async def _read(self) -> None:
        assert self._connection
        assert self._info
        assert self.closed
        why = "closed"
        try:
            async for data in self._connection:
                for said in self._reader.read(data if isinstance(data, bytes) else data.encode()):
                    await self._told(said)
        except Exception as fault:
            why = str(fault)
        if not self._info.done():
            self._info.set_exception(ConnectionRefusedError(why))
        self.closed.set_result(why)

    async def _told(self, said: ServerMessage) -> None:
        match said:
            case Info():
                if self._info and not self._info.done():
                    self._info.set_result(said)
            case ServerPing():
                assert self._connection
                await self._connection.send(nats.PONG)
            case ServerPong():
                self.pongs += 1
            case Complaint(words):
                self.complaints.append(words)
            case Delivery():
                if queue := self._answers.get(said.subject):
                    queue.put_nowait(said)
                else:
                    self.take(said)


async def pair(address: str, code_text: str, name: str = "desk") -> RelayKey:
    """Exchange a code for a key. Raises ConnectionRefusedError where the server does not take the code."""
    code = read_code(code_text)
    assert isinstance(code, PairingCode)
    seed = new_seed(secrets.token_bytes(32))
    desk = RelayDesk(address, None)
    mine = public_key(code.pairing_seed)
    try:
        await desk.connect("pair", code.pairing_seed, f"_INBOX.{mine}.")
        answer = await desk.ask("pair", PairRequest(public_key(seed), name), PairAnswer)
        assert desk._connection
        shown = desk._connection.transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        await desk.close()
    assert code.fits(fingerprint_of(shown))
    if answer.fault:
        raise PermissionError(answer.fault)
    return key_of(answer.desk, answer.person, fingerprint_of(shown), seed)
