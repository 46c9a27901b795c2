"""Edits: every one has an inverse, and a view that follows sees every step."""

import inspect
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.lists import edits
from quotedesk.lists.edits import Arrange, Edit, Insert, Remove, Replace, Series, append, place, shift, with_members
from quotedesk.lists.section import Row, Section
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument

POOL: list[Row] = [Instrument("f", code) for code in "ABCDEFGHIJ"] + [
    Instrument("g", "A"),
    Section(-1, "x"),
    Section(-2, "x"),
]
instruments = st.lists(st.sampled_from(POOL), unique=True)

inserts = st.builds(
    lambda rows, items: Insert(tuple(zip(sorted(rows), items, strict=False))),
    st.sets(st.integers(0, 20)),
    instruments,
)
removes = st.builds(lambda items: Remove(tuple(items)), st.lists(st.sampled_from(POOL)))
# A new kind of edit is picked up from its annotations; only one that not any values fit gets a line here.
st.register_type_strategy(Instrument, st.sampled_from([row for row in POOL if isinstance(row, Instrument)]))
st.register_type_strategy(Section, st.sampled_from([row for row in POOL if isinstance(row, Section)]))
KINDS = [kind for _, kind in inspect.getmembers(edits, inspect.isclass) if hasattr(kind, "apply") and kind is not Edit]
FITTING: dict[type, st.SearchStrategy[Edit]] = {Insert: inserts}
single = st.one_of(*(FITTING.get(kind, st.from_type(kind)) for kind in KINDS if kind is not Series))
series = st.builds(lambda steps: Series(tuple(steps)), st.lists(single, max_size=4))
any_edit = single | series


def test_all_kinds_of_edits_are_found() -> None:
    assert {Insert, Remove, Arrange, Replace, Series} <= set(KINDS)


@given(instruments, any_edit)
def test_an_edit_and_its_inverse_give_back_the_list(rows: list[Row], edit: Edit) -> None:
    watchlist = Watchlist(rows)
    inverse = edit.apply(watchlist)
    after = list(watchlist)
    redo = inverse.apply(watchlist)
    assert list(watchlist) == rows
    redo.apply(watchlist)
    assert list(watchlist) == after


@given(instruments, st.lists(any_edit, max_size=6))
def test_undoing_all_gives_back_the_first_list_and_a_follower_is_told_of_every_change(
    rows: list[Row], steps: list[Edit]
) -> None:
    watchlist = Watchlist(rows)
    seen = [list(watchlist)]
    watchlist.listeners.append(lambda: seen.append(list(watchlist)))
    undo = [step.apply(watchlist) for step in steps]
    assert seen[-1] == list(watchlist)
    assert len(set(watchlist)) == len(watchlist)
    for inverse in reversed(undo):
        inverse.apply(watchlist)
    assert seen[-1] == list(watchlist) == rows
    assert all(before != after for before, after in pairwise(seen)), "told of changes only"


@given(instruments, inserts)
def test_an_insert_adds_exactly_what_was_missing_and_moves_nothing_else(rows: list[Row], edit: Insert) -> None:
    watchlist = Watchlist(rows)
    inverse = edit.apply(watchlist)
    new = [instrument for _, instrument in edit.items if instrument not in rows]
    assert [instrument for instrument in watchlist if instrument in rows] == rows
    assert [instrument for instrument in watchlist if instrument not in rows] == new
    assert inverse == Remove(tuple(new))


@given(instruments, removes)
def test_a_removal_takes_out_exactly_what_was_named(rows: list[Row], edit: Remove) -> None:
    watchlist = Watchlist(rows)
    edit.apply(watchlist)
    assert list(watchlist) == [instrument for instrument in rows if instrument not in edit.rows]


def test_inserted_rows_are_where_they_are_said_to_be() -> None:
    a, b, c, d, e, *_ = POOL
    watchlist = Watchlist([a, b])
    Insert(((0, c), (2, d), (4, e))).apply(watchlist)
    assert list(watchlist) == [c, a, d, b, e]


def test_rows_beyond_the_end_mean_the_end() -> None:
    a, b, c, *_ = POOL
    watchlist = Watchlist([a])
    Insert(((7, b), (90, c))).apply(watchlist)
    assert list(watchlist) == [a, b, c]


@given(instruments, st.lists(st.sampled_from(POOL)))
def test_appending_puts_each_new_one_at_the_end_once(rows: list[Row], more: list[Row]) -> None:
    watchlist = Watchlist(rows)
    append(watchlist, more).apply(watchlist)
    assert list(watchlist) == list(dict.fromkeys(rows + more))


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (Insert(((0, POOL[0]),)), "add A"),
        (Insert(((0, POOL[0]), (1, POOL[1]), (2, POOL[2]))), "add 3 symbols"),
        (Remove((POOL[3],)), "remove D"),
        (Remove((POOL[3], POOL[4])), "remove 2 symbols"),
    ],
)
def test_the_menu_says_what_an_edit_does(edit: Edit, words: str) -> None:
    assert edit.words == words


@given(instruments, st.lists(st.sampled_from(POOL)))
def test_an_arranged_list_holds_what_it_held_those_named_first(rows: list[Row], order: list[Row]) -> None:
    watchlist = Watchlist(rows)
    Arrange(tuple(order)).apply(watchlist)
    named = [instrument for instrument in dict.fromkeys(order) if instrument in rows]
    assert list(watchlist) == named + [instrument for instrument in rows if instrument not in named]


@given(instruments, st.sampled_from(POOL), st.sampled_from(POOL))
def test_a_replaced_instrument_leaves_its_place_to_the_new_one(
    rows: list[Row], old: Instrument, new: Instrument
) -> None:
    watchlist = Watchlist(rows)
    Replace(old, new).apply(watchlist)
    assert list(watchlist) == (rows if new in rows else [new if each == old else each for each in rows])


@given(instruments, st.sets(st.sampled_from(POOL)), st.sampled_from([-1, 1]))
def test_shifted_rows_move_by_one_and_keep_their_order(rows: list[Row], chosen: set[Row], step: int) -> None:
    watchlist = Watchlist(rows)
    Arrange(shift(watchlist, chosen, step)).apply(watchlist)
    after = list(watchlist)
    for side in (lambda each: each in chosen, lambda each: each not in chosen):
        assert list(filter(side, after)) == list(filter(side, rows))
    edge = 0 if step < 0 else len(rows) - 1
    for row, instrument in enumerate(rows):
        if instrument in chosen:
            between = rows[min(row, edge) : max(row, edge) + 1]
            stays = all(each in chosen for each in between)
            assert after.index(instrument) == (row if stays else row + step)


def test_edits_say_what_they_do() -> None:
    a, b, *_ = POOL
    assert Remove((Section(1, "Metals"),)).words == "remove Metals"
    assert Remove((Section(1, "Metals"), Section(2, "x"))).words == "remove 2 sections"
    assert Remove((Section(1, "Metals"), a)).words == "remove A"
    assert Replace(Section(1, "Metals"), Section(1, "Gold")).words == "rename Metals to Gold"
    assert Arrange((a, b)).words == "arrange the list"
    assert Arrange((a, b), (a,)).words == "move A"
    assert Replace(a, b).words == "replace A by B"
    assert Series((Arrange((a, b)), Remove((a, b)))).words == "remove 2 symbols"


@given(instruments, st.sets(st.sampled_from(POOL)), st.data())
def test_placed_rows_stand_together_where_they_were_dropped_and_the_others_keep_their_order(
    rows: list[Row], chosen: set[Row], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(rows)))
    watchlist = Watchlist(rows)
    Arrange(place(rows, chosen, at)).apply(watchlist)
    moved = [each for each in rows if each in chosen]
    above = [each for each in rows[:at] if each not in chosen]
    assert list(watchlist)[len(above) : len(above) + len(moved)] == moved
    assert [each for each in watchlist if each not in chosen] == [each for each in rows if each not in chosen]


def test_a_label_takes_along_what_is_below_it_and_the_others_stay() -> None:
    a, b, c, d, *_ = POOL
    x, y = Section(1, "x"), Section(2, "y")
    rows = [a, x, b, c, y, d]
    assert with_members(rows, [x]) == (x, b, c)
    assert with_members(rows, [a, x, c]) == (a, x, b, c)
    assert with_members(rows, [y, b]) == (b, y, d)
    assert with_members(rows, [d]) == (d,)
