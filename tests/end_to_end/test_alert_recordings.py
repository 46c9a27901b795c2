"""Ten recordings in which other programs cry wolf, played through `watch --replay --alert`: exactly these firings."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from quotedesk.codec import FEEDS
from tests.fakes.made_recording import MadeRecording

ROOT = Path(__file__).parents[2]
BTC, AAPL = "BTCUSDT", "AAPL.US"
PATIENCE_S = 60.0


def utc_s(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def until(tape: MadeRecording, text: str) -> None:
    """Nothing happens until then."""
    tape.wait(utc_s(text) - tape.utc_s)


def ticks(tape: MadeRecording, *prices: object, code: str = BTC, after_s: float = 1.0) -> None:
    for price in prices:
        tape.tick(code, str(price), after_s)


def zero_at_a_cut(tape: MadeRecording) -> None:
    ticks(tape, 60_000, 60_001, 0, 0)
    tape.lost(10.0)
    ticks(tape, 0, 60_002, 59_000)


def reconnect_across(tape: MadeRecording) -> None:
    ticks(tape, 59_990)
    tape.lost(13 * 60.0)
    ticks(tape, 60_010, 60_020, 59_990, 60_000)


def restart_across(tape: MadeRecording) -> None:
    ticks(tape, 59_990)
    tape.restarted(8 * 3_600.0)
    ticks(tape, 60_010, 59_980, 60_005)


def sleep_across(tape: MadeRecording) -> None:
    ticks(tape, 59_990)
    tape.slept(3_600.0)
    ticks(tape, 60_010, 59_980, 60_005)


def one_wick(tape: MadeRecording) -> None:
    ticks(tape, 60_000, 20_000, 60_010, 59_000, 49_990)


def oscillations(tape: MadeRecording) -> None:
    ticks(tape, "59900.00")
    ticks(tape, *["60000.00", "59999.50"] * 200, after_s=0.2)


def late_and_doubled(tape: MadeRecording) -> None:
    ticks(tape, 59_990)
    tape.again(BTC, 59_990)
    tape.tick(BTC, 60_010, behind_s=30.0)  # overtaken by the one before
    ticks(tape, 59_995)
    tape.again(BTC, 59_995)
    ticks(tape, 60_000)
    tape.again(BTC, 60_000)
    tape.tick(BTC, 59_000, behind_s=60.0)
    ticks(tape, 60_001)


def session_edge(tape: MadeRecording) -> None:
    """From a minute before the close in New York to the next opening; the link stays up."""
    for code in (AAPL, "AMZN.US"):
        tape.tick(code, 199)
    until(tape, "2026-08-05T20:05")
    tape.tick(AAPL, 201)  # after hours
    until(tape, "2026-08-06T13:30:30")
    for code in (AAPL, "AMZN.US"):
        tape.tick(code, 205)


def dst_night(tape: MadeRecording) -> None:
    """New York sets its clocks from 02:00 to 03:00, at 07:00 UTC."""
    until(tape, "2026-03-08T06:58:30")
    ticks(tape, 99, 101)  # 01:58
    ticks(tape, 99, 98)
    until(tape, "2026-03-08T07:00:30")
    ticks(tape, 101, 98)  # 03:00
    until(tape, "2026-03-08T13:29:30")
    ticks(tape, 101, 98)  # 09:29
    until(tape, "2026-03-08T13:30:30")
    ticks(tape, "98.5", 101)  # 09:30
    ticks(tape, 98)
    until(tape, "2026-03-08T20:00:30")
    ticks(tape, 101)  # 16:00


def split(tape: MadeRecording) -> None:
    tape.seeded(AAPL, 405)
    tape.tick(AAPL, 400)
    tape.tick(AAPL, 100)
    tape.tick(AAPL, 101)
    tape.tick(AAPL, 99)


UP, DOWN = f"{BTC} last crosses-up 60000 repeat 0s", f"{BTC} last crosses-down 50000 repeat 0s"
Case = tuple[Callable[[MadeRecording], None], str, list[str], list[tuple[int, str, str, str, str]]]
# The recording, when it begins, the rules; then each firing: which rule, kind, the price before, the price, when.
CASES: dict[str, Case] = {
    "zero price at a cut": (zero_at_a_cut, "2026-08-05T12:00", [DOWN, f"{BTC} last <= 100"], []),
    "reconnect across the level": (
        reconnect_across,
        "2026-08-05T12:00",
        [UP],
        [
            (0, "crossed-offline", "59990", "60010", "12:00:01 to 12:13:02"),
            (0, "fired", "59990", "60000", "12:13:05"),
        ],
    ),
    "restart across the level": (
        restart_across,
        "2026-08-05T12:00",
        [UP],
        [
            (0, "crossed-offline", "59990", "60010", "12:00:01 to 20:00:02"),
            (0, "fired", "59980", "60005", "20:00:04"),
        ],
    ),
    "sleep": (
        sleep_across,
        "2026-08-05T12:00",
        [UP],
        [
            (0, "crossed-offline", "59990", "60010", "12:00:01 to 13:00:03"),
            (0, "fired", "59980", "60005", "13:00:05"),
        ],
    ),
    "one wick": (
        one_wick,
        "2026-08-05T12:00",
        [DOWN, f"{BTC} last crosses-up 60005"],
        [
            (0, "jump", "60000", "20000", "12:00:02"),
            (1, "jump", "20000", "60010", "12:00:03"),
            (0, "fired", "59000", "49990", "12:00:05"),
        ],
    ),
    "200 oscillations": (
        oscillations,
        "2026-08-05T12:00",
        [UP, f"{BTC} last crosses 60000 once", f"{BTC} last >= 60000 for 5s repeat 0s"],
        [(0, "fired", "59900.00", "60000.00", "12:00:01"), (1, "fired", "59900.00", "60000.00", "12:00:01")],
    ),
    "late and doubled ticks": (
        late_and_doubled,
        "2026-08-05T12:00",
        [UP, f"{BTC} last crosses-down 59500"],
        [(0, "fired", "59995", "60000", "12:00:06")],
    ),
    "session edge": (
        session_edge,
        "2026-08-05T19:59",
        [
            f"{AAPL} last crosses-up 200",
            f"{AAPL} last crosses-up 200 outside-hours",
            "AMZN.US last crosses-up 200",
        ],
        [
            (1, "fired", "199", "201", "20:05:01"),
            (0, "crossed-offline", "199", "205", "20:00:00 to 13:30:31"),
            (2, "fired", "199", "205", "13:30:32"),
        ],
    ),
    "DST night": (
        dst_night,
        "2026-03-08T06:58",
        [
            f"{BTC} last crosses-up 100 repeat 0s between 22:00-03:00 America/New_York",
            f"{BTC} last crosses-up 100 repeat 0s between 09:30-16:00 America/New_York",
        ],
        [(0, "fired", "99", "101", "06:58:32"), (1, "fired", "98.5", "101", "13:30:32")],
    ),
    "split": (
        split,
        "2026-08-05T15:00",
        [f"{AAPL} last crosses-down 300", f"{AAPL} change% <= -5"],
        [(0, "jump", "400", "100", "15:00:02"), (1, "jump", "-1.234567901", "-75.308641975", "15:00:02")],
    ),
}


def played(path: Path, rules: list[str], profile: Path, feed: str = "demo") -> list[dict[str, Any]]:
    """What `watch` prints of alerts."""
    command = [sys.executable, "-m", "quotedesk", "watch", "--replay", str(path), "--replay-speed", "max", "--json"]
    for rule in rules:
        command += ["--alert", rule]
    done = subprocess.run(
        [*command, "--profile", str(profile), "--feed", feed],
        capture_output=True,
        env={"PATH": os.environ["PATH"], "HOME": str(profile), "PYTHONPATH": str(ROOT)},
        timeout=PATIENCE_S,
    )
    caution = FEEDS[feed].caution
    assert (done.returncode, done.stderr.decode()) == (0, f"quotedesk: {caution}\n" if caution else "")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [line for line in lines if line["type"] == "alert"]


@pytest.mark.parametrize("name", CASES)
def test_exactly_these_firings(name: str, tmp_path: Path) -> None:
    make, begin, rules, expected = CASES[name]
    codes = [each.split()[0] for each in dict.fromkeys(rules)]
    path = tmp_path / "made.qdr"
    feed = "alltick_action" if make is session_edge else "demo"  # made-up prices know no night
    with MadeRecording(path, list(dict.fromkeys(codes)), utc_s(begin), feed) as tape:
        make(tape)
    alerts = played(path, rules, tmp_path / "profile", feed)

    def when(line: dict[str, Any]) -> str:
        if line["kind"] != "crossed-offline":
            return str(line["time"][11:19])
        return f"{line['since'][11:19]} to {line['until'][11:19]}"

    found = [
        (rules.index(each["rule"]), each["kind"], each.get("before"), each["value"], when(each)) for each in alerts
    ]
    assert found == expected
    assert {(each["feed"], each["symbol"]) for each in alerts} <= {(feed, code) for code in codes}
    assert not (tmp_path / "profile" / "alerts.sqlite").exists(), "of a recording nothing is kept"


def test_twice_the_same_file_gives_the_same_log(tmp_path: Path) -> None:
    path = tmp_path / "made.qdr"
    with MadeRecording(path, [BTC]) as tape:
        reconnect_across(tape)
        oscillations(tape)
    rules = [UP, f"{BTC} last new-high repeat 2s", f"{BTC} age >= 30s repeat 0s", f"{BTC} change%/1m >= 0.01 daily"]
    first, again = (played(path, rules, tmp_path / "profile") for _ in range(2))
    assert len(first) > 4
    assert first == again
