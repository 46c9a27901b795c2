"""The heat map in a window: the table's rows, chosen with the same hand."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from quotedesk.config.window_file import WindowState
from quotedesk.lists.section import new_section
from quotedesk.market.batch import Batch
from quotedesk.market.number import of_float
from quotedesk.market.quote import Quote
from quotedesk.market.states import RowState, RowStatus
from quotedesk.ui.heat.areas import Area
from tests.ui.conftest import FEED, Desk

CODES = ("AAPL.US", "NVDA.US", "MSFT.US", "Silver")


@pytest.fixture
def desk(qtbot):
    here = Desk(CODES, qtbot).show()
    for at, code in enumerate(CODES):
        say(here, code, 100.0 + at, 100.0, 10.0**at)
    QTest.keyClick(here.table, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    return here


def say(desk: Desk, code: str, last: float, close: float, turnover: float) -> None:
    now_s = desk.clock.now_s()
    quote = Quote(code=code, last=of_float(last, 2), prev_close=of_float(close, 2), turnover=of_float(turnover, 0))
    desk.quotes.apply(Batch(FEED, [quote], now_s, (), (RowStatus(code, RowState.LIVE, now_s),)))
    desk.window.wake()


def box_of(desk: Desk, code: str):
    heat = desk.window.panel.heat
    return next(tile.box for tile in heat.tiles if desk.watchlist and getattr(tile.row, "code", "") == code)


def colour_in(desk: Desk, code: str):
    box = box_of(desk, code)
    return desk.window.panel.heat.grab().toImage().pixelColor(box.center().x(), box.bottom() - 4)


def test_the_key_shows_tiles_in_place_of_the_table_and_takes_them_away(desk):
    panel = desk.window.panel
    assert panel.heat.isVisible()
    assert not desk.table.isVisible()
    assert panel.heat.hasFocus()
    QTest.keyClick(panel.heat, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert desk.table.isVisible()
    assert not panel.heat.isVisible()
    assert desk.table.hasFocus()


def test_a_new_price_changes_the_colour_of_its_tile(desk):
    say(desk, "Silver", 105.0, 100.0, 1000.0)
    desk.settle()
    up = colour_in(desk, "Silver")
    say(desk, "Silver", 95.0, 100.0, 1000.0)
    desk.qtbot.waitUntil(lambda: colour_in(desk, "Silver") != up)
    down = colour_in(desk, "Silver")
    assert up.green() > up.red()
    assert down.red() > down.green()


def test_only_the_tile_that_ticked_is_painted(desk, monkeypatch):
    desk.qtbot.wait(40)
    heat = desk.window.panel.heat
    touched = []
    monkeypatch.setattr(heat, "update", lambda *where: touched.append(where))
    say(desk, "NVDA.US", 101.5, 100.0, 10.0)
    heat.repaint_news(desk.clock.now_s())
    assert touched == [(box_of(desk, "NVDA.US"),)]


def test_an_old_price_has_no_colour(desk):
    say(desk, "Silver", 105.0, 100.0, 1000.0)
    desk.mark(RowState.OFFLINE, "Silver")
    desk.settle()
    colour = colour_in(desk, "Silver")
    assert abs(colour.green() - colour.red()) < 16


def test_arrows_and_clicks_choose_rows_of_the_table(desk):
    heat = desk.window.panel.heat
    QTest.mouseClick(heat, Qt.MouseButton.LeftButton, pos=box_of(desk, "MSFT.US").center())
    assert desk.selected == ["MSFT.US"]
    assert desk.current == "MSFT.US"
    QTest.mouseClick(
        heat, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, box_of(desk, "Silver").center()
    )
    assert sorted(desk.selected) == ["MSFT.US", "Silver"]
    QTest.keyClick(heat, Qt.Key.Key_Home)
    assert desk.selected == ["AAPL.US"]
    seen = {desk.current}
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Down) * 2:
        QTest.keyClick(heat, key)
        seen.add(desk.current)
    assert len(seen) > 1


def test_delete_removes_the_chosen_tile_and_undo_brings_it_back(desk):
    heat = desk.window.panel.heat
    QTest.mouseClick(heat, Qt.MouseButton.LeftButton, pos=box_of(desk, "NVDA.US").center())
    QTest.keyClick(heat, Qt.Key.Key_Delete)
    assert "NVDA.US" not in desk.codes
    assert len(heat.tiles) == 3
    QTest.keyClick(heat, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(heat.tiles) == 4


def test_typing_begins_a_symbol_and_enter_edits_in_the_table(desk):
    heat = desk.window.panel.heat
    QTest.keyClicks(heat, "t")
    assert desk.add_line.text() == "t"
    assert desk.add_line.hasFocus()
    QTest.keyClick(desk.add_line, Qt.Key.Key_Escape)
    assert heat.hasFocus()
    QTest.mouseClick(heat, Qt.MouseButton.LeftButton, pos=box_of(desk, "Silver").center())
    QTest.keyClick(heat, Qt.Key.Key_Return)
    assert desk.table.isVisible()
    assert desk.window.panel.editor.isVisible()


def test_tiles_do_not_move_with_every_price_and_never_under_the_hand(desk, monkeypatch):
    heat = desk.window.panel.heat
    before = heat.tiles
    say(desk, "AAPL.US", 100.0, 100.0, 1e9)
    heat.repaint_ages()
    assert heat.tiles == before
    desk.clock.advance(31)
    monkeypatch.setattr(heat, "underMouse", lambda: True)
    heat.repaint_ages()
    assert heat.tiles == before
    monkeypatch.setattr(heat, "underMouse", lambda: False)
    heat.repaint_ages()
    assert heat.tiles != before


def test_area_by_turnover_or_all_alike(desk):
    heat, held = desk.window.panel.heat, Qt.KeyboardModifier
    keys = held.ControlModifier | held.AltModifier | held.ShiftModifier
    sizes = {tile.box.width() * tile.box.height() for tile in heat.tiles}
    assert max(sizes) > 2 * min(sizes)
    assert heat.said == "Area: turnover, each in its own currency"
    QTest.keyClick(heat, Qt.Key.Key_H, keys)
    sizes = {tile.box.width() * tile.box.height() for tile in heat.tiles}
    assert max(sizes) < 1.1 * min(sizes)
    assert heat.said == "Area: all alike"


def test_it_says_so_where_no_turnover_is_known(qtbot):
    here = Desk(CODES, qtbot).show()
    here.window.panel.show_heat(True)
    assert here.window.panel.heat.said == "Area: all alike, as no turnover is known here"


def test_a_section_is_a_group_and_folds_to_one_tile(desk):
    heat = desk.window.panel.heat
    label = new_section("Metals")
    desk.watchlist.put([*[*desk.watchlist][:3], label, *[*desk.watchlist][3:]])
    assert len(heat.tiles) == 4
    desk.window.panel.rows.fold(label, True)
    assert [tile.row for tile in heat.tiles][-1] == label
    assert heat.grab().toImage().size() == heat.size()


def test_the_menu_of_a_tile_is_that_of_its_row(desk, monkeypatch):
    heat = desk.window.panel.heat
    shown: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, at: shown.append(menu))
    place = box_of(desk, "NVDA.US").center()
    QApplication.sendEvent(heat, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, heat.mapToGlobal(place)))
    assert any(action.text() == "Re&move" for action in shown[0].actions())
    assert desk.selected == ["NVDA.US"]


def test_the_window_comes_back_with_its_tiles(desk, qtbot):
    desk.window.panel.heat.area = Area.EQUAL
    state = desk.window.state()
    assert state.heat == "equal"
    again = Desk(CODES, qtbot)
    again.window.restore(state)
    again.window.show()
    assert again.window.panel.heat.isVisible()
    assert again.window.panel.heat.area is Area.EQUAL
    other = Desk(CODES, qtbot)
    other.window.restore(WindowState(heat="nonsense"))
    other.window.show()
    assert other.table.isVisible()
