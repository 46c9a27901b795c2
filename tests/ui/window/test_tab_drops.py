"""Drops on the tabs."""

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl

from quotedesk.market.instrument import Instrument
from tests.fakes.dragging import Carried, Drag


def two_lists(open_desk):
    """The first list is shown; the other holds D.US and X.US."""
    desk = open_desk()
    lists = desk.window.list_menu
    other = lists.add("Metals", [Instrument("demo", "D.US"), Instrument("demo", "X.US")])
    lists.show_list(desk.book.lists[0])
    return desk, other


def tab(desk, watchlist) -> QPoint:
    return desk.window._tab_drops._tabs.tab_of(watchlist).center()


def over_tab(drag: Drag, desk, watchlist):
    place = tab(desk, watchlist)
    return drag.onto(desk.window._tab_drops._tabs).over(place.y(), place.x())


def codes(watchlist) -> list[str]:
    return [row.code for row in watchlist]


def test_rows_dropped_on_a_tab_move_to_the_end_of_its_list_in_one_undo(open_desk, monkeypatch) -> None:
    desk, other = two_lists(open_desk)
    desk.select(0, 3)
    seen, edits = [], []
    desk.undo.edited.connect(lambda: edits.append(1))

    def script(drag: Drag) -> None:
        assert over_tab(drag, desk, other).isAccepted()
        seen.append(desk.window._tab_drops.preview.words())
        drag.drop()

    Carried(desk, monkeypatch, script)
    assert seen == ["1 new 1 already here\nA.US D.US\nMove 2 symbols to Metals. Ctrl copies."]
    assert (desk.codes, codes(other)) == (["B.US", "C.US"], ["D.US", "X.US", "A.US"])
    assert desk.window.watchlist is desk.book.lists[0]
    assert edits == [1]
    assert not desk.window._tab_drops.preview.isVisible()
    desk.undo.stack.undo()
    assert (desk.codes, codes(other)) == (["A.US", "B.US", "C.US", "D.US"], ["D.US", "X.US"])


def test_with_ctrl_they_stay_as_well(open_desk, monkeypatch) -> None:
    desk, other = two_lists(open_desk)
    desk.select(1)

    def script(drag: Drag) -> None:
        drag.keys = Qt.KeyboardModifier.ControlModifier
        over_tab(drag, desk, other)
        assert desk.window._tab_drops.preview.words().endswith("Copy B.US to Metals.")
        drag.drop()

    Carried(desk, monkeypatch, script)
    assert (desk.codes, codes(other)) == (["A.US", "B.US", "C.US", "D.US"], ["D.US", "X.US", "B.US"])


def test_their_own_tab_and_the_space_beside_the_tabs_take_nothing(open_desk, monkeypatch) -> None:
    desk, _ = two_lists(open_desk)
    desk.select(1)

    def script(drag: Drag) -> None:
        assert not over_tab(drag, desk, desk.watchlist).isAccepted()
        assert not drag.over(10, 5000).isAccepted()
        drag.leave()

    Carried(desk, monkeypatch, script)
    assert not desk.window._tab_drops.preview.isVisible()
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]


def test_a_drag_that_rests_on_a_tab_opens_its_list_and_drops_there_where_the_line_is(open_desk, monkeypatch) -> None:
    desk, other = two_lists(open_desk)
    desk.select(1)

    def script(drag: Drag) -> None:
        over_tab(drag, desk, other)
        desk.qtbot.waitUntil(lambda: desk.window.watchlist is other, timeout=3000)
        drag.onto(desk.window.panel).over(28 + 28 + 2)
        words = desk.window.panel._dropping.preview.words()
        assert words.endswith("Move B.US here, below D.US. Esc cancels. Ctrl copies.")
        drag.drop()

    Carried(desk, monkeypatch, script)
    assert codes(other) == ["D.US", "B.US", "X.US"]
    assert codes(desk.book.lists[0]) == ["A.US", "C.US", "D.US"]
    desk.undo.stack.undo()
    assert codes(other) == ["D.US", "X.US"]
    assert codes(desk.book.lists[0]) == ["A.US", "B.US", "C.US", "D.US"]


def test_a_text_or_a_file_dropped_on_a_tab_goes_to_its_list(open_desk, tmp_path) -> None:
    desk, other = two_lists(open_desk)
    drag = Drag(desk, "X.US Y.US", widget=desk.window._tab_drops._tabs)
    over_tab(drag, desk, other)
    assert desk.window._tab_drops.preview.words() == "1 new 1 already here\nY.US X.US\nAdd to Metals."
    drag.drop()
    assert codes(other) == ["D.US", "X.US", "Y.US"]
    (tmp_path / "list.txt").write_text("NASDAQ:Z\n")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "list.txt"))])
    drag = Drag(desk, data, widget=desk.window._tab_drops._tabs)
    over_tab(drag, desk, other)
    drag.drop()
    assert codes(other) == ["D.US", "X.US", "Y.US", "Z.US"]
    drag = Drag(desk, "$", widget=desk.window._tab_drops._tabs)
    over_tab(drag, desk, other)
    assert desk.window._tab_drops.preview.words().endswith("A drop changes nothing.")
    drag.leave()
