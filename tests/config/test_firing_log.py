"""The log of firings: what was told comes back as it was, and a broken file costs no start."""

import csv
import io
import math
import sqlite3
import threading
from datetime import date
from pathlib import Path

import msgspec
import pytest

from quotedesk.alerts.firing import Firing, FiringKind
from quotedesk.alerts.memory import AlertMemory
from quotedesk.config import firing_log
from quotedesk.config.firing_log import COLUMNS, FiringLog
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import UNKNOWN, number
from tests.fakes.watcher import rule_of

RULE = rule_of('X last crosses-up 60000 until 2026-12-31 note "sell, or =hold"')
FIRED = Firing(
    rule=RULE,
    instrument=Instrument("demo", "X"),
    kind=FiringKind.FIRED,
    field="last",
    value=number("60000.10"),
    before=number("59999.90"),
    time_utc_s=1_785_931_200.25,
    before_utc_s=1_785_931_199.0,
    received_utc_s=1_785_931_200.5,
)
OFFLINE = msgspec.structs.replace(
    FIRED,
    kind=FiringKind.CROSSED_OFFLINE,
    before=UNKNOWN,
    time_utc_s=math.nan,
    since_utc_s=1_785_930_000.0,
    until_utc_s=1_785_931_200.5,
    reason="=cmd|' /C calc'!A0",
)


@pytest.fixture
def log(tmp_path: Path) -> FiringLog:
    return FiringLog(tmp_path / "deep" / "alerts.sqlite")


def same(one: Firing, other: Firing) -> bool:
    return repr(one) == repr(other)


def test_what_was_told_comes_back_the_newest_first(log: FiringLog) -> None:
    log.add([FIRED])
    log.add([OFFLINE])
    log.close()
    found = FiringLog(log.path).newest(10)
    assert [same(*each) for each in zip(found, [OFFLINE, FIRED], strict=True)] == [True, True]
    assert found[0].rule.until == date(2026, 12, 31)
    assert [same(each, OFFLINE) for each in FiringLog(log.path).newest(1)] == [True]


def test_a_spreadsheet_gets_all_of_it_and_no_formula(log: FiringLog) -> None:
    log.add([FIRED, OFFLINE])
    rows = list(csv.DictReader(io.StringIO(log.as_csv())))
    assert tuple(rows[0]) == COLUMNS
    assert rows[0] == {
        "received": "2026-08-05T12:00:00.500Z",
        "time": "2026-08-05T12:00:00.250Z",
        "symbol": "X",
        "feed": "demo",
        "kind": "fired",
        "field": "last",
        "value": "60000.10",
        "before": "59999.90",
        "before_time": "2026-08-05T11:59:59.000Z",
        "since": "",
        "until": "",
        "reason": "",
        "rule": 'X@demo last crosses-up 60000 until 2026-12-31 note "sell, or =hold"',
    }
    assert rows[1]["reason"].startswith("'=cmd")
    assert (rows[1]["time"], rows[1]["since"]) == ("", "2026-08-05T11:40:00.000Z")


def test_what_rules_knew_and_who_rests(log: FiringLog) -> None:
    first, newer = (AlertMemory("X last >= 1", "demo", "X", value, None, 1.0) for value in ("5", "6"))
    other = AlertMemory("X last >= 1", "demo", "Y")
    log.keep([first, other])
    log.add([], [newer])
    log.snooze({"X last >= 1": 99.0, "Y last >= 1": 98.0})
    log.snooze({"X last >= 1": 100.0})
    log.close()
    again = FiringLog(log.path)
    assert sorted(again.memories(), key=lambda each: each.code) == [newer, other]
    assert again.snoozed() == {"X last >= 1": 100.0}


def test_it_does_not_grow_for_ever(log: FiringLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firing_log, "MOST_FIRINGS", 3)
    monkeypatch.setattr(firing_log, "MOST_MEMORIES", 2)
    for value in range(5):
        log.add([msgspec.structs.replace(FIRED, value=number(str(value)))])
    assert [each.value.text for each in log.newest(10)] == ["4", "3", "2"]
    log.keep([AlertMemory("r", "demo", f"S{at}", seen_utc_s=float(at)) for at in range(5)])
    assert {each.code for each in log.memories()} == {"S3", "S4"}


def test_a_broken_file_is_set_aside(log: FiringLog) -> None:
    log.path.parent.mkdir()
    log.path.write_bytes(b"no database at all" * 100)
    log.add([FIRED])
    assert len(log.newest(10)) == 1
    (aside,) = log.path.parent.glob("*.unreadable-1")
    assert aside.read_bytes().startswith(b"no database")
    assert "It is kept as" in log.report


def test_a_newer_programs_file_is_left_as_it_is(log: FiringLog) -> None:
    log.add([FIRED])
    log.close()
    with sqlite3.connect(log.path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    later = FiringLog(log.path)
    later.add([OFFLINE])
    assert later.newest(10) == []
    assert "newer quotedesk" in later.report
    with sqlite3.connect(log.path) as connection:
        assert connection.execute("SELECT count(*) FROM firings").fetchone() == (1,)
    connection.close()


def test_a_folder_that_cannot_be_made_is_a_report(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    log = FiringLog(tmp_path / "file" / "alerts.sqlite")
    log.add([FIRED])
    assert "cannot be used" in log.report
    assert log.newest(10) == []


def test_rows_that_nobody_can_read_are_left_out(log: FiringLog) -> None:
    log.add([FIRED], [AlertMemory("r", "demo", "X")])
    log.close()
    with sqlite3.connect(log.path) as connection:
        connection.execute("UPDATE firings SET kind = 'of tomorrow'")
        connection.execute("UPDATE memories SET data = x'c1'")
    connection.close()
    later = FiringLog(log.path)
    assert (later.newest(10), later.memories()) == ([], [])
    assert "of tomorrow" in later.as_csv()


def test_threads_take_turns(log: FiringLog) -> None:
    threads = [threading.Thread(target=lambda: [log.add([FIRED]) for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(log.newest(1_000)) == 80
