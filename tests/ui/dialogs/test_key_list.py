"""The list of keys cannot lie: it is made from the actions."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from quotedesk.ui.dialogs.key_list import KeyList
from quotedesk.ui.looks.actions import keys_of


@pytest.mark.qt_log_ignore("This plugin does not support")
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
    QTest.keyClick(keys, Qt.Key.Key_Escape)
    assert not keys.isVisible()
