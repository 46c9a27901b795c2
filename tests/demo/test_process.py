"""The demo server as a process."""

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from quotedesk.demo.process import server_of
from quotedesk.demo.server import DemoServer, ServerOptions
from quotedesk.demo.venue_server import VenueServer

DEADLINE_S = 20.0
CHECKOUT = Path(__file__).parents[2]
TRADES = "symbol,ts_ms,trade_id,price,size,side\n"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


START = """
import sys
from pathlib import Path
from quotedesk.demo.process import run
from quotedesk.engine.signals import on_signals
from quotedesk.demo.server import ServerOptions
sys.exit(run(ServerOptions({}), on_signals))
"""


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a server with these options, written as Python."""
    started: list[subprocess.Popen[str]] = []

    def start(options: str = "") -> subprocess.Popen[str]:
        command = [sys.executable, "-c", START.format(options)]
        process = subprocess.Popen(
            command, cwd=CHECKOUT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


WITHOUT_STREAMS = """
import sys
sys.stdout = sys.stderr = None
from quotedesk.cli import main
sys.exit(main(["demo-server"]))
"""


def test_a_windowed_program_has_no_standard_output_and_says_where_it_listens_even_so() -> None:
    command = [sys.executable, "-c", WITHOUT_STREAMS]
    process = subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        assert first_line(process).startswith("ws://127.0.0.1:")
        process.terminate()
        process.communicate(timeout=DEADLINE_S)
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_first_line_is_the_url_and_a_signal_ends_it_cleanly(
    start: Callable[..., subprocess.Popen[str]], number: signal.Signals
) -> None:
    process = start()
    host, port = first_line(process).strip().removeprefix("ws://").split(":")
    with socket.create_connection((host, int(port))):
        pass
    process.send_signal(number)
    out, err = process.communicate(timeout=DEADLINE_S)
    assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.anyio
async def test_a_signal_says_goodbye_to_the_clients(start: Callable[..., subprocess.Popen[str]]) -> None:
    process = start()
    async with connect(first_line(process).strip() + "/demo", proxy=None) as client:
        process.terminate()
        with pytest.raises(ConnectionClosed) as caught:
            await client.recv()
    assert caught.value.rcvd
    assert caught.value.rcvd.code == 1001


def test_a_port_in_use_is_one_clear_line(start: Callable[..., subprocess.Popen[str]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start(f"port={port}")
        out, err = process.communicate(timeout=DEADLINE_S)
    assert (process.returncode, out) == (2, "")
    assert err == f"quotedesk demo-server: port {port} is in use; choose another, or 0 for a free one\n"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("replay=Path({folder!r}) / 'broken.csv'", "broken.csv, line 2: “x” is no price"),
        ("replay=Path({folder!r}) / 'none.csv'", "none.csv: No such file or directory"),
        ("log=Path({folder!r}) / 'none' / 'log'", "No such file or directory"),
        ("port=70000", "70000 is no port"),
    ],
)
def test_what_cannot_be_served_is_one_clear_line(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path, options: str, words: str
) -> None:
    (tmp_path / "broken.csv").write_text(TRADES + "A,1000,,x,1,\n")
    process = start(options.format(folder=str(tmp_path)))
    out, err = process.communicate(timeout=DEADLINE_S)
    assert (process.returncode, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdin=subprocess.DEVNULL)
print(child.pid, flush=True)
child.wait()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize(("option", "ends"), [("exit_with_parent=True", True), ("", False)])
def test_a_killed_parent_takes_the_server_with_it_only_if_asked_to(option: str, ends: bool) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, START.format(option)], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        server = int(parent.stdout.readline())
        assert parent.stdout.readline().startswith("ws://")
        parent.kill()
        try:
            # The pipe is the server's alone now: it ends when the server does.
            ended = wait_for_end(parent.stdout.fileno(), DEADLINE_S if ends else 1.2)
        finally:
            with suppress(ProcessLookupError):
                os.kill(server, signal.SIGKILL)
    assert ended == ends


def wait_for_end(pipe: int, time_s: float) -> bool:
    readable, _, _ = select.select([pipe], [], [], time_s)
    return bool(readable) and os.read(pipe, 1) == b""


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe breaks otherwise there")
def test_a_parent_that_is_gone_before_the_first_line_is_noticed() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with (
        os.fdopen(writing) as out,
        subprocess.Popen(
            [sys.executable, "-c", START.format("exit_with_parent=True")],
            cwd=CHECKOUT,
            stdout=out,
            stderr=subprocess.PIPE,
        ) as process,
    ):
        assert process.communicate(timeout=DEADLINE_S)[1] == b"", "nobody is left to read a complaint"
        assert process.returncode == 0


def test_lines_on_standard_input_are_faults_each_with_an_answer() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", START.format("control=True, faults=('plan 1',)")],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            assert process.stdout.readline().startswith("ws://")
            for line, answer in (
                ("mute", "ok"),
                ("mute off", "ok"),
                ("drop", "ok"),
                ("nonsense", "there is no fault “nonsense”; choose from "),
                ("late soon", "“soon” is no value for the fault late"),
            ):
                process.stdin.write(line + "\n")
                process.stdin.flush()
                assert process.stdout.readline().startswith(answer)
        finally:
            process.terminate()


def test_a_fault_that_is_none_is_one_clear_line(start: Callable[..., "subprocess.Popen[str]"]) -> None:
    process = start("faults=('plan x',)")
    output, errors = process.communicate(timeout=DEADLINE_S)
    assert (process.returncode, output) == (2, "")
    assert errors == "quotedesk demo-server: “x” is no value for the fault plan\n"


def test_the_dialect_decides_which_server_it_is() -> None:
    assert isinstance(server_of(ServerOptions()), DemoServer)
    assert isinstance(server_of(ServerOptions(dialect="kraken")), VenueServer)
