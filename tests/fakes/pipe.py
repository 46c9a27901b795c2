"""A pipe with an outlet at one end, read when the test says so."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from quotedesk.watch.outlet import Outlet
from tests.fakes.clock import FakeClock


class Pipe:
    """A pipe with an outlet at one end. `read` takes what is there. A small one is full after a page."""

    def __init__(self, *, is_small: bool = False) -> None:
        self.reading, self.writing = os.pipe()
        if is_small:
            fcntl.fcntl(self.writing, fcntl.F_SETPIPE_SZ, 4_096)
        self.clock = FakeClock()
        os.set_blocking(self.reading, False)
        self.outlet = Outlet(self.writing, self.clock)
        self.calls: list[str] = []
        self.outlet.on_empty = lambda: self.calls.append("empty")
        self.outlet.on_gone = lambda: self.calls.append("gone")

    def read(self) -> bytes:
        parts = []
        try:
            while part := os.read(self.reading, 1 << 20):
                parts.append(part)
        except BlockingIOError:
            pass
        return b"".join(parts)

    async def read_all(self) -> bytes:
        """Read until nothing waits any more."""
        read = self.read()
        async with asyncio.timeout(10):
            while not self.outlet.is_empty:
                await asyncio.sleep(0)
                read += self.read()
        return read + self.read()

    def hang_up(self) -> None:
        os.close(self.reading)
        self.reading = -1


@asynccontextmanager
async def pipe(*, is_small: bool = False) -> AsyncIterator[Pipe]:
    here = Pipe(is_small=is_small)
    try:
        yield here
    finally:
        if here.reading >= 0:
            here.read()
        await here.outlet.close()
        os.close(here.writing)
        if here.reading >= 0:
            os.close(here.reading)
