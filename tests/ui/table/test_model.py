"""The watchlist as a Qt model."""

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from quotedesk.lists.book import Book
from quotedesk.lists.book_edits import On, SetFeed
from quotedesk.lists.edits import Arrange, Insert, Remove, Replace, append, shift
from quotedesk.lists.saved import Flag
from quotedesk.lists.section import new_section
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import of_float
from quotedesk.market.quote import Trade
from quotedesk.market.states import RowState
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table.columns import COLUMNS, SYMBOL, USUAL
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.undo import Undo
from tests.fakes.clock import FakeClock

CODES = [Instrument("demo", code) for code in "ABCDEFGH"]
rows = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(CODES)), min_size=1, max_size=5, unique_by=lambda e: e[1])
edits = st.one_of(
    rows.map(lambda items: Insert(tuple(sorted(items)))),
    st.lists(st.sampled_from(CODES), min_size=1, unique=True).map(lambda gone: Remove(tuple(gone))),
)


@settings(max_examples=60)
@given(st.lists(edits | st.sampled_from(["undo", "redo"]), max_size=8))
def test_the_model_keeps_every_promise_of_a_qt_model_through_any_edits(steps: list) -> None:
    book, quotes = Book(CODES[:3]), Quotes()
    (watchlist,) = book.lists
    model = TableModel(watchlist, quotes, FakeClock())
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    undo = Undo(book)
    for step in steps:
        if step == "undo":
            undo.stack.undo()
        elif step == "redo":
            undo.stack.redo()
        else:
            undo.push(On(watchlist, step))
        shown = [model.index(row, SYMBOL).data() for row in range(model.rowCount())]
        assert shown == [instrument.code for instrument in watchlist]
        assert model.slots.tolist() == quotes.slots(watchlist).tolist()
    del tester


def test_nothing_is_editable_and_nothing_drops_between_rows(qtbot: QtBot) -> None:
    model = TableModel(Watchlist(CODES), Quotes(), FakeClock())
    assert model.flags(QModelIndex()) == Qt.ItemFlag.NoItemFlags
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsEditable


def test_numbers_are_right_aligned_and_words_left(qtbot: QtBot) -> None:
    model = TableModel(Watchlist(CODES), Quotes(), FakeClock())
    role = Qt.ItemDataRole.TextAlignmentRole
    by_title = {column.title: model.index(0, place).data(role) for place, column in enumerate(USUAL)}
    assert by_title["Symbol"] & Qt.AlignmentFlag.AlignLeft
    assert by_title["Last"] & Qt.AlignmentFlag.AlignRight


def test_the_announcement_leaves_out_the_symbol_column(open_desk) -> None:
    desk = open_desk(show=False)
    model = desk.table.model()
    with desk.qtbot.waitSignal(model.dataChanged) as told:
        model.announce(1, 2)
    first, last, _ = told.args
    assert (first.row(), first.column(), last.row(), last.column()) == (1, SYMBOL + 1, 2, len(USUAL) - 1)


def test_rows_are_counted_by_their_states(open_desk) -> None:
    desk = open_desk(show=False)
    desk.mark(RowState.LIVE, "A.US")
    desk.mark(RowState.QUIET, "B.US")
    desk.mark(RowState.OFFLINE, "C.US")
    assert desk.table.model().counts() == {
        RowState.PENDING: 1,
        RowState.LIVE: 1,
        RowState.QUIET: 1,
        RowState.OFFLINE: 1,
    }
    desk.mark(RowState.LIVE, "C.US")
    assert desk.table.model().counts() == {RowState.PENDING: 1, RowState.LIVE: 2, RowState.QUIET: 1}


def test_a_screen_reader_hears_what_a_mark_and_an_arrow_show(open_desk) -> None:
    desk = open_desk(show=False)
    desk.tick("A.US", 10.0)
    desk.tick("A.US", 11.0)
    role = Qt.ItemDataRole.AccessibleTextRole
    model = desk.table.model()
    assert model.index(0, 0).data(role) == "A.US"
    assert model.index(0, 1).data(role) == "State Live"
    assert model.index(0, 2).data(role) == "Last 11.00, up"
    assert model.index(0, 5).data(role) == "Size unknown"
    assert model.index(0, 6).data(role) == "Trend +10.00 percent"
    assert model.index(0, 6).data() == ""
    assert model.index(1, 6).data(role) == "Trend unknown"


def test_a_screen_reader_hears_whose_row_it_is_and_what_else_its_symbol_shows(open_desk) -> None:
    desk = open_desk("NVDA.US", "B.US", show=False)
    desk.window.panel.rows.insert([new_section("Metals")], 1)
    model, role = desk.table.model(), Qt.ItemDataRole.AccessibleTextRole
    rows = [model.headerData(row, Qt.Orientation.Vertical, role) for row in range(4)]
    assert rows == ["NVDA.US NVIDIA", "Section Metals, 1 symbol", "B.US", None]
    assert model.headerData(0, Qt.Orientation.Vertical) is None, "nothing is painted there"
    desk.mark(RowState.REFUSED, "NVDA.US", reason="no such code")
    desk.book.flags[Instrument("demo", "NVDA.US")] = Flag.RED
    desk.book.notes[Instrument("demo", "NVDA.US")] = "sell at 200"
    told = model.index(0, 0).data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert told == "Red flag. Note: sell at 200. no such code"


def test_a_row_of_another_feed_says_its_feed_and_has_its_name_from_there(open_desk) -> None:
    desk = open_desk("Silver", show=False)
    desk.window.panel.rows.push(append(desk.watchlist, [Instrument("other", "Silver"), Instrument("gone", "X")]))
    model = desk.table.model()
    readings = [model.reading(row) for row in range(3)]
    assert [(each.code, each.name) for each in readings] == [
        ("Silver", "Silver spot"),
        ("Silver@other", "Silver coin"),
        ("X@gone", ""),
    ]
    assert [model.index(row, SYMBOL).data() for row in range(3)] == ["Silver", "Silver@other", "X@gone"]
    desk.tick("Silver", 10.0)
    desk.tick("Silver", 20.0, feed="other")
    assert [model.index(row, 2).data() for row in range(2)] == ["10.00", "20.00"]
    model.sort_by(COLUMNS[SYMBOL], is_descending=True)
    assert [model.index(row, SYMBOL).data() for row in range(3)] == ["X@gone", "Silver@other", "Silver"]


def test_where_the_list_changes_its_feed_the_same_rows_stay_chosen_and_undo_gives_them_back(open_desk) -> None:
    desk = open_desk("A.US", "B.US", "C.US", show=False)
    desk.window.panel.rows.push(append(desk.watchlist, [Instrument("other", "Silver")]))
    desk.select(1, 3)
    desk.undo.push(SetFeed(desk.watchlist, "other"))
    model = desk.table.model()
    shown = [model.index(row, SYMBOL).data() for row in range(model.rowCount())]
    assert shown == ["A.US", "B.US", "C.US", "Silver"]
    assert {row.feed for row in desk.watchlist} == {"other"}
    assert desk.selected == ["B.US", "Silver"]
    desk.undo.stack.undo()
    assert desk.codes == ["A.US", "B.US", "C.US", "Silver@other"]
    assert desk.selected == ["B.US", "Silver@other"]


EDITS = st.one_of(
    st.builds(lambda items: ("add", items), st.lists(st.sampled_from("ABCDEFGH"), min_size=1, max_size=3)),
    st.builds(lambda items: ("remove", items), st.lists(st.sampled_from("ABCDEFGH"), min_size=1, max_size=3)),
    st.builds(
        lambda items, step: ("move", items, step), st.sets(st.sampled_from("ABCDEFGH")), st.sampled_from([-1, 1])
    ),
    st.builds(lambda old, new: ("replace", old, new), st.sampled_from("ABCDEFGH"), st.sampled_from("ABCDEFGH")),
    st.builds(lambda column: ("sort", column), st.integers(0, 7)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from("ABCDEFGH"), unique=True), st.lists(EDITS, max_size=8))
def test_edits_with_sorting_in_between_are_undone_to_the_first_list_and_redone_to_the_last(
    first: list[str], steps: list[tuple]
) -> None:
    def of(codes) -> list[Instrument]:
        return [Instrument("f", code) for code in codes]

    book, quotes = Book(of(first)), Quotes()
    (watchlist,) = book.lists
    model = TableModel(watchlist, quotes, FakeClock())
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    undo = Undo(book)
    for number, code in enumerate("CAFE"):
        quotes.slot(Instrument("f", code))
        quotes.apply(Batch("f", [Trade(code, of_float(1.0 + number, 2))], 1.0))
    for kind, *rest in steps:
        if kind == "sort":
            model.turn_sorting(rest[0])
        elif kind == "add":
            undo.push(On(watchlist, append(watchlist, of(rest[0]))))
        elif kind == "remove":
            undo.push(On(watchlist, Remove(tuple(of(rest[0])))))
        elif kind == "move":
            undo.push(On(watchlist, Arrange(shift(model.rows, of(rest[0]), rest[1]))))
        else:
            undo.push(On(watchlist, Replace(Instrument("f", rest[0]), Instrument("f", rest[1]))))
        assert sorted(model.rows) == sorted(watchlist)
        assert model.slots.tolist() == quotes.slots(model.rows).tolist()
        if model.sorted_by is None:
            assert model.rows == list(watchlist)
    last = list(watchlist)
    while undo.stack.canUndo():
        undo.stack.undo()
    assert list(watchlist) == of(first)
    while undo.stack.canRedo():
        undo.stack.redo()
    assert list(watchlist) == last
    assert sorted(model.rows) == sorted(watchlist)
    del tester
