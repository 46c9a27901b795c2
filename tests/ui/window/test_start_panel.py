"""What an empty list shows."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from quotedesk.config.settings import Direction
from quotedesk.ui.window.start_panel import StartPanel


def test_an_empty_list_says_what_to_do_and_has_its_field_in_the_panel(open_desk) -> None:
    desk = open_desk()
    panel = desk.window.findChild(StartPanel)
    assert not panel.isVisible()
    at_the_foot = desk.add_line.geometry()
    QTest.keyClick(desk.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(desk.table, Qt.Key.Key_Delete)
    assert panel.isVisible()
    assert "Type a symbol and press Enter" in " ".join(label.text() for label in panel.findChildren(QLabel))
    assert panel.geometry().contains(desk.add_line.geometry())
    assert desk.add_line.is_prominent
    QTest.keyClick(desk.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not panel.isVisible()
    assert not desk.add_line.is_prominent
    assert desk.add_line.geometry() == at_the_foot


def test_a_small_window_still_holds_the_panel_s_field(open_desk) -> None:
    desk = open_desk()
    desk.select(0, 1, 2, 3)
    desk.window.panel.rows.remove_selected()
    desk.window.resize(480, 281)
    desk.settle()
    assert desk.window.findChild(StartPanel).geometry().contains(desk.add_line.geometry())


def test_in_the_panel_a_symbol_starts_the_list(open_desk) -> None:
    desk = open_desk()
    desk.select(0, 1, 2, 3)
    desk.window.panel.rows.remove_selected()
    QTest.keyClicks(desk.table, "n")
    QTest.keyClicks(desk.add_line, "v")
    QTest.keyClick(desk.add_line, Qt.Key.Key_Return)
    assert desk.codes == ["NVDA.US"]
    assert not desk.window.findChild(StartPanel).isVisible()


def test_the_first_start_stands_over_the_rows_and_goes_when_the_user_has_begun(open_desk) -> None:
    for way in ("button", "Esc", "Esc in the line", "symbol"):
        desk = open_desk()
        told = []
        desk.window.requests.welcomed.connect(lambda told=told: told.append(1))
        desk.window.welcome()
        panel = desk.window.start_panel
        assert panel.isVisible()
        assert panel.end.isVisible()
        assert panel.height() < desk.table.height(), "the rows are to be seen around it"
        assert panel.geometry().contains(desk.add_line.geometry())
        assert desk.table.hasFocus(), "nothing at the start takes the keyboard from the table"
        if way == "button":
            panel.end.click()
        elif way == "Esc":
            QTest.keyClick(desk.table, Qt.Key.Key_Escape)
        elif way == "Esc in the line":
            QTest.keyClicks(desk.table, "s")
            QTest.keyClick(desk.add_line, Qt.Key.Key_Escape)
            QTest.keyClick(desk.add_line, Qt.Key.Key_Escape)
        else:
            QTest.keyClicks(desk.table, "s")
            QTest.keyClicks(desk.add_line, "ilv")
            QTest.keyClick(desk.add_line, Qt.Key.Key_Return)
            assert desk.codes[-1] == "Silver"
        assert not panel.isVisible()
        assert told == [1]
        assert desk.table.hasFocus()


def test_where_prices_come_from_is_asked_for_and_shown_only_when_it_is_so(open_desk) -> None:
    desk = open_desk()
    desk.window.welcome()
    panel, asked = desk.window.start_panel, []
    panel.demo_wanted.connect(lambda: asked.append("demo"))
    panel.token_wanted.connect(lambda: asked.append("token"))
    panel.markets_wanted.connect(lambda: asked.append("markets"))
    panel.token.click()
    assert asked == ["token"]
    assert (panel.demo.isChecked(), panel.token.isChecked()) == (True, False)
    desk.window.list_menu.set_feed("other")
    assert (panel.demo.isChecked(), panel.token.isChecked()) == (False, False)
    desk.window.list_menu.set_feed("alltick")
    assert (panel.demo.isChecked(), panel.token.isChecked()) == (False, True)
    panel.demo.click()
    panel.markets.click()
    assert asked == ["token", "demo", "markets"]
    assert not panel.markets.isChecked(), "before one has answered"
    desk.window.list_menu.set_feed("kraken")
    assert [each.isChecked() for each in (panel.markets, panel.demo, panel.token)] == [True, False, False]


def test_the_three_cards_have_keys_and_room_for_their_words(open_desk) -> None:
    desk = open_desk()
    desk.window.welcome()
    panel = desk.window.start_panel
    keys = [each.shortcut().toString() for each in (panel.markets, panel.demo, panel.token, panel.end)]
    assert keys == ["Alt+R", "Alt+D", "Alt+T", "Alt+S"]
    for part in (panel.markets, panel.demo, panel.token, panel.answer, panel.end, panel.colours):
        assert panel.rect().contains(part.rect().translated(part.mapTo(panel, QPoint())))
    panel.show_answer("Kraken answered first.")
    assert panel.answer.full == "Kraken answered first."
    panel.show_answer("")
    assert panel.answer.full == "Real markets: the nearest of Binance, Kraken, Coinbase, Bybit.", "not of the demo feed"


def test_colours_are_chosen_by_their_outcome(open_desk) -> None:
    desk = open_desk()
    desk.window.welcome()
    desk.window.start_panel.colours.buttons[Direction.RED_UP].click()
    assert desk.window.appearance.direction is Direction.RED_UP
    assert desk.window.start_panel.isVisible()


def test_a_click_beside_the_card_starts_writing(open_desk) -> None:
    desk = open_desk()
    desk.select(0, 1, 2, 3)
    desk.window.panel.rows.remove_selected()
    QTest.mouseClick(desk.window.start_panel, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert desk.add_line.hasFocus()


def test_a_new_list_is_empty_in_its_own_words_and_asks_nothing_of_feeds_and_colours(open_desk) -> None:
    desk = open_desk()
    desk.window.list_menu.add("Swing trades", [])
    panel = desk.window.start_panel
    assert panel.isVisible()
    assert panel.title.full == "Add symbols to Swing trades"
    for part in (panel.demo, panel.token, panel.colours):
        assert not part.isVisible()
    desk.window.list_menu._rename(desk.watchlist, "<b>Long</b> " * 8)
    assert panel.title.full == f"Add symbols to {desk.watchlist.name}"
    assert panel.geometry().contains(desk.add_line.geometry())
    desk.window.welcome()
    assert panel.title.full == "Start your list"
    assert panel.demo.isVisible()
