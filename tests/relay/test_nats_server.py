"""The child process: starts, says its ports, is started again, cannot outlive us."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from quotedesk.market.errors import QuotedeskError
from quotedesk.relay import nats_server
from quotedesk.relay.identity import RelayFolder
from quotedesk.relay.nats_server import NatsProcess, ServerPorts, clean_line, find_binary
from tests.fakes.nats_servers import relay_server, require_server, settings_of
from tests.fakes.relay import ROOT, until


def test_it_starts_on_ports_of_its_choice_and_ends(tmp_path: Path) -> None:
    async def run() -> None:
        async with relay_server(tmp_path) as server:
            assert server.is_running
            assert server.own_port != server.desks_port
            assert server.own_port
            process = server._process
            assert process
            process.kill()
            await until(lambda: not server.is_running)
            await server.start()
            assert server.starts == 2
            server.stop()
            assert not server.is_running
            assert server.own_port == 0

    asyncio.run(run())


def test_a_configuration_that_it_does_not_take_is_told(tmp_path: Path) -> None:
    require_server()

    async def run() -> None:
        folder = RelayFolder(tmp_path)
        folder.make()
        folder.fingerprint()
        server = NatsProcess(folder.config, lambda: settings_of(folder, host="203.0.113.7"))  # not this machine's
        with pytest.raises(QuotedeskError, match=r"nats-server did not start: .*"):
            await server.start()
        server.stop()

    asyncio.run(run())


def test_a_port_that_another_program_has_is_named(tmp_path: Path) -> None:
    require_server()

    async def run() -> None:
        folder = RelayFolder(tmp_path)
        folder.make()
        folder.fingerprint()
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            server = NatsProcess(folder.config, lambda: settings_of(folder, port=port))
            with pytest.raises(QuotedeskError, match=rf"127.0.0.1:{port} is in use by another program.*--listen"):
                await server.start()
            server.stop()

    asyncio.run(run())


def test_one_that_listens_before_it_is_looked_at_and_is_ended_at_once_leaves_nothing_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where we had no processor meanwhile: what reads the server's words has not begun then."""
    require_server()

    async def there_already(*_: object) -> ServerPorts:
        return ServerPorts(["nats://127.0.0.1:1"], ["wss://127.0.0.1:2"])

    monkeypatch.setattr(NatsProcess, "_find_ports", there_already)

    async def run() -> None:
        folder = RelayFolder(tmp_path)
        folder.make()
        folder.fingerprint()
        server = NatsProcess(folder.config, lambda: settings_of(folder))
        await server.start()
        assert server._process
        pipe = server._process.stderr
        assert pipe
        server.stop()
        await until(lambda: pipe.closed)

    asyncio.run(run())


CHILD = """
import asyncio, sys
from pathlib import Path
from tests.fakes.nats_servers import relay_server
async def run():
    async with relay_server(Path(sys.argv[1])) as server:
        print(server._process.pid, flush=True)
        await asyncio.sleep(60)
asyncio.run(run())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl")
def test_it_is_gone_when_its_parent_is_killed(tmp_path: Path) -> None:
    require_server()
    parent = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
    )
    assert parent.stdout
    pid = int(parent.stdout.readline())
    os.kill(pid, 0)
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    asyncio.run(until(lambda: is_gone(pid)))


def is_gone(pid: int) -> bool:
    try:
        return "\tZ" in Path(f"/proc/{pid}/status").read_text().replace("State:\tZ", "\tZ\tZ")
    except OSError:
        return True


def test_its_log_is_told_without_symbols_keys_and_paths() -> None:
    line = (
        '[12] 2026/11/29 [ERR] 127.0.0.1:1 - cid:5 - Publish Violation - Nkey "UABC", Subject "q.alltick.AAPL" '
        "in /home/me/x by U" + "A" * 55
    )
    cleaned = clean_line(line)
    assert "Publish Violation" in cleaned
    for secret in ("AAPL", "UABC", "/home", "A" * 55):
        assert secret not in cleaned
    assert clean_line("[12] [INF] Server is ready") == ""


def test_the_systems_own_server_is_never_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert require_server().name.startswith("nats-server")
    system = tmp_path / "nats-server"
    system.write_text("#!/bin/sh\n")
    system.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(nats_server.sysconfig, "get_path", lambda name: str(tmp_path / "none"))
    monkeypatch.setattr(nats_server.sys, "executable", str(tmp_path / "none" / "python"))
    monkeypatch.setattr(nats_server, "PACKAGED", tmp_path / "none" / "nats-server")
    with pytest.raises(QuotedeskError, match=r"quotedesk\[relay\]"):
        find_binary()
