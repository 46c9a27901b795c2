"""Lines of words over the desk."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.word_panel import Word, WordPanel


@pytest.fixture
def parent(qtbot) -> QWidget:
    widget = QWidget()
    widget.resize(800, 400)
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def panel(parent: QWidget) -> WordPanel:
    return WordPanel(Appearance(), parent)


def test_empty_lines_are_left_out_and_all_words_can_be_heard(panel: WordPanel) -> None:
    panel.say([[Word("", "t2", mark="check"), Word("Sent", "t2")], [], [Word("so it is", "t3")]])
    assert panel.words() == panel.accessibleName() == "Sent\nso it is"
    assert len(panel.lines) == 2


def test_a_column_is_as_wide_as_it_is_told_or_as_its_word_needs(panel: WordPanel) -> None:
    narrow, wide = Word("i", "t1", column_px=80), Word("w" * 40, "t1", column_px=-80)
    assert panel.width_px(narrow) == 80 + narrow.gap_px
    assert panel.width_px(wide) > 80 + wide.gap_px


def test_words_end_at_the_right_of_their_column(panel: WordPanel) -> None:
    """Seen by what is inked: the two lines end at the same pixel."""

    def right(text: str) -> int:
        panel.say([[Word(text, "t1", column_px=-100)], [Word(" " * 60, "t1")]])
        image = panel.grab().toImage()
        ground = image.pixel(3, 15)
        return max(x for x in range(4, image.width() - 4) for y in range(10, 26) if image.pixel(x, y) != ground)

    assert abs(right("11") - right("1111111")) <= 1


def test_it_stands_below_the_pointer_or_above_it_and_inside(panel: WordPanel, parent: QWidget) -> None:
    panel.say([[Word("Move A.US.", "t3")]])
    panel.place(QPoint(100, 100))
    assert (panel.x(), panel.y()) == (116, 116)
    panel.place(QPoint(100, 100), 20)
    assert panel.y() == 136
    panel.place(QPoint(790, 390))
    assert parent.rect().contains(panel.geometry())
    assert panel.geometry().bottom() < 390
