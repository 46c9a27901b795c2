"""The rows of a list: instruments and labels, each once, some of them folded away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.lists.saved import ListContent
from quotedesk.lists.section import Row, Section
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument

A, B, C, D = (Instrument("f", code) for code in "ABCD")
X, Y = Section(1, "x"), Section(2, "y")
POOL: list[Row] = [A, B, C, D, X, Y]


@given(st.lists(st.sampled_from(POOL)))
def test_a_list_holds_each_row_once_where_it_came_first(rows: list[Row]) -> None:
    watchlist = Watchlist(rows)
    held = list(watchlist)
    assert len(watchlist) == len(held) == len(set(rows))
    assert held == sorted(held, key=rows.index)
    assert watchlist.instruments == tuple(row for row in held if isinstance(row, Instrument))
    for place, row in enumerate(held):
        assert watchlist[place] == row
        assert watchlist.row(row) == place
        assert row in watchlist


def test_followers_are_told_after_a_change_and_of_nothing_else() -> None:
    watchlist, seen = Watchlist([A, X, B]), []
    watchlist.listeners.append(lambda: seen.append((list(watchlist), set(watchlist.folded))))
    watchlist.put([A, X, B])
    watchlist.put([B, X, A])
    watchlist.fold(X, True)
    watchlist.fold(X, True)
    watchlist.fold(Y, True)
    assert seen == [([B, X, A], set()), ([B, X, A], {X.key})]


def test_a_row_twice_is_refused_before_anything_happens() -> None:
    watchlist = Watchlist([A])
    watchlist.listeners.append(pytest.fail)
    with pytest.raises(ValueError, match="once only"):
        watchlist.put([A, B, B])
    assert list(watchlist) == [A]
    assert B not in watchlist


def test_the_row_of_a_stranger_is_an_error() -> None:
    with pytest.raises(ValueError, match="not in list"):
        Watchlist([A]).row(B)


def test_what_comes_into_a_folded_section_unfolds_it_and_what_goes_or_moves_does_not() -> None:
    watchlist = Watchlist([A, X, B, Y, C])
    watchlist.fold(X, True)
    watchlist.fold(Y, True)
    watchlist.put([X, B, A, Y])
    assert watchlist.folded == {X.key, Y.key}
    watchlist.put([X, B, A, Y, D])
    assert watchlist.folded == {X.key}


@given(st.lists(st.sampled_from(POOL), unique=True), st.sets(st.sampled_from([X, Y])), st.booleans())
def test_its_content_makes_the_same_list_again(rows: list[Row], folded: set[Section], is_open: bool) -> None:
    watchlist = Watchlist(rows, "Name", "g")
    watchlist.is_open = is_open
    for each in folded:
        watchlist.fold(each, True)
    again = Watchlist.of(watchlist.content())
    assert (list(again), again.folded, again.is_open) == (rows, watchlist.folded, is_open)
    assert (again.name, again.feed) == ("Name", "g")


def test_a_list_whose_feed_nobody_says_is_of_that_of_its_first_symbol() -> None:
    assert Watchlist([X, A, Instrument("g", "A")]).feed == "f"
    assert Watchlist([A], feed="g").feed == "g"
    assert Watchlist().feed == ""


def test_a_list_that_changes_its_feed_tells_once_and_stays_folded() -> None:
    watchlist, seen = Watchlist([X, A]), []
    watchlist.fold(X, True)
    watchlist.listeners.append(lambda: seen.append(watchlist.feed))
    watchlist.change_feed("g", [X, Instrument("g", "A")])
    watchlist.change_feed("g", [X, Instrument("g", "A")])
    assert (seen, watchlist.folded, watchlist.instruments) == (["g"], {X.key}, (Instrument("g", "A"),))
    with pytest.raises(ValueError, match="once only"):
        watchlist.change_feed("f", [A, A])
    assert watchlist.feed == "g"


def test_a_fold_of_no_section_is_forgotten() -> None:
    assert Watchlist.of(ListContent("Name", (A,), frozenset({99}))).folded == set()


def test_columns_are_kept_with_the_list_and_followers_are_told_of_others_only() -> None:
    watchlist, told = Watchlist([A]), []
    watchlist.listeners.append(lambda: told.append(watchlist.columns))
    watchlist.show_columns(("Symbol", "Bid"))
    watchlist.show_columns(["Symbol", "Bid"])
    assert told == [("Symbol", "Bid")]
    assert Watchlist.of(watchlist.content()).columns == ("Symbol", "Bid")
