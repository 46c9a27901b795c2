"""Titles stand over their numbers."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from quotedesk.market.states import RowState
from quotedesk.ui.looks.theme import DARK, HEADER_PX
from quotedesk.ui.table.column_fit import MARK_PX
from quotedesk.ui.table.columns import CHANGE, COLUMNS, STATE, USUAL, Column
from quotedesk.ui.table.row_painter import STATE_LEFT_PX


def inked_right(image: QImage, box: QRect, background: int) -> int:
    return max(
        x
        for x in range(box.left(), box.right() + 1)
        for y in range(box.top() + 5, box.bottom() - 4)
        if image.pixel(x, y) != background
    )


@pytest.mark.parametrize("decimals", [(2, 2, 5), (2, 2, 2), (5, 5, 2)])
def test_the_title_of_last_ends_where_most_prices_end(open_desk, decimals: tuple[int, ...]) -> None:
    desk = open_desk()
    for code, digits in zip(desk.codes, decimals, strict=False):
        desk.tick(code, 188.88888, digits)
    desk.settle()
    header = desk.table.horizontalHeader()
    left = header.sectionViewportPosition(2)
    title = header.viewport().grab().toImage()
    title_right = inked_right(title, QRect(left, 0, 140, HEADER_PX), DARK.table.rgb())
    rows = desk.image()
    first = desk.table.visualRect(desk.table.model().index(0, 2)).adjusted(20, 0, -20, 0)
    assert title_right == pytest.approx(inked_right(rows, first, DARK.table.rgb()), abs=2)


def test_a_line_parts_the_header_from_the_rows(open_desk) -> None:
    desk = open_desk()
    image = desk.table.horizontalHeader().viewport().grab().toImage()
    assert {image.pixel(x, HEADER_PX - 1) for x in range(0, image.width(), 7)} == {DARK.line.rgb()}


def test_columns_are_dragged_but_for_the_symbol_and_rows_follow(open_desk) -> None:
    desk = open_desk("A.US")
    desk.tick("A.US", 178.46)
    header = desk.table.header
    assert header.sectionsMovable()
    assert not header.isFirstSectionMovable()
    header.moveSection(2, 5)  # what Qt does when a title is dropped
    header.set_widths({"Last": 200, "Symbol": 100})
    assert header.order() == ("Symbol", "State", "Chg", "Chg %", "Size", "Last", "Trend", "Time")
    assert desk.book.lists[0].columns == header.order()
    assert [header.visualIndex(place) for place in range(header.count())] == list(range(header.count()))
    assert (header.widths_px()["Last"], header.widths_px()["Symbol"]) == (200, 100)
    desk.settle()
    last = desk.table.visualRect(desk.table.model().index(0, 5))
    assert last.width() == 200
    inked_right(desk.image(), last.adjusted(20, 0, -30, 0), DARK.table.rgb())  # there is a price
    desk.undo.stack.undo()
    assert header.order()[:3] == ("Symbol", "State", "Last")
    assert header.sectionSize(2) == 200, "a column keeps its width wherever it goes"


@pytest.mark.parametrize(("to", "edge"), [(40, None), (4, "right"), (-100, None)])
def test_a_column_that_is_dragged_shows_where_it_would_go(open_desk, to: int, edge: str | None) -> None:
    desk = open_desk()
    header = desk.table.header
    chg, percent = (next(at for at, each in enumerate(COLUMNS) if each.title == title) for title in ("Chg", "Chg %"))
    start = QPoint(header.sectionViewportPosition(chg) + 50, 14)
    beyond = header.sectionViewportPosition(percent) + header.sectionSize(percent)
    end = QPoint(beyond - to if edge else start.x() + (5 if to > 0 else 2), 14)
    QTest.mousePress(header.viewport(), Qt.MouseButton.LeftButton, pos=start)
    try:
        QTest.mouseMove(header.viewport(), end)
        assert header.drop_x == (beyond if edge else None)
        if edge:
            image = header.viewport().grab().toImage()
            assert image.pixel(beyond, 5) == DARK.accent.rgb()
    finally:
        QTest.mouseRelease(header.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert header.drop_x is None
    order = header.order()
    assert (order.index("Chg") > order.index("Chg %")) == bool(edge), "it went where the line was"


def test_the_usual_columns_come_back(open_desk) -> None:
    desk = open_desk()
    header = desk.table.header
    usual = (header.order(), header.widths_px())
    header.moveSection(2, 5)
    header.set_widths({"Last": 200, "Symbol": 100})
    assert (header.order(), header.widths_px()) != usual
    QTest.keyClick(desk.table, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert (header.order(), header.widths_px()) == usual


def test_a_column_grows_for_a_number_that_has_no_room_but_not_one_that_the_user_has_sized(open_desk) -> None:
    desk = open_desk("A.US")
    header = desk.table.header
    usual = header.sectionSize(2)
    desk.tick("A.US", 1_893_633_277_123.25, 2)
    desk.settle()
    QTest.qWait(0)
    grown = header.sectionSize(2)
    assert grown > usual
    assert header.widths_px()["Last"] == usual, "that is nothing to be kept"
    desk.settle()
    QTest.qWait(0)
    assert header.sectionSize(2) == grown
    header.resizeSection(2, 80)
    desk.settle()
    QTest.qWait(0)
    assert header.sectionSize(2) == 80


@pytest.mark.parametrize("width", [60, 80, 108, 160])
@pytest.mark.parametrize("sort", ["", "Chg:desc"])
def test_a_long_title_stays_in_its_column_or_is_said_shorter(open_desk, width: int, sort: str) -> None:
    desk = open_desk()
    desk.tick("A.US", 188.88888, 5)
    desk.tick("B.US", 188.88, 2)
    desk.window.sort(sort)
    header = desk.table.header
    header.resizeSection(3, width)
    desk.table.repaint_ages()
    desk.settle()
    image = header.viewport().grab().toImage()
    left = header.sectionViewportPosition(3)
    inked = [
        x
        for x in range(left - 20, left + width + 1)
        for y in range(5, HEADER_PX - 4)
        if image.pixel(x, y) != DARK.table.rgb()
    ]
    assert min(inked) >= left
    assert max(inked) < left + width


def at(column: Column) -> int:
    return USUAL.index(column)


def grown(desk) -> list[int]:
    """The widths of all columns, once what had no room has some."""
    desk.settle()
    QTest.qWait(0)
    desk.settle()
    header = desk.table.header
    return [header.sectionSize(place) for place in range(header.count())]


def test_state_is_as_wide_as_its_marks_until_a_row_has_words_and_stays_so_until_the_columns_are_laid_out(
    open_desk,
) -> None:
    desk = open_desk()
    desk.window.resize(1200, 400)
    for code in desk.codes:
        desk.mark(RowState.PENDING, code)
    desk.clock.advance(2)
    assert grown(desk)[at(STATE)] == MARK_PX, "that is over in a moment"
    for code in desk.codes:
        desk.mark(RowState.LIVE, code)
        desk.tick(code, 10.0)
    assert grown(desk)[at(STATE)] == MARK_PX
    desk.mark(RowState.CLOSED, desk.codes[0])
    widths = grown(desk)
    assert STATE_LEFT_PX + 30 < widths[at(STATE)] < STATE.width_px
    assert sum(widths) == desk.table.viewport().width()
    desk.mark(RowState.STALE, desk.codes[1])
    longer = grown(desk)[at(STATE)]
    assert longer > widths[at(STATE)]
    for code in desk.codes:
        desk.mark(RowState.LIVE, code)
    assert grown(desk)[at(STATE)] == longer, "nothing moves back under the hand"
    assert desk.table.header.widths_px()["State"] == STATE.width_px, "that is nothing to be kept"
    desk.table.header.fit()
    assert grown(desk)[at(STATE)] == MARK_PX


def test_nothing_moves_while_a_mouse_button_is_down_and_what_had_no_room_gets_it_then(open_desk) -> None:
    desk = open_desk()
    desk.window.resize(1200, 400)
    before = grown(desk)
    viewport, spot = desk.table.viewport(), QPoint(40, 10)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=spot)
    desk.mark(RowState.CLOSED, desk.codes[0])
    assert grown(desk) == before
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=spot)
    desk.qtbot.waitUntil(lambda: grown(desk)[at(STATE)] > MARK_PX, timeout=3000)


def test_the_edge_of_a_column_stays_in_the_hand_and_the_others_follow_when_it_is_let_go(open_desk) -> None:
    desk = open_desk()
    desk.window.resize(1560, 400)
    before = grown(desk)
    header = desk.table.header
    edge = QPoint(header.sectionViewportPosition(at(CHANGE)) + before[at(CHANGE)] - 1, 14)
    QTest.mousePress(header.viewport(), Qt.MouseButton.LeftButton, pos=edge)
    for by_px in (10, 40, 80):
        QTest.mouseMove(header.viewport(), edge + QPoint(by_px, 0))
        now = [header.sectionSize(place) for place in range(header.count())]
        assert now[at(CHANGE)] == before[at(CHANGE)] + by_px
        assert now[: at(CHANGE)] == before[: at(CHANGE)], "it would leave the hand"
    QTest.mouseRelease(header.viewport(), Qt.MouseButton.LeftButton, pos=edge + QPoint(80, 0))
    after = grown(desk)
    assert after[at(CHANGE)] == before[at(CHANGE)] + 80
    assert sum(after) == desk.table.viewport().width()
