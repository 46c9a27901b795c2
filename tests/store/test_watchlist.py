"""The rows of a list: an ordered set that a view can follow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.instrument import Instrument
from quotedesk.store.watchlist import Watchlist

A, B, C, D = (Instrument("f", code) for code in "ABCD")


class Recorder:
    """A follower that writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int, int] | str] = []

    def inserting(self, first: int, count: int) -> None:
        self.heard.append(("inserting", first, count))

    def inserted(self) -> None:
        self.heard.append("inserted")

    def removing(self, first: int, count: int) -> None:
        self.heard.append(("removing", first, count))

    def removed(self) -> None:
        self.heard.append("removed")


def followed(*instruments: Instrument) -> tuple[Watchlist, Recorder]:
    watchlist = Watchlist(instruments)
    watchlist.follower = recorder = Recorder()
    return watchlist, recorder


@given(st.lists(st.sampled_from([A, B, C, D])))
def test_a_list_holds_each_instrument_once_where_it_came_first(instruments: list[Instrument]) -> None:
    watchlist = Watchlist(instruments)
    rows = list(watchlist)
    assert len(watchlist) == len(rows) == len(set(instruments))
    assert rows == sorted(rows, key=instruments.index)
    for row, instrument in enumerate(rows):
        assert watchlist[row] == instrument
        assert watchlist.row(instrument) == row
        assert instrument in watchlist


def test_inserting_puts_rows_before_the_named_one_and_tells_before_and_after() -> None:
    watchlist, recorder = followed(A, D)
    watchlist.insert(1, [B, C])
    assert list(watchlist) == [A, B, C, D]
    assert B in watchlist
    assert recorder.heard == [("inserting", 1, 2), "inserted"]


def test_removing_takes_out_the_named_rows_and_tells_before_and_after() -> None:
    watchlist, recorder = followed(A, B, C, D)
    watchlist.remove(1, 2)
    assert list(watchlist) == [A, D]
    assert B not in watchlist
    assert recorder.heard == [("removing", 1, 2), "removed"]


def test_nothing_to_do_is_told_to_nobody() -> None:
    watchlist, recorder = followed(A)
    watchlist.insert(0, [])
    watchlist.remove(0, 0)
    assert recorder.heard == []


@pytest.mark.parametrize("new", [[A], [B, A], [B, B]])
def test_an_instrument_twice_is_refused_before_anything_happens(new: list[Instrument]) -> None:
    watchlist, recorder = followed(A)
    with pytest.raises(ValueError, match="once only"):
        watchlist.insert(0, new)
    assert list(watchlist) == [A]
    assert recorder.heard == []
    assert B not in watchlist


@pytest.mark.parametrize(("first", "count"), [(-1, 1), (0, 3), (2, 1), (1, 2)])
def test_rows_that_are_not_there_cannot_be_removed(first: int, count: int) -> None:
    watchlist, recorder = followed(A, B)
    with pytest.raises(IndexError):
        watchlist.remove(first, count)
    assert list(watchlist) == [A, B]
    assert recorder.heard == []


@pytest.mark.parametrize("first", [-1, 3])
def test_a_place_that_is_not_there_takes_no_rows(first: int) -> None:
    watchlist, recorder = followed(A, B)
    with pytest.raises(IndexError):
        watchlist.insert(first, [C])
    assert list(watchlist) == [A, B]
    assert recorder.heard == []


def test_an_instrument_that_was_taken_out_may_come_back() -> None:
    watchlist = Watchlist([A, B])
    watchlist.remove(0, 1)
    watchlist.insert(1, [A])
    assert list(watchlist) == [B, A]


def test_the_row_of_a_stranger_is_an_error() -> None:
    with pytest.raises(ValueError, match="not in list"):
        Watchlist([A]).row(B)
