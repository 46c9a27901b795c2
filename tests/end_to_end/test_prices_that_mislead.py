"""Prices and times that mislead, one fault of the demo server each: what `quotedesk watch --json` says of the row."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.json_lines import whole_lines
from tests.fakes.screen import PROGRAM, wait_until

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0


class MisleadingServer:
    """A demo server with faults, and `quotedesk watch` on it, each in a process of its own."""

    def __init__(self, folder: Path, symbols: str, *faults: str) -> None:
        self._log = folder / "server.jsonl"
        self._printed = folder / "printed.jsonl"
        environment = {
            **os.environ,
            "HOME": str(folder),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "PYTHONPATH": str(ROOT),
        }
        said = [word for fault in faults for word in ("--fault", fault)]
        self._server = subprocess.Popen(
            [*PROGRAM, "demo-server", "--control", "--log", str(self._log), *said],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert self._server.stdout
        url = self._server.stdout.readline().strip()
        profile = str(folder / "profile")
        with self._printed.open("wb") as file:
            self._watch = subprocess.Popen(
                [*PROGRAM, "watch", "--json", "--url", f"demo={url}", "--profile", profile, *symbols.split()],
                stdout=file,
                env=environment,
            )

    def stop(self) -> None:
        for process in (self._watch, self._server):
            process.kill()
            process.communicate()

    def act(self, words: str) -> None:
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.write(words + "\n")
        self._server.stdin.flush()
        assert self._server.stdout.readline() == "ok\n"

    def sent(self, code: str) -> list[dict[str, Any]]:
        return [line for line in whole_lines(self._log) if line["event"] == "tick" and line["code"] == code]

    def lines(self, kind: str, code: str) -> list[dict[str, Any]]:
        return [line for line in whole_lines(self._printed) if line["type"] == kind and line["symbol"] == code]

    def state(self, code: str) -> tuple[str, str]:
        """The newest state of a row, and its reason."""
        lines = self.lines("state", code)
        return (lines[-1]["state"], lines[-1]["reason"]) if lines else ("", "")

    def until(self, holds: Callable[[], Any]) -> Any:
        return wait_until(holds, PATIENCE_S)


@contextmanager
def misleading(folder: Path, symbols: str, *faults: str) -> Iterator[MisleadingServer]:
    there = MisleadingServer(folder, symbols, *faults)
    try:
        yield there
    finally:
        there.stop()


def test_a_stamp_ahead_is_told_and_silences_no_row(tmp_path: Path) -> None:
    with misleading(tmp_path, "GOLD EURUSD", "ahead GOLD") as there:
        there.until(lambda: len(there.lines("quote", "GOLD")) >= 4)
        first, second = there.lines("state", "GOLD")[1:3]
        assert (first["state"], second["state"], second["reason"]) == ("live", "live", "")
        assert first["reason"] == "the feed's time is 8 h ahead, so the time of arrival counts"
        assert "time" not in there.lines("quote", "GOLD")[0], "a time that is not believed is not told as one"
        assert "time" in there.lines("quote", "GOLD")[1]
        assert all(line["reason"] == "" for line in there.lines("state", "EURUSD"))


def test_a_clock_that_is_turned_back_silences_no_row(tmp_path: Path) -> None:
    with misleading(tmp_path, "GOLD EURUSD") as there:
        there.until(lambda: len(there.lines("quote", "GOLD")) >= 2 and len(there.lines("quote", "EURUSD")) >= 2)
        there.act("back 3600")
        count = len(there.lines("quote", "GOLD"))
        there.until(lambda: len(there.lines("quote", "GOLD")) >= count + 4)
        times = [line["time"] for line in there.lines("quote", "GOLD")]
        assert times != sorted(times), "the stamps did go back"
        assert there.state("GOLD")[0] == there.state("EURUSD")[0] == "live"


def test_a_price_below_zero_is_shown(tmp_path: Path) -> None:
    with misleading(tmp_path, "USOIL", "negative USOIL") as there:
        there.until(lambda: len(there.lines("quote", "USOIL")) >= 2)
        said = [line["last"] for line in there.lines("quote", "USOIL")]
        assert said == [line["price"] for line in there.sent("USOIL")][: len(said)]
        assert all(price.startswith("-") for price in said)
        assert there.state("USOIL")[0] == "live"


def test_one_noisy_float_widens_nothing_but_itself(tmp_path: Path) -> None:
    with misleading(tmp_path, "NVDA.US") as there:
        there.until(lambda: there.lines("quote", "NVDA.US"))
        there.act("noise NVDA.US")
        noisy = there.until(lambda: [line for line in there.sent("NVDA.US") if len(line["price"]) > 12])
        assert len(noisy) == 1
        there.until(lambda: there.sent("NVDA.US")[-1]["seq"] > noisy[0]["seq"] + 2)
        there.until(lambda: [line for line in there.lines("quote", "NVDA.US") if len(line["last"]) > 12])
        count = len(there.lines("quote", "NVDA.US"))
        there.until(lambda: len(there.lines("quote", "NVDA.US")) > count + 1)
        newest = there.lines("quote", "NVDA.US")[-1]
        assert len(newest["last"]) == len("178.00")
        assert len(newest["change"].lstrip("-")) == len("0.00")


@pytest.mark.parametrize("fault", ["seldom BNBUSDT,XRPUSDT", "snapshot"])
def test_what_ticks_once_and_rests_is_never_taken_for_parked(tmp_path: Path, fault: str) -> None:
    codes = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "XRPUSDT"]  # a market that never closes
    with misleading(tmp_path, " ".join(codes), fault) as there:
        resting = codes[3:] if fault.startswith("seldom") else codes
        there.until(lambda: all(there.state(code)[0] in ("quiet", "stale") for code in resting))
        for code in codes:
            assert "parked" not in [line["state"] for line in there.lines("state", code)]
        for code in resting:
            assert len(there.sent(code)) == 1
            assert "live" in [line["state"] for line in there.lines("state", code)]
        if fault.startswith("seldom"):
            assert there.state("BTCUSDT")[0] == "live"


def test_what_fits_no_market_is_refused_in_plain_words(tmp_path: Path) -> None:
    with misleading(tmp_path, "GOLD NV HELLO.WORLD") as there:
        there.until(lambda: there.state("GOLD")[0] == "live")
        for code in ("NV", "HELLO.WORLD"):
            there.until(lambda code=code: there.state(code)[0] == "refused")
            assert "code invalid" in there.state(code)[1]
