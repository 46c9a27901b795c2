"""Edit > Positions, by its actions."""

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from quotedesk.lists.positions import Held
from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position
from quotedesk.ui.exchange.import_dialog import ImportDialog
from quotedesk.ui.looks.actions import keys_of
from quotedesk.ui.window.positions_dialog import PositionDialog
from quotedesk.ui.window.positions_import import PositionsImport
from tests.fakes.dragging import Drag
from tests.ui.conftest import texts

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def desk(open_desk):
    return open_desk("A.US", "B.US")


def dialogs(desk, kind) -> list:
    return [each for each in desk.window.findChildren(kind) if each.isVisible()]


def test_it_has_its_keys(desk) -> None:
    assert [key for key, _ in keys_of(desk.window.positions_menu)] == ["Ctrl+Shift+Q", "Ctrl+Alt+H"]


def test_a_row_has_it_in_its_menu(desk) -> None:
    desk.select(1)
    menu = desk.window._row_menu.menu(1)
    (action,) = [each for each in menu.actions() if each is desk.window.positions_menu.edit]
    action.trigger()
    (dialog,) = dialogs(desk, PositionDialog)
    assert dialog.windowTitle() == "Position in B.US"


def test_without_a_row_there_is_none_to_edit(desk) -> None:
    edit = desk.window.positions_menu.edit
    desk.table.clearSelection()
    assert edit.isEnabled(), "the row with the ring is meant"
    desk.window.list_menu.show_list(desk.window.list_menu.add("Empty", (), "demo"))
    assert not edit.isEnabled()
    desk.window.positions_menu.edit_current()
    assert not dialogs(desk, PositionDialog)
    desk.undo.stack.undo()
    desk.select(0)
    assert edit.isEnabled()
    desk.window.panel.add_section()
    assert not edit.isEnabled(), "a section holds nothing"


def test_a_file_is_read_and_one_that_cannot_be_is_told_of(desk, tmp_path: Path) -> None:
    told = texts(desk.window.positions_menu.noticed)
    path = tmp_path / "held.csv"
    path.write_bytes("Symbol;Stück;Kaufkurs\nA.US;5;1,5\n".encode("utf-16"))
    desk.window.positions_menu.read_file(path)
    (dialog,) = dialogs(desk, PositionsImport)
    assert dialog.windowTitle() == "Positions of held.csv"
    desk.qtbot.waitUntil(dialog.accept_button.isEnabled)
    dialog.accept_button.click()
    assert desk.book.held.positions == {Instrument("demo", "A.US"): Position(Decimal(5), Decimal("1.5"))}
    assert told == ["1 position taken"]
    desk.window.positions_menu.read_file(tmp_path)
    assert told[1].startswith("Nothing was imported. ")


def test_a_table_that_is_too_long_is_not_read(desk) -> None:
    told = texts(desk.window.positions_menu.noticed)
    desk.window.positions_menu.read("A.US,1,2\n" * 300_000, "long.csv")
    assert told == ["Nothing was imported. A table of positions has at most 2,000,000 characters."]
    assert not dialogs(desk, PositionsImport)


def test_a_file_is_asked_for(desk) -> None:
    (action,) = [each for each in desk.window.positions_menu.actions() if "Import" in each.text()]
    action.trigger()
    (dialog,) = dialogs(desk, QFileDialog)
    assert dialog.windowTitle() == "Import positions"
    dialog.reject()


def test_the_clipboard_is_read(desk) -> None:
    told = texts(desk.window.positions_menu.noticed)
    QGuiApplication.clipboard().setText("  ")
    desk.window.positions_menu.paste()
    assert told == ["There is no text on the clipboard"]
    QGuiApplication.clipboard().setText("A.US\t5\t1.5\nB.US\t-5\t2.5\n")
    desk.window.positions_menu.paste()
    (dialog,) = dialogs(desk, PositionsImport)
    desk.qtbot.waitUntil(dialog.accept_button.isEnabled)
    dialog.accept_button.click()
    assert [each.quantity for each in desk.book.held.positions.values()] == [5, -5]


TABLE = "Symbol,Quantity,Average cost\nA.US,5,1.5\nNEW.US,7,2\n"


def test_a_table_whose_symbols_are_pasted_offers_its_positions(desk) -> None:
    QGuiApplication.clipboard().setText(TABLE)
    desk.window.panel.paste()
    assert desk.codes == ["A.US", "B.US", "NEW.US"]
    assert desk.messages == ["1 added, 1 already here", "It says quantities, too"]
    toast = desk.window.toasts.shown[1]
    assert toast.details.text() == "Positions"
    toast.details.click()
    (dialog,) = dialogs(desk, PositionsImport)
    assert dialog.windowTitle() == "Positions of the clipboard"
    for text in ("C.US D.US", "C.US 5 1.5\nD.US 7 2", "Symbol,Last\nC.US,5\n"):
        before = len(desk.messages)
        desk.window.positions_menu.offer(text, "the clipboard")
        assert len(desk.messages) == before, "nobody is asked where no title says so"


@pytest.mark.parametrize("way", ["drop a text", "drop a file", "paste a file"])
def test_a_small_table_that_is_dropped_offers_its_positions_where_all_its_rows_are_here(
    desk, tmp_path: Path, way: str
) -> None:
    table = "Symbol,Quantity,Average cost\nA.US,5,1.5\nB.US,7,2\n"
    path = tmp_path / "broker.csv"
    path.write_text(table)
    data = QMimeData()
    if "file" in way:
        data.setUrls([QUrl.fromLocalFile(str(path))])
    else:
        data.setText(table)
    if way == "paste a file":
        QGuiApplication.clipboard().setMimeData(data)
        desk.window.panel.paste()
        QGuiApplication.clipboard().clear()  # what is Python's must not be there at the end
    else:
        drag = Drag(desk, data)
        drag.over(200)
        assert "Drop to see its positions" in desk.window.panel._dropping.preview.words()
        drag.drop()
    assert desk.codes == ["A.US", "B.US"]
    assert desk.messages[-1] == "It says quantities, too"
    desk.window.toasts.shown[-1].details.click()
    (preview,) = dialogs(desk, PositionsImport)
    assert preview.windowTitle() == f"Positions of {'broker.csv' if 'file' in way else 'the text that was dropped'}"
    desk.qtbot.waitUntil(preview.accept_button.isEnabled)
    preview.accept_button.click()
    assert [each.quantity for each in desk.book.held.positions.values()] == [5, 7]


def test_a_text_without_quantities_that_is_dropped_offers_nothing(desk) -> None:
    drag = Drag(desk, "A.US B.US")
    drag.over(200)
    assert "A drop changes nothing" in desk.window.panel._dropping.preview.words()
    drag.drop()
    assert "It says quantities, too" not in desk.messages


def test_a_file_whose_symbols_are_imported_offers_its_positions(desk, tmp_path: Path) -> None:
    path = tmp_path / "broker.csv"
    path.write_text(TABLE)
    desk.window.file_menu.import_files([path])
    (dialog,) = dialogs(desk, ImportDialog)
    desk.qtbot.waitUntil(dialog.accept_button.isEnabled)
    dialog.into.setChecked(True)
    dialog.accept_button.click()
    desk.window.toasts.shown[-1].details.click()
    (preview,) = dialogs(desk, PositionsImport)
    assert preview.windowTitle() == "Positions of broker.csv"
    path.unlink()
    desk.window.positions_menu.offer_file(path)  # a file that is gone offers nothing


def test_a_window_that_goes_follows_nothing(desk) -> None:
    before = len(desk.book.listeners)
    desk.window.release()
    desk.book.hold(Held(is_hidden=True))
    assert len(desk.book.listeners) < before
    assert not desk.window.positions_menu.hide_amounts.isChecked()
