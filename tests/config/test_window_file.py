"""How the window was left, on disk."""

from pathlib import Path

import pytest

from quotedesk.config import window_file
from quotedesk.config.kept_file import NewerFileError
from quotedesk.config.window_file import ChartState, DesktopState, GroupLink, StripState, WindowState

STATE = WindowState(
    geometry="AdnQ",
    columns=("Symbol", "Chg %"),
    widths_px={"Symbol": 300},
    shown="Metals",
    sorts={"Metals": "Chg %:desc", "A.b": ""},
    on_top=True,
    chart=ChartState(link=GroupLink(3, sends=False)),
    link=GroupLink(8, follows=False),
)
STRIP = StripState(
    is_open=True,
    shown="Metals",
    columns=("Bid", "Spread bp"),
    widths_px={"Bid": 90},
    sort="Bid:desc",
    has_titles=True,
    opacity=70,
    place_px=(-20, 40),
    size_px=(300, 200),
    edges=("left",),
    link=GroupLink(1),
)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    kept = DesktopState((STATE, WindowState()), STRIP, {1: ("demo", "NVDA.US"), 8: ("kraken", "BTC/USD")})
    window_file.save(tmp_path / "window.toml", kept)
    assert window_file.load(tmp_path / "window.toml") == (kept, "")
    assert window_file.glance(tmp_path / "window.toml") == ["Metals"]


def test_at_the_first_start_all_is_as_usual(tmp_path: Path) -> None:
    assert window_file.load(tmp_path / "window.toml") == (DesktopState(), "")
    (tmp_path / "window.toml").write_text("format = 2\nwindows = []\n")
    assert window_file.load(tmp_path / "window.toml") == (DesktopState(), "")


@pytest.mark.parametrize(
    "text",
    [
        *("format = 2\n[strip]\nopacity = 5", "format = 2\n[strip.link]\ngroup = 9", "nonsense"),
        *("format = 2\nwindows = 3", 'format = 1\nwidths_px = "wide"', "format = 1\ncolumns = 3"),
    ],
)
def test_a_broken_file_is_set_aside_and_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "window.toml"
    path.write_text(text)
    kept, report = window_file.load(path)
    assert kept == DesktopState()
    assert "window.toml could not be read" in report
    assert (tmp_path / "window.toml.unreadable-1").read_text() == text


def test_the_file_of_the_release_before_is_the_only_window_with_the_only_list(tmp_path: Path) -> None:
    path = tmp_path / "window.toml"
    path.write_text('format = 1\ngeometry = "AdnQ"\ncolumns = ["Time"]\nsort = "Last"\n[widths_px]\nSize = 80\n')
    kept, report = window_file.load(path)
    assert report == ""
    (state,) = kept.windows
    assert state == WindowState("AdnQ", ("Time",), {"Size": 80}, "Watchlist", {"Watchlist": "Last"})


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "window.toml"
    path.write_text("format = 99\n")
    with pytest.raises(NewerFileError):
        window_file.load(path)
    assert path.read_text() == "format = 99\n"
