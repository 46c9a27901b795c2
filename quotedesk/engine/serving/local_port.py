"""Readers on a Unix socket or a named pipe: bytes between the system and reader_session, and nothing else."""

import asyncio
from pathlib import Path
from typing import cast

from quotedesk.engine.serving import rpc
from quotedesk.engine.serving.reader_session import ReaderSession
from quotedesk.engine.serving.serving import MOST_READERS, Serving
from quotedesk.net import local_socket

_TOO_MANY = rpc.error(rpc.TOO_MUCH, f"There are {MOST_READERS:,} readers already")


class LocalPort:
    """Serves at a place from `open` to `close`.

    Attributes:
        place: where readers connect.
        is_open: they can.
    """

    def __init__(self, serving: Serving, place: Path) -> None:
        self.place = place
        self._serving = serving
        self._listener: local_socket.Listener | None = None
        self._connections: set[_ReaderConnection] = set()

    @property
    def is_open(self) -> bool:
        return self._listener is not None

    async def open(self) -> None:
        """Let readers connect. Raises OSError."""
        if self._listener is None:
            make = lambda: _ReaderConnection(self._serving, self._connections)  # noqa: E731
            self._listener = await local_socket.listen(self.place, make)

    def close(self) -> None:
        """Take no more readers, and hang up on those there are."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for connection in list(self._connections):
            connection.hang_up()


class _ReaderConnection(asyncio.Protocol):
    """One of the `others`."""

    def __init__(self, serving: Serving, others: "set[_ReaderConnection]") -> None:
        self._serving = serving
        self._others = others
        self._session: ReaderSession | None = None
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._others.add(self)
        self._session = self._serving.join(self._flush)
        if self._session is None:
            self._transport.write(_TOO_MANY)
            self._transport.close()

    def connection_lost(self, fault: Exception | None) -> None:
        self._others.discard(self)
        if self._session is not None:
            self._serving.leave(self._session)
            self._session = None

    def data_received(self, data: bytes) -> None:
        if self._session is not None:
            self._session.receive(data)
            self._go_on(self._session)

    def pause_writing(self) -> None:
        if self._session is not None:
            self._session.fall_behind(on=True)
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        if self._session is not None:
            self._session.fall_behind(on=False)
            self._transport.resume_reading()
            self._go_on(self._session)

    def hang_up(self) -> None:
        """At once where the reader takes nothing, else when it has what was written."""
        if self._session is None or self._session.is_behind:
            self._transport.abort()
        else:
            self._transport.close()

    def _go_on(self, session: ReaderSession) -> None:
        while session.work():
            self._flush()
        self._flush()
        if session.is_over:
            self.hang_up()

    def _flush(self) -> None:
        while self._session is not None and (lines := self._session.take()):
            self._transport.write(b"".join(lines))
