"""The first of a host's addresses that answers, and no socket left open whatever happens."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from quotedesk.net import reach as reach_module
from quotedesk.net.reach import reach

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@contextmanager
def listening(host: str = "127.0.0.1") -> Iterator[int]:
    with socket.create_server((host, 0)) as server:
        yield server.getsockname()[1]


def resolving(monkeypatch: pytest.MonkeyPatch, *hosts: str) -> None:
    async def getaddrinfo(host: str, port: int, **how: Any) -> list[Any]:
        await asyncio.sleep(0)
        kinds = {each: socket.AF_INET6 if ":" in each else socket.AF_INET for each in hosts}
        return [(kinds[each], socket.SOCK_STREAM, 6, "", (each, port)) for each in hosts]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


async def test_the_one_that_answers_is_taken_after_those_that_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as port:
        resolving(monkeypatch, "127.0.0.2", "127.0.0.3", "127.0.0.1")
        with await reach("x.test", port) as found:
            assert found.getpeername() == ("127.0.0.1", port)


async def test_where_all_refuse_the_last_ones_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as port:
        resolving(monkeypatch, "127.0.0.2", "127.0.0.3")
        with pytest.raises(ConnectionRefusedError):
            await reach("x.test", port)


async def test_a_host_without_an_address_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch)
    with pytest.raises(OSError, match="no address"):
        await reach("x.test", 1)


async def test_the_families_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    order = reach_module._in_turns([(family, 1, 6, "", number) for number, family in enumerate((10, 10, 10, 2, 2))])
    assert [each[4] for each in order] == [0, 3, 1, 4, 2]


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts open files as Linux tells them")
@pytest.mark.parametrize("hosts", [("127.0.0.1",), ("127.0.0.2", "127.0.0.1"), ("127.0.0.1", "127.0.0.1")])
async def test_a_dial_that_is_cancelled_at_any_moment_leaves_no_socket_and_does_not_hang(
    monkeypatch: pytest.MonkeyPatch, hosts: tuple[str, ...]
) -> None:
    monkeypatch.setattr(reach_module, "NEXT_ADDRESS_S", 0.0)
    resolving(monkeypatch, *hosts)
    with listening() as port:
        before, ended = open_files(), 0
        for turns in range(40):
            dialling = asyncio.get_running_loop().create_task(reach("x.test", port))
            for _ in range(turns):
                await asyncio.sleep(0)
            dialling.cancel()
            async with asyncio.timeout(5):
                try:
                    (await dialling).close()
                    ended += 1
                except asyncio.CancelledError:
                    pass
            assert open_files() == before, f"after {turns} turns"
        assert ended > 0, "the moments go up to the end"
