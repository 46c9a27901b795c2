"""The editor over a cell by itself; what it does to the list is in test_watchlist_panel.py."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from quotedesk.market.instrument import Instrument
from quotedesk.ui.editing.error_popup import ErrorPopup
from quotedesk.ui.editing.symbol_editor import SymbolEditor
from quotedesk.ui.looks.appearance import Appearance


@pytest.fixture
def editor(qtbot: QtBot) -> Iterator[SymbolEditor]:
    parent = QWidget()
    qtbot.addWidget(parent)
    editor = SymbolEditor(Appearance(), ErrorPopup(Appearance(), parent), parent)
    parent.show()
    yield editor
    parent.close()


def test_enter_tells_the_text_without_blanks_around_it(editor: SymbolEditor, qtbot: QtBot) -> None:
    editor.begin(Instrument("demo", "A.US"), "demo")
    QTest.keyClicks(editor, " B.US ")
    with qtbot.waitSignal(editor.entered) as entered:
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert entered.args == ["B.US"]
    assert editor.isVisible(), "it closes when its owner took the text"


def test_it_closes_once_by_escape_or_when_the_keyboard_goes_elsewhere(editor: SymbolEditor) -> None:
    closed = []
    editor.closed.connect(lambda: closed.append(1))
    editor.begin(Instrument("demo", "A.US"), "demo")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    editor.finish()
    assert closed == [1]
    assert editor.row is None
    editor.begin(Instrument("demo", "B.US"), "other")
    assert editor.text() == "B.US@demo"
    editor.clearFocus()
    assert closed == [1, 1]
    assert not editor.isVisible()
