"""The line by itself."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from quotedesk.lists.unknown_code import UnknownCodeError
from quotedesk.market.errors import BadSymbolError
from quotedesk.ui.editing.add_line import AddLine
from quotedesk.ui.editing.error_popup import ErrorPopup
from quotedesk.ui.looks.appearance import Appearance


def make(qtbot) -> AddLine:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(600, 100)
    line = AddLine(Appearance(), ErrorPopup(Appearance(), parent), parent)
    line.kept_parent = parent  # or Python lets go of it
    parent.show()
    return line


def test_begin_puts_the_text_in_place_of_what_was_there_with_the_cursor_after_it(qtbot) -> None:
    line = make(qtbot)
    line.setText("old")
    line.begin("N")
    assert (line.text(), line.cursorPosition(), line.selectedText()) == ("N", 1, "")


def test_enter_hands_over_the_text_and_blanks_are_nothing(qtbot) -> None:
    line = make(qtbot)
    told = []
    line.entered.connect(told.append)
    for text in ("A B", "  "):
        line.setText(text)
        QTest.keyClick(line, Qt.Key.Key_Return)
    assert told == ["A B"]


def test_ctrl_enter_insists_on_the_text(qtbot) -> None:
    line = make(qtbot)
    told, insisted = [], []
    line.entered.connect(told.append)
    line.insisted.connect(insisted.append)
    line.setText("A B")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        QTest.keyClick(line, key, Qt.KeyboardModifier.ControlModifier)
    assert (told, insisted) == ([], ["A B", "A B"])


def test_what_is_offered_is_taken_by_a_click_and_nothing_else_is(qtbot) -> None:
    line = make(qtbot)
    told = []
    line.entered.connect(told.append)
    line.keep("APPL.US", [UnknownCodeError("APPL.US", "no such code", "Enter takes AAPL.US.", "AAPL.US", "")])
    assert line.selectedText() == "APPL.US"
    QTest.mouseClick(line._popup, Qt.MouseButton.LeftButton)
    assert told == ["APPL.US"]
    assert [each.symbol for each in line.faults] == ["APPL.US"]
    line.keep("A%", [BadSymbolError("A%", "bad", "Use letters.")])
    assert line._popup.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    QTest.keyClicks(line, "x")
    assert line.faults == ()
    assert line._popup.isHidden()


def test_long_words_stay_within_a_narrow_window(qtbot) -> None:
    line = make(qtbot)
    line.kept_parent.resize(300, 200)
    line.keep("A" * 33, [BadSymbolError("A" * 33, "“" + "A " * 60 + "” is too long", "Use " + "letters " * 30)])
    assert line._popup.width() <= 300
    assert line._popup.height() > 60


def test_new_lines_in_pasted_text_part_it(qtbot) -> None:
    line = make(qtbot)
    line.insert("A\nB\r\nC\u2028D\tE")
    assert line.text().split() == ["A", "B", "C", "D", "E"]


def test_what_is_kept_is_shown_with_the_fault_selected(qtbot) -> None:
    line = make(qtbot)
    line.keep("good B%D", [BadSymbolError("B%D", "“%” cannot be", "Use letters.")])
    assert line.selectedText() == "%"
    assert line._popup.words() == ("“%” cannot be", "Use letters. Esc cancels.")


def test_of_a_feed_that_is_not_known_the_feed_is_selected(qtbot) -> None:
    line = make(qtbot)
    line.keep("A@x@y B@nowhere", [BadSymbolError("B@nowhere", "There is no feed", "Write demo.")])
    assert line.selectedText() == "nowhere"
    line.keep("B%@demo", [BadSymbolError("B%", "“%” cannot be", "Use letters.")])
    assert line.selectedText() == "%"


def test_it_says_what_to_do_and_has_a_name_for_those_who_hear_it(qtbot) -> None:
    line = make(qtbot)
    assert line.placeholderText() == "Type, paste or drop symbols"
    assert line.accessibleName() == "Add symbols"
