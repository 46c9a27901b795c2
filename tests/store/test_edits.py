"""Edits: every one has an inverse, and a view that follows sees every step."""

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.instrument import Instrument
from quotedesk.store import edits
from quotedesk.store.edits import Arrange, Edit, Insert, Remove, Replace, Series, append, place, shift
from quotedesk.store.watchlist import Watchlist

POOL = [Instrument("f", code) for code in "ABCDEFGHIJ"] + [Instrument("g", "A")]
instruments = st.lists(st.sampled_from(POOL), unique=True)

inserts = st.builds(
    lambda rows, items: Insert(tuple(zip(sorted(rows), items, strict=False))),
    st.sets(st.integers(0, 20)),
    instruments,
)
removes = st.builds(lambda items: Remove(tuple(items)), st.lists(st.sampled_from(POOL)))
# A new kind of edit is picked up from its annotations; only one that not any values fit gets a line here.
st.register_type_strategy(Instrument, st.sampled_from(POOL))
KINDS = [kind for _, kind in inspect.getmembers(edits, inspect.isclass) if hasattr(kind, "apply") and kind is not Edit]
FITTING: dict[type, st.SearchStrategy[Edit]] = {Insert: inserts}
single = st.one_of(*(FITTING.get(kind, st.from_type(kind)) for kind in KINDS if kind is not Series))
series = st.builds(lambda steps: Series(tuple(steps)), st.lists(single, max_size=4))
any_edit = single | series


class Mirror:
    """A view's own copy, changed by nothing but what the list tells."""

    def __init__(self, watchlist: Watchlist) -> None:
        self.rows = list(watchlist)
        self._list = watchlist
        self._open: tuple[str, int, int] | None = None
        watchlist.follower = self

    def inserting(self, first: int, count: int) -> None:
        self._begin("insert", first, count)
        assert 0 <= first <= len(self.rows)

    def inserted(self) -> None:
        first, count = self._end("insert")
        self.rows[first:first] = [self._list[row] for row in range(first, first + count)]
        self._check()

    def removing(self, first: int, count: int) -> None:
        self._begin("remove", first, count)
        assert 0 <= first < first + count <= len(self.rows)

    def removed(self) -> None:
        first, count = self._end("remove")
        del self.rows[first : first + count]
        self._check()

    def rearranging(self) -> None:
        self._begin("rearrange", 0, 1)

    def rearranged(self, places: list[int]) -> None:
        self._end("rearrange")
        moved = dict(zip(places, self.rows, strict=True))
        self.rows = [moved[row] for row in range(len(moved))]
        self._check()

    def replaced(self, row: int) -> None:
        assert self._open is None
        self.rows[row] = self._list[row]
        self._check()

    def _begin(self, what: str, first: int, count: int) -> None:
        assert self._open is None, "one change ends before the next begins"
        assert count > 0
        self._check()
        self._open = (what, first, count)

    def _end(self, what: str) -> tuple[int, int]:
        assert self._open is not None
        opened, first, count = self._open
        assert opened == what
        self._open = None
        return first, count

    def _check(self) -> None:
        assert self.rows == list(self._list), "before a begin and after an end view and list are the same"


def test_all_kinds_of_edits_are_found() -> None:
    assert {Insert, Remove, Arrange, Replace, Series} <= set(KINDS)


@given(instruments, any_edit)
def test_an_edit_and_its_inverse_give_back_the_list(rows: list[Instrument], edit: Edit) -> None:
    watchlist = Watchlist(rows)
    inverse = edit.apply(watchlist)
    after = list(watchlist)
    redo = inverse.apply(watchlist)
    assert list(watchlist) == rows
    redo.apply(watchlist)
    assert list(watchlist) == after


@given(instruments, st.lists(any_edit, max_size=6))
def test_undoing_all_gives_back_the_first_list_and_a_follower_sees_every_step(
    rows: list[Instrument], steps: list[Edit]
) -> None:
    watchlist = Watchlist(rows)
    mirror = Mirror(watchlist)
    undo = [step.apply(watchlist) for step in steps]
    assert mirror.rows == list(watchlist)
    assert len(set(watchlist)) == len(watchlist)
    for inverse in reversed(undo):
        inverse.apply(watchlist)
    assert mirror.rows == list(watchlist) == rows


@given(instruments, inserts)
def test_an_insert_adds_exactly_what_was_missing_and_moves_nothing_else(rows: list[Instrument], edit: Insert) -> None:
    watchlist = Watchlist(rows)
    inverse = edit.apply(watchlist)
    new = [instrument for _, instrument in edit.items if instrument not in rows]
    assert [instrument for instrument in watchlist if instrument in rows] == rows
    assert [instrument for instrument in watchlist if instrument not in rows] == new
    assert inverse == Remove(tuple(new))


@given(instruments, removes)
def test_a_removal_takes_out_exactly_what_was_named(rows: list[Instrument], edit: Remove) -> None:
    watchlist = Watchlist(rows)
    edit.apply(watchlist)
    assert list(watchlist) == [instrument for instrument in rows if instrument not in edit.instruments]


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
def test_appending_puts_each_new_one_at_the_end_once(rows: list[Instrument], more: list[Instrument]) -> None:
    watchlist = Watchlist(rows)
    append(watchlist, more).apply(watchlist)
    assert list(watchlist) == list(dict.fromkeys(rows + more))


def test_neighbouring_rows_are_one_change_for_whoever_follows() -> None:
    watchlist = Watchlist(POOL)
    changes: list[tuple[int, int]] = []
    mirror = Mirror(watchlist)
    removing = mirror.removing
    mirror.removing = lambda first, count: (changes.append((first, count)), removing(first, count))[1]  # type: ignore[method-assign]
    Remove((*POOL[2:5], POOL[7])).apply(watchlist)
    assert changes == [(7, 1), (2, 3)]


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
def test_an_arranged_list_holds_what_it_held_those_named_first(rows: list[Instrument], order: list[Instrument]) -> None:
    watchlist = Watchlist(rows)
    Arrange(tuple(order)).apply(watchlist)
    named = [instrument for instrument in dict.fromkeys(order) if instrument in rows]
    assert list(watchlist) == named + [instrument for instrument in rows if instrument not in named]


@given(instruments, st.sampled_from(POOL), st.sampled_from(POOL))
def test_a_replaced_instrument_leaves_its_place_to_the_new_one(
    rows: list[Instrument], old: Instrument, new: Instrument
) -> None:
    watchlist = Watchlist(rows)
    Replace(old, new).apply(watchlist)
    assert list(watchlist) == (rows if new in rows else [new if each == old else each for each in rows])


@given(instruments, st.sets(st.sampled_from(POOL)), st.sampled_from([-1, 1]))
def test_shifted_rows_move_by_one_and_keep_their_order(
    rows: list[Instrument], chosen: set[Instrument], step: int
) -> None:
    watchlist = Watchlist(rows)
    shift(watchlist, chosen, step).apply(watchlist)
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
    assert Arrange((a, b)).words == "arrange the list"
    assert Arrange((a, b), (a,)).words == "move A"
    assert Replace(a, b).words == "replace A by B"
    assert Series((Arrange((a, b)), Remove((a, b)))).words == "remove 2 symbols"


@given(instruments, st.sets(st.sampled_from(POOL)), st.data())
def test_placed_rows_stand_together_where_they_were_dropped_and_the_others_keep_their_order(
    rows: list[Instrument], chosen: set[Instrument], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(rows)))
    watchlist = Watchlist(rows)
    edit = place(rows, chosen, at)
    edit.apply(watchlist)
    moved = [each for each in rows if each in chosen]
    above = [each for each in rows[:at] if each not in chosen]
    assert list(edit.moved) == moved
    assert list(watchlist)[len(above) : len(above) + len(moved)] == moved
    assert [each for each in watchlist if each not in chosen] == [each for each in rows if each not in chosen]
