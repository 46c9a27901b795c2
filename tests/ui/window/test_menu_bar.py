"""The menu bar, and who has the keyboard after it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QVBoxLayout, QWidget

from quotedesk.ui.window.menu_bar import MenuBar

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def parts(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    home, other = QLineEdit(), QLineEdit()
    bar = MenuBar(home, window)
    for title in ("&One", "&Two"):
        bar.addMenu(QMenu(title, bar)).menu().addAction("Act")
    column = QVBoxLayout(window)
    for part in (bar, home, other):
        column.addWidget(part)
    window.show()
    qtbot.waitActive(window)
    return qtbot, window, bar, home, other


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.activePopupWidget() or QApplication.focusWidget(), key, modifier)


@pytest.mark.parametrize("before", ["home", "other"])
def test_whoever_had_the_keyboard_gets_it_back_at_one_esc(parts, before: str) -> None:
    qtbot, window, bar, home, other = parts
    held = home if before == "home" else other
    held.setFocus()
    for letter in (Qt.Key.Key_O, Qt.Key.Key_T):
        press(letter, Qt.KeyboardModifier.AltModifier)
        assert QApplication.activePopupWidget() is not None
        press(Qt.Key.Key_Right)
        assert QApplication.activePopupWidget() is not None, "the menu beside it is open, and has the keys"
        press(Qt.Key.Key_Escape)
        assert window.focusWidget() is held, "at once: the next key may be here already"
        assert bar.activeAction() is None
        qtbot.wait(1)
        window.activateWindow()  # the offscreen platform forgets it over a popup


def test_who_is_gone_since_is_not_asked(parts) -> None:
    _, window, _, home, other = parts
    other.setFocus()
    press(Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    other.hide()
    press(Qt.Key.Key_Escape)
    assert window.focusWidget() is home


def test_a_menu_that_is_closed_otherwise_gives_it_back_a_moment_later(parts) -> None:
    qtbot, window, _, home, _ = parts
    home.setFocus()
    press(Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    QApplication.activePopupWidget().close()
    qtbot.waitUntil(lambda: window.focusWidget() is home, timeout=5000)
