"""The relay's own NATS server: a child process that cannot outlive it, started again where it dies."""

import asyncio
import contextlib
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import msgspec

from quotedesk.codec.base import Unreadable
from quotedesk.codec.relay_requests import read_request
from quotedesk.config import kept_file
from quotedesk.market.errors import QuotedeskError
from quotedesk.relay.server_config import ServerSettings, config_of

START_S = 10.0
STOP_S = 2.0
LOOK_S = 0.01  # between two looks for the file with its ports: it is there after 40 ms
PACKAGED = Path("/usr/lib/quotedesk-relay/nats-server")  # where the Debian package quotedesk-relay puts it
_LEVEL = re.compile(r"\[(FTL|ERR|WRN)\] (.*)")
_TAKEN = re.compile(r"listen tcp\d? (\S+): bind: (?:address already in use|Only one usage)")
_SECRET = re.compile(r'"[^"]*"|\S*[/\\]\S+|\bU[A-Z2-7]{55}\b')  # subjects are symbols: no log gets them

log = logging.getLogger("quotedesk")


class ServerPorts(msgspec.Struct):
    """What the server writes of itself: URLs."""

    nats: list[str] = []
    websocket: list[str] = []


class NatsProcess:
    """One server at a time, of one configuration file.

    Attributes:
        own_port: for the relay; 0 while it does not run.
        desks_port: for desks.
        starts: how often it was started.
    """

    def __init__(self, config: Path, settings: Callable[[], ServerSettings]) -> None:
        """`settings` says what the configuration is now."""
        self.own_port = self.desks_port = 0
        self.starts = 0
        self._config = config
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: asyncio.Task[None] | None = None
        self._words: list[str] = []  # the last that it complained of

    @property
    def is_running(self) -> bool:
        """Was it started, and has it not ended?"""
        return self._process is not None and self._process.poll() is None

    def write_config(self) -> None:
        """Write the configuration as it is now. Raises OSError."""
        kept_file.replace(self._config, config_of(self._settings()).encode())

    async def start(self) -> None:
        """Start it, and wait until it listens. Raises QuotedeskError, OSError."""
        self.stop()
        binary = find_binary()
        settings = self._settings()
        for left in settings.ports.glob("*.ports"):
            left.unlink(missing_ok=True)
        self.write_config()
        self._words.clear()
        self._process = process = subprocess.Popen(  # noqa: S603, ASYNC220 - the one that came with us; it is 1 ms
            [str(binary), "-c", str(self._config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            preexec_fn=_end_with_parent(os.getpid()) if sys.platform == "linux" else None,
            start_new_session=sys.platform != "win32",  # Ctrl-C is ours to handle
        )
        self.starts += 1
        assert process.stderr is not None
        pipe = process.stderr
        self._reader = asyncio.get_running_loop().create_task(self._read_words(pipe), name="nats-server's words")
        # Its transport would do so in a later turn of the loop, which may be over, and never where it did not begin.
        self._reader.add_done_callback(lambda _: pipe.close())
        ports = await self._find_ports(process, settings.ports / f"{binary.name}_{process.pid}.ports")
        self.own_port = urlsplit(ports.nats[0]).port or 0
        self.desks_port = urlsplit(ports.websocket[0]).port or 0

    def stop(self) -> None:
        """End it, and wait for that; nothing where it does not run."""
        self.own_port = self.desks_port = 0
        process, self._process = self._process, None
        if process and process.poll() is None:
            process.send_signal(signal.SIGINT if sys.platform != "win32" else signal.SIGTERM)
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._reader:
            self._reader.cancel()
            self._reader = None

    async def _find_ports(self, process: "subprocess.Popen[bytes]", file: Path) -> ServerPorts:
        try:
            async with asyncio.timeout(START_S):
                while process.poll() is None:
                    with contextlib.suppress(OSError):
                        ports = _read_ports(file)
                        if isinstance(ports, ServerPorts) and ports.nats and ports.websocket:
                            return ports
                    await asyncio.sleep(LOOK_S)
                await asyncio.sleep(LOOK_S)  # its last words
        except TimeoutError:
            self.stop()
            raise QuotedeskError(f"nats-server did not start within {START_S:.0f} s") from None
        why = self._words[-1] if self._words else f"it ended with code {process.returncode}"
        if taken := _TAKEN.search(why):
            raise QuotedeskError(
                f"{taken[1]} is in use by another program. Name another port with --listen HOST:PORT, or end that one."
            )
        raise QuotedeskError(f"nats-server did not start: {why}")

    async def _read_words(self, pipe: IO[bytes]) -> None:
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, pipe)
        try:
            while line := await reader.readline():
                if words := clean_line(line.decode("utf-8", "replace")):
                    self._words = [*self._words[-20:], words]
                    log.warning("nats-server: %s", words)
        finally:
            transport.close()


def clean_line(line: str) -> str:
    """What a line of the server's log complains of, without symbols, keys and paths; "" where it is no complaint."""
    found = _LEVEL.search(line)
    return _SECRET.sub("(...)", found[2]).strip()[:300] if found else ""


def find_binary() -> Path:
    """The nats-server that came with the extra or the package: never one of the system's. Raises QuotedeskError."""
    name = "nats-server.exe" if sys.platform == "win32" else "nats-server"
    for folder in (Path(sysconfig.get_path("scripts")), Path(sys.executable).parent, PACKAGED.parent):
        if found := shutil.which(name, path=str(folder)):
            return Path(found)
    raise QuotedeskError(
        "There is no nats-server here. Install quotedesk[relay] or the package quotedesk-relay, "
        "or use a server that runs with --nats URL --creds FILE."
    )


def _read_ports(file: Path) -> ServerPorts | Unreadable:
    return read_request(ServerPorts, file.read_bytes())


def _end_with_parent(parent: int) -> Callable[[], None]:
    """What makes a child end with us, however we end: run in the child before the server."""
    import ctypes

    prctl = ctypes.CDLL(None).prctl  # loaded here: after the fork that is too late
    set_death_signal = 1

    def in_child() -> None:
        prctl(set_death_signal, signal.SIGKILL)
        if os.getppid() != parent:  # we were gone before it was set
            os._exit(1)

    return in_child
