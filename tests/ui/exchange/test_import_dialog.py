"""The report of an import, as it is shown and copied; the choices are tested in test_importing."""

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from quotedesk.lists.parsed_list import Fate, ParsedList, ReportLine
from quotedesk.market.errors import BadSymbolError
from quotedesk.ui.exchange.import_dialog import ImportDialog, cells, counted
from quotedesk.ui.looks.appearance import Appearance

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def dialog(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ImportDialog("x.txt", "x", "Tom & <b>Jerry</b>", Appearance(parent=parent), parent)
    dialog.show()
    yield dialog
    parent.close()


def test_a_text_from_outside_is_one_plain_line() -> None:
    line = ReportLine(3, "<b>A</b>\n\tB " + "x" * 999, "", Fate.BAD, "why")
    number, text, became, result = cells(line)
    assert (number, became, result) == ("3", "", "not mapped: why")
    assert text.startswith("<b>A</b> B x")
    assert len(text) == 200


def test_a_file_without_anything_says_so(dialog) -> None:
    nothing = ParsedList(fault=BadSymbolError("", "It is empty", ""))
    dialog.show_report(nothing, nothing)
    assert dialog.counts.text() == "It is empty"
    assert counted(ParsedList()) == "There is nothing in this file"
    assert not dialog.accept_button.isEnabled()
    dialog.chosen.connect(pytest.fail)
    dialog._choose()


def test_the_report_can_be_copied(dialog) -> None:
    parsed = ParsedList(lines=(ReportLine(1, "A", "A.US", Fate.NEW), ReportLine(2, "$", "", Fate.BAD, "no")))
    dialog.show_report(parsed, parsed)
    dialog._copy()
    assert QApplication.clipboard().text() == (
        "2 in the file: 1 new, 1 not mapped\nLine\tIn the file\tBecame\tResult\n1\tA\tA.US\tnew\n2\t$\t\tnot mapped: no"
    )


def test_an_ampersand_in_a_list_s_name_is_no_key(dialog) -> None:
    assert dialog.into.text() == "&Add to Tom && <b>Jerry</b>"
