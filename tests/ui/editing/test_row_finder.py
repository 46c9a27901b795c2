"""What is typed finds rows that are here."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from quotedesk.lists.edits import Insert
from quotedesk.lists.section import Section, new_section
from quotedesk.ui.editing import row_finder as module

KEY = Qt.Key
LEFT, NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def desk(open_desk):
    desk = open_desk("NVDA.US", *(f"SYM{number}.US" for number in range(300)), "Silver")
    desk.finder = desk.window.panel.finder
    return desk


def shown(desk) -> list[str]:
    return [row.name if isinstance(row, Section) else row.code for row in desk.table.model().rows]


def chosen(desk) -> str:
    (row,) = desk.window.panel.selecting.rows()
    return row.code


def write(desk, text: str) -> None:
    QTest.keyClicks(desk.table, text[0])
    QTest.keyClicks(desk.add_line, text[1:])


def test_one_character_jumps_and_two_show_only_what_matches(desk) -> None:
    bar = desk.table.verticalScrollBar()
    write(desk, "s")
    assert len(shown(desk)) == 302
    assert desk.selected == ["SYM0.US"]
    QTest.keyClicks(desk.add_line, "ym29")
    assert shown(desk) == ["SYM29.US", *(f"SYM29{digit}.US" for digit in range(10))]
    assert chosen(desk) == "SYM29.US"
    assert bar.value() == 0
    assert desk.add_line.hasFocus()


def test_a_row_is_found_by_a_part_of_its_code_and_by_its_name(desk) -> None:
    write(desk, "m12")
    assert shown(desk)[:2] == ["SYM12.US", "SYM120.US"]
    desk.add_line.begin("nvid")
    assert shown(desk) == ["NVDA.US"], "NVIDIA"
    desk.add_line.begin("spot")
    assert shown(desk) == ["Silver"], "Silver spot"


def test_the_line_stays_where_it_is_and_says_that_enter_adds(desk) -> None:
    place = desk.add_line.geometry().top()
    write(desk, "sym29")
    desk.settle()
    assert desk.add_line.geometry().top() == place
    assert desk.add_line._hint == "Enter adds, F3 goes to 11 rows"
    QTest.keyClicks(desk.add_line, "9")
    assert desk.add_line._hint == "Enter adds, F3 goes to the row"
    QTest.keyClicks(desk.add_line, "x")
    assert desk.add_line._hint == ""
    assert len(shown(desk)) == 302, "nothing matches: all rows are there"


def test_ctrl_enter_adds_all_the_same_and_all_rows_are_there_again(desk) -> None:
    write(desk, "SYM29x.us")
    QTest.keyClick(desk.add_line, KEY.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk.codes[-1] == "SYM29x.us"
    assert len(shown(desk)) == 303
    assert not desk.finder.filters


def test_f3_goes_to_the_first_that_matches(desk) -> None:
    write(desk, "sym250")
    QTest.keyClick(desk.add_line, KEY.Key_F3)
    assert len(shown(desk)) == 302
    assert desk.table.hasFocus()
    assert desk.selected == ["SYM250.US"]
    row = desk.table.row_rect(desk.table.currentIndex().row())
    assert desk.table.viewport().rect().contains(row.center()), "in view"
    assert desk.add_line.text() == ""


def test_esc_gives_back_what_was_chosen_and_where_it_was_scrolled(desk) -> None:
    desk.select(200)
    desk.table.scrollTo(desk.table.model().index(200, 0))
    scrolled = desk.table.verticalScrollBar().value()
    write(desk, "sym29")
    QTest.keyClick(desk.add_line, KEY.Key_Escape)  # the list of known symbols, if there is one
    QTest.keyClick(desk.add_line, KEY.Key_Escape)
    assert desk.selected == [desk.codes[200]]
    assert desk.table.verticalScrollBar().value() == scrolled
    assert desk.table.hasFocus()
    assert len(shown(desk)) == 302


def test_a_row_in_a_folded_section_is_found_with_its_label(desk) -> None:
    section = new_section("Later")
    desk.window.panel.rows.push(Insert(((200, section),)))
    desk.window.panel.rows.fold(section, True)
    write(desk, "sym250")
    assert shown(desk) == ["Later", "SYM250.US"]
    QTest.keyClick(desk.add_line, KEY.Key_Escape)
    QTest.keyClick(desk.add_line, KEY.Key_Escape)
    assert "SYM250.US" not in shown(desk)


def test_several_symbols_find_nothing_they_are_to_be_added(desk) -> None:
    write(desk, "sym29")
    QTest.keyClicks(desk.add_line, ",b")
    assert len(shown(desk)) == 302


def test_a_row_that_is_clicked_stays_under_the_pointer_until_it_is_clear_that_it_is_no_double_click(
    desk, monkeypatch
) -> None:
    write(desk, "sym29")
    desk.finder._leaving.setInterval(300)
    at = desk.table.row_rect(3).center() + QPoint(-200, 0)
    QTest.mouseClick(desk.table.viewport(), LEFT, NO, at)
    assert shown(desk)[3] == chosen(desk) == "SYM292.US"
    assert len(shown(desk)) == 11, "not yet"
    desk.qtbot.waitUntil(lambda: len(shown(desk)) == 302)
    assert chosen(desk) == "SYM292.US"


def test_rows_that_are_dragged_go_to_a_place_among_all(desk, monkeypatch) -> None:
    write(desk, "sym29")
    carried = []
    monkeypatch.setattr(desk.window.panel.drag, "carry", lambda rows: carried.append((rows, len(shown(desk)))))
    desk.table.drag_requested.emit()
    assert carried[0][1] == 302


def test_another_list_is_shown_whole(desk) -> None:
    write(desk, "sym29")
    other = desk.window.list_menu.add("Other", list(desk.watchlist)[:4])
    assert len(shown(desk)) == len(other) == 4
    desk.window.list_menu.show_list(desk.book.lists[0])
    assert len(shown(desk)) == 302


def test_what_tells_no_row_from_the_others_hides_none(open_desk) -> None:
    desk = open_desk()
    write(desk, ".us")
    assert len(shown(desk)) == 4


def test_a_screen_reader_hears_how_many_match(desk, monkeypatch) -> None:
    heard = []
    monkeypatch.setattr(module, "announce", lambda about, text: heard.append(text))
    write(desk, "sym299")
    assert heard[-2:] == ["11 rows match", "1 row matches"]
