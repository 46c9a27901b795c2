"""Drags over the desk: what shows, what a drop does, what nothing does."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from quotedesk.market.states import LinkState, LinkStatus
from quotedesk.ui.looks.theme import HEADER_PX
from tests.fakes.dragging import COPY, MOVE, Carried, Drag
from tests.ui.conftest import texts


def gap(desk, at: int) -> int:
    """Where the edge above row `at` is, in the desk."""
    return HEADER_PX + at * desk.window.appearance.density.row_px


def dropping(desk):
    return desk.window.panel._dropping


# Text from elsewhere


def test_a_text_over_the_rows_is_told_and_nothing_changes_until_the_drop(open_desk) -> None:
    desk = open_desk()
    edits = []
    desk.undo.edited.connect(lambda: edits.append(1))
    drag = Drag(desk, "E.US NVDA B.US see chart")
    drag.over(gap(desk, 2) + 3)
    shown = dropping(desk)
    assert shown.preview.isVisible()
    assert shown.preview.words() == (
        "2 new 1 already here 1 not a symbol\nE.US NVDA.US B.US “see chart”\nDrop below B.US. Esc cancels."
    )
    assert shown.line.isVisible()
    assert shown.line.geometry().center().y() in (gap(desk, 2) - 1, gap(desk, 2))
    assert not shown.strip.isVisible()
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]
    assert edits == []


def test_a_dropped_text_goes_in_where_the_line_was_as_one_edit(open_desk) -> None:
    desk = open_desk()
    edits, told = [], texts(desk.window.panel.noticed)
    desk.undo.edited.connect(lambda: edits.append(1))
    drag = Drag(desk, "E.US NVDA B.US see chart")
    drag.over(gap(desk, 2) - 5)
    event = drag.drop()
    assert event.dropAction() == COPY  # the other program keeps its text
    assert desk.codes == ["A.US", "B.US", "E.US", "NVDA.US", "C.US", "D.US"]
    assert desk.selected == ["E.US"]
    assert edits == [1]
    assert told == ["2 added, 1 already here, 1 not a symbol: see chart"]
    assert not dropping(desk).preview.isVisible()
    assert not dropping(desk).line.isVisible()
    desk.window.undo.stack.undo()
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]
    assert desk.window.undo.stack.undoText() == ""


@pytest.mark.parametrize(
    ("y", "hint", "codes"),
    [
        (0, "Drop above A.US.", ["E.US", "A.US", "B.US"]),
        (HEADER_PX + 27, "Drop below A.US.", ["A.US", "E.US", "B.US"]),
        (300, "Drop below B.US.", ["A.US", "B.US", "E.US"]),
        (-1, "Drop below B.US.", ["A.US", "B.US", "E.US"]),
    ],
)
def test_above_the_rows_is_the_first_place_and_below_them_the_last(open_desk, y: int, hint: str, codes) -> None:
    desk = open_desk("A.US", "B.US")
    drag = Drag(desk, "E.US")
    drag.over(y if y >= 0 else desk.window.panel.height() - 3)
    assert dropping(desk).preview.words().splitlines()[-1].startswith(hint)
    drag.drop()
    assert desk.codes == codes


def test_a_text_dropped_on_an_empty_list_starts_it(open_desk) -> None:
    desk = open_desk("A.US")
    desk.select(0)
    QTest.keyClick(desk.table, Qt.Key.Key_Delete)
    assert desk.codes == []
    drag = Drag(desk, "E.US\nF.US")
    drag.over(200)
    assert dropping(desk).preview.words().splitlines()[-1] == "Drop to add. Esc cancels."
    assert not dropping(desk).line.isVisible()
    drag.drop()
    assert desk.codes == ["E.US", "F.US"]


@pytest.mark.parametrize(
    ("text", "preview", "told"),
    [
        ("see chart", "1 not a symbol\n“see chart”", "Nothing was added, 1 not a symbol: see chart"),
        ("<b>x</b>", "1 not a symbol\n“<b>x</b>”", "Nothing was added, 1 not a symbol: <b>x</b>"),
        ("A.US", "1 already here\nA.US", "Nothing was added, 1 already here"),
        (" \n", "There is no text in this", "Nothing was added"),
        ("nvda is up", "1 not sure 1 not a symbol\n“nvda” “is up”", None),
    ],
)
def test_a_drop_that_holds_nothing_new_says_so_and_changes_nothing(open_desk, text, preview, told) -> None:
    desk = open_desk()
    heard = texts(desk.window.panel.noticed)
    drag = Drag(desk, text)
    drag.over(100)
    assert dropping(desk).preview.words() == f"{preview}\nA drop changes nothing."
    assert not dropping(desk).line.isVisible()
    drag.drop()
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]
    assert not desk.window.undo.stack.canUndo()
    assert len(heard) == 1
    assert told is None or heard == [told]


def test_a_drag_that_leaves_leaves_nothing(open_desk) -> None:
    desk = open_desk()
    before = desk.window.panel.grab().toImage()
    drag = Drag(desk, "E.US")
    drag.over(100)
    assert desk.window.panel.is_busy
    drag.leave()
    assert not desk.window.panel.is_busy
    assert desk.window.panel.grab().toImage() == before
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]


def test_what_holds_no_text_and_what_would_be_taken_away_is_refused(open_desk) -> None:
    desk = open_desk()
    drag = Drag(desk, "")
    drag.data = QMimeData()
    drag.data.setData("application/x-colour", b"red")
    event = QDragEnterEvent(QPoint(9, 99), COPY, drag.data, Qt.MouseButton.LeftButton, drag.keys)
    QApplication.sendEvent(drag.widget, event)
    assert not event.isAccepted()
    assert not dropping(desk).preview.isVisible()
    assert not Drag(desk, "E.US", MOVE).over(100).isAccepted()


def test_the_preview_stays_in_the_window(open_desk) -> None:
    desk = open_desk()
    widget = desk.window.panel
    for x, y in ((5, 5), (widget.width() - 2, 5), (widget.width() - 2, widget.height() - 2), (5, widget.height() - 2)):
        drag = Drag(desk, "E.US F.US see chart")
        drag.over(y, x)
        assert widget.rect().contains(dropping(desk).preview.geometry())
        assert not dropping(desk).preview.geometry().contains(QPoint(x, y))
        drag.leave()


def test_a_text_dropped_among_sorted_rows_turns_sorting_off_and_moves_no_other_row(open_desk) -> None:
    desk = open_desk("B.US", "A.US", "C.US")
    desk.table.model().turn_sorting(0)
    drag = Drag(desk, "E.US")
    drag.over(gap(desk, 1))
    assert dropping(desk).preview.words().endswith("Drop below A.US. Esc cancels. Turns sorting off.")
    drag.drop()
    assert desk.codes == ["B.US", "A.US", "E.US", "C.US"]
    assert desk.table.model().sorted_by is None
    assert desk.window.undo.stack.undoText() == "add E.US"
    desk.window.undo.stack.undo()
    assert desk.codes == ["B.US", "A.US", "C.US"]


def test_the_add_line_and_an_open_editor_take_no_drops_of_their_own(open_desk) -> None:
    desk = open_desk()
    desk.select(1)
    QTest.keyClick(desk.table, Qt.Key.Key_F2)
    assert not desk.add_line.acceptDrops()
    assert not desk.window.panel.editor.acceptDrops()
    for widget in (desk.table, desk.table.viewport()):
        assert not widget.acceptDrops()


def test_no_banner_moves_the_rows_while_something_is_dragged(open_desk) -> None:
    desk = open_desk()
    drag = Drag(desk, "E.US")
    drag.over(100)
    desk.window.show_links((LinkStatus("demo", "demo", LinkState.WAITING, 0.0, "no network"),))
    assert not desk.window.banner.isVisible()
    drag.leave()
    desk.window.banners.second()
    assert desk.window.banner.isVisible()


def test_rows_scroll_by_near_the_edges(open_desk) -> None:
    desk = open_desk(*(f"S{number}.US" for number in range(100)))
    bar = desk.table.verticalScrollBar()
    foot = desk.table.geometry().bottom()
    drag = Drag(desk, "E.US")
    drag.over(foot - 5)
    desk.qtbot.waitUntil(lambda: bar.value() > 3 * 28)
    hint = dropping(desk).preview.words().splitlines()[-1]
    assert hint != "Drop below S99.US. Esc cancels."
    drag.over(HEADER_PX + 3)
    desk.qtbot.waitUntil(lambda: bar.value() == 0)
    drag.leave()
    assert not dropping(desk)._scrolling.isActive()


# Rows of the desk


def test_a_single_row_is_named_with_its_feed_where_that_is_not_the_lists_own(open_desk, monkeypatch) -> None:
    desk = open_desk("ETHUSDT@bybit", "ETHUSDT@binance")
    desk.select(1)
    seen = []

    def script(drag: Drag) -> None:
        seen.append(dropping(desk).strip.accessibleName())

    Carried(desk, monkeypatch, script)
    assert seen == ["Drop here to remove ETHUSDT@binance"]


def test_dragged_rows_show_the_line_the_strip_and_the_move(open_desk, monkeypatch) -> None:
    desk = open_desk()
    desk.select(0, 2)
    seen = []

    def script(drag: Drag) -> None:
        assert dropping(desk).strip.isVisible()
        assert dropping(desk).strip.accessibleName() == "Drop here to remove 2 symbols"
        drag.over(gap(desk, 4) - 3)
        seen.append(dropping(desk).preview.words())
        assert dropping(desk).line.isVisible()
        desk.tick("A.US", 5.0)  # they go on ticking
        desk.settle()
        drag.drop()

    carried = Carried(desk, monkeypatch, script)
    assert seen == ["Move 2 symbols below D.US. Esc cancels."]
    assert carried.text == "A.US\nC.US"
    assert carried.offered == [COPY]
    assert desk.codes == ["B.US", "D.US", "A.US", "C.US"]
    assert desk.selected == ["A.US", "C.US"]
    assert not dropping(desk).strip.isVisible()
    assert desk.window.undo.stack.undoText() == "move 2 symbols"
    desk.window.undo.stack.undo()
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]


def test_rows_dropped_on_the_strip_are_removed_and_come_back(open_desk, monkeypatch) -> None:
    desk = open_desk()
    desk.select(1)

    def script(drag: Drag) -> None:
        drag.over(dropping(desk).strip.geometry().center().y())
        assert dropping(desk).strip.is_aimed_at
        assert not dropping(desk).line.isVisible()
        assert dropping(desk).preview.words() == "Remove B.US. Esc cancels."
        drag.drop()

    Carried(desk, monkeypatch, script)
    assert desk.codes == ["A.US", "C.US", "D.US"]
    desk.window.undo.stack.undo()
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]


def test_rows_given_up_or_dropped_where_they_stand_change_nothing(open_desk, monkeypatch) -> None:
    desk = open_desk()
    desk.select(1, 2)

    def give_up(drag: Drag) -> None:
        drag.over(gap(desk, 4))
        drag.leave()

    def stay(drag: Drag) -> None:
        drag.over(gap(desk, 2))
        drag.drop()

    for script in (give_up, stay):
        Carried(desk, monkeypatch, script)
        assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]
        assert not desk.window.undo.stack.canUndo()
        assert not dropping(desk).is_under_way


def test_a_row_moved_while_sorted_turns_sorting_off_and_is_the_only_one_that_moves(open_desk, monkeypatch) -> None:
    desk = open_desk("B.US", "A.US", "D.US", "C.US")
    desk.table.model().turn_sorting(0)
    desk.select(3)
    hints = []

    def script(drag: Drag) -> None:
        drag.over(gap(desk, 1))
        hints.append(dropping(desk).preview.words())
        drag.drop()

    Carried(desk, monkeypatch, script)
    assert hints == ["Move D.US below A.US. Esc cancels. Turns sorting off."]
    assert desk.codes == ["B.US", "A.US", "D.US", "C.US"]
    assert desk.table.model().sorted_by is None
    desk.table.model().turn_sorting(0)
    desk.select(0)
    Carried(desk, monkeypatch, lambda drag: (drag.over(gap(desk, 4)), drag.drop()))
    assert desk.codes == ["B.US", "D.US", "C.US", "A.US"] or desk.codes == ["B.US", "D.US", "A.US", "C.US"]
    desk.window.undo.stack.undo()
    assert desk.codes == ["B.US", "A.US", "D.US", "C.US"]


def test_a_file_with_sections_goes_below_the_section_it_is_dropped_into(open_desk) -> None:
    desk = open_desk()
    desk.select(2)
    desk.window.panel.rows.add_section()
    drag = Drag(desk, "E.US\n###Banks\nNYSE:JPM\n")
    drag.over(gap(desk, 1))
    assert dropping(desk).preview.words().startswith("2 new section Banks\n")
    assert "Drop below B.US" in dropping(desk).preview.words()
    drag.drop()
    assert desk.codes == ["A.US", "B.US", "E.US", "Banks", "JPM.US", "Section", "C.US", "D.US"]
    drag = Drag(desk, "###Oil\nNYSE:XOM\n")
    drag.over(gap(desk, 7))
    drag.drop()
    assert desk.codes[-4:] == ["C.US", "D.US", "Oil", "XOM.US"]


def test_a_text_from_a_drag_of_another_desk_is_a_text(open_desk) -> None:
    desk = open_desk()
    drag = Drag(desk, "E.US")
    drag.over(gap(desk, 0))
    assert not dropping(desk).strip.isVisible()
    assert dropping(desk).preview.words().startswith("1 new")
    drag.leave()
