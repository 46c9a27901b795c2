"""`quotedesk watch` against a demo server in a process of its own: it prints what the server's log says was sent.

With --soak a minute each. How it behaves at its edges is in tests/watch/test_main.py.
"""

import json
import os
import shlex
import signal
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.json_lines import whole_lines
from tests.fakes.screen import PROGRAM

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0
SHORT_S, SOAK_S = 6.0, 60.0
CODES = [
    *("EURUSD", "USDJPY", "GBPUSD", "GOLD", "Silver", "USOIL", "BTCUSDT", "ETHUSDT", "SOLUSDT", "NAS100", "US30"),
    *("NVDA.US", "AAPL.US", "TSLA.US", "700.HK", "9988.HK", "600519.SH", "BRK.B.US", "S1.US", "S2.US"),
]


class ServerAndProfile:
    """A demo server whose log and faults the test holds, and a profile.

    Attributes:
        url: where it listens.
    """

    def __init__(self, folder: Path, *options: str) -> None:
        self._log = folder / "log.jsonl"
        self._folder = folder
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
        own = {"HOME": str(folder), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "PYTHONPATH": str(ROOT)}
        self.environment = {**kept, **own}
        self._server = subprocess.Popen(
            [*PROGRAM, "demo-server", "--log", str(self._log), "--control", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            env=self.environment,
        )
        assert self._server.stdout
        self.url = self._server.stdout.readline().strip()

    def watch(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*self.command(), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._folder,
            env=self.environment,
        )

    def command(self) -> list[str]:
        return [*PROGRAM, "watch", "--json", "--url", f"demo={self.url}", "--profile", str(self._folder / "profile")]

    def stall(self) -> None:
        """From now on nothing is sent."""
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.write("stall\n")
        self._server.stdin.flush()
        assert self._server.stdout.readline() == "ok\n"

    def sent(self) -> dict[str, list[dict[str, Any]]]:
        """Code -> what was sent of it, in order."""
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for line in whole_lines(self._log):
            if line["event"] == "tick":
                found[line["code"]].append(line)
        return dict(found)

    def stop(self) -> None:
        self._server.kill()
        self._server.communicate()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerAndProfile]:
    made = ServerAndProfile(tmp_path)
    yield made
    made.stop()


class Reader:
    """Reads the lines of a process, in a thread; with a pause after each piece where it is slow."""

    def __init__(self, process: subprocess.Popen[bytes], pause_s: float = 0.0) -> None:
        self.lines: list[dict[str, Any]] = []
        self._process = process
        self.pause_s = pause_s
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout
        rest = b""
        while part := os.read(self._process.stdout.fileno(), 1 << 14):
            *lines, rest = (rest + part).split(b"\n")
            self.lines += [json.loads(line) for line in lines]
            time.sleep(self.pause_s)
        assert rest == b"", "the last line is whole"

    def quotes(self) -> dict[str, list[dict[str, Any]]]:
        """Symbol -> its quote lines, in order."""
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for line in list(self.lines):
            if line["type"] == "quote":
                found[line["symbol"]].append(line)
        return dict(found)

    def end(self) -> tuple[int, bytes]:
        """Ask the process to end; its exit code, and what it said on standard error."""
        self._process.send_signal(signal.SIGTERM)
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        _, err = self._process.communicate(timeout=PATIENCE_S)
        return self._process.returncode, err


def until(what: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    deadline_s = time.monotonic() + patience_s
    while not what():
        assert time.monotonic() < deadline_s, "waited in vain"
        time.sleep(0.02)


def time_of(tick: dict[str, Any]) -> str:
    moment = datetime.fromtimestamp(tick["tick_time"] / 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{tick['tick_time'] % 1000:03}Z"


def expected(ticks: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """What the lines of one symbol say of these ticks, but for when they were received and percents."""
    lines = []
    first = Decimal(ticks[0]["price"])
    for tick in ticks:
        line = {"last": tick["price"], "change": str(Decimal(tick["price"]) - first), "time": time_of(tick)}
        lines.append(line | ({"size": tick["volume"]} if tick["volume"] else {}))
    return lines


def said(lines: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    return [{key: line[key] for key in ("last", "size", "change", "time") if key in line} for line in lines]


def test_what_it_prints_is_what_the_server_sent_for_every_symbol_and_update_in_order(
    server: ServerAndProfile, request: pytest.FixtureRequest
) -> None:
    reader = Reader(server.watch(*CODES))
    until(lambda: len(reader.quotes()) == len(CODES))
    threading.Event().wait(SOAK_S if request.config.getoption("--soak") else SHORT_S)
    server.stall()
    sent = server.sent()
    until(lambda: {code: len(lines) for code, lines in reader.quotes().items()} == {c: len(t) for c, t in sent.items()})
    assert reader.end() == (0, b"")
    printed = reader.quotes()
    assert server.sent() == sent
    assert {code: said(printed[code]) for code in CODES} == {code: expected(sent[code]) for code in CODES}
    quotes = [line for lines in printed.values() for line in lines]
    assert sum(len(ticks) for ticks in sent.values()) == len(quotes) > 5 * len(CODES)
    assert all("dropped" not in line and line["feed"] == "demo" and line["base"] == "first_seen" for line in quotes)
    received = [datetime.fromisoformat(line["received"]) for line in reader.lines if line["type"] == "quote"]
    assert received == sorted(received), "in the order in which they were read"
    for line in quotes:
        change, first = Decimal(line["change"]), Decimal(line["last"]) - Decimal(line["change"])
        assert abs(Decimal(line["change_pct"]) - 100 * change / first) <= Decimal("0.005")


def test_a_slow_reader_gets_the_newest_of_each_and_the_counts_add_up(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    for_s = SOAK_S if request.config.getoption("--soak") else SHORT_S
    codes = CODES[:10]
    tape = tmp_path / "tape.csv"
    rows = [
        f"{codes[n % 10]},{1_700_000_000_000 + n},{n},{100 + n % 97 / 100:.2f},{n % 9 + 1},Buy"
        for n in range(int(for_s * 1000))
    ]
    tape.write_text("symbol,ts_ms,trade_id,price,size,side\n" + "\n".join(rows) + "\n")
    server = ServerAndProfile(tmp_path, "--replay", str(tape))
    try:
        reader = Reader(server.watch(*codes), pause_s=0.25)  # 64 kB a second, of some 200

        def stands_for() -> dict[str, int]:
            return {code: sum(1 + line.get("dropped", 0) for line in lines) for code, lines in reader.quotes().items()}

        until(lambda: sum(map(len, server.sent().values())) == len(rows), for_s + PATIENCE_S)
        reader.pause_s = 0.0
        sent = server.sent()
        until(lambda: stands_for() == {code: len(ticks) for code, ticks in sent.items()})
        assert reader.end() == (0, b"")
    finally:
        server.stop()
    printed = reader.quotes()
    assert any("dropped" in line for line in reader.lines), "else it was not slow"
    for code in codes:
        place = -1
        for line in printed[code]:
            place += 1 + line.get("dropped", 0)
            assert said([line])[0]["last"] == sent[code][place]["price"]
            assert line["time"] == time_of(sent[code][place])
        assert place == len(sent[code]) - 1


def test_the_head_of_a_pipe_is_enough(server: ServerAndProfile) -> None:
    command = f"{shlex.join([*server.command(), 'EURUSD', 'GOLD'])} | head -1"
    began_s = time.monotonic()
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        capture_output=True,
        env=server.environment,
        timeout=PATIENCE_S,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["type"] == "state"
    assert time.monotonic() - began_s < PATIENCE_S / 2
    assert "EURUSD" in server.sent() or server.sent() == {}
