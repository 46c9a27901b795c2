"""Known symbols under the field where one is typed."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from quotedesk.config.settings import Shade
from quotedesk.lists.list_reader import Suggestion
from quotedesk.ui.editing.completion import ROW_PX, Completion, spoken
from tests.fakes.pointer import move

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def shown(desk) -> list[str]:
    """The codes that are suggested, of whichever field has the keyboard."""
    return [each.text for popup in popups(desk) if popup.isVisible() for each in popup.shown]


def popups(desk) -> list[Completion]:
    return desk.window.findChildren(Completion)


def popup(desk) -> Completion:
    (found,) = (each for each in popups(desk) if each.isVisible())
    return found


def start(desk, text: str) -> None:
    QTest.keyClicks(desk.table, text[:1])
    QTest.keyClicks(desk.add_line, text[1:])


def test_what_is_typed_in_the_table_is_completed_by_code_and_by_name_in_any_case(open_desk) -> None:
    desk = open_desk()
    start(desk, "s")
    assert shown(desk) == ["Silver"]
    QTest.keyClicks(desk.add_line, "x")
    assert shown(desk) == []
    QTest.keyClick(desk.add_line, KEY.Key_Backspace)
    assert shown(desk) == ["Silver"]
    desk.add_line.selectAll()
    QTest.keyClicks(desk.add_line, "berk")
    assert shown(desk) == ["BRK.B.US"]
    assert desk.add_line.hasFocus()
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]


def test_behind_an_at_sign_the_feeds_are_suggested_and_then_the_symbols_of_that_feed(open_desk) -> None:
    desk = open_desk()
    start(desk, "btc@")
    assert shown(desk) == ["btc@demo", "btc@alltick", "btc@other"]
    QTest.keyClicks(desk.add_line, "ot")
    assert shown(desk) == ["btc@other"]
    QTest.keyClicks(desk.add_line, "her")
    assert shown(desk) == ["BTC-USD@other"]
    assert popup(desk).chosen == -1, "a text that says its feed is taken as it stands"
    QTest.keyClick(desk.add_line, KEY.Key_Down)
    QTest.keyClick(desk.add_line, KEY.Key_Return)
    assert desk.codes[-1] == "BTC-USD@other"
    assert desk.watchlist.instruments[-1].feed == "other"


def test_enter_takes_the_first_which_is_marked_and_adds_it(open_desk) -> None:
    desk = open_desk()
    start(desk, "nv")
    assert popup(desk).chosen == 0
    QTest.keyClick(desk.add_line, KEY.Key_Return)
    assert desk.codes[-1] == "NVDA.US"
    assert desk.table.hasFocus()
    assert shown(desk) == []
    assert desk.add_line.text() == ""


def test_ctrl_enter_takes_what_was_typed(open_desk) -> None:
    desk = open_desk()
    start(desk, "nv")
    assert shown(desk) == ["NVDA.US"]
    QTest.keyClick(desk.add_line, KEY.Key_Return, CTRL)
    assert desk.codes[-1] == "nv"
    assert shown(desk) == []


def test_a_guess_is_taken_only_if_it_is_chosen(open_desk) -> None:
    desk = open_desk()
    start(desk, "nvad")
    assert (shown(desk), popup(desk).chosen) == (["NVDA.US"], -1)
    assert desk.add_line.accessibleDescription() == "1 known symbol, Down chooses"
    QTest.keyClick(desk.add_line, KEY.Key_Return)
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]
    start_over(desk, "nvad")
    QTest.keyClick(desk.add_line, KEY.Key_Down)
    QTest.keyClick(desk.add_line, KEY.Key_Return)
    assert desk.codes[-1] == "NVDA.US"


def start_over(desk, text: str) -> None:
    desk.add_line.selectAll()
    QTest.keyClicks(desk.add_line, text)


def test_down_and_up_walk_and_stop_at_the_ends(open_desk) -> None:
    desk = open_desk()
    start(desk, "b")  # B.US that is here, BRK.B.US, and HTML.US by its name
    assert shown(desk) == ["B.US", "BRK.B.US", "HTML.US"]
    walked = []
    for key in (KEY.Key_Up, KEY.Key_Down, KEY.Key_Down, KEY.Key_Down, KEY.Key_Down, KEY.Key_Up):
        QTest.keyClick(desk.add_line, key)
        walked.append(popup(desk).chosen)
    assert walked == [-1, 0, 1, 2, 2, 1]
    assert desk.add_line.text() == "b"


def test_the_name_of_a_section_is_not_completed(open_desk) -> None:
    desk = open_desk()
    panel = desk.window.panel
    panel.add_section()
    QTest.keyClicks(panel.editor, "nv")
    assert shown(desk) == []
    QTest.keyClick(panel.editor, KEY.Key_Return)
    assert "nv" in desk.codes


def test_tab_takes_the_first_and_stays_for_more(open_desk) -> None:
    desk = open_desk()
    start(desk, "nv")
    QTest.keyClick(desk.add_line, KEY.Key_Tab)
    assert desk.add_line.text() == "NVDA.US"
    assert desk.add_line.hasFocus()
    QTest.keyClicks(desk.add_line, ", sil")
    assert shown(desk) == ["Silver"]
    QTest.keyClick(desk.add_line, KEY.Key_Tab)
    assert desk.add_line.text() == "NVDA.US, Silver"
    QTest.keyClick(desk.add_line, KEY.Key_Return)
    assert desk.codes[-2:] == ["NVDA.US", "Silver"]
    assert desk.window.undo.stack.count() == 1


def test_without_suggestions_tab_goes_on_to_the_next_field_as_ever(open_desk) -> None:
    desk = open_desk()
    start(desk, "xyz")
    QTest.keyClick(desk.add_line, KEY.Key_Tab)
    assert not desk.add_line.hasFocus()


def test_esc_closes_the_list_first_and_then_the_line(open_desk) -> None:
    desk = open_desk()
    start(desk, "nv")
    QTest.keyClick(desk.add_line, KEY.Key_Escape)
    assert shown(desk) == []
    assert desk.add_line.text() == "nv"
    assert desk.add_line.hasFocus()
    QTest.keyClick(desk.add_line, KEY.Key_Escape)
    assert desk.add_line.text() == ""
    assert desk.table.hasFocus()


def test_a_click_takes_one_and_adds_it(open_desk) -> None:
    desk = open_desk()
    start(desk, "b")
    move(popup(desk), QPoint(40, 4 + ROW_PX // 2))
    QTest.mouseClick(popup(desk), Qt.MouseButton.LeftButton, pos=QPoint(40, 4 + ROW_PX + ROW_PX // 2))
    assert desk.codes[-1] == "BRK.B.US"
    assert shown(desk) == []
    assert desk.table.hasFocus()


def test_the_middle_of_a_text_is_not_completed_nor_is_a_whole_code(open_desk) -> None:
    desk = open_desk()
    start(desk, "nv")
    QTest.keyClick(desk.add_line, KEY.Key_Left)
    QTest.keyClicks(desk.add_line, "x")
    assert shown(desk) == []
    desk.add_line.selectAll()
    QTest.keyClicks(desk.add_line, "NVDA.US")
    assert shown(desk) == []


def test_of_a_pasted_list_the_last_piece_is_completed(open_desk) -> None:
    desk = open_desk()
    QGuiApplication.clipboard().setText("A.US\nsilver\nnvi")
    desk.add_line.begin()
    QTest.keyClick(desk.add_line, KEY.Key_V, CTRL)
    assert shown(desk) == ["NVDA.US"]
    QTest.keyClick(desk.add_line, KEY.Key_Tab)
    QTest.keyClick(desk.add_line, KEY.Key_Return)
    assert desk.codes[-2:] == ["Silver", "NVDA.US"]


def test_what_is_in_the_list_already_says_so(open_desk) -> None:
    desk = open_desk("NVDA.US")
    start(desk, "nv")
    assert popup(desk).shown == (Suggestion("NVDA.US", "NVIDIA", True, replaces="nv"),)
    assert desk.add_line.accessibleDescription() == "NVDA.US, NVIDIA, already here"
    QTest.keyClick(desk.add_line, KEY.Key_Return)
    assert desk.codes == ["NVDA.US"]


def test_names_are_spoken_and_markup_is_text(open_desk) -> None:
    assert spoken(Suggestion("X", "", False)) == "X"
    assert spoken(Suggestion("X@k", "N", False, "Kraken spot", "in list M")) == "X@k, N, Kraken spot, in list M"
    desk = open_desk()
    start(desk, "html")
    assert desk.add_line.accessibleDescription() == "HTML.US, <b>bold</b>"
    QTest.keyClick(desk.add_line, KEY.Key_Up)
    assert popup(desk).grab().toImage().pixelColor(8, 8) == desk.window.appearance.theme.raised


def test_the_editor_in_a_row_completes_too(open_desk) -> None:
    desk = open_desk()
    desk.select(1)
    QTest.keyClick(desk.table, KEY.Key_F2)
    editor = desk.window.panel.editor
    QTest.keyClicks(editor, "nv")
    assert shown(desk) == ["NVDA.US"]
    QTest.keyClick(editor, KEY.Key_Down)
    QTest.keyClick(editor, KEY.Key_Return)
    assert desk.codes == ["A.US", "NVDA.US", "C.US", "D.US"]
    assert shown(desk) == []
    QTest.keyClick(desk.table, KEY.Key_F2)
    QTest.keyClicks(editor, "sil")
    QTest.keyClick(editor, KEY.Key_Escape)
    assert shown(desk) == []
    assert editor.isVisible()
    QTest.keyClicks(editor, "v")
    QTest.mouseClick(popup(desk), Qt.MouseButton.LeftButton, pos=QPoint(40, 10))
    assert desk.codes == ["A.US", "Silver", "C.US", "D.US"]


def test_it_lies_under_its_field_or_above_it_and_always_inside(open_desk) -> None:
    desk = open_desk(*(f"S{number}.US" for number in range(60)))
    start(desk, "b")
    widget, line = desk.window.panel, desk.add_line
    assert popup(desk).geometry().bottom() < line.geometry().top()
    for row in (59, 0):
        QTest.keyClick(line, KEY.Key_Escape)
        QTest.keyClick(line, KEY.Key_Escape)
        desk.select(row)
        desk.table.scrollTo(desk.table.currentIndex())
        QTest.keyClick(desk.table, KEY.Key_F2)
        QTest.keyClicks(desk.window.panel.editor, "b")
        assert widget.rect().contains(popup(desk).geometry())
    assert popup(desk).y() > 28 + 28


def test_it_works_in_the_start_panel(open_desk) -> None:
    desk = open_desk("A.US")
    desk.select(0)
    QTest.keyClick(desk.table, KEY.Key_Delete)
    start(desk, "nv")
    assert popup(desk).y() > desk.add_line.geometry().bottom()
    QTest.keyClick(desk.add_line, KEY.Key_Down)
    QTest.keyClick(desk.add_line, KEY.Key_Return)
    assert desk.codes == ["NVDA.US"]


def test_it_goes_when_the_field_loses_the_keyboard_or_another_text_comes(open_desk) -> None:
    desk = open_desk()
    start(desk, "nv")
    desk.table.setFocus()
    assert shown(desk) == []
    desk.add_line.setFocus()
    QTest.keyClick(desk.add_line, KEY.Key_End)
    QTest.keyClicks(desk.add_line, "d")
    assert shown(desk) == ["NVDA.US"]
    desk.add_line.setText("other")
    assert shown(desk) == []


@pytest.mark.parametrize("shade", [Shade.DARK, Shade.LIGHT])
def test_it_follows_the_theme(open_desk, shade: Shade) -> None:
    desk = open_desk()
    desk.window.appearance.choose(shade=shade)
    start(desk, "b")
    theme = desk.window.appearance.theme
    image = popup(desk).grab().toImage()
    assert image.pixelColor(8, 4 + ROW_PX // 2) == theme.select
    assert image.pixelColor(8, 4 + ROW_PX + ROW_PX // 2) == theme.raised
