"""Edits of the shown rows, with labels among them; what keys do is tested in test_desk and test_list_menu."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from quotedesk.lists.edits import Insert
from quotedesk.lists.section import new_section
from quotedesk.market.instrument import Instrument
from tests.fakes.dragging import Carried, Drag

NO, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def desk(open_desk):
    """A.US, Metals: B.US C.US, Crypto: D.US"""
    desk = open_desk()
    desk.metals, desk.crypto = new_section("Metals"), new_section("Crypto")
    desk.window.panel.rows.push(Insert(((1, desk.metals), (4, desk.crypto))))
    desk.table.clearSelection()
    return desk


def shown(desk) -> list[str]:
    return [desk.table.model().index(row, 0).data() for row in range(desk.table.model().rowCount())]


def test_a_click_on_the_mark_folds_and_nothing_of_the_list_changes(desk) -> None:
    folds = []
    desk.window.arranged.connect(lambda: folds.append(1))
    y = desk.table.rowViewportPosition(1) + 16
    QTest.mouseClick(desk.table.viewport(), LEFT, NO, QPoint(12, y))
    assert shown(desk) == ["A.US", "Metals", "Crypto", "D.US"]
    assert desk.codes == ["A.US", "Metals", "B.US", "C.US", "Crypto", "D.US"]
    assert folds == [1]
    QTest.mouseClick(desk.table.viewport(), LEFT, NO, QPoint(12, y))
    assert len(shown(desk)) == 6


def test_a_label_is_as_high_as_the_look_says_wherever_it_is(desk) -> None:
    def heights() -> dict[str, int]:
        return {name: desk.table.rowHeight(row) for row, name in enumerate(shown(desk))}

    assert heights() == {"A.US": 28, "Metals": 32, "B.US": 28, "C.US": 28, "Crypto": 32, "D.US": 28}
    desk.select(1)
    desk.window.panel.rows.move_selected(1)
    desk.watchlist.fold(desk.metals, True)
    desk.window.sort("Symbol:desc")
    assert heights() == {"A.US": 28, "B.US": 28, "Metals": 32, "Crypto": 32, "D.US": 28}
    desk.window.view_menu.next_spacing.trigger()
    assert heights() == {"A.US": 40, "B.US": 40, "Metals": 40, "Crypto": 40, "D.US": 40}


def test_sorting_keeps_rows_in_their_sections(desk) -> None:
    desk.window.sort("Symbol:desc")
    assert shown(desk) == ["A.US", "Metals", "C.US", "B.US", "Crypto", "D.US"]
    for code, price in (("B.US", 2.0), ("C.US", 1.0)):
        desk.tick(code, price)
    desk.window.sort("Last")
    assert shown(desk) == ["A.US", "Metals", "C.US", "B.US", "Crypto", "D.US"]
    desk.window.sort("Last:desc")
    assert shown(desk) == ["A.US", "Metals", "B.US", "C.US", "Crypto", "D.US"]


def test_a_dragged_label_takes_its_rows_along_folded_or_not(desk, monkeypatch) -> None:
    for fold in (False, True):
        desk.watchlist.fold(desk.metals, fold)
        desk.window.panel.selecting.select([desk.metals])

        def script(drag: Drag) -> None:
            drag.over(desk.window.panel.height() - 60)
            drag.drop()

        Carried(desk, monkeypatch, script)
        assert desk.codes == ["A.US", "Crypto", "D.US", "Metals", "B.US", "C.US"]
        desk.undo.stack.undo()
        assert desk.codes == ["A.US", "Metals", "B.US", "C.US", "Crypto", "D.US"]


def test_rows_move_past_a_folded_section_without_breaking_it_up(desk) -> None:
    desk.watchlist.fold(desk.metals, True)
    desk.window.panel.selecting.select([desk.watchlist[5]])
    desk.window.panel.rows.move_selected(-1)
    assert desk.codes == ["A.US", "Metals", "B.US", "C.US", "D.US", "Crypto"]
    desk.undo.stack.undo()
    desk.window.panel.selecting.select([desk.crypto])
    desk.window.panel.rows.move_selected(-1)
    assert desk.codes == ["A.US", "Crypto", "Metals", "B.US", "C.US", "D.US"]


def test_a_removed_label_leaves_its_rows(desk) -> None:
    desk.window.panel.selecting.select([desk.metals])
    desk.window.panel.rows.remove_selected()
    assert desk.codes == ["A.US", "B.US", "C.US", "Crypto", "D.US"]


def test_a_section_that_is_renamed_stays_folded(desk) -> None:
    desk.watchlist.fold(desk.metals, True)
    desk.window.panel.selecting.select([desk.metals])
    QTest.keyClick(desk.table, Qt.Key.Key_F2)
    editor = desk.window.panel.editor
    assert editor.text() == "Metals"
    QTest.keyClicks(editor, "Gold, silver")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert shown(desk) == ["A.US", "Gold; silver", "Crypto", "D.US"]
    assert desk.undo.stack.undoText() == "rename Metals to Gold; silver"


def test_a_symbol_added_below_a_folded_label_is_seen(desk) -> None:
    desk.watchlist.fold(desk.crypto, True)
    desk.window.panel.rows.insert([Instrument("demo", "X.US")])
    assert shown(desk)[-2:] == ["D.US", "X.US"]


def test_a_screen_reader_hears_what_a_label_is(desk) -> None:
    role = Qt.ItemDataRole.AccessibleTextRole
    assert desk.table.model().index(1, 0).data(role) == "Section Metals, 2 symbols"
    desk.watchlist.fold(desk.crypto, True)
    assert desk.table.model().index(4, 0).data(role) == "Section Crypto, 1 symbol, folded"
    assert desk.table.model().index(1, 3).data() is None
