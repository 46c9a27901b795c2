"""Programs of one user meet at a place, whatever its path is like, and nobody else comes in."""

import asyncio
import stat
import sys
from pathlib import Path

import pytest

from quotedesk.net import local_socket

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform == "win32", reason="there it is a pipe, which was not tried"),
]


class Echo(asyncio.Protocol):
    """Sends back what it is sent."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(data)


class Heard(asyncio.Protocol):
    """Keeps the first thing it is sent."""

    def __init__(self) -> None:
        self.first = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        if not self.first.done():
            self.first.set_result(data)


async def echoed(place: Path) -> bytes:
    made: list[Heard] = []

    def make() -> Heard:
        made.append(Heard())
        return made[-1]

    transport = await local_socket.connect(place, make)
    try:
        transport.write(b"hello\n")
        async with asyncio.timeout(5):
            return bytes(await made[0].first)
    finally:
        transport.abort()


@pytest.mark.parametrize("length", [10, 107, 108, 400])
async def test_a_path_of_any_length_will_do(tmp_path: Path, length: int) -> None:
    folder = tmp_path
    while len(str(folder / "serve.sock")) < length:
        folder = folder / ("d" * min(100, max(1, length - len(str(folder / "serve.sock")) - 1)))
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / "serve.sock"
    there = await local_socket.listen(place, Echo)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert await echoed(place) == b"hello\n"
    there.close()
    assert not place.exists()
    with pytest.raises(FileNotFoundError):
        await local_socket.connect(place, Heard)


async def test_what_a_dead_one_left_is_taken_and_a_file_of_the_users_is_not(tmp_path: Path) -> None:
    place = tmp_path / "serve.sock"
    left = await local_socket.listen(place, Echo)
    again = await local_socket.listen(place, Echo)
    assert await echoed(place) == b"hello\n"
    again.close()
    left.close()
    place.write_text("mine")
    with pytest.raises(FileExistsError):
        await local_socket.listen(place, Echo)
    assert place.read_text() == "mine"


async def test_a_pipe_has_one_name_for_a_place(tmp_path: Path) -> None:
    assert local_socket.pipe_name(tmp_path / "a" / ".." / "x") == local_socket.pipe_name(tmp_path / "x")
    assert local_socket.pipe_name(tmp_path / "x").startswith("\\\\.\\pipe\\quotedesk-")
