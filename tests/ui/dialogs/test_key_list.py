"""The list of keys cannot lie: it is made from the actions."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from quotedesk.ui.dialogs.key_list import KeyList
from quotedesk.ui.looks.actions import keys_of


def test_f1_lists_every_action_with_its_key_and_leaves_the_desk_usable(open_desk) -> None:
    desk = open_desk()
    QTest.keyClick(desk.window, Qt.Key.Key_F1)
    [keys] = desk.window.findChildren(KeyList)
    assert keys.isVisible()
    assert not keys.isModal()
    shown = {label.text() for label in keys.findChildren(QLabel)}
    keyed = keys_of(desk.window.menuBar())
    assert len(keyed) > 10
    assert "Ctrl+Shift+D, Ctrl+Alt+=" in shown
    for key, does in keyed:
        assert {key, does.replace("&", "")} <= shown
    assert {"File", "Edit", "List", "View", "Help", "Rows", "Typing"} <= shown, "in groups"
    QTest.keyClick(keys, Qt.Key.Key_Escape)
    assert not keys.isVisible()


pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def opened(desk) -> KeyList:
    QTest.keyClick(desk.window, Qt.Key.Key_F1)
    (keys,) = desk.window.findChildren(KeyList)
    return keys


def test_what_is_typed_filters_by_key_by_words_and_by_group(open_desk) -> None:
    keys = opened(open_desk())
    everything = len(keys.shown)
    assert everything > 60
    QTest.keyClicks(keys.filter, "column wid")
    assert keys.shown == [("Alt+Shift+Right", "Wider column")]
    keys.filter.setText("ctrl+shift+z")
    assert keys.shown == [("Ctrl+Shift+Z", "Redo")]
    keys.filter.setText("LIST dup")
    assert keys.shown == [("Ctrl+Shift+K", "Duplicate list")]
    keys.filter.setText("nothing does this")
    assert keys.shown == []
    assert keys._none.isVisible()
    keys.filter.clear()
    assert len(keys.shown) == everything


def test_undo_and_redo_are_called_what_they_are_whatever_they_would_do_now(open_desk) -> None:
    desk = open_desk()
    desk.select(0)
    desk.window.panel.rows.remove_selected()
    assert ("Ctrl+Z", "Undo") in opened(desk).shown


def test_it_fits_a_small_screen_and_scrolls_by_keys(open_desk) -> None:
    keys = opened(open_desk())
    assert keys.height() <= 560
    bar = keys._area.verticalScrollBar()
    assert bar.maximum() > 0
    QTest.keyClick(keys.filter, Qt.Key.Key_PageDown)
    assert bar.value() > 0
    assert keys.focusWidget() is keys.filter
    QTest.keyClick(keys.filter, Qt.Key.Key_Return)
    assert not keys.isVisible()
