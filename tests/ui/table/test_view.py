"""What the table paints, and when."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from quotedesk.market.states import RowState
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.theme import DARK
from quotedesk.ui.table import columns
from quotedesk.ui.table.columns import COLUMNS
from quotedesk.ui.table.view import _LINES_AT_ONCE

LAST, CHG, TREND = 2, 3, 7


def cell(desk, row: int, column: int) -> QRect:
    return desk.table.visualRect(desk.table.model().index(row, column))


def colours(image: QImage, box: QRect) -> set[str]:
    return {
        QColor(image.pixel(x, y)).name().upper()
        for x in range(box.left(), box.right() + 1)
        for y in range(box.top(), box.bottom() + 1)
    }


def colour_extent(image: QImage, box: QRect, background: QColor) -> tuple[int, int]:
    """The leftmost and the rightmost column of a box that holds anything but background."""
    inked = [
        x
        for x in range(box.left(), box.right() + 1)
        if any(image.pixel(x, y) != background.rgb() for y in range(box.top() + 4, box.bottom() - 3))
    ]
    return inked[0], inked[-1]


def test_a_price_is_as_bright_as_it_is_true(open_desk) -> None:
    desk = open_desk()
    for code in ("A.US", "B.US", "C.US"):
        desk.tick(code, 10.0)
    desk.mark(RowState.QUIET, "B.US")
    desk.mark(RowState.OFFLINE, "C.US")
    desk.settle()
    image = desk.image()

    def brightest(row: int) -> int:
        return max(QColor(name).lightness() for name in colours(image, cell(desk, row, LAST).adjusted(20, 2, -24, -2)))

    for row, colour in ((0, DARK.t1), (1, DARK.t2), (2, DARK.t3)):
        assert brightest(row) == pytest.approx(colour.lightness(), abs=35), "thin strokes are a little paler"
    assert brightest(0) > brightest(1) + 20 > brightest(2) + 40 > brightest(3) + 40


def test_a_change_that_rounds_to_nothing_has_no_colour(open_desk) -> None:
    desk = open_desk()
    desk.tick("A.US", 10000.0)
    desk.tick("A.US", 10000.01)
    desk.clock.advance(1)
    desk.settle()
    image = desk.image()
    assert DARK.up.name().upper() in colours(image, cell(desk, 0, CHG)), "+0.01"
    percent = colours(image, cell(desk, 0, CHG + 1))
    assert desk.table.model().index(0, CHG + 1).data() == "0.00"
    assert not {DARK.up.name().upper(), DARK.down.name().upper()} & percent


def test_what_a_row_waits_for_is_to_be_seen_beside_its_symbol(open_desk) -> None:
    desk = open_desk("NVDA.US")
    desk.mark(RowState.PENDING, "NVDA.US")
    desk.settle()
    before = desk.image().copy(cell(desk, 0, 0))
    desk.clock.advance(4)
    desk.table.repaint_ages()
    desk.settle()
    assert desk.image().copy(cell(desk, 0, 0)) != before


def test_why_a_row_waits_is_said_by_who_knows_it(open_desk) -> None:
    desk = open_desk("NVDA.US")
    desk.mark(RowState.PENDING, "NVDA.US", reason="the newest price is none that can be shown")
    desk.clock.advance(20)
    desk.settle()
    model, tip = desk.table.model(), Qt.ItemDataRole.ToolTipRole
    assert any("none that can be shown" in str(model.index(0, at).data(tip)) for at in range(model.columnCount()))


def test_the_day_colours_the_change_and_never_the_price(open_desk) -> None:
    desk = open_desk()
    desk.tick("A.US", 10.0)
    desk.tick("A.US", 9.0)
    desk.clock.advance(1)
    desk.settle()
    image = desk.image()
    change = [QColor(name) for name in colours(image, cell(desk, 0, CHG))]
    price = [QColor(name) for name in colours(image, cell(desk, 0, LAST).adjusted(20, 2, -24, -2))]
    assert max(colour.red() - colour.green() for colour in change) > 80
    assert max(abs(colour.red() - colour.green()) for colour in price) < 12


def test_a_flash_is_a_little_wider_than_its_price_and_goes(open_desk) -> None:
    desk = open_desk()
    desk.tick("A.US", 10.0)
    desk.settle()
    desk.clock.advance(0.4)
    desk.tick("A.US", 11.0)
    desk.settle()
    flash = look.mix(DARK.up, DARK.table, DARK.flash)
    half = look.mix(DARK.up, DARK.table, DARK.flash / 2)
    last, metrics = cell(desk, 0, LAST), desk.table._painter._regular.metrics
    right = last.left() + last.width() - COLUMNS[LAST].right_px
    spot = QPoint(round(right - metrics.horizontalAdvance("11.00")) - 3, last.center().y())
    image = desk.image()
    assert image.pixel(spot) == flash.rgb()
    lit = [x for x in range(last.left(), last.right()) if image.pixel(x, last.top() + 7) == flash.rgb()]
    high = [y for y in range(last.top(), last.bottom() + 1) if image.pixel(spot.x(), y) == flash.rgb()]
    assert len(lit) == pytest.approx(metrics.horizontalAdvance("11.00") + 12, abs=2)
    assert len(high) == 20
    desk.clock.advance(0.25)
    desk.settle()
    assert desk.image().pixel(spot) == half.rgb()
    desk.clock.advance(0.1)
    desk.settle()
    assert desk.image().pixel(spot) == DARK.table.rgb()


def test_neither_an_unchanged_price_nor_an_offline_row_flashes(open_desk) -> None:
    desk = open_desk()
    desk.tick("A.US", 10.0)
    desk.settle()
    desk.tick("A.US", 10.0)
    desk.clock.advance(0.01)
    desk.tick("A.US", 10.0)
    desk.settle()
    assert desk.table.next_flash_s() is None, "the dash says it"
    desk.clock.advance(0.01)
    desk.tick("A.US", 11.0)
    desk.settle()
    assert desk.table.next_flash_s() is not None
    desk.mark(RowState.OFFLINE, "A.US")
    desk.settle()
    flash = look.mix(DARK.up, DARK.table, DARK.flash).name().upper()
    assert flash not in colours(desk.image(), cell(desk, 0, LAST))


def test_the_arrow_is_close_to_most_prices_and_at_one_x(open_desk) -> None:
    desk = open_desk()
    for code, price, decimals in (("A.US", 178.40, 2), ("B.US", 62.84, 2), ("C.US", 9.5, 1), ("D.US", 1.164, 5)):
        desk.tick(code, price, decimals)
        desk.tick(code, price * 1.1, decimals)
    desk.clock.advance(1)
    desk.settle()
    image, green = desk.image(), DARK.up.name().upper()
    lefts, ends = [], []
    for row in range(4):
        box = cell(desk, row, LAST)
        inked = [x for x in range(box.left(), box.right() + 1) if green in colours(image, QRect(x, box.top(), 1, 28))]
        lefts.append(inked[0])
        ends.append(colour_extent(image, QRect(box.left(), box.top(), inked[0] - 2 - box.left(), 28), DARK.table)[1])
    assert lefts[0] == lefts[1] == lefts[2], "one x, that of the most common decimals"
    assert [left - end for left, end in zip(lefts, ends, strict=True)][:2] == pytest.approx([9, 9], abs=3)
    assert lefts[3] - ends[3] == pytest.approx(9, abs=3), "behind the longer one"


def test_decimal_points_stand_in_one_line(open_desk) -> None:
    desk = open_desk()
    desk.tick("A.US", 178.40, 2)
    desk.tick("B.US", 1.16400, 5)
    desk.settle()
    image = desk.image()
    painter = desk.table._painter
    two = colour_extent(image, cell(desk, 0, LAST).adjusted(20, 0, -20, 0), DARK.table)[1]
    five = colour_extent(image, cell(desk, 1, LAST).adjusted(20, 0, -20, 0), DARK.table)[1]
    assert five - two == pytest.approx(painter.fractions.shift_px(2, painter.decimals), abs=1.5)


def test_a_long_change_is_shown_whole(open_desk) -> None:
    desk = open_desk()
    desk.tick("A.US", 1.5, 5)
    desk.tick("B.US", 120_000.55, 2)
    desk.tick("B.US", 105_000.55, 2)
    desk.clock.advance(1)
    desk.settle()
    left, right = colour_extent(desk.image(), cell(desk, 1, CHG), DARK.table)
    advance = desk.table._painter._regular.metrics.horizontalAdvance("−15,000.00")
    assert right - left == pytest.approx(advance, abs=4)


def test_selection_shows_its_bar_and_dims_without_the_focus(open_desk) -> None:
    desk = open_desk()
    desk.select(1)
    desk.settle()
    y = cell(desk, 1, 0).center().y()
    assert desk.image().pixel(0, y) == DARK.select.rgb(), "the ring is there"
    QTest.keyClick(desk.table, Qt.Key.Key_Right)
    desk.settle()
    image = desk.image()
    assert image.pixel(0, y) == DARK.accent.rgb()
    assert image.pixel(cell(desk, 1, TREND).left() + 3, y) == DARK.select.rgb()
    desk.add_line.setFocus()
    desk.settle()
    assert desk.image().pixel(cell(desk, 1, TREND).left() + 3, y) == DARK.select_idle.rgb()


def test_the_focus_ring_follows_the_current_cell(open_desk) -> None:
    desk = open_desk()
    desk.select(2)
    QTest.keyClick(desk.table, Qt.Key.Key_Right)
    desk.settle()
    assert DARK.accent.name().upper() in colours(desk.image(), cell(desk, 2, 1))
    desk.add_line.setFocus()
    desk.settle()
    assert DARK.accent.name().upper() not in colours(desk.image(), cell(desk, 2, 1))


def test_the_server_s_words_stand_right_of_a_refused_symbol(open_desk) -> None:
    desk = open_desk()
    desk.mark(RowState.REFUSED, "B.US", reason="No <b>such</b>\ncode")
    desk.settle()
    QTest.qWait(0)  # State grows for its word
    desk.settle()
    box = cell(desk, 1, 0).adjusted(112, 0, 0, 0)
    assert len(colours(desk.image(), box)) > 3
    desk.mark(RowState.PENDING, "B.US")
    desk.settle()
    assert len(colours(desk.image(), box.adjusted(0, 3, -3, -3))) == 1


def test_only_rows_with_news_are_painted(open_desk) -> None:
    desk = open_desk()
    for code in desk.codes:
        desk.tick(code, 10.0)
    desk.clock.advance(5)
    desk.settle()
    painted = []
    paint = desk.table._painter.paint
    desk.table._painter.paint = lambda painter, top, *rest: (painted.append(top), paint(painter, top, *rest))
    desk.tick("C.US", 11.0)
    desk.settle()
    assert set(painted) == {2 * look.NORMAL.row_px}


def test_a_scrolled_table_shows_the_rows_it_should(open_desk) -> None:
    desk = open_desk(*(f"S{number}" for number in range(100)))
    QTest.keyClick(desk.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert desk.current == "S99"
    first, last = desk.table._visible_rows()
    assert last == 99
    assert desk.table._overlay.isVisible()
    assert desk.table.viewport().width() == desk.table.width(), "the bar lies over the rows"
    QTest.keyClick(desk.table, Qt.Key.Key_PageUp)
    QTest.keyClick(desk.table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert desk.current == "S0"
    assert first > 0


def test_lines_are_kept_of_the_rows_in_view_only_and_each_is_drawn_once_when_it_comes(open_desk) -> None:
    desk = open_desk(*(f"S{number}" for number in range(100)))
    for number in range(100):
        desk.tick(f"S{number}", 10.0 + number)
    desk.settle()
    lines, bar, drawn = desk.table._painter.lines, desk.table.verticalScrollBar(), []
    picture = lines._picture
    lines._picture = lambda line, *rest: (drawn.append(line), picture(line, *rest))[1]
    one = lines._pictures[next(iter(lines._pictures))]
    (bytes_of_one,) = (each.width() * each.height() * 4 for each in one.values())
    for places in (0, 30, 33, 60, 0):
        bar.setValue(places * look.NORMAL.row_px)
        desk.settle()
        first, last = desk.table._visible_rows()
        in_view = set(desk.table._rows.slots[first : last + 1].tolist())
        assert lines._lines.keys() == lines._pictures.keys() == in_view
        assert lines.pictures_bytes == len(in_view) * bytes_of_one
    drawn.clear()
    bar.setValue(2 * look.NORMAL.row_px)
    desk.settle()
    assert len(drawn) == 2
    desk.table.viewport().update()
    desk.settle()
    assert len(drawn) == 2


def test_after_sorting_all_prices_are_painted_first_and_the_lines_a_few_at_a_time(open_desk) -> None:
    desk = open_desk(*(f"S{number}" for number in range(100)))
    for number in range(100):
        desk.tick(f"S{number}", 10.0 + number)
    desk.settle()
    painter, paints = desk.table._painter, [[0, 0]]  # rows and lines drawn in each paint
    paint, picture, finish = painter.paint, painter.lines._picture, painter.finish

    def count(place: int, result: object) -> object:
        paints[-1][place] += 1
        return result

    painter.paint = lambda *what: count(0, paint(*what))
    painter.lines._picture = lambda *what: count(1, picture(*what))
    painter.finish = lambda *what: (finish(*what), paints.append([0, 0]))
    desk.table._rows.sort_by(columns.LAST, is_descending=True)
    desk.settle()
    first, last = desk.table._visible_rows()
    in_view = last - first + 1
    assert paints[0][0] == in_view
    assert max(lines for _, lines in paints) == _LINES_AT_ONCE < in_view
    assert sum(lines for _, lines in paints) == in_view, "each is drawn once"
    assert len(painter.lines._pictures) == in_view


def test_a_picture_of_the_window_just_after_sorting_has_every_line(open_desk) -> None:
    desk = open_desk(*(f"S{number}" for number in range(100)))
    for number in range(100):
        desk.tick(f"S{number}", 10.0 + number)
    desk.settle()
    desk.table._rows.sort_by(columns.LAST, is_descending=True)
    desk.window.picture()
    first, last = desk.table._visible_rows()
    in_view = set(desk.table._rows.slots[first : last + 1].tolist())
    assert set(desk.table._painter.lines._pictures) >= in_view


def test_lines_of_rows_that_sorting_moves_out_of_view_are_let_go(open_desk) -> None:
    desk = open_desk(*(f"S{number}" for number in range(100)))
    for number in range(100):
        desk.tick(f"S{number}", 10.0 + number)
    desk.settle()
    desk.table._rows.sort_by(columns.LAST, is_descending=True)
    desk.settle()
    lines = desk.table._painter.lines
    first, last = desk.table._visible_rows()
    assert lines._pictures.keys() == set(desk.table._rows.slots[first : last + 1].tolist())
    assert min(lines._pictures) > 50


def test_paints_and_the_age_of_ticks_are_counted(open_desk) -> None:
    desk = open_desk()
    before = desk.window.repaint_clock.paint_stats().count
    desk.tick("A.US", 10.0)
    desk.clock.advance(0.005)
    desk.settle()
    assert desk.window.repaint_clock.paint_stats().count > before
    assert desk.window.repaint_clock.age_stats().max_ms == pytest.approx(5)


def test_the_name_stands_right_of_the_symbol_and_in_the_tip_as_plain_text(open_desk) -> None:
    desk = open_desk("NVDA.US", "A.US", "HTML.US")
    desk.settle()
    image = desk.image()
    beside = [cell(desk, row, 0).adjusted(112, 6, -8, -6) for row in range(3)]
    assert len(colours(image, beside[0])) > 2
    assert len(colours(image, beside[1])) == 1, "what has no name leaves its place empty"
    tip = desk.table.model().index(2, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("HTML.US <b>bold</b>: ")


@pytest.mark.parametrize("chosen", [(), (1,), (0, 2, 3), (3, 2, 1, 0)])
def test_the_rows_that_are_selected_are_painted_so_and_no_other(open_desk, chosen: tuple[int, ...]) -> None:
    desk = open_desk()
    desk.select(*chosen)
    desk.settle()
    image = desk.image()
    grounds = [QColor(image.pixel(cell(desk, row, CHG).topLeft() + QPoint(4, 3))) for row in range(4)]
    select = (DARK.select, DARK.select_idle)
    assert [ground in select for ground in grounds] == [row in chosen for row in range(4)]


def test_ticks_that_were_overtaken_before_a_paint_are_counted_and_the_newest_is_shown(open_desk) -> None:
    desk = open_desk("A.US", "B.US")
    desk.tick("A.US", 1.0)
    desk.settle()
    log = desk.window.repaint_clock.log
    before = log.conflated
    for price in (2.0, 3.0, 4.0):
        desk.tick("A.US", price)
    desk.tick("B.US", 1.0)
    desk.settle()
    assert log.conflated == before + 2
    assert desk.table.model().index(0, 2).data() == "4.00"
    desk.tick("A.US", 5.0)
    desk.settle()
    assert log.conflated == before + 2
