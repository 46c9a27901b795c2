"""A run is recorded by one process, killed, and played by others: what came out live comes out again."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.screen import PROGRAM

ROOT = Path(__file__).parents[2]
CODES = ["EURUSD", "GOLD", "BTCUSDT", "NVDA.US", "AAPL.US"]
PATIENCE_S = 30.0


class Outside:
    """Processes of the program in a folder, and a demo server."""

    def __init__(self, folder: Path) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
        own = {"HOME": str(folder), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "PYTHONPATH": str(ROOT)}
        self._environment = {**kept, **own}
        self._folder = folder
        self.server = self.begin("demo-server", "--control", stdin=subprocess.PIPE)
        assert self.server.stdout
        self.url = self.server.stdout.readline().strip()

    def begin(self, *arguments: str, **how: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*PROGRAM, *arguments], stdout=subprocess.PIPE, text=True, cwd=self._folder, env=self._environment, **how
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [*PROGRAM, *arguments], capture_output=True, text=True, cwd=self._folder, env=self._environment, timeout=60
        )
        return done.returncode, done.stdout

    def order(self, words: str) -> None:
        assert self.server.stdin
        assert self.server.stdout
        self.server.stdin.write(f"{words}\n")
        self.server.stdin.flush()
        assert self.server.stdout.readline() == "ok\n"

    def close(self) -> None:
        self.server.kill()
        self.server.communicate()


@pytest.fixture
def outside(tmp_path: Path) -> Any:
    made = Outside(tmp_path)
    yield made
    made.close()


def said(text: str) -> list[dict[str, Any]]:
    """Lines, but for when what is in them was received: the wall clock is read again for each."""
    lines = [json.loads(line) for line in text.splitlines()]
    for line in lines:
        line.pop("received", None)
    return lines


def read(process: subprocess.Popen[str], until: Callable[[list[str]], bool]) -> str:
    """What it prints, until that is enough."""
    assert process.stdout
    lines: list[str] = []
    while not until(lines):
        lines.append(process.stdout.readline())
        assert lines[-1], "it ended"
    return "".join(lines)


def quotes(lines: list[str]) -> int:
    return sum('"type":"quote"' in line for line in lines)


def test_what_came_out_live_comes_out_again_and_again(outside: Outside, tmp_path: Path) -> None:
    live = outside.begin(
        *("watch", *CODES, "--json", "--url", f"demo={outside.url}", "--record", "run.qdrec", "--profile", "p")
    )
    before = read(live, lambda lines: quotes(lines) >= 40)
    outside.order("drop")
    after = read(live, lambda lines: any("offline" in line for line in lines) and quotes(lines[-20:]) == 20)
    live.send_signal(signal.SIGTERM)
    lived = said(before + after + live.communicate(timeout=PATIENCE_S)[0])
    outside.close()  # nothing is dialled
    played = [outside.run("watch", "--json", "--replay", "run.qdrec", "--replay-speed", "max") for _ in range(2)]
    assert played[0] == played[1], "to the byte"
    assert played[0][0] == 0
    again = said(played[0][1])
    assert again[: len(lived)] == lived
    assert len(again) - len(lived) < 10, "what came while it ended is recorded, and was printed no more"
    assert {line["symbol"] for line in lived if line["type"] == "quote"} == set(CODES)
    assert any(line.get("state") == "offline" for line in lived)
    assert outside.run("record", "test", "run.qdrec")[0] == 0
    assert outside.run("record", "check", "run.qdrec") == (0, "run.qdrec: as expected\n")
    code, told = outside.run("watch", "GOLD", "--json", "--replay", "run.qdrec", "--replay-speed", "max")
    gold = [line for line in said(told) if line["type"] == "quote"]
    assert (code, gold) == (0, [line for line in again if line["type"] == "quote" and line["symbol"] == "GOLD"])


def test_one_that_was_killed_plays_what_it_had_written(outside: Outside) -> None:
    live = outside.begin(
        *("watch", *CODES, "--json", "--url", f"demo={outside.url}", "--record", "run.qdrec", "--profile", "p")
    )
    before = read(live, lambda lines: quotes(lines) >= 80)
    live.send_signal(signal.SIGKILL)
    lived = said(before + live.communicate()[0])
    code, told = outside.run("watch", "--json", "--replay", "run.qdrec", "--replay-speed", "max")
    played = said(told)
    assert code == 0
    both = min(len(played), len(lived)) - 2  # either may be ahead: what is written, or what is printed
    assert both > 20
    assert played[:both] == lived[:both]
