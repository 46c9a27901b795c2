"""`quotedesk watch` from outside: a real server, real pipes and terminals, real signals."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from quotedesk.engine.symbols import rows_of
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from tests.fakes.json_lines import whole_lines
from tests.fakes.terminal import Terminal

ROOT = Path(__file__).parents[2]
QUOTEDESK = [sys.executable, "-m", "quotedesk"]
PATIENCE_S = 30.0


class Machine:
    """A demo server with a log, a profile, and what is needed to start `watch` on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.profile = folder / "profile"
        self.log = folder / "log.jsonl"
        self.started: list[subprocess.Popen[bytes]] = []
        self.server = self._begin([*QUOTEDESK, "demo-server", "--log", str(self.log), "--unknown", "NOPE"])
        assert self.server.stdout
        self.url = self.server.stdout.readline().decode().strip()

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
        own = {"HOME": str(self.folder), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        return {**kept, **own, "PYTHONPATH": str(ROOT), **more}

    def command(self, *arguments: object) -> list[str]:
        return [*QUOTEDESK, "watch", "--url", f"demo={self.url}", "--profile", str(self.profile), *map(str, arguments)]

    def watch(self, *arguments: object, out: int = subprocess.PIPE, **environment: str) -> subprocess.Popen[bytes]:
        return self._begin(self.command(*arguments), out, **environment)

    def done(self, *arguments: object, **environment: str) -> tuple[int, bytes, str]:
        """Run to the end: exit code, what was printed, what was said on standard error."""
        process = self.watch(*arguments, **environment)
        out, err = process.communicate(timeout=PATIENCE_S)
        return process.returncode, out, err.decode()

    def stop(self) -> None:
        for process in self.started:
            process.kill()
            process.communicate()

    def _begin(self, command: list[str], out: int = subprocess.PIPE, **environment: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.PIPE, cwd=self.folder, env=self.environment(**environment)
        )
        self.started.append(process)
        return process


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.stop()


def objects(out: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def read_until(process: subprocess.Popen[bytes], enough: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """The lines up to one that is enough."""
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(json.loads(line))
        if enough(lines[-1]):
            return lines
    raise AssertionError(lines)


def is_quote(line: dict[str, Any]) -> bool:
    return bool(line["type"] == "quote")


def server_log(machine: Machine) -> list[dict[str, Any]]:
    return whole_lines(machine.log)


def test_it_ends_after_its_time(machine: Machine) -> None:
    code, out, err = machine.done("EURUSD", "GOLD", "--json", "--for", "0.5")
    assert (code, err) == (0, "")
    assert {each["symbol"] for each in objects(out) if each["type"] == "state"} == {"EURUSD", "GOLD"}


def test_it_prints_what_the_server_sent(machine: Machine) -> None:
    process = machine.watch("EURUSD", "GOLD", "--json")
    live: set[str] = set()

    def are_live(line: dict[str, Any]) -> bool:
        if line.get("state") == "live":
            live.add(line["symbol"])
        return live == {"EURUSD", "GOLD"}

    lines = read_until(process, are_live)
    assert {each["symbol"] for each in lines if is_quote(each)} == {"EURUSD", "GOLD"}
    assert all(each["feed"] == "demo" and "dropped" not in each for each in lines)
    assert [each["state"] for each in lines if each["type"] == "link"] == ["connecting", "up"]
    states = [each["state"] for each in lines if each["type"] == "state" and each["symbol"] == "GOLD"]
    assert states[:2] == ["pending", "live"]


def test_a_refused_code_is_a_state_with_a_reason_and_the_others_tick(machine: Machine) -> None:
    process = machine.watch("NOPE", "EURUSD@demo", "--json")
    lines = read_until(process, lambda line: line.get("symbol") == "NOPE" and line.get("state") != "pending")
    assert (lines[-1]["state"], lines[-1]["reason"]) == ("refused", "code invalid: NOPE")
    read_until(process, lambda line: is_quote(line) and line["symbol"] == "EURUSD")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_well_and_the_server_is_told(machine: Machine, number: signal.Signals) -> None:
    process = machine.watch("EURUSD", "--json")
    read_until(process, is_quote)
    process.send_signal(number)
    _, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, err) == (0, b"")
    deadline_s = time.monotonic() + PATIENCE_S
    while not (closed := [each for each in server_log(machine) if "close" in json.dumps(each)]):
        assert time.monotonic() < deadline_s, server_log(machine)[-3:]
    assert "1001" in json.dumps(closed[-1]) or "1000" in json.dumps(closed[-1]), closed


def test_a_signal_at_any_moment_of_the_start_leaves_no_traceback(machine: Machine) -> None:
    for wait_s in (0.15, 0.25, 0.35):
        process = machine.watch("EURUSD", "--json")
        assert process.stderr
        select.select([process.stderr], [], [], wait_s)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=PATIENCE_S)
        assert b"Traceback" not in err
        assert process.returncode in (0, -signal.SIGTERM)


@pytest.mark.parametrize("form", [["--json"], []])
def test_a_reader_that_goes_ends_it_silently(machine: Machine, form: list[str]) -> None:
    reading, writing = os.pipe()
    process = machine.watch("EURUSD", *form, out=writing)
    os.close(writing)
    assert os.read(reading, 10)
    os.close(reading)
    _, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, err) == (0, b"")


def test_a_reader_that_goes_is_noticed_where_nothing_ticks(machine: Machine) -> None:
    reading, writing = os.pipe()
    process = machine.watch("NOPE", "--json", out=writing)
    os.close(writing)
    assert os.read(reading, 10)
    os.close(reading)
    process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0


def test_a_pipe_that_nobody_reads_does_not_keep_it_from_ending_and_holds_whole_lines(machine: Machine) -> None:
    reading, writing = os.pipe()
    process = machine.watch("EURUSD", "GOLD", "--json", "--for", "3", out=writing)
    os.close(writing)
    _, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, err) == (0, b"")
    rest = b""
    while part := os.read(reading, 1 << 16):
        rest += part
    os.close(reading)
    assert objects(rest)


BAD = {
    "no symbol": ([], "--list"),
    "an empty symbol": ([""], "empty"),
    "a malformed symbol": (["NV:DA"], "“:” cannot be part of a symbol"),
    "an unknown feed": (["AAPL.US@nasdaq"], "alltick, alltick_action, "),
    "an unknown feed for all": (["A", "--feed", "nasdaq"], "--feed"),
    "a feed and nothing before it": (["@demo"], "“@” cannot be part"),
    "no server": (["A", "--url", "alltick=nonsense"], "--url"),
    "a server of an unknown feed": (["A", "--url", "nasdaq=ws://127.0.0.1:1"], "alltick, alltick_action, "),
    "a list that is not there": (["--list", "Mine"], "There is no list “Mine”. There are: "),
    "no time": (["A", "--for", "soon"], "--for"),
    "no relay": (["A", "--relay", "hut"], "A relay's address is what it prints at its start"),
    "an option that is not there": (["A", "--frobnicate"], "--frobnicate"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_one_line(case: str, machine: Machine) -> None:
    arguments, advice = BAD[case]
    code, out, err = machine.done(*arguments)
    assert (code, out) == (2, b""), err
    assert err.count("\n") == 1
    assert advice in err


def test_symbols_may_stand_before_and_after_options(machine: Machine) -> None:
    _, out, err = machine.done("A", "--json", "B,C", "--for", "0", "D@demo")
    assert err == ""
    assert [each["symbol"] for each in objects(out) if each["type"] == "state"] == ["A", "B", "C", "D"]


def test_a_profile_and_a_feed_may_be_said_before_the_command(machine: Machine) -> None:
    (machine.profile).mkdir()
    (machine.profile / "settings.toml").write_text('format = 1\nfeed = "alltick"\n')
    before = [*QUOTEDESK, "--profile", str(machine.profile), "--feed", "demo", "watch", "A", "--json", "--for", "0"]
    done = subprocess.run(before, capture_output=True, env=machine.environment(), timeout=PATIENCE_S)
    assert objects(done.stdout)[0]["feed"] == "demo"


def test_bare_codes_are_of_the_feed_used_last(machine: Machine) -> None:
    (machine.profile).mkdir()
    (machine.profile / "settings.toml").write_text('format = 1\nfeed = "alltick"\n')
    away = "alltick=ws://127.0.0.1:9"
    _, out, _ = machine.done("A", "B@demo", "--json", "--for", "0", "--url", away)
    assert [each["feed"] for each in objects(out) if each["type"] == "state"][:2] == ["alltick", "demo"]


def test_a_token_that_another_process_uses_is_exit_3(machine: Machine) -> None:
    token = {"QUOTEDESK_ALLTICK_TOKEN": "secret"}
    arguments = ["AAPL.US", "--feed", "alltick", "--url", machine.url, "--json"]
    first = machine.watch(*arguments, **token)
    read_until(first, lambda line: True)
    code, out, err = machine.done(*arguments, "--for", "1", **token)
    assert (code, out) == (3, b"")
    assert f"process {first.pid}" in err
    assert err.count("\n") == 1
    assert machine.done("A", "--json", "--for", "0")[0] == 0  # a feed without a token
    first.kill()
    first.communicate()
    assert machine.done(*arguments, "--for", "0", **token)[0] == 0


def test_no_qt_nor_anything_else_that_is_heavy_is_loaded(machine: Machine) -> None:
    look = (
        "import sys\nfrom quotedesk.cli import main\n"
        "code = main(sys.argv[1:])\n"
        "heavy = {'PySide6', 'shiboken6', 'qasync', 'pyqtgraph', 'numpy', 'keyring', 'quotedesk.ui', 'quotedesk.app'}\n"
        "print([name for name in sys.modules if any((name + '.').startswith(each + '.') for each in heavy)])\n"
        "raise SystemExit(code)"
    )
    command = [sys.executable, "-c", look, *machine.command("A", "--json", "--for", "1")[3:]]
    done = subprocess.run(command, capture_output=True, env=machine.environment(), timeout=PATIENCE_S)
    assert done.stdout.splitlines()[-1] == b"[]", done.stderr


def test_plain_lines_where_there_is_no_terminal(machine: Machine) -> None:
    process = machine.watch("EURUSD", TERM="xterm")
    assert process.stdout
    for line in process.stdout:
        assert line.decode().rstrip("\n").isprintable()
        if b"EURUSD  1." in line:
            break
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, err) == (0, b"")
    assert b"\x1b" not in out


@pytest.mark.parametrize(
    ("environment", "has_colours"), [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False)]
)
def test_a_table_in_a_terminal(machine: Machine, environment: dict[str, str], has_colours: bool) -> None:
    ours, theirs = pty.openpty()
    process = machine.watch("EURUSD", "GOLD", out=theirs, **environment)
    os.close(theirs)
    terminal, deadline_s = Terminal(), time.monotonic() + PATIENCE_S
    while not any("▲" in line or "▼" in line for line in terminal.lines):
        assert time.monotonic() < deadline_s
        terminal.feed(_whole(ours))
    assert not terminal.has_cursor
    process.send_signal(signal.SIGINT)
    try:
        while data := os.read(ours, 1 << 16):
            terminal.feed(data)
    except OSError:
        pass  # the other end is closed
    os.close(ours)
    _, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, err) == (0, b"")
    assert terminal.has_cursor
    assert [line.split()[0] for line in terminal.lines] == ["symbol", "EURUSD", "GOLD", "demo"]
    assert (terminal.colours > 0) is has_colours


def _whole(file: int) -> bytes:
    """What a terminal was sent, up to the end of a frame."""
    data = os.read(file, 1 << 16)
    while not data.endswith((b"\x1b[J", b"h")):
        data += os.read(file, 1 << 16)
    return data


def test_a_terminal_that_knows_nothing_gets_plain_lines(machine: Machine) -> None:
    ours, theirs = pty.openpty()
    process = machine.watch("EURUSD", out=theirs, TERM="dumb")
    os.close(theirs)
    data = b""
    while b"EURUSD  1." not in data:
        data += os.read(ours, 1 << 16)
    assert b"\x1b" not in data
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE_S)
    os.close(ours)


def test_a_full_disk_is_said_in_one_line(machine: Machine) -> None:
    with open("/dev/full", "wb") as full:
        process = machine.watch("EURUSD", "--json", out=full.fileno())
        _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 2
    assert b"No space left" in err
    assert err.count(b"\n") == 1


def test_rows_of_a_list_are_found_by_its_exact_name() -> None:
    rows = [Instrument("demo", "A"), Instrument("alltick", "B")]
    lists = {"Mine": rows, "mine": []}
    assert rows_of(lists, "Mine") == rows
    with pytest.raises(QuotedeskError, match="“Mine”, “mine”"):
        rows_of(lists, "MINE")
    with pytest.raises(QuotedeskError, match="empty"):
        rows_of(lists, "mine")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there is a process's memory to be read so")
def test_memory_is_half_of_a_windows(machine: Machine) -> None:
    process = machine.watch("EURUSD", "--json")
    read_until(process, is_quote)
    status = Path(f"/proc/{process.pid}/status").read_text()
    peak_kb = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
    assert peak_kb < 62_000  # the bare window has 125 MB
