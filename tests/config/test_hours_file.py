"""The hours that ship."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quotedesk.config import hours_file

DAY = 24 * 60


def utc_s(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("code", "when", "is_open"),
    [
        ("NVDA.US", "2025-12-01 15:00", True),
        (".DJI.US", "2025-12-01 22:00", False),
        ("700.HK", "2025-12-01 03:00", True),
        ("700.HK", "2025-12-01 04:30", False),  # lunch
        ("600519.SH", "2025-12-01 06:30", True),
        ("000001.SZ", "2025-12-01 07:30", False),
        ("EURUSD", "2025-12-07 23:00", True),  # Sunday evening in New York
        ("EURUSD", "2025-12-05 21:59", True),
        ("EURUSD", "2025-12-05 22:01", False),  # Friday evening
        ("GOLD", "2025-12-01 22:30", False),  # the daily break
        ("Silver", "2025-12-01 23:30", True),
        ("BTCUSDT", "2025-12-06 12:00", True),
        ("EURUSDT", "2025-12-06 12:00", True),
    ],
)
def test_the_markets_that_ship(code: str, when: str, is_open: bool) -> None:
    hours, report = hours_file.load("alltick")
    assert report == ""
    assert hours.is_open(code, utc_s(when)) is is_open


def test_days_and_times_are_read() -> None:
    assert hours_file.spans_min("Mon-Tue 09:30-16:00") == [(570, 960), (DAY + 570, DAY + 960)]
    assert hours_file.spans_min("Sat 22:00-02:00") == [(5 * DAY + 1320, 5 * DAY + 1560)]
    assert [span[0] // DAY for span in hours_file.spans_min("Sun-Thu 17:00-17:00")] == [6, 0, 1, 2, 3]
    assert hours_file.spans_min("Fri 17:00-17:00") == [(4 * DAY + 1020, 5 * DAY + 1020)]


@pytest.mark.parametrize("text", ["", "Mon", "Mon 9:30-16:00", "Foo 09:30-16:00", "Mon 25:00-26:00", "Mon-Fri 09:30"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^“{re.escape(text)}” "):
        hours_file.spans_min(text)


BROKEN = {
    "nothing": "",
    "no TOML": "[[markets",
    "a zone that is none": "[[markets]]\nname='x'\ncodes='x'\nzone='Mars/Base'\nhours=[]\n",
    "a pattern that is none": "[[markets]]\nname='x'\ncodes='('\nzone='UTC'\nhours=[]\n",
    "hours that are none": "[[markets]]\nname='x'\ncodes='x'\nzone='UTC'\nhours=['always']\n",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_reported_and_nothing_ever_closes(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sessions.toml").write_text(text)
    monkeypatch.setattr(hours_file, "provided", lambda folder, name: tmp_path / name)
    hours, report = hours_file.load("mine")
    assert "sessions.toml" in report
    assert hours.is_open("NVDA.US", utc_s("2025-12-06 12:00"))


def test_a_missing_folder_is_reported() -> None:
    assert "nowhere/sessions.toml" in hours_file.load("nowhere")[1]


def test_the_markets_of_a_provider_without_a_folder_never_close() -> None:
    hours, report = hours_file.load("")
    assert report == ""
    assert hours.is_open("NVDA.US", utc_s("2025-12-06 12:00"))
