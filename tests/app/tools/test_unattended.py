"""When a run that nobody watches ends, and the picture that it leaves."""

from pathlib import Path

import pytest
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from quotedesk.app.options import Options
from quotedesk.app.tools.unattended import SCREENSHOT_AFTER_S, TOUR_S, end_s, save_picture
from quotedesk.market.errors import QuotedeskError


class Pictured:
    """Takes the place of a window."""

    def picture(self) -> QPixmap:
        pixmap = QPixmap(30, 20)
        pixmap.fill("red")
        return pixmap


@pytest.mark.parametrize(
    ("options", "expected_s"),
    [
        (Options(), None),
        (Options(quit_after_s=3.0), 3.0),
        (Options(screenshot=Path("p.png")), SCREENSHOT_AFTER_S),
        (Options(screenshot=Path("p.png"), quit_after_s=9.0), 9.0),
        (Options(is_tour=True), TOUR_S),
    ],
)
def test_it_ends_when_it_was_told_or_when_there_is_something_to_see(options: Options, expected_s: float | None) -> None:
    assert end_s(options) == expected_s


def test_a_picture_is_saved_where_it_was_asked_for(qtbot: QtBot, tmp_path: Path) -> None:
    save_picture(Options(), Pictured())  # type: ignore[arg-type]
    save_picture(Options(screenshot=tmp_path / "p.png"), Pictured())  # type: ignore[arg-type]
    assert QPixmap(str(tmp_path / "p.png")).size().toTuple() == (30, 20)
    with pytest.raises(QuotedeskError, match="May that folder be written to"):
        save_picture(Options(screenshot=tmp_path / "nowhere/p.png"), Pictured())  # type: ignore[arg-type]


def test_a_tour_leaves_one_in_the_folder_where_it_was_begun_and_says_so(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    save_picture(Options(is_tour=True), Pictured())  # type: ignore[arg-type]
    (picture,) = tmp_path.glob("quotedesk-*.png")
    assert capsys.readouterr().out == f"A picture of the window: {picture}\n"
