"""A window of any size: nothing sticks out, nothing that matters is gone."""

import itertools
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from quotedesk.config.settings import Shade, Spacing
from quotedesk.lists.section import new_section
from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position
from quotedesk.market.states import LinkState, LinkStatus, RowState
from quotedesk.ui.looks import theme
from quotedesk.ui.looks.overlay_scroll_bar import OverlayScrollBar
from quotedesk.ui.table.column_choice import ColumnChoice
from quotedesk.ui.table.columns import USUAL
from quotedesk.ui.table.row_painter import STATE_LEFT_PX
from quotedesk.ui.window.positions_edits import PositionEdits
from quotedesk.ui.window.toasts import Toasts

SIZES = [(260, 300), (480, 640), (559, 400), (560, 400), (800, 500), (1024, 520), (1920, 1000), (3440, 1300)]
MANY = tuple(f"SYM{number}.US" for number in range(300))


def place(part: QWidget, window: QWidget) -> QRect:
    return QRect(part.mapTo(window, QPoint(0, 0)), part.size())


@pytest.mark.parametrize("rows", [4, 300])
@pytest.mark.parametrize("size", SIZES)
def test_the_parts_of_a_window_stay_inside_and_apart(open_desk, size: tuple[int, int], rows: int) -> None:
    desk = open_desk(*MANY[:rows])
    for number in range(19):
        desk.window.list_menu.add(f"List {number}, of some length", [Instrument("demo", "GOLD")])
    desk.window.resize(*size)
    desk.settle()
    window = desk.window
    assert (window.width(), window.height()) == size
    parts = [window.menuBar(), window.panel, window.status_bar]
    for part in (*parts, window.add_line, *window.findChildren(OverlayScrollBar)):
        if part.isVisible():
            assert window.rect().contains(place(part, window)), part
    for above, below in itertools.pairwise(parts):
        assert place(above, window).bottom() < place(below, window).top()


@pytest.mark.parametrize(
    ("width", "titles"),
    [(260, "Symbol Last Chg%"), (360, "Symbol State Last Chg%"), (480, "Symbol State Last Chg Chg%")],
)
def test_a_narrow_window_shows_the_columns_that_matter_whole(open_desk, width: int, titles: str) -> None:
    desk = open_desk()
    desk.tick("A.US", 117_204.55)
    desk.window.resize(width, 400)
    desk.settle()
    header = desk.table.header
    shown = [at for at in range(header.count()) if not header.isSectionHidden(at)]
    assert " ".join(USUAL[at].title.replace(" ", "") for at in shown) == titles
    assert sum(header.sectionSize(at) for at in shown) == desk.table.viewport().width()
    assert desk.table.horizontalScrollBar().maximum() == 0
    metrics = desk.table._painter._regular.metrics
    assert header.sectionSize(2) > metrics.horizontalAdvance("117,204.55") + 20


def test_columns_of_positions_that_the_user_put_there_stay_in_a_narrow_window(open_desk) -> None:
    desk = open_desk("A.US")
    header = desk.table.header

    def shown() -> list[str]:
        desk.settle()
        return [each.title for at, each in enumerate(header.columns) if not header.isSectionHidden(at)]

    edits = PositionEdits(desk.book, desk.undo, desk.window.panel.model)
    edits.put({Instrument("demo", "A.US"): Position(Decimal(5), Decimal(2))})
    desk.window.resize(480, 400)
    assert shown() == ["Symbol", "State", "Last", "Chg", "Chg %"], "they came by themselves"
    desk.watchlist.show_columns(desk.watchlist.columns[::-1])
    assert shown() == ["Symbol", "Chg %", "Chg", "Last", "State"], "and moved they still did"
    desk.watchlist.show_columns(desk.watchlist.columns[::-1])
    choice = ColumnChoice(desk.book, desk.undo, desk.window.panel.model)
    value = next(each for each in header.columns if each.title == "Value")
    for each in ("Quantity", "Value", "P/L", "Day P/L"):
        choice.show(next(column for column in header.columns if column.title == each), on=False)
    assert shown() == ["Symbol", "State", "Last", "Chg", "Chg %"]
    choice.show(value)
    assert shown() == ["Symbol", "State", "Last", "Chg %", "Value"]
    assert header.sectionSize(header.columns.index(value)) >= 72
    desk.window.resize(400, 400)
    assert "Value" in shown()
    desk.undo.stack.undo()
    assert "Value" not in shown()


def test_what_the_user_made_wide_is_so_again_in_a_wide_window_and_kept(open_desk) -> None:
    desk = open_desk()
    desk.window.resize(1200, 400)
    desk.settle()
    desk.table.header.resizeSection(0, 300)
    before = desk.table.header.widths_px()
    desk.window.resize(300, 400)
    desk.settle()
    assert desk.table.columnWidth(0) < 200
    assert desk.table.header.widths_px() == before, "what is kept is what is wanted"
    desk.window.resize(1200, 400)
    desk.settle()
    assert desk.table.columnWidth(0) == 300
    assert not any(desk.table.header.isSectionHidden(at) for at in range(len(USUAL)))


def test_the_scroll_bar_lies_at_the_edge_of_the_window(open_desk) -> None:
    desk = open_desk()
    desk.window.resize(700, 400)
    fits = desk.table.header.fits
    desk.table.header.fits = lambda wishes, room_px: dict.fromkeys(wishes, 120)
    desk.table.header.set_widths({})
    desk.settle()
    (bar,) = (each for each in desk.window.panel.findChildren(OverlayScrollBar) if each.width() > each.height())
    assert bar.isVisible()
    assert bar.geometry().bottom() == desk.window.panel.height() - 1
    bar.setValue(bar.maximum())
    assert desk.table.horizontalScrollBar().value() == desk.table.horizontalScrollBar().maximum() > 0
    desk.table.header.fits = fits
    desk.table.header.set_widths({})
    desk.settle()
    assert not bar.isVisible()


def test_a_section_says_its_mean_at_the_end_of_the_last_column(open_desk) -> None:
    desk = open_desk("A.US")  # a row that waits would be painted as well, whenever it says for how long
    desk.window.panel.rows.insert([new_section("Metals")], 0)
    desk.window.resize(3440, 500)
    desk.settle()
    before = desk.image()
    for price in (10.0, 11.0):
        desk.tick("A.US", price)
    desk.settle()
    desk.clock.advance(1)
    desk.settle()
    count = desk.table.log.paint_stats(desk.clock.now_s()).count
    desk.table.announce()
    desk.settle()
    assert desk.table.log.paint_stats(desk.clock.now_s()).count == count + 1, "once a second, where it is another"
    desk.table.announce()
    desk.settle()
    assert desk.table.log.paint_stats(desk.clock.now_s()).count == count + 1
    after = desk.image()
    right = desk.table.header.length()
    box = QRect(right - 70, 2, 60, 28)
    assert before.copy(box) != after.copy(box)
    beyond = QRect(right, 2, 400, 28)
    assert before.copy(beyond) == after.copy(beyond)
    assert "mean change +10.00 percent" in desk.table.model().index(0, 0).data(11)


@pytest.mark.parametrize("size", [(260, 400), (480, 640), (1000, 500)])
@pytest.mark.parametrize("shade", [Shade.DARK, Shade.LIGHT])
@pytest.mark.parametrize("spacing", list(Spacing))
def test_messages_cover_neither_the_add_line_nor_the_row_that_is_worked_with(
    open_desk, size: tuple[int, int], shade: Shade, spacing: Spacing
) -> None:
    desk = open_desk(*MANY[:60])
    desk.window.appearance.choose(shade=shade, spacing=spacing)
    desk.window.resize(*size)
    desk.select(3)
    last_in_view = desk.table.rowAt(desk.table.viewport().height() - 2)
    desk.select(last_in_view)
    desk.window.show_notice("1 added, 1 already here, 1 not a symbol: see chart, and more that is said at length")
    desk.settle()
    toasts: Toasts = desk.window.toasts
    shown = [toast.geometry() for toast in toasts.shown if toast.isVisible()]
    assert shown
    rows = toasts._chosen()
    for toast in shown:
        assert desk.window.panel.rect().contains(toast)
        assert not toast.intersects(desk.add_line.geometry())
        assert not any(toast.intersects(row) for row in rows)
        if size[0] >= 1000:
            assert not toast.intersects(toasts._rows()), "there is room beside the add line"


def test_beside_the_add_line_there_is_one_message_at_a_time(open_desk) -> None:
    desk = open_desk(*MANY[:60])
    for words in ("first", "second"):
        desk.window.show_notice(words, is_error=True)
    desk.settle()
    assert [toast.message.text for toast in desk.window.toasts.shown if toast.isVisible()] == ["second"]
    desk.window.toasts.shown[1].close_button.click()
    desk.settle()
    assert [toast.message.text for toast in desk.window.toasts.shown if toast.isVisible()] == ["first"]


def test_the_first_window_fits_the_screen(open_desk) -> None:
    from quotedesk.ui.window.window import Window

    desk = open_desk(show=False)
    window = Window(desk.book, desk.undo, desk.quotes, desk.clock, desk.table.model().reader.directories)
    room = window.screen().availableSize()
    assert window.width() <= min(1000, room.width())
    assert window.height() < room.height(), "its frame has room as well"
    assert (window.minimumWidth(), window.minimumHeight()) == (260, 281)
    window.release()
    window.allow_close()
    window.deleteLater()


@pytest.mark.parametrize("size", [(260, 420), (480, 480), (1000, 500)])
def test_no_button_of_the_start_panel_or_the_banner_is_cut(open_desk, size: tuple[int, int]) -> None:
    desk = open_desk()
    desk.window.resize(*size)
    desk.window.welcome()
    desk.show_feeds(
        links=(
            LinkStatus(
                "demo", "demo", LinkState.WAITING, reason="the network is down", retry_at_s=desk.clock.now_s() + 9
            ),
        )
    )
    desk.window.banners.second()
    desk.settle()
    panel = desk.window.start_panel
    buttons = [panel.demo, panel.token, panel.end, *panel.colours.buttons.values(), desk.window.banner.retry]
    assert desk.window.banner.isVisible()
    for button in buttons:
        assert button.isVisible()
        assert button.width() >= button.sizeHint().width(), button.text()
        assert button.height() >= button.sizeHint().height(), button.text()
        holder = desk.window.banner if button is desk.window.banner.retry else panel
        assert holder.rect().contains(place(button, holder)), button.text()
    boxes = [place(button, panel) for button in buttons[:-1]]
    for one, other in itertools.combinations([*boxes, panel.field().translated(-panel.pos())], 2):
        assert not one.intersects(other)


def test_where_our_font_is_missing_no_state_s_word_is_cut(open_desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "FAMILIES", ["DejaVu Sans"])
    desk = open_desk("A.US")
    desk.window.resize(1000, 400)
    desk.mark(RowState.PENDING, "A.US")
    desk.clock.advance(12)
    desk.table.repaint_ages()
    desk.settle()
    QTest.qWait(0)
    word = QFontMetricsF(theme.font(12)).horizontalAdvance("Waiting 12 s")
    assert desk.table.columnWidth(1) >= STATE_LEFT_PX + word + 2
