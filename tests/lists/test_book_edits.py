"""Edits of a book: each has an inverse, whatever came before it."""

import inspect
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from quotedesk.lists import book_edits
from quotedesk.lists.book import Book
from quotedesk.lists.book_edits import (
    AddList,
    BookEdit,
    DropList,
    Mark,
    MoveList,
    Note,
    On,
    OpenList,
    RenameList,
    SetColumns,
    SetFeed,
    SetFormulas,
    SetPositions,
    Together,
    lists_of,
)
from quotedesk.lists.edits import Arrange, Insert, Remove
from quotedesk.lists.positions import Held
from quotedesk.lists.saved import ColumnFormula, Content, Flag, ListContent, free_name
from quotedesk.lists.section import Section
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position

POOL = [Instrument("f", code) for code in "ABCDE"] + [Instrument("g", code) for code in "AB"]
SECTION = Section(1, "x")
POSITIONS = [Position(Decimal(5), Decimal("1.25")), Position(Decimal(-3))]
KINDS = {kind for kind in vars(book_edits).values() if inspect.isclass(kind) and hasattr(kind, "watchlist")} - {
    BookEdit
}


def book() -> Book:
    lists = (
        ListContent("one", (*POOL[:2], SECTION, POOL[2], POOL[5])),
        ListContent("two", (POOL[6], *POOL[1:4])),
        ListContent("three", feed="g"),
    )
    made = Book(Content(lists, {POOL[0]: Flag.RED}, {POOL[1]: "note"}))
    made.hold(Held({POOL[2]: POSITIONS[0]}))
    return made


def some_edit(data: st.DataObject, book: Book) -> BookEdit:
    """An edit that makes sense now."""
    watchlist = data.draw(st.sampled_from(book.lists))
    rows = st.lists(st.sampled_from(POOL), unique=True).map(tuple)
    insert = rows.map(lambda new: Insert(tuple(enumerate(new))))
    at = st.integers(0, len(book.lists) - 1)
    name = free_name(data.draw(st.sampled_from(["one", "new", "two"])), book.names)
    kinds = [
        st.one_of(insert, rows.map(Remove), rows.map(Arrange)).map(lambda edit: On(watchlist, edit)),
        at.map(lambda at: AddList(Watchlist(POOL[:1], name), at)),
        at.map(lambda at: MoveList(watchlist, at)),
        st.just(RenameList(watchlist, name)),
        st.booleans().map(lambda on: OpenList(watchlist, on)),
        st.sampled_from([(), ("Symbol",), ("Symbol", "Bid")]).map(lambda names: SetColumns(watchlist, names)),
        st.sampled_from([(), (ColumnFormula("Half", "last / 2"),)]).map(lambda all: SetFormulas(all, "formulas")),
        st.sampled_from("fgh").map(lambda feed: SetFeed(watchlist, feed)),
        st.dictionaries(st.sampled_from(POOL), st.sampled_from([*Flag, None])).map(Mark),
        st.tuples(st.sampled_from(POOL), st.sampled_from(["", "a", "b"])).map(lambda both: Note(*both)),
        st.dictionaries(st.sampled_from(POOL), st.sampled_from([None, *POSITIONS])).map(SetPositions),
    ]
    if len(book.lists) > 1:
        kinds.append(st.just(DropList(watchlist)))
    return data.draw(st.one_of(kinds))


def test_all_kinds_are_tried() -> None:
    lists = {AddList, DropList, OpenList, MoveList, RenameList}
    assert {On, SetColumns, SetFormulas, SetPositions, SetFeed, Mark, Note, Together} | lists == KINDS


@given(st.data())
def test_undoing_all_gives_back_the_first_book_and_redoing_all_the_last(data: st.DataObject) -> None:
    kept = book()
    first, undo = (kept.content(), kept.formulas, kept.held), []
    for _ in range(data.draw(st.integers(0, 6))):
        undo.append(some_edit(data, kept).apply(kept))
    last = kept.content(), kept.formulas, kept.held
    redo = [inverse.apply(kept) for inverse in reversed(undo)]
    assert (kept.content(), kept.formulas, kept.held) == first
    for again in reversed(redo):
        again.apply(kept)
    assert (kept.content(), kept.formulas, kept.held) == last


@given(st.data())
def test_several_together_are_undone_together(data: st.DataObject) -> None:
    kept = book()
    first = kept.content()
    one, two, _ = kept.lists
    moved = tuple(data.draw(st.lists(st.sampled_from(POOL[:3]), unique=True)))
    edit = Together((On(one, Remove(moved)), On(two, Insert(tuple(enumerate(moved))))), "move them", two)
    inverse = edit.apply(kept)
    assert set(moved) <= set(two)
    assert not set(moved) & set(one)
    assert (edit.words, edit.watchlist, inverse.watchlist) == ("move them", two, two)
    inverse.apply(kept)
    assert kept.content() == first


def test_a_list_of_another_feed_has_its_own_rows_there_and_those_of_further_feeds_stay() -> None:
    kept = book()
    one, *_ = kept.lists
    one.fold(SECTION, True)
    first, told = kept.content(), list[str]()
    one.listeners.append(lambda: told.append(one.feed))
    undo = SetFeed(one, "g").apply(kept)
    a, b, c = (Instrument("g", code) for code in "ABC")
    assert (one.feed, list(one), one.folded, told) == ("g", [a, b, SECTION, c], {SECTION.key}, ["g"])
    assert kept.flags == {POOL[0]: Flag.RED, a: Flag.RED}
    assert kept.notes == {POOL[1]: "note", b: "note"}
    undo.apply(kept)
    assert kept.content() == first


def test_a_flag_and_a_note_that_are_there_are_not_written_over() -> None:
    kept = book()
    there = Instrument("g", "A"), Instrument("g", "B")
    kept.mark({there[0]: Flag.BLUE}, {there[1]: "mine"})
    undo = SetFeed(kept.lists[0], "g").apply(kept)
    assert (kept.flags[there[0]], kept.notes[there[1]]) == (Flag.BLUE, "mine")
    undo.apply(kept)
    assert (kept.flags[there[0]], kept.notes[there[1]]) == (Flag.BLUE, "mine")


def test_edits_say_what_they_do() -> None:
    watchlist = Watchlist(name="Metals")
    assert AddList(watchlist, 0).words == "add list Metals"
    assert DropList(watchlist).words == "delete list Metals"
    assert OpenList(watchlist).words == "open list Metals"
    assert OpenList(watchlist, False).words == "close list Metals"
    assert MoveList(watchlist, 0).words == "move list Metals"
    assert RenameList(watchlist, "Gold").words == "rename list to Gold"
    assert SetFeed(watchlist, "demo").words == "set feed of Metals to demo"
    assert Mark({POOL[0]: Flag.RED}).words == "flag A"
    assert Mark({POOL[0]: None, POOL[1]: None}).words == "take the flag from 2 symbols"
    assert Note(POOL[0], "x").words == "note on A"
    assert On(watchlist, Remove((POOL[0],))).words == "remove A"


def test_the_last_open_list_that_is_deleted_comes_back_as_the_only_open_one() -> None:
    kept = book()
    one, two, three = kept.lists
    for each in (one, three):
        kept.open(each, False)
    first = kept.content()
    inverse = DropList(two).apply(kept)
    assert kept.open_lists == (one,)
    inverse.apply(kept)
    assert kept.content() == first


def test_the_last_tab_stays_and_so_it_does_when_that_is_undone() -> None:
    kept = book()
    one, two, three = kept.lists
    for each in (two, three):
        kept.open(each, False)
    inverse = OpenList(one, False).apply(kept)
    assert kept.open_lists == (one,)
    inverse.apply(kept)
    assert kept.open_lists == (one,)


def test_an_edit_says_which_lists_it_is_about() -> None:
    one, two, three = book().lists
    moved = Together((On(one, Remove(POOL[:1])), On(two, Insert(((0, POOL[0]),)))), "move A", two)
    assert lists_of(moved) == (one, two)
    assert lists_of(OpenList(three)) == (three,)
    assert lists_of(Mark({POOL[0]: None})) == ()


def test_positions_go_along_to_the_new_feed_where_it_holds_nothing_yet() -> None:
    kept = book()
    one = kept.lists[0]
    old, new = POOL[2], Instrument("g", POOL[2].code)
    SetFeed(one, "g").apply(kept).apply(kept)
    assert kept.held.positions == {old: POSITIONS[0]}
    SetFeed(one, "g").apply(kept)
    assert kept.held.positions == {old: POSITIONS[0], new: POSITIONS[0]}, "other lists may have the old one"
    other = book()
    other.hold(Held({old: POSITIONS[0], new: POSITIONS[1]}))
    SetFeed(other.lists[0], "g").apply(other)
    assert other.held.positions[new] == POSITIONS[1]
