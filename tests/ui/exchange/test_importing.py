"""A list file is read in slices, shown, and imported as the user says."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox

from quotedesk.ui.exchange.import_dialog import ImportDialog
from tests.ui.conftest import texts

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LIST = "NASDAQ:NVDA,A.US\n###Metals\nTVC:SILVER\nXETR:SAP\nNASDAQ:NVDA\n# mine\nCON!\n"


def dialog_of(desk) -> ImportDialog:
    dialog = desk.window.findChild(ImportDialog)
    assert isinstance(dialog, ImportDialog)
    return dialog


def report(dialog: ImportDialog) -> list[list[str]]:
    model = dialog.table.model()
    return [[model.index(row, column).data() for column in range(4)] for row in range(model.rowCount())]


@pytest.fixture
def desk(open_desk, tmp_path: Path):
    desk = open_desk()
    desk.file = tmp_path / "Morning.txt"
    desk.file.write_text(LIST)
    desk.window.file_menu.import_files([desk.file])
    desk.dialog = dialog_of(desk)
    desk.qtbot.waitUntil(lambda: desk.dialog.table.isVisible())
    return desk


def test_the_report_says_what_became_of_each_piece_and_adds_up(desk) -> None:
    assert desk.dialog.counts.text() == (
        "8 in the file: 3 new, 1 twice in the file, 1 section label, 1 passed over, 2 not mapped"
    )
    assert report(desk.dialog) == [
        ["1", "NASDAQ:NVDA", "NVDA.US", "new"],
        ["1", "A.US", "A.US", "new"],
        ["2", "###Metals", "Metals", "section label"],
        ["3", "TVC:SILVER", "Silver", "new"],
        ["4", "XETR:SAP", "", "not mapped: This feed has no market XETR"],
        ["5", "NASDAQ:NVDA", "NVDA.US", "twice in the file"],
        ["6", "# mine", "", "passed over: a comment"],
        ["7", "CON!", "", "not mapped: It does not look like a symbol"],
    ]
    desk.dialog.only_bad.click()
    assert [line[1] for line in report(desk.dialog)] == ["XETR:SAP", "CON!"]


def test_a_new_list_gets_the_file_s_name_its_order_and_its_sections_in_one_undo(desk) -> None:
    told = texts(desk.window.file_menu.noticed)
    desk.dialog.accept_button.click()
    assert desk.window.watchlist.name == "Morning"
    assert desk.codes == ["NVDA.US", "A.US", "Metals", "Silver"]
    assert told == ["Morning: 3 added, 2 not symbols: XETR:SAP CON!"]
    desk.undo.stack.undo()
    assert [each.name for each in desk.book.lists] == ["Watchlist"]


def test_added_to_the_list_that_is_shown_what_is_here_stays_where_it_is(desk) -> None:
    desk.dialog.into.click()
    assert "1 already here" in desk.dialog.counts.text()
    desk.dialog.accept_button.click()
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US", "NVDA.US", "Metals", "Silver"]
    desk.undo.stack.undo()
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]


def test_nothing_is_changed_by_looking_and_esc(desk) -> None:
    QTest.keyClick(desk.dialog, Qt.Key.Key_Escape)
    assert not desk.undo.stack.canUndo()
    assert len(desk.book.lists) == 1


def test_a_long_file_shows_how_far_it_is_and_can_be_stopped(open_desk, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("quotedesk.ui.exchange.importing.SLICE_MS", 0)
    desk = open_desk()
    (tmp_path / "long.txt").write_text("".join(f"NASDAQ:S{row}\n" for row in range(10_000)))
    desk.window.file_menu.import_files([tmp_path / "long.txt"])
    dialog = dialog_of(desk)
    desk.qtbot.waitUntil(lambda: dialog.progress.value() > 20)
    assert dialog.progress.isVisible()
    assert dialog.counts.text().endswith(" of 129 kB")
    assert not dialog.accept_button.isEnabled()
    dialog._buttons.button(QDialogButtonBox.StandardButton.Cancel).click()
    importing = desk.window.file_menu._importing
    assert not importing._timer.isActive()
    desk.qtbot.waitUntil(lambda: importing.dialog is None)
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]


def test_ten_thousand_symbols_come_in_whole_and_go_by_one_undo(open_desk, tmp_path: Path) -> None:
    desk = open_desk()
    (tmp_path / "long.txt").write_text("".join(f"NASDAQ:S{row}\n" for row in range(10_000)))
    desk.window.file_menu.import_files([tmp_path / "long.txt"])
    dialog = dialog_of(desk)
    desk.qtbot.waitUntil(lambda: dialog.table.isVisible(), timeout=10_000)
    dialog.accept_button.click()
    assert len(desk.codes) == 10_000
    assert "10,000 waiting" in desk.window.status_bar.words()
    desk.undo.stack.undo()
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]


def test_what_cannot_be_a_list_is_refused_with_a_word(open_desk, tmp_path: Path) -> None:
    desk = open_desk()
    told = texts(desk.window.file_menu.noticed)
    desk.window.file_menu.import_files([tmp_path])
    assert told == [f"Nothing was imported. {tmp_path.name} is a folder. Take the .txt or .csv file in it."]
    assert desk.window.findChild(ImportDialog) is None


def test_several_files_are_read_each_in_its_own_format_and_one_that_is_no_list_is_named(open_desk, tmp_path) -> None:
    desk = open_desk()
    (tmp_path / "a.csv").write_text("AAPL,NVDA\n")
    (tmp_path / "b.csv").write_text("Symbol;Exchange\nKO;NYSE\n")
    (tmp_path / "c.bin").write_bytes(bytes(range(256)) * 9)
    desk.window.file_menu.import_files([tmp_path / name for name in ("a.csv", "b.csv", "c.bin")])
    dialog = dialog_of(desk)
    desk.qtbot.waitUntil(lambda: dialog.table.isVisible())
    assert [(line[0], line[2]) for line in report(dialog)] == [
        ("a.csv 1", "AAPL.US"),
        ("a.csv 1", "NVDA.US"),
        ("b.csv 1", ""),
        ("b.csv 2", "KO.US"),
        ("c.bin", ""),
    ]
    dialog.accept_button.click()
    assert desk.codes == ["AAPL.US", "NVDA.US", "KO.US"]


def test_what_is_not_sure_is_asked_for_and_single_rows_are_left_out(open_desk, tmp_path) -> None:
    desk = open_desk()
    (tmp_path / "x.txt").write_text("KO\nUSD\nPEP\nword\n")
    desk.window.file_menu.import_files([tmp_path / "x.txt"])
    dialog = dialog_of(desk)
    desk.qtbot.waitUntil(lambda: dialog.table.isVisible())
    model = dialog.table.model()
    boxes = [model.index(row, 2).data(Qt.ItemDataRole.CheckStateRole) for row in range(4)]
    on, off = Qt.CheckState.Checked, Qt.CheckState.Unchecked
    assert boxes == [on, off, on, off]
    assert model.setData(model.index(1, 2), on.value, Qt.ItemDataRole.CheckStateRole)
    assert model.setData(model.index(2, 2), off.value, Qt.ItemDataRole.CheckStateRole)
    assert not model.setData(model.index(2, 1), off.value, Qt.ItemDataRole.CheckStateRole)
    assert dialog.counts.text() == "4 in the file: 2 new, 2 not sure, 1 left out, 1 taken though not sure"
    dialog.only_bad.click()
    assert [line[1] for line in report(dialog)] == ["USD", "word"]
    dialog.accept_button.click()
    assert desk.codes == ["KO.US", "USD.US"]


def test_with_all_rows_left_out_there_is_nothing_to_import(open_desk, tmp_path) -> None:
    desk = open_desk()
    (tmp_path / "x.txt").write_text("KO\n")
    desk.window.file_menu.import_files([tmp_path / "x.txt"])
    dialog = dialog_of(desk)
    desk.qtbot.waitUntil(lambda: dialog.table.isVisible())
    model = dialog.table.model()
    model.setData(model.index(0, 2), Qt.CheckState.Unchecked.value, Qt.ItemDataRole.CheckStateRole)
    assert not dialog.accept_button.isEnabled()
    model.setData(model.index(0, 2), Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole)
    assert dialog.accept_button.isEnabled()
    assert dialog.decisions == {}


def test_a_long_pasted_text_is_read_in_slices_and_asked_about(open_desk) -> None:
    desk = open_desk()
    QGuiApplication.clipboard().setText("buy KO now\n" * 3_000)
    desk.window.panel.paste()
    dialog = dialog_of(desk)
    assert dialog.windowTitle() == "Import a long text"
    assert dialog.into.isChecked()
    desk.qtbot.waitUntil(lambda: dialog.table.isVisible(), timeout=20_000)
    assert "3,000 not sure" in dialog.counts.text()
