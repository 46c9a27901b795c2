"""The demo server as a process: signals, the parent's end, and faults set by lines on standard input."""

import asyncio
import errno
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from quotedesk.demo.server import DemoServer, ServerOptions

if TYPE_CHECKING:
    from quotedesk.demo.venue_server import VenueServer

PARENT_POLL_S = 0.5


def run(options: ServerOptions, on_signals: Callable[[Callable[[], None]], None]) -> int:
    """Serve until a signal or the parent's end; returns the exit code. The first line on standard output is the URL.

    `on_signals`: has a function called when a signal asks for the end; see engine/signals, which is above this room.
    """
    return asyncio.run(_serve(options, on_signals))


async def _serve(options: ServerOptions, on_signals: Callable[[Callable[[], None]], None]) -> int:
    stop = asyncio.Event()
    parent = os.getppid()
    on_signals(stop.set)
    try:
        async with server_of(options) as server:
            try:
                _say(server.url)
            except OSError:
                if options.exit_with_parent:  # it ended before we knew it
                    return 0
            if options.control:
                _listen(server, asyncio.get_running_loop())
            if options.exit_with_parent:
                await _until_alone(parent, stop)
            else:
                await stop.wait()
    except (OSError, ValueError) as fault:
        if sys.stderr is not None:
            print(f"quotedesk demo-server: {_plain(fault, options)}", file=sys.stderr)
        return 2
    return 0


def server_of(options: ServerOptions) -> "DemoServer | VenueServer":
    """The server that speaks the dialect. Raises ValueError, its text is for people."""
    if options.dialect == ServerOptions.dialect:
        return DemoServer(options)
    from quotedesk.demo.venue_server import VenueServer  # the window's own server starts sooner without it

    return VenueServer(options)


def _say(line: str) -> None:
    """Raises OSError.

    Not by way of sys.stdout: a windowed program has none, and what stands in its buffer when whoever started us is
    gone is complained of at our end.
    """
    os.write(1, f"{line}\n".encode())


def _listen(server: "DemoServer | VenueServer", loop: asyncio.AbstractEventLoop) -> None:
    """Do what the lines on standard input say, each answered by a line: "ok", or what is wrong with it."""

    def read() -> None:
        for line in sys.stdin:
            if words := line.strip():
                try:
                    asyncio.run_coroutine_threadsafe(server.act(words), loop).result()
                    _say("ok")
                except ValueError as fault:
                    _say(str(fault))

    threading.Thread(target=read, daemon=True).start()


async def _until_alone(parent: int, stop: asyncio.Event) -> None:
    """Wait for `stop` or for the end of the parent process."""
    if sys.platform == "win32":
        # A process keeps its parent's number there; the pipe to it breaks.
        loop = asyncio.get_running_loop()

        def read_to_end() -> None:
            sys.stdin.buffer.read()
            loop.call_soon_threadsafe(stop.set)

        threading.Thread(target=read_to_end, daemon=True).start()
        await stop.wait()
        return
    while os.getppid() == parent and not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), PARENT_POLL_S)


def _plain(fault: OSError | ValueError, options: ServerOptions) -> str:
    match fault:
        case OSError(errno=errno.EADDRINUSE):
            return f"port {options.port} is in use; choose another, or 0 for a free one"
        case OSError(filename=str() | Path() as name):
            return f"{name}: {fault.strerror}"
        case OSError():
            return f"cannot listen on 127.0.0.1:{options.port}: {fault.strerror}"
        case _:
            return str(fault)
