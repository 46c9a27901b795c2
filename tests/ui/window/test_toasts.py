"""Messages at the lower left of the table."""

import itertools

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from quotedesk.config.settings import Shade
from quotedesk.market.instrument import Instrument
from quotedesk.ui import message as messages
from quotedesk.ui.dialogs.text_window import TextWindow
from quotedesk.ui.message import Level, Message
from quotedesk.ui.window import toasts as module
from quotedesk.ui.window.paste_report import PasteReport

LONG = "The settings could not be saved (No space left on device). They last until you quit. " * 4
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What passes does so at once."""
    monkeypatch.setattr(module, "SHOWN_MS", 20)


def box(toast) -> QRect:
    """Where it is, in the panel."""
    return toast.geometry()


def test_a_message_comes_at_the_lower_left_and_leaves_by_itself(open_desk, hurried) -> None:
    desk = open_desk()
    desk.window.show_notice("AAPL.US already in the list")
    (toast,) = desk.window.toasts.shown
    assert toast.isVisible()
    assert toast.label.lines == ["AAPL.US already in the list"]
    assert box(toast).left() < 20
    assert box(toast).bottom() > desk.window.panel.height() - 20
    assert desk.table.hasFocus(), "it takes no keyboard"
    desk.qtbot.waitUntil(lambda: desk.messages == [])


def test_it_stays_for_six_seconds(open_desk) -> None:
    desk = open_desk()
    desk.window.show_notice("x")
    assert 5000 < desk.window.toasts.shown[0]._left.remainingTime() < 6500


def test_an_error_stays_until_it_is_closed(open_desk, hurried) -> None:
    desk = open_desk()
    desk.window.show_notice("The lists could not be saved", is_error=True)
    desk.window.show_notice("passing")
    desk.qtbot.waitUntil(lambda: desk.messages == ["The lists could not be saved"])
    desk.qtbot.wait(60)
    (toast,) = desk.window.toasts.shown
    toast.close_button.click()
    assert desk.messages == []
    assert desk.table.hasFocus()


def test_several_stand_above_one_another_and_more_wait_their_turn(open_desk) -> None:
    desk = open_desk()
    for number in range(5):
        desk.window.show_notice(f"message {number}")
    desk.settle()
    toasts = desk.window.toasts
    assert desk.messages == ["message 0", "message 1", "message 2"]
    assert [each.text for each in toasts.waiting] == ["message 3", "message 4"]
    for above, below in itertools.pairwise(toasts.shown):
        assert box(above).bottom() < box(below).top()
    toasts.shown[0].close_button.click()
    assert desk.messages == ["message 1", "message 2", "message 3"]


def test_errors_leave_room_for_what_passes(open_desk) -> None:
    desk = open_desk()
    for number in range(4):
        desk.window.show_notice(f"error {number}", is_error=True)
    desk.window.show_notice("passing")
    assert desk.messages == ["error 0", "error 1", "passing"]
    desk.window.toasts.shown[0].close_button.click()
    assert desk.messages == ["error 1", "passing", "error 2"]


def test_the_same_is_not_told_twice_at_once(open_desk) -> None:
    desk = open_desk()
    for _ in range(3):
        desk.window.show_notice("again", is_error=True)
    assert desk.messages == ["again"]
    assert not desk.window.toasts.waiting


def test_a_long_one_is_two_lines_and_its_details_are_all_of_it(open_desk) -> None:
    desk = open_desk()
    desk.window.show_notice(LONG, is_error=True)
    (toast,) = desk.window.toasts.shown
    assert len(toast.label.lines) == 2
    assert toast.details.isVisible()
    toast.details.click()
    (shown,) = desk.window.findChildren(TextWindow)
    assert shown.findChild(QPlainTextEdit).toPlainText() == LONG
    assert desk.messages == [LONG], "an error stays"


def test_what_fits_has_no_details(open_desk) -> None:
    desk = open_desk()
    desk.window.show_notice("short")
    assert not desk.window.toasts.shown[0].details.isVisible()
    assert not desk.window.toasts.shown[0].undo.isVisible()


def test_undo_takes_back_what_it_tells_of_and_goes_when_another_edit_is_newer(open_desk) -> None:
    desk = open_desk()
    desk.window.list_menu.add("Metals", [Instrument("demo", "GOLD")])
    desk.window.list_menu.delete()
    assert desk.messages == ["Metals was deleted."]
    desk.window.toasts.shown[0].undo.click()
    assert [each.name for each in desk.book.lists] == ["Watchlist", "Metals"]
    desk.window.list_menu.delete()
    desk.window.panel.rows.insert([Instrument("demo", "X.US")])
    assert desk.messages == [], "Undo would take back another edit now"


def test_the_rejects_of_a_paste_open_the_report(open_desk) -> None:
    desk = open_desk()
    desk.window.panel.add(desk.window.panel.reader.found("X.US, see chart, A.US"))
    (toast,) = desk.window.toasts.shown
    assert toast.message.text == "1 added, 1 already here, 1 not a symbol: see chart"
    assert toast.undo.isVisible()
    toast.details.click()
    (report,) = desk.window.findChildren(PasteReport)
    assert report.isVisible()


def test_it_never_lies_over_the_line_that_is_written_in(open_desk) -> None:
    desk = open_desk(*(f"S{number}.US" for number in range(60)))
    desk.window.show_notice("passing")
    desk.settle()
    line = desk.add_line.geometry()
    assert line.bottom() > desk.window.panel.height() - 12, "at the foot, where messages would be"
    (toast,) = desk.window.toasts.shown
    assert not box(toast).intersects(line)
    QTest.keyClicks(desk.table, "n")
    desk.settle()
    for part in desk.window.panel.written_in:
        if part.isVisible():
            assert not box(toast).intersects(QRect(part.mapTo(desk.window.panel, QPoint()), part.size()))


def test_it_never_lies_over_an_editor(open_desk) -> None:
    desk = open_desk(*(f"S{number}.US" for number in range(60)))
    desk.window.show_notice("passing")
    desk.settle()
    (toast,) = desk.window.toasts.shown
    row = desk.table.rowAt(desk.table.viewport().mapFrom(desk.window.panel, box(toast).center()).y())
    desk.select(row)
    QTest.keyClick(desk.table, KEY.Key_F2)
    desk.settle()
    editor = desk.window.panel.editor
    assert editor.isVisible()
    assert not box(toast).intersects(QRect(editor.mapTo(desk.window.panel, QPoint()), editor.size()))


def test_without_a_place_it_waits_and_comes_when_there_is_one(open_desk) -> None:
    desk = open_desk()
    desk.select(0, 1, 2, 3)
    desk.window.panel.rows.remove_selected()
    desk.window.resize(480, 281)
    desk.settle()
    desk.window.show_notice("an error", is_error=True)
    (toast,) = desk.window.toasts.shown
    seen_small = toast.isVisible()
    assert not seen_small or not box(toast).intersects(desk.add_line.geometry())
    desk.window.resize(480, 600)
    desk.settle()
    assert toast.isVisible()


def test_somebody_who_reads_it_or_has_the_keyboard_in_it_has_all_the_time(open_desk, hurried) -> None:
    desk = open_desk()
    desk.window.show_notice(Message("passing", details=lambda: None))
    (toast,) = desk.window.toasts.shown
    toast.details.setFocus()
    desk.qtbot.wait(80)
    assert desk.messages == ["passing"]
    desk.table.setFocus()
    desk.qtbot.waitUntil(lambda: desk.messages == [])


def test_its_buttons_are_reached_by_tab_and_never_by_a_click(open_desk) -> None:
    desk = open_desk()
    desk.window.show_notice(Message("error", Level.ERROR, details=lambda: None))
    (toast,) = desk.window.toasts.shown
    for _ in range(12):
        if toast.details.hasFocus():
            break
        QTest.keyClick(desk.window.focusWidget(), KEY.Key_Tab)
    assert toast.details.hasFocus()
    desk.table.setFocus()
    QTest.mouseClick(toast.close_button, Qt.MouseButton.LeftButton)
    assert desk.table.hasFocus()


def test_what_was_told_can_be_read_again(open_desk, hurried) -> None:
    desk = open_desk()
    desk.window.show_notice("first")
    desk.window.show_notice("<b>second</b>", is_error=True)
    desk.qtbot.waitUntil(lambda: desk.messages == ["<b>second</b>"])
    QTest.keyClick(desk.table, KEY.Key_M, CTRL | Qt.KeyboardModifier.ShiftModifier)
    (shown,) = desk.window.findChildren(TextWindow)
    lines = shown.text.toPlainText().splitlines()
    assert [line.partition("  ")[2] for line in lines] == ["<b>second</b>", "first"]


@pytest.mark.parametrize("width", [480, 1024, 1400])
@pytest.mark.parametrize("shade", [Shade.DARK, Shade.LIGHT])
def test_nothing_in_it_overlaps_or_hangs_out(open_desk, width: int, shade: Shade) -> None:
    desk = open_desk()
    desk.window.appearance.choose(shade=shade)
    desk.window.resize(width, 500)
    desk.window.show_notice(Message(LONG, Level.ERROR, undoes=True, details=lambda: None))
    desk.settle()
    (toast,) = desk.window.toasts.shown
    parts = [part for part in (toast.label, toast.details, toast.undo, toast.close_button) if part.isVisible()]
    assert len(parts) == 4
    for left, right in itertools.pairwise(parts):
        assert left.geometry().right() < right.geometry().left()
    assert all(toast.rect().contains(part.geometry()) for part in parts)
    assert desk.window.panel.rect().contains(box(toast))
    assert box(toast).width() <= module.WIDTH_PX
    image = toast.grab().toImage()
    theme = desk.window.appearance.theme
    colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert {theme.raised.name(), theme.t1.name(), theme.error.name()} <= colours


def test_a_screen_reader_hears_it(open_desk, monkeypatch) -> None:
    heard = []
    monkeypatch.setattr(module, "announce", lambda about, text, *, is_urgent: heard.append((text, is_urgent)))
    assert messages.announce is not module.announce
    desk = open_desk()
    desk.window.show_notice("added")
    desk.window.show_notice("lost", is_error=True)
    assert heard == [("added", False), ("lost", True)]
