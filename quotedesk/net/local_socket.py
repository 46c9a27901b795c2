"""Connections between programs of one user on one computer: a Unix socket, on Windows a named pipe of the same place.

A socket has mode 0600. A pipe has Windows' usual rights: other users may open it to read, not to write, so none of them
can ask, and who asked nothing is told nothing.
"""

import asyncio
import errno
import hashlib
import os
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol, cast

LONGEST_PATH = 107  # bytes of a socket's path; Linux takes 108 with a zero at the end
_BACKLOG = 1_024  # that may wait to be taken
_AT_ONCE = 16  # are taken in one turn of the loop
_FILES = 4_096  # that may be open; systems give 1,024 unless asked
_Make = Callable[[], asyncio.Protocol]


class Listener(Protocol):
    """What takes connections until it is closed."""

    def close(self) -> None: ...


async def listen(place: Path, make: _Make) -> Listener:
    """Take connections at a place, in the folder of which nobody else may listen; what was left there goes.

    Raises OSError.
    """
    loop = asyncio.get_running_loop()
    if sys.platform == "win32":
        servers = await cast(asyncio.ProactorEventLoop, loop).start_serving_pipe(make, pipe_name(place))
        return cast(Listener, servers[0])
    _allow_files()
    with _bound(place) as listening:
        server = await loop.create_unix_server(make, sock=listening, backlog=_AT_ONCE)
        listening.listen(_BACKLOG)
        return _UnixListener(server, place)


async def connect(place: Path, make: _Make) -> asyncio.Transport:
    """Connect to whoever listens at a place. Raises OSError."""
    loop = asyncio.get_running_loop()
    if sys.platform == "win32":
        proactor = cast(asyncio.ProactorEventLoop, loop)
        pipe, _ = await proactor.create_pipe_connection(make, pipe_name(place))
        return cast(asyncio.Transport, pipe)
    with short_path(place) as path:
        transport, _ = await loop.create_unix_connection(make, path)
    return transport


@contextmanager
def short_path(place: Path) -> Iterator[str]:
    """A path for the system's calls, which take no long one. Raises OSError where there is none.

    The way through /proc is Linux's; a shell comes there by `cd`.
    """
    if len(os.fsencode(place)) <= LONGEST_PATH:
        yield str(place)
        return
    if not sys.platform.startswith("linux"):
        raise OSError(errno.ENAMETOOLONG, f"A socket's path has at most {LONGEST_PATH} bytes", str(place))
    folder = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{place.name}"
    finally:
        os.close(folder)


def pipe_name(place: Path) -> str:
    """The named pipe that stands for a place."""
    digest = hashlib.sha256(str(place.resolve()).lower().encode(errors="surrogateescape")).hexdigest()
    return rf"\\.\pipe\quotedesk-{digest[:24]}"


@contextmanager
def _bound(place: Path) -> Iterator[socket.socket]:
    """A socket at a place, which nobody can connect to yet; it is closed where what is done with it fails."""
    if os.path.lexists(place):
        if not stat.S_ISSOCK(place.lstat().st_mode):
            raise FileExistsError(errno.EEXIST, "There is something else of that name", str(place))
        place.unlink()
    made = socket.socket(socket.AF_UNIX)
    try:
        with short_path(place) as path:
            made.bind(path)
            os.chmod(path, 0o600)
        yield made
    except BaseException:
        made.close()
        raise


class _UnixListener:
    def __init__(self, server: asyncio.Server, place: Path) -> None:
        self._server = server
        self._place = place

    def close(self) -> None:
        self._server.close()
        with suppress(OSError):
            self._place.unlink()


def _allow_files() -> None:
    """As many open files as a thousand connections need, where the system lets us."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            with suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
