"""Words in two lines at most."""

import pytest
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.window.wrapped_label import WrappedLabel

LONG = "The settings could not be saved (No space left on device). They last until you quit; make room for them."


def label(qtbot: QtBot, text: str, width: int) -> WrappedLabel:
    made = WrappedLabel(Appearance(), look.font(), "t1")
    qtbot.addWidget(made)
    made.resize(width, 40)
    made.show_text(text)
    return made


def test_what_fits_is_whole_on_as_many_lines_as_it_takes(qtbot: QtBot) -> None:
    made = label(qtbot, LONG, 2000)
    assert (made.lines, made.is_cut, made.toolTip()) == ([LONG], False, "")
    made.resize(QFontMetrics(look.font()).horizontalAdvance(LONG) * 2 // 3, 40)
    made.show_text(LONG)
    assert len(made.lines) == 2
    assert " ".join(made.lines) == LONG
    assert not made.is_cut


def test_what_does_not_fit_ends_in_dots_and_is_whole_in_the_tooltip(qtbot: QtBot) -> None:
    made = label(qtbot, LONG, 200)
    assert len(made.lines) == 2
    assert made.lines[1].endswith("\N{HORIZONTAL ELLIPSIS}")
    assert made.is_cut
    assert made.toolTip() == LONG
    assert made.text == made.accessibleName() == LONG


def test_one_long_word_is_broken_and_several_lines_become_one_text(qtbot: QtBot) -> None:
    made = label(qtbot, "x" * 60, 300)
    assert "".join(made.lines) == "x" * 60
    made.show_text("<b>one</b>\n two")
    assert made.text == "<b>one</b> two"
    assert "&lt;b&gt;" in label(qtbot, "<b>" + LONG, 100).toolTip(), "a tooltip shows it as it is"


@pytest.mark.parametrize("width", [0, 1, 5])
def test_no_room_at_all_is_no_fault(qtbot: QtBot, width: int) -> None:
    made = label(qtbot, LONG, width)
    made.grab()
    assert made.is_cut
