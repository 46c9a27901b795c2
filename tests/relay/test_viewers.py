"""Distinct people a day and a month, as vendors ask for them."""

from pathlib import Path

from quotedesk.relay.viewers import Viewers, read, report


def test_each_person_counts_once_a_day_and_once_a_month(tmp_path: Path) -> None:
    path = tmp_path / "viewers.csv"
    seen = Viewers(path)
    for day, person in [
        ("2026-11-28", "anna"),
        ("2026-11-28", "anna"),
        ("2026-11-28", "bo, b"),
        ("2026-11-29", "anna"),
    ]:
        seen.saw(day, "alltick", person)
    Viewers(path).saw("2026-11-29", "alltick", "anna")  # a relay that starts again
    assert report(read(path)).splitlines() == [
        "period,feed,viewers",
        "2026-11,alltick,2",
        "2026-11-28,alltick,2",
        "2026-11-29,alltick,1",
    ]


def test_a_file_that_cannot_be_written_is_told_and_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "viewers.csv"
    path.mkdir()
    seen = Viewers(path)
    seen.saw("2026-11-28", "demo", "me")
    assert seen.fault
    path.rmdir()
    seen.saw("2026-11-28", "demo", "me")
    assert seen.fault == ""
    assert read(path) == [("2026-11-28", "demo", "me")]


def test_without_a_file_nobody_saw_anything(tmp_path: Path) -> None:
    assert read(tmp_path / "none.csv") == []
    (tmp_path / "odd.csv").write_bytes(b"\xff\n,,\n1,2\n")
    assert read(tmp_path / "odd.csv") == []
