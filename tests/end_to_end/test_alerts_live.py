"""The same wolves through a live server: recorded trades over a real socket that is cut, and a run that is killed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
QUOTEDESK = [sys.executable, "-m", "quotedesk"]
PATIENCE_S = 60.0
BEGIN_MS = 1_785_931_200_000
# Seconds of the tape -> code -> price. In stretch one until the cut after 3 s, in stretch two from 9 s on.
TRADES: list[tuple[float, str, str]] = [
    *[(0.2, code, price) for code, price in (("BTCUSDT", "59990"), ("ETHUSDT", "4000"), ("DOGEUSDT", "0.30"))],
    *[(0.2, "SOLUSDT", "199.00"), (0.2, "XRPUSDT", "400")],
    (1.0, "ETHUSDT", "2000"),  # a wick
    (1.1, "ETHUSDT", "4001"),
    (1.0, "XRPUSDT", "100"),  # a split
    (1.2, "XRPUSDT", "101"),
    *[(1.0 + at / 200, "SOLUSDT", ("200.00", "199.95")[at % 2]) for at in range(200)],
    (2.5, "DOGEUSDT", "0.31"),  # said as 0
    (3.0, "BTCUSDT", "59991"),
    *[(9.0, code, price) for code, price in (("BTCUSDT", "60010"), ("ETHUSDT", "3999"), ("DOGEUSDT", "0.29"))],
    (9.5, "BTCUSDT", "59980"),
    (10.0, "BTCUSDT", "60000"),
    (18.0, "BTCUSDT", "60600"),
    (18.1, "BTCUSDT", "60400"),
    (18.2, "BTCUSDT", "60500"),
]
RULES = (
    "BTCUSDT last crosses-up 60000 repeat 0s",
    "BTCUSDT last crosses-up 60500",
    "ETHUSDT last crosses-down 3000 repeat 0s",
    "SOLUSDT last crosses-up 200 repeat 0s",
    "XRPUSDT last crosses-down 300",
    "DOGEUSDT last crosses-down 0.1 repeat 0s",
)


def environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT)}


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts processes of ours, and ends them."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        process = subprocess.Popen([*QUOTEDESK, *arguments], stdin=pipe, stdout=pipe, env=environment(tmp_path))
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def lines_until(process: subprocess.Popen[bytes], enough: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(json.loads(line))
        if enough(lines[-1]):
            return lines
    raise AssertionError(lines)


def alerts(lines: list[dict[str, Any]]) -> list[tuple[str, str, str | None, str]]:
    """Symbol, kind, price before, price."""
    return [
        (each["symbol"], each["kind"], each.get("before"), each["value"]) for each in lines if each["type"] == "alert"
    ]


@pytest.mark.timeout(120)
def test_over_a_cut_and_a_kill(begin: Callable[..., subprocess.Popen[bytes]], tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    rows = [
        f"{code},{BEGIN_MS + round(at_s * 1000)},{number},{price},1,BUY"
        for number, (at_s, code, price) in enumerate(sorted(TRADES, key=lambda each: each[0]))
    ]
    path.write_text("\n".join(["symbol,ts_ms,trade_id,price,size,side", *rows, ""]))
    faults = ("--control", "--fault", "duplicate")
    server = begin("demo-server", "--replay", str(path), *faults)
    assert server.stdout
    url = server.stdout.readline().decode().strip()
    rules = [word for rule in RULES for word in ("--alert", rule)]
    watch = ("watch", "--json", "--profile", str(tmp_path / "profile"), "--feed", "demo", "--url", url, *rules)

    def is_price(text: str) -> Callable[[dict[str, Any]], bool]:
        return lambda line: line["type"] == "quote" and line["symbol"] == "BTCUSDT" and line["last"] == text

    def act(*faults: str) -> None:
        assert server.stdin
        server.stdin.write("".join(f"{each}\n" for each in faults).encode())
        server.stdin.flush()

    first = begin(*watch)
    lines = lines_until(first, lambda line: line["type"] == "quote" and line["symbol"] == "DOGEUSDT")
    act("zero DOGEUSDT")
    lines += lines_until(first, is_price("59991"))
    assert sorted(alerts(lines)) == sorted(
        [
            ("ETHUSDT", "jump", "4000", "2000"),
            ("SOLUSDT", "fired", "199.00", "200.00"),
            ("XRPUSDT", "jump", "400", "100"),
        ]
    ), "stretch one: nothing of a price of zero, one of a hundred oscillations"
    act("drop", "zero off")
    lines = lines_until(first, is_price("60000"))
    lost = [each for each in lines if each["type"] == "link" and each["state"] == "waiting"]
    assert lost, "it was cut"
    assert alerts(lines) == [("BTCUSDT", "crossed-offline", "59991", "60010"), ("BTCUSDT", "fired", "59980", "60000")]
    first.terminate()
    first.wait(PATIENCE_S)

    second = begin(*watch)
    lines = lines_until(second, is_price("60500"))
    assert alerts(lines) == [("BTCUSDT", "crossed-offline", "60000", "60600"), ("BTCUSDT", "fired", "60400", "60500")]
    told = [each for each in lines if each["type"] == "alert"]
    assert told[0]["since"] < told[0]["until"]
    assert {each["rule"] for each in told} == {RULES[1]}
