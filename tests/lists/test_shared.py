"""A book goes to the relay's form and comes back; what is a desk's own stays its own."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.lists import shared
from quotedesk.lists.book import Book
from quotedesk.lists.positions import Held
from quotedesk.lists.saved import Content, Flag, ListContent
from quotedesk.lists.section import Section, new_section
from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position

A, B, C = (Instrument("demo", code) for code in ("A.US", "B", "C"))
TECH = new_section("Tech")


def book() -> Book:
    made = Book(
        Content(
            (
                ListContent("One", (A, TECH, B), frozenset({TECH.key}), True, "demo", ("Symbol", "Last")),
                ListContent("Two", (C,), is_open=False, feed="demo"),
            ),
            {A: Flag.RED},
            {B: "sell at 12"},
        )
    )
    made.hold(Held({A: Position(Decimal("-1.50"), Decimal("7")), B: Position(Decimal(3))}))
    return made


def rows_of(book: Book) -> dict[str, list[str]]:
    return {each.name: [row.name if isinstance(row, Section) else row.code for row in each] for each in book.lists}


def test_all_of_it_reaches_another_desk():
    contents = shared.contents_of(book(), ["* last >= 5"], with_positions=True)
    assert set(contents) == {"list One", "list Two", "flags", "notes", "alerts", "positions"}
    other = Book()
    assert shared.take(other, {**contents, "list Watchlist": None}) == []
    assert rows_of(other) == {"One": ["A.US", "Tech", "B"], "Two": ["C"]}
    assert (other.flags, other.notes) == (book().flags, book().notes)
    assert dict(other.held.positions) == dict(book().held.positions)
    assert other.named("One").columns == ("Symbol", "Last")
    assert shared.rules_in(contents) == ("* last >= 5",)


def test_positions_are_left_out_where_they_are_not_allowed():
    assert "positions" not in shared.contents_of(book(), None, with_positions=False)


def test_what_is_folded_and_open_is_this_desk_s_own():
    here, there = book(), book()
    there.named("One").put([TECH, A, B])
    there.open(there.named("Two"))
    shared.take(here, shared.contents_of(there, None, with_positions=False))
    assert rows_of(here)["One"] == ["Tech", "A.US", "B"]
    assert here.named("One").folded == {TECH.key}
    assert not here.named("Two").is_open


def test_two_desks_edits_of_one_list_become_one():
    base = shared.contents_of(book(), [], with_positions=False)
    mine, theirs = book(), book()
    mine.named("One").put([C, *mine.named("One")])
    theirs.named("One").put([A, B])
    whole = shared.merged(
        "list One",
        base["list One"],
        shared.contents_of(mine, [], with_positions=False)["list One"],
        shared.contents_of(theirs, [], with_positions=False)["list One"],
    )
    shared.take(mine, {"list One": whole})
    assert rows_of(mine)["One"] == ["C", "A.US", "B"]


def test_a_list_that_one_removed_and_the_other_changed_stays():
    base, changed = b'{"rows":[]}', b'{"rows":[{"symbol":"A@demo"}]}'
    assert shared.merged("list X", base, None, changed) == changed
    assert shared.merged("list X", base, changed, None) == changed
    assert shared.merged("list X", base, base, None) is None


def test_flags_and_notes_are_merged_by_symbol():
    whole = shared.merged("notes", b'{"A@x":"1"}', b'{"A@x":"1","B@x":"2"}', b'{"A@x":"9"}')
    assert whole == b'{"A@x":"9","B@x":"2"}'


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b'{"rows":7}', b'{"rows":[{"symbol":9}]}', b"\xff", b"[" * 2000])
def test_what_cannot_be_read_changes_nothing_and_is_named(data):
    here = book()
    before = here.content()
    for key in ("list One", "flags", "notes", "positions"):
        assert shared.take(here, {key: data}) == [key]
    assert here.content() == before


def test_symbols_that_cannot_be_written_here_are_left_out():
    here = book()
    shared.take(
        here, {"list One": b'{"feed":"demo","rows":[{"symbol":"A.US@demo"},{"symbol":"no feed"},{"symbol":"@x"}]}'}
    )
    assert rows_of(here)["One"] == ["A.US"]


@given(
    st.binary(max_size=80),
    st.binary(max_size=80),
    st.binary(max_size=80),
    st.sampled_from(["list A", "flags", "alerts"]),
)
def test_garbage_merges_without_a_fault(base, mine, theirs, key):
    shared.merged(key, base, mine, theirs)


def test_a_version_is_brought_back_exactly_and_its_undo_too():
    kept = book()
    watchlist = kept.named("One")
    before = list(watchlist)
    version = b'{"rows":[{"symbol":"C@demo"},{"label":"Tech"},{"symbol":"A.US@demo"}]}'
    edit = shared.to_version(watchlist, version)
    undo = edit.apply(kept)
    assert list(watchlist) == [C, TECH, A]
    undo.apply(kept)
    assert list(watchlist) == before
    assert shared.to_version(watchlist, b"null") is None
    edit.apply(kept)
    assert shared.to_version(watchlist, version) is None, "no step for what is so already"


def test_a_version_is_told_by_what_is_another_in_it():
    kept = book()
    watchlist = kept.named("One")
    now = shared.contents_of(kept, None, with_positions=False)["list One"]
    assert shared.told_of(watchlist, now) == "3 rows, as now"
    version = b'{"rows":[{"symbol":"C@demo"},{"label":"Tech"},{"symbol":"A.US@demo"}]}'
    assert shared.told_of(watchlist, version) == "3 rows, with C, without B"
    many = b'{"rows":[%s]}' % b",".join(b'{"symbol":"%d@demo"}' % number for number in range(5))
    assert shared.told_of(watchlist, many).startswith("5 rows, with 0, 1, 2 and 2 more, without ")
    assert shared.told_of(watchlist, b"garbage") == "deleted"
