"""Versions of a list, and the one that is chosen."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from quotedesk.ui.dialogs.versions_dialog import VersionsDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[VersionsDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = VersionsDialog("Metals", parent)
    dialog.open()
    yield dialog  # noqa: PT022 - its parent is to live as long


def test_enter_brings_back_the_chosen_one_once(dialog):
    chosen: list[int] = []
    dialog.chosen.connect(chosen.append)
    assert not dialog.bring_back.isEnabled()
    dialog.show_versions([("12:00", "hut", "3 rows", False), ("11:59", "", "deleted", True)], "")
    QTest.keyClick(dialog.listed, Qt.Key.Key_Down)
    assert (
        dialog.listed.currentItem().text()
        == "11:59  \N{MIDDLE DOT}  deleted  \N{MIDDLE DOT}  overruled by another desk"
    )
    QTest.keyClick(dialog.listed, Qt.Key.Key_Return)
    assert chosen == [1]


@pytest.mark.parametrize(("fault", "words"), [("disk full", "The relay answered: disk full"), ("", "has none yet")])
def test_it_says_why_there_are_none(dialog, fault, words):
    dialog.show_versions([], fault)
    assert any(words in label.text() for label in dialog.findChildren(QLabel))
    assert not dialog.bring_back.isEnabled()
