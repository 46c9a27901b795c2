"""What an empty list shows."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from quotedesk.ui.start_panel import StartPanel


def test_an_empty_list_says_what_to_do_and_has_its_field_in_the_panel(open_desk) -> None:
    desk = open_desk()
    panel = desk.window.findChild(StartPanel)
    assert not panel.isVisible()
    at_the_foot = desk.add_line.geometry()
    QTest.keyClick(desk.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(desk.table, Qt.Key.Key_Delete)
    assert panel.isVisible()
    assert "Type a symbol and press Enter" in " ".join(label.text() for label in panel.findChildren(QLabel))
    assert panel.geometry().contains(desk.add_line.geometry())
    assert desk.add_line.is_prominent
    QTest.keyClick(desk.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not panel.isVisible()
    assert not desk.add_line.is_prominent
    assert desk.add_line.geometry() == at_the_foot


def test_a_small_window_still_holds_the_panel_s_field(open_desk) -> None:
    desk = open_desk()
    desk.select(0, 1, 2, 3)
    desk.window._desk.rows.remove_selected()
    desk.window.resize(480, 281)
    desk.settle()
    assert desk.window.findChild(StartPanel).geometry().contains(desk.add_line.geometry())


def test_in_the_panel_a_symbol_starts_the_list(open_desk) -> None:
    desk = open_desk()
    desk.select(0, 1, 2, 3)
    desk.window._desk.rows.remove_selected()
    QTest.keyClicks(desk.table, "X")
    QTest.keyClicks(desk.add_line, "AU")
    QTest.keyClick(desk.add_line, Qt.Key.Key_Return)
    assert desk.codes == ["XAU"]
    assert not desk.window.findChild(StartPanel).isVisible()
