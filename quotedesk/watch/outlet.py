"""Writes lines to a file descriptor and never waits: what a slow reader does not take stays here, bounded."""

import asyncio
import os
import select
import stat
import sys
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress

from quotedesk.market.clock import Clock

MOST_BYTES = 4_000_000
LATE_S = 1.0  # what waits longer was not taken by a reader that reads on
_LAST_S = 2.0  # for what is left at the end
# A pipe takes so much whole or not at all: no reader sees a part of a line, not even where we are killed.
_PIECE_BYTES = getattr(select, "PIPE_BUF", 4_096)
_GONE = (BrokenPipeError, ConnectionResetError, ConnectionAbortedError)


class Outlet:
    """Where lines leave. Needs the running loop.

    On Windows a write may wait: its pipes know no other way.

    Attributes:
        on_empty: called when all that had to wait is written.
        on_gone: called once, when the reader is gone or a write failed.
        fault: why a write failed, other than by the reader's end; None for none.
        is_gone: nothing can be written any more; what is put is dropped.
    """

    def __init__(self, file: int, clock: Clock) -> None:
        self.on_empty: Callable[[], None] = _nothing
        self.on_gone: Callable[[], None] = _nothing
        self.fault: OSError | None = None
        self.is_gone = False
        self._clock = clock
        self._file = file
        self._own_file: int | None = None
        self._pieces: deque[tuple[bytes, float]] = deque()  # each with when it was put
        self._bytes = 0
        self._is_awaited = False  # does the loop tell when there is room?
        self._drained = asyncio.Event()
        kind = os.fstat(file).st_mode
        self._is_pipe = stat.S_ISFIFO(kind) and sys.platform != "win32"
        self._may_wait = sys.platform != "win32" and (self._is_pipe or stat.S_ISSOCK(kind) or os.isatty(file))
        self._asks_first = self._may_wait
        if self._may_wait:
            self._open_anew()
        if self._is_pipe:
            # The end of a reader makes a pipe's other end readable; else a quiet feed would never notice.
            asyncio.get_running_loop().add_reader(self._file, self._look_for_end)

    @property
    def is_empty(self) -> bool:
        """Is all written?"""
        return not self._pieces

    def is_behind(self) -> bool:
        """Is the reader slow? Then put no more than the newest, when `on_empty` is called."""
        if not self._pieces:
            return False
        return self._bytes > MOST_BYTES or self._clock.now_s() - self._pieces[0][1] > LATE_S

    def put(self, lines: Iterable[bytes]) -> None:
        """Write whole lines, now where there is room, else when there is."""
        if self.is_gone:
            return
        now_s = self._clock.now_s()
        part: list[bytes] = []
        size = 0
        for line in lines:
            if size + len(line) > _PIECE_BYTES and part:
                self._pieces.append((b"".join(part), now_s))
                part, size = [], 0
            part.append(line)
            size += len(line)
            self._bytes += len(line)
        if part:
            self._pieces.append((b"".join(part), now_s))
        self._write()  # also where the loop will tell: the reader may have made room since

    async def close(self) -> None:
        """Give the reader a moment to take what is left, then let go of the file."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_S):
                while self._pieces:
                    self._drained.clear()
                    await self._drained.wait()
        self._let_go()

    def _open_anew(self) -> None:
        """Open the file once more, so that not to wait is ours alone and no shell inherits that."""
        try:
            file = os.open(f"/proc/self/fd/{self._file}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError:  # another system, or another user's file: ask before each write
            return
        self._file = self._own_file = file
        self._asks_first = False

    def _write(self) -> None:
        pieces = self._pieces
        while pieces:
            piece, put_s = pieces[0]
            try:
                written = os.write(self._file, piece) if self._has_room() else 0
            except BlockingIOError:
                written = 0
            except OSError as fault:
                self._lose(fault)
                return
            self._bytes -= written
            if written < len(piece):
                pieces[0] = piece[written:], put_s
                self._await_room()
                return
            pieces.popleft()
        if self._is_awaited:
            self._is_awaited = False
            asyncio.get_running_loop().remove_writer(self._file)
            self.on_empty()
        self._drained.set()

    def _has_room(self) -> bool:
        return not self._asks_first or bool(select.select([], [self._file], [], 0)[1])

    def _await_room(self) -> None:
        if not self._is_awaited:
            self._is_awaited = True
            asyncio.get_running_loop().add_writer(self._file, self._write)

    def _look_for_end(self) -> None:
        poll = select.poll()
        poll.register(self._file, 0)
        if any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0)):
            self._lose(BrokenPipeError())

    def _lose(self, fault: OSError) -> None:
        if self.is_gone:
            return
        self.is_gone = True
        self._pieces.clear()
        self._bytes = 0
        if not isinstance(fault, _GONE):
            self.fault = fault
        self._let_go()
        self._drained.set()
        self.on_gone()

    def _let_go(self) -> None:
        loop = asyncio.get_running_loop()
        if self._may_wait:
            loop.remove_writer(self._file)
        if self._is_pipe:
            loop.remove_reader(self._file)
        self.is_gone = True
        if self._own_file is not None:
            os.close(self._own_file)
            self._own_file = None


def _nothing() -> None:
    pass
