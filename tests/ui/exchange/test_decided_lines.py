"""The table of an import's lines: texts, boxes, and what the user turns."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from quotedesk.ui.exchange.decided_lines import DecidedLines, table_of

ROLE = Qt.ItemDataRole
RIGHT = Qt.AlignmentFlag.AlignRight


class Words(DecidedLines[str]):
    """Lines are words: those with a letter are for the user to decide, those in capitals come in."""

    def cells(self, line: str) -> list[str]:
        return [line, "", "so be it"]

    def has_box(self, line: str) -> bool:
        return line.isalpha()

    def comes_in(self, line: str) -> bool:
        return line.isupper()

    def ink(self, line: str) -> QColor:
        return QColor("red" if line.isupper() else "blue")


@pytest.fixture
def words(qtbot: QtBot) -> Iterator[Words]:
    parent = QWidget()
    qtbot.addWidget(parent)
    yield Words(("Word", "Nothing", "Result"), 0, parent, numbers=(1,))
    parent.close()


def boxes(words: Words) -> list[Qt.CheckState | None]:
    return [words.data(words.index(row, 0), ROLE.CheckStateRole) for row in range(words.rowCount())]


def test_those_that_may_have_a_box_and_it_says_what_is_so_or_was_decided(
    words: Words, qtmodeltester: ModelTester
) -> None:
    off, on = Qt.CheckState.Unchecked, Qt.CheckState.Checked
    words.show_lines(["A", "b", "3", "C"], [3, 1, 0], {})
    assert (words.lines, boxes(words)) == (["C", "b", "A"], [on, off, on])
    words.show_lines(["A", "b", "3"], [0, 1, 2], {0: False, 1: True})
    assert boxes(words) == [off, on, None]
    qtmodeltester.check(words)


def test_a_turn_is_told_by_the_place_in_the_report(words: Words) -> None:
    told: list[tuple[int, bool]] = []
    words.decided.connect(lambda place, is_in: told.append((place, is_in)))
    words.show_lines(["3", "b", "A"], [0, 2], {})
    assert words.setData(words.index(1, 0), Qt.CheckState.Unchecked, ROLE.CheckStateRole)
    assert not words.setData(words.index(0, 0), Qt.CheckState.Checked, ROLE.CheckStateRole), "it has no box"
    assert not words.setData(words.index(1, 1), Qt.CheckState.Checked, ROLE.CheckStateRole)
    assert told == [(2, False)]


def test_numbers_go_to_the_right_and_the_last_column_has_ink_and_the_rest(words: Words) -> None:
    words.show_lines(["<b>A</b>", "B"], [0, 1], {})
    table = table_of(words, "Words", (50, 60))
    header = table.horizontalHeader()
    assert [header.sectionSize(0), header.sectionSize(1)] == [50, 60]
    assert header.sectionResizeMode(2) is QHeaderView.ResizeMode.Stretch
    assert table.accessibleName() == "Words"
    aligned = [words.data(words.index(0, column), ROLE.TextAlignmentRole) for column in range(3)]
    assert [bool(each & RIGHT) for each in aligned] == [False, True, False]
    assert words.headerData(1, Qt.Orientation.Horizontal, ROLE.TextAlignmentRole) & RIGHT
    inks = [words.data(words.index(1, column), ROLE.ForegroundRole) for column in range(3)]
    assert inks == [None, None, QColor("red")]
    assert "<b>" not in words.data(words.index(0, 0), ROLE.ToolTipRole), "a text of others is no markup"
