"""What became of a pasted text."""

import pytest
from PySide6.QtWidgets import QDialogButtonBox

from quotedesk.ui.exchange.import_dialog import cells
from quotedesk.ui.window.paste_report import PasteReport

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def report(desk, text: str) -> PasteReport:
    made = PasteReport(desk.window.panel.reader.found(text), desk.window.appearance, desk.window)
    made.open()
    return made


def lines(made: PasteReport) -> list[tuple[str, str]]:
    return [(cells(line)[1], cells(line)[3]) for line in made._lines.lines]


def test_it_shows_what_could_not_be_taken_first_and_the_rest_at_a_click(open_desk) -> None:
    made = report(open_desk(), "X.US, see chart, A.US")
    assert [text for text, _ in lines(made)] == ["see chart"]
    made.only_bad.setChecked(False)
    assert [text for text, _ in lines(made)] == ["X.US", "see chart", "A.US"]
    assert made.counts.full == "1 added, 1 already here, 1 not a symbol: see chart"


def test_it_has_nothing_left_to_choose(open_desk) -> None:
    desk = open_desk()
    made = report(desk, "see chart")
    for part in (made.apart, made.into, made.name, made.accept_button):
        assert not part.isVisible()
    made._buttons.button(QDialogButtonBox.StandardButton.Cancel).click()
    assert not desk.window.findChildren(PasteReport) or not made.isVisible()


def test_a_list_in_a_format_has_its_own_lines(open_desk) -> None:
    made = report(open_desk(), "NASDAQ:NVDA\n###Later\nXETR:SAP\n")
    made.only_bad.setChecked(False)
    assert len(lines(made)) == 3
