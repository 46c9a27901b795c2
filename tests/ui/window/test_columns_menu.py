"""Order of the rows, width and place of the columns, by keys and in the header's menu."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from quotedesk.config.settings import TrendSpan
from quotedesk.ui.table.columns import COLUMNS, USUAL

KEY = Qt.Key
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
AT = {column.title: place for place, column in enumerate(USUAL)}
COLUMN = {column.title: column for column in COLUMNS}

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def desk(open_desk):
    desk = open_desk("A.US", "B.US", "C.US")
    for code, price in (("A.US", 2.0), ("B.US", 3.0), ("C.US", 1.0)):
        desk.tick(code, price)
    desk.settle()
    desk.header = desk.table.header
    return desk


def shown(desk) -> str:
    return "".join(row.code[0] for row in desk.table.model().rows)


def at_column(desk, title: str) -> None:
    desk.table.setCurrentIndex(desk.table.model().index(0, AT[title]))


def sub_menu(desk, words: str) -> dict:
    (menu,) = (action.menu() for action in desk.window.view_menu.actions() if action.text().replace("&", "") == words)
    return {action.text().replace("&", ""): action for action in menu.actions() if not action.isSeparator()}


def test_rows_are_sorted_by_the_menu_numbers_from_the_largest(desk) -> None:
    entries = sub_menu(desk, "Sort by")
    entries["Last"].trigger()
    assert shown(desk) == "BAC"
    assert entries["Last"].isChecked()
    entries["Turn round"].trigger()
    assert shown(desk) == "CAB"
    entries["Symbol"].trigger()
    assert shown(desk) == "ABC"
    entries["The list's own order"].trigger()
    assert desk.table.model().sorted_by is None
    assert entries["The list's own order"].isChecked()
    assert not entries["Turn round"].isEnabled()


def test_the_current_column_is_sorted_by_a_key_like_by_a_click_on_its_header(desk) -> None:
    at_column(desk, "Last")
    for rows in ("BAC", "CAB", "ABC"):
        QTest.keyClick(desk.table, KEY.Key_O, CTRL | SHIFT)
        assert shown(desk) == rows
    QTest.keyClick(desk.table, KEY.Key_O, CTRL | SHIFT)
    QTest.keyClick(desk.table, KEY.Key_O, CTRL | ALT)
    assert shown(desk) == "ABC"


def test_the_current_column_is_widened_narrowed_and_moved_by_keys(desk) -> None:
    at_column(desk, "Chg")

    def width() -> int:
        return desk.header.sectionSize(desk.header.order().index("Chg"))

    before = width()
    QTest.keyClick(desk.table, KEY.Key_Right, ALT | SHIFT)
    assert width() > before
    QTest.keyClick(desk.table, KEY.Key_Left, ALT | SHIFT)
    assert width() == before
    QTest.keyClick(desk.table, KEY.Key_Left, ALT)
    assert desk.header.order()[:4] == ("Symbol", "State", "Chg", "Last")
    QTest.keyClick(desk.table, KEY.Key_Right, ALT)
    assert desk.header.order()[:4] == ("Symbol", "State", "Last", "Chg")
    for _ in range(20):
        QTest.keyClick(desk.table, KEY.Key_Left, ALT)
    assert desk.header.order()[:2] == ("Symbol", "Chg"), "the symbol says whose row it is"
    for _ in range(20):
        QTest.keyClick(desk.table, KEY.Key_Right, ALT)
    assert desk.header.order()[-1] == "Chg"
    for _ in range(60):
        QTest.keyClick(desk.table, KEY.Key_Left, ALT | SHIFT)
    assert width() == desk.header.minimumSectionSize()


def test_a_column_is_hidden_by_a_key_and_comes_back_by_undo_and_by_reset(desk) -> None:
    usual = desk.header.order()
    at_column(desk, "Size")
    QTest.keyClick(desk.table, KEY.Key_Delete, ALT | SHIFT)
    assert desk.header.order() == tuple(name for name in usual if name != "Size")
    assert desk.table.model().columns[desk.table.currentIndex().column()].title == "Trend"
    assert desk.book.lists[0].columns == desk.header.order()
    desk.undo.stack.undo()
    assert desk.header.order() == usual
    at_column(desk, "Symbol")
    QTest.keyClick(desk.table, KEY.Key_Delete, ALT | SHIFT)
    assert desk.header.order() == usual
    desk.undo.stack.redo()
    QTest.keyClick(desk.table, KEY.Key_R, CTRL | SHIFT)
    assert desk.header.order() == usual
    assert desk.book.lists[0].columns == ()


def test_the_rows_chosen_stay_so_while_columns_come_and_go(desk) -> None:
    desk.select(1)
    desk.window._header_menu._columns.choice.show(COLUMN["Volume"])
    assert [row.code for row in desk.window.panel.selecting.rows()] == ["B.US"]


def test_a_list_sorted_by_a_column_stays_so_when_the_column_is_hidden(desk) -> None:
    desk.window.sort("Last:desc")
    desk.window._header_menu._columns.choice.show(COLUMN["Last"], False)
    assert shown(desk) == "BAC"
    assert sub_menu(desk, "Sort by")["Last"].isVisible(), "or nobody sees by what it is sorted"
    assert not sub_menu(desk, "Sort by")["Volume"].isVisible()


def test_the_symbol_s_column_stays_the_first_and_trend_as_wide_as_there_is_room(desk) -> None:
    order, trend = desk.header.order(), desk.header.sectionSize(AT["Trend"])
    at_column(desk, "Symbol")
    QTest.keyClick(desk.table, KEY.Key_Right, ALT)
    at_column(desk, "Trend")
    QTest.keyClick(desk.table, KEY.Key_Right, ALT | SHIFT)
    assert (desk.header.order(), desk.header.sectionSize(AT["Trend"])) == (order, trend)


def test_in_the_add_line_these_keys_are_the_text_s(desk) -> None:
    order = desk.header.order()
    desk.add_line.begin("nvda")
    QTest.keyClick(desk.add_line, KEY.Key_Left, ALT)
    QTest.keyClick(desk.add_line, KEY.Key_Left, ALT | SHIFT)
    assert desk.header.order() == order
    assert desk.add_line.hasFocus()


def entries(menu: QMenu) -> dict:
    return {action.text(): action for action in menu.actions() if not action.isSeparator()}


def test_the_header_has_a_menu_of_the_column_under_the_pointer(desk) -> None:
    viewport = desk.header.viewport()
    at = viewport.rect().center()
    at.setX(desk.header.sectionViewportPosition(AT["Last"]) + 20)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, viewport.mapToGlobal(at))
    QApplication.sendEvent(viewport, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    words = list(entries(menu))
    assert words == [
        *("Last: largest first", "Last: smallest first", "The list's own order"),
        *("Move left", "Move right", "Wider", "Narrower", "Hide Last", "Choose columns", "Reset all columns"),
    ]
    entries(menu)["Last: smallest first"].trigger()
    menu.close()
    assert shown(desk) == "CAB"


def test_each_column_says_its_two_orders_in_its_own_words_and_what_is_possible(desk) -> None:
    menu_of = desk.window._header_menu.menu
    for title, first, second in (
        ("Symbol", "A to Z", "Z to A"),
        ("State", "live first", "live last"),
        ("Bid", "largest first", "smallest first"),
        ("Time", "newest first", "oldest first"),
        ("Venue", "A to Z", "Z to A"),
    ):
        words = list(entries(menu_of(COLUMN[title])))
        assert words[:2] == [f"{title}: {first}", f"{title}: {second}"]
    assert not entries(menu_of(COLUMN["Symbol"]))["Move right"].isEnabled()
    assert not entries(menu_of(COLUMN["State"]))["Move left"].isEnabled()
    assert not entries(menu_of(COLUMN["Trend"]))["Wider"].isEnabled()
    desk.window.sort("Last:desc")
    assert entries(menu_of(COLUMN["Last"]))["Last: largest first"].isChecked()
    entries(menu_of(COLUMN["Last"]))["The list's own order"].trigger()
    assert shown(desk) == "ABC"


def test_the_trends_menu_chooses_how_far_back_lines_reach(desk) -> None:
    chosen = []
    desk.window.requests.trend.connect(chosen.append)

    def entries(title: str) -> dict:
        return {action.text(): action for action in desk.window._header_menu.menu(COLUMN[title]).actions()}

    assert entries("Trend")["Last 15 minutes"].isChecked()
    assert not entries("Trend")["Today"].isChecked()
    entries("Trend")["Today"].trigger()
    entries("Trend")["Last 5 days"].trigger()
    assert chosen == [TrendSpan.DAY, TrendSpan.FIVE_DAYS]
    assert [each.seconds for each in TrendSpan] == [900, 86_400, 5 * 86_400]
    desk.quotes.set_span(86_400.0, 0.0)
    assert entries("Trend")["Today"].isChecked()
    assert "Last 15 minutes" not in entries("Symbol")
