"""The mini strip: what it shows, how it is moved, where it leads."""

from decimal import Decimal

import pytest
from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollBar
from pytestqt.qtbot import QtBot

from quotedesk.lists.positions import Held
from quotedesk.lists.section import new_section
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.position import Position
from quotedesk.market.quote import Trade
from quotedesk.market.states import LinkState, LinkStatus, RowState, RowStatus
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.alerts.alerts import RINGING
from quotedesk.ui.table.columns import STATE, SYMBOL
from quotedesk.ui.table.numbers import HIDDEN
from quotedesk.ui.window import desktop_limits
from quotedesk.ui.window.frameless import Frameless
from quotedesk.ui.window.mini_strip import MiniStrip
from tests.fakes.clock import FakeClock
from tests.fakes.windows import book_of, windows_on

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
LEFT = Qt.MouseButton.LeftButton
A, B, GOLD = (Instrument("demo", code) for code in ("A.US", "B.US", "GOLD"))


class Stripped:
    """A window and the strip of the same two rows."""

    def __init__(self) -> None:
        self.clock, self.quotes = FakeClock(), Quotes()
        self.book = book_of("demo", ["A.US", "B.US"])
        self.windows = windows_on(self.book, self.quotes, self.clock)
        self.windows.open()
        self.windows.show()
        self.choice = self.windows.requests.strip
        self.choice.choose(is_open=True)
        assert self.windows.strip is not None
        self.strip: MiniStrip = self.windows.strip

    def tick(self, code: str, price: str, state: RowState = RowState.LIVE) -> None:
        now_s = self.clock.now_s()
        status = RowStatus(code, state, now_s, "")
        self.quotes.apply(Batch("demo", [Trade(code, number(price))], now_s, (), (status,)))
        self.windows.wake()

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key in the window."""
        self.windows.all[0].activateWindow()
        QTest.qWait(1)
        QTest.keyClick(self.windows.all[0], key, modifiers)

    def texts(self, row: int) -> list[str]:
        model = self.strip.model
        return [model.index(row, column).data() for column in range(model.columnCount())]

    @property
    def room(self) -> QRect:
        return self.strip.screen().availableGeometry()


@pytest.fixture
def here(qtbot: QtBot):
    here = Stripped()
    yield here
    here.windows.close_all()


def test_it_shows_the_same_prices_and_states_in_its_own_columns(here: Stripped) -> None:
    here.tick("A.US", "12.50")
    here.tick("B.US", "3.25", RowState.PARKED)
    assert here.texts(0) == ["A.US", "", "12.50", "0.00"]
    assert here.texts(1)[:3] == ["B.US", "Parked", "3.25"]
    assert here.strip.head.words() == ("Watchlist", "")
    here.strip.repaint_clock.ran.emit()
    assert here.strip.head.words() == ("Watchlist", "1 parked")
    here.windows.show_links((LinkStatus("demo", "demo", LinkState.WAITING, 0.0, "no network"),))
    assert here.strip.head.words() == ("Watchlist", "Offline")
    relay = LinkStatus("relay", "relay", LinkState.WAITING, 0.0, "no network", through="hut")
    here.windows.show_links((relay, LinkStatus("demo", "demo", LinkState.OFF, through="hut")))
    assert here.strip.head.words()[1] == "Offline", "the way to its rows is the relay's"
    here.windows.show_links((relay, LinkStatus("demo", "demo", LinkState.UP)))
    assert here.strip.head.words()[1] == "1 parked", "not this one's"
    here.windows.show_links((LinkStatus("other", "other", LinkState.WAITING, 0.0, "no network"),))
    assert here.strip.head.words() == ("Watchlist", "1 parked"), "that feed is none of its rows'"


def test_positions_can_be_in_it_and_are_hidden_with_all_others(here: Stripped) -> None:
    here.book.hold(Held({A: Position(Decimal(1200), Decimal(10))}))
    here.tick("A.US", "12.50")
    here.choice.choose(columns=("Last", "P/L"))
    assert here.texts(0)[-2:] == ["12.50", "+3,000.00"]
    here.strip.table.viewport().repaint()
    before = here.strip.table.grab().toImage()
    here.book.hold(Held(here.book.held.positions, is_hidden=True))
    assert here.texts(0)[-1] == HIDDEN
    assert here.strip.table.grab().toImage() != before


def test_it_stays_on_top_has_no_frame_and_takes_no_keyboard(here: Stripped) -> None:
    flags = here.strip.windowFlags()
    assert flags & Qt.WindowType.FramelessWindowHint
    assert flags & Qt.WindowType.WindowStaysOnTopHint
    assert here.strip.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert here.windows.all[0].isVisible(), "the window stays as it is"


def test_columns_come_and_go_symbol_and_state_stay_and_all_have_room(here: Stripped, qtbot: QtBot) -> None:
    before = here.strip.width()
    settled: list[int] = []
    here.windows.shown_settled.connect(lambda: settled.append(1))
    here.choice.show_column("Bid", True)
    assert settled == [1], "an order book may be wanted now"
    titles = [each.title for each in here.strip.model.columns]
    assert titles == ["Symbol", "State", "Last", "Chg %", "Bid"]
    assert here.strip.width() == before + 112
    assert here.strip.geometry().right() == here.room.right(), "it stays docked"
    assert not any(here.strip.table.isColumnHidden(at) for at in range(5))
    assert here.windows.strip_columns() == [(here.book.lists[0], ("Last", "Chg %", "Bid"))]
    for title in ("Last", "Chg %", "Bid"):
        here.choice.show_column(title, False)
    assert [each for each in here.strip.model.columns] == [here.strip.model.all_columns[SYMBOL], STATE]


def test_titles_take_their_room_only_where_they_are_wanted(here: Stripped) -> None:
    header, table = here.strip.table.header, here.strip.table
    assert table.viewport().y() == 0
    rows_px = table.viewport().height()
    here.choice.choose(has_titles=True)
    assert table.viewport().y() == header.height() == 28
    assert table.viewport().height() == rows_px, "and take none from the rows"


def drag(part, start: QPoint, by: QPoint) -> None:
    """As a hand does, by way of places on the screen: what is pulled moves on the way."""
    QTest.mousePress(part, LEFT, pos=start)
    end = part.mapToGlobal(start) + by
    for _ in range(2):
        QTest.mouseMove(part, part.mapFromGlobal(end))
    QTest.mouseRelease(part, LEFT, pos=part.mapFromGlobal(end))


def test_it_is_moved_by_its_rows_snaps_at_edges_and_is_never_off_the_screen(here: Stripped) -> None:
    strip, view = here.strip, here.strip.table.viewport()
    assert (strip.geometry().right(), strip.geometry().bottom()) == (here.room.right(), here.room.bottom())
    drag(view, QPoint(60, 40), QPoint(-200, -200))
    assert here.choice.state.edges == ()
    assert here.room.contains(strip.geometry())
    assert strip.link.current != B, "what was pulled was not chosen"
    away = QPoint(-strip.x() + 9, -strip.y() - 500)
    drag(view, QPoint(60, 40), away)
    assert strip.pos() == here.room.topLeft()
    assert strip.state().edges == ("left", "top")
    assert strip.state().place_px == (0, 0)


def test_its_border_sizes_it(here: Stripped) -> None:
    strip = here.strip
    here.choice.choose(edges=("left", "top"))
    size, view = strip.size(), strip.table.viewport()
    drag(view, QPoint(view.width() - 1, view.height() - 1), QPoint(40, 30))
    assert (strip.width(), strip.height()) == (size.width() + 40, size.height() + 30)
    assert strip.state().size_px == strip.size().toTuple()
    drag(view, QPoint(view.width() - 1, 40), QPoint(-2000, 0))
    assert strip.width() == strip.minimumWidth()
    strip.resize(240, 50)
    bar = next(each for each in strip.table.findChildren(QScrollBar) if each.isVisible())
    drag(bar, QPoint(bar.width() - 1, 5), QPoint(60, 0))
    assert strip.width() == 300, "also where the scroll bar lies over the border"


def test_a_click_chooses_a_row_and_a_double_click_or_enter_leads_to_it_in_the_window(here: Stripped) -> None:
    strip, window = here.strip, here.windows.all[0]
    window.list_menu.add("Metals", [GOLD])
    view = strip.table.viewport()
    QTest.mouseClick(view, LEFT, pos=QPoint(60, 40))
    assert strip.link.current == B
    QTest.mouseDClick(view, LEFT, pos=QPoint(60, 40))
    QTest.mouseRelease(view, LEFT, pos=QPoint(60, 40))
    assert window.watchlist is strip.watchlist
    assert window.panel.selecting.rows() == [B]
    QTest.keyClick(strip.table, Qt.Key.Key_Up)
    QTest.keyClick(strip.table, Qt.Key.Key_Return)
    assert window.panel.selecting.rows() == [A]


def test_its_list_is_followed_by_name_and_left_when_it_goes(here: Stripped) -> None:
    window = here.windows.all[0]
    section = new_section("Old")
    metals = window.list_menu.add("Metals", [section, GOLD])
    here.choice.choose(shown="Metals")
    assert here.strip.watchlist is metals
    assert metals in here.windows.shown, "it goes first where the plan is short"
    QTest.mouseClick(here.strip.table.viewport(), LEFT, pos=QPoint(10, 10))
    assert section.key in metals.folded
    here.book.rename(metals, "Gold")
    assert here.choice.state.shown == "Gold"
    assert here.strip.windowTitle().startswith("Gold")
    window.list_menu.show_list(metals)
    window.list_menu.close_list()
    assert here.strip.watchlist is here.book.lists[0]


def test_f10_puts_it_away_and_says_how_it_comes_back(here: Stripped) -> None:
    QTest.keyClick(here.strip, Qt.Key.Key_F10)
    assert not here.strip.isVisible()
    told = [each.message.text for each in here.windows.front.toasts.shown]
    assert told == ["The mini strip is hidden. F10 here brings it back."]
    assert here.strip.repaint_clock.is_idle
    here.press(Qt.Key.Key_F10)
    assert here.strip.isVisible()


def test_ctrl_m_in_it_leads_back_and_closing_it_closes_no_window(here: Stripped) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(here.strip, Qt.Key.Key_M, control)
    assert not here.strip.isVisible()
    assert here.windows.all[0].isVisible()
    assert here.windows.strip_columns() == []
    here.press(Qt.Key.Key_M, control)
    assert here.strip.isVisible()
    here.strip.close()
    assert not here.choice.state.is_open


def test_on_wayland_the_desktop_moves_it_and_that_is_said(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop_limits, "is_wayland", lambda: True)
    asked: list[object] = []
    monkeypatch.setattr(Frameless, "ask_desktop", lambda self, sides: asked.append(sides))
    here = Stripped()
    (told,) = [each.message.text for each in here.windows.front.toasts.shown]
    assert told.startswith("On Wayland only the desktop can keep a window on top: ")
    assert told.endswith("Drag the strip into its place.")
    before = here.strip.geometry()
    drag(here.strip.table.viewport(), QPoint(60, 40), QPoint(50, 50))
    drag(here.strip.head, QPoint(1, 10), QPoint(50, 50))
    assert asked == [frozenset(), frozenset({"left"})]
    assert here.strip.geometry() == before
    assert here.strip.state().place_px == ()
    here.windows.close_all()


class Ringing(QObject):
    """Alerts of which one fired: of B.US."""

    bells_changed = Signal()
    rules_changed = Signal()

    def mark(self, instrument: Instrument) -> tuple[str, str] | None:
        return RINGING if instrument == B else None

    def words(self, instrument: Instrument) -> list[str]:
        return []

    def rings(self, instrument: Instrument) -> bool:
        return instrument == B


def test_what_fired_rings_in_it_as_in_the_windows(here: Stripped) -> None:
    here.strip.follow_alerts(Ringing(here.strip))  # type: ignore[arg-type]
    image = here.strip.table.viewport().grab().toImage()
    warn = here.windows.all[0].appearance.theme.warn.name()
    assert [image.pixelColor(0, y).name() == warn for y in (14, 42)] == [False, True]
