"""The report of a problem: what is in it, and what never is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from quotedesk import __version__
from quotedesk.app.tools.bug_report import LOG_LINES, BugReports, tail, without_home
from quotedesk.app.windows import Windows
from quotedesk.engine.redactor import Redactor
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.dialogs.text_window import TextWindow
from tests.fakes.clock import FakeClock
from tests.fakes.windows import book_of, windows_on

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
TOKEN = "s3cr3t/T0KEN"


@pytest.fixture
def windows(qtbot: QtBot) -> Iterator[Windows]:
    windows = windows_on(book_of("demo", ["A.US"]), Quotes(), FakeClock())
    window = windows.open()
    window.show()
    yield windows
    window.allow_close()
    window.close()
    window.deleteLater()


def reports(windows: Windows, log: Path, crash: str = "") -> BugReports:
    redactor = Redactor()
    redactor.learn(TOKEN)
    return BugReports(windows, lambda: [("Frames", "12"), ("Address", f"wss://x?token={TOKEN}")], redactor, log, crash)


def test_it_holds_versions_figures_the_crash_and_the_logs_end_but_no_secret_and_no_name(
    windows: Windows, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    log.write_text("".join(f"line {n} {TOKEN} {Path.home()}/x\n" for n in range(1000)))
    text = reports(windows, log, f"Traceback {TOKEN}").text()
    assert f"quotedesk {__version__}" in text
    assert "Frames: 12" in text
    assert "line 999 " in text
    assert f"line {1000 - LOG_LINES} " in text
    assert f"line {999 - LOG_LINES} " not in text
    assert "Traceback ***" in text
    assert TOKEN not in text
    assert "s3cr3t" not in text
    assert str(Path.home()) not in text


def test_after_a_run_that_ended_well_nothing_is_offered(windows: Windows, tmp_path: Path) -> None:
    reports(windows, tmp_path / "log").offer()
    assert windows.front.findChildren(TextWindow) == []


def test_after_a_crash_it_is_offered_and_whenever_it_is_asked_for(windows: Windows, tmp_path: Path) -> None:
    made = reports(windows, tmp_path / "log", "Fatal Python error")
    made.offer()
    (window,) = windows.front.findChildren(TextWindow)
    assert "Fatal Python error" in window.text.toPlainText()
    window.close()
    windows.requests.report.emit()
    assert any(each.isVisible() for each in windows.front.findChildren(TextWindow))


def test_a_log_that_is_not_there_is_an_empty_end(tmp_path: Path) -> None:
    assert tail(tmp_path / "none", 5) == ""


def test_where_there_is_no_home_nothing_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/"))
    assert without_home("/a/b") == "/a/b"
