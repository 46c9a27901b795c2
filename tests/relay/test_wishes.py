"""Rows of all desks, merged by rank; leases; rows that nobody wants any more."""

from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec.relay_requests import LEASE_S, MOST_ROWS, MOST_SESSIONS
from quotedesk.market.instrument import Instrument
from quotedesk.relay.wishes import BACK_S, LINGER_S, MOST_LINGERING, Wishes


def rows(text: str) -> list[Instrument]:
    return [Instrument("demo", code) for code in text]


def codes(wishes: Wishes) -> str:
    return "".join(row.code for row in wishes.merged())


def test_the_first_rows_of_all_desks_come_before_the_second_of_any() -> None:
    wishes = Wishes()
    for desk, text in (("a", "ABC"), ("b", "XB"), ("c", "A")):
        wishes.say(desk, "s", 1, rows(text), 0.0)
    assert codes(wishes) == "AXBC"
    assert wishes.desks_of(Instrument("demo", "B")) == 2
    assert wishes.desks_of(Instrument("demo", "Z")) == 0
    assert wishes.connections == 3
    assert wishes.counts["a"] == (1, 3)


@given(st.lists(st.text("ABCDEFGH", max_size=6), max_size=6))
def test_every_row_is_there_once_and_no_row_is_put_below_its_worst_rank(lists: list[str]) -> None:
    wishes = Wishes()
    for number, text in enumerate(lists):
        wishes.say(f"d{number}", "s", 1, rows(text), 0.0)
    merged = codes(wishes)
    unique = ["".join(dict.fromkeys(text)) for text in lists]
    assert sorted(merged) == sorted(set("".join(lists)))
    for text in unique:
        for rank, code in enumerate(text):
            assert merged.index(code) < (rank + 1) * len(lists)


def test_what_nobody_wants_any_more_is_kept_for_a_while_at_the_end() -> None:
    wishes = Wishes()
    wishes.say("a", "s", 1, rows("AB"), 0.0)
    wishes.say("a", "s", 2, rows("C"), 10.0)
    assert codes(wishes) == "CAB"
    wishes.say("a", "s", 3, rows("BC"), 20.0)
    assert codes(wishes) == "BCA"
    assert not wishes.elapsed(10.0 + LINGER_S - 0.1 - LEASE_S)
    wishes.renew("a", "s", 3, 60.0)
    assert wishes.elapsed(10.0 + LINGER_S)
    assert codes(wishes) == "BC"


def test_nothing_lingers_at_a_feed_where_it_may_not() -> None:
    wishes = Wishes()
    wishes.may_linger = lambda feed: feed != "demo"
    wishes.say("a", "s", 1, [*rows("AB"), Instrument("kraken", "X")], 0.0)
    wishes.say("a", "s", 2, rows("B"), 1.0)
    assert codes(wishes) == "BX"


def test_a_lease_that_is_not_renewed_is_void() -> None:
    wishes = Wishes()
    wishes.say("a", "s", 7, rows("A"), 0.0)
    assert wishes.renew("a", "s", 7, 20.0)
    assert not wishes.renew("a", "s", 6, 20.0)
    assert not wishes.renew("a", "t", 7, 20.0)
    assert not wishes.elapsed(20.0 + LEASE_S - 0.1)
    assert wishes.elapsed(20.0 + LEASE_S)
    assert wishes.connections == 0
    assert codes(wishes) == "A"  # it lingers


def test_an_older_list_changes_nothing() -> None:
    wishes = Wishes()
    wishes.say("a", "s", 2, rows("B"), 0.0)
    wishes.say("a", "s", 1, rows("A"), 1.0)
    assert codes(wishes) == "B"


def test_a_connection_that_is_gone_wants_nothing() -> None:
    wishes = Wishes()
    wishes.say("a", "s", 1, rows("A"), 0.0)
    wishes.say("a", "t", 1, rows("B"), 0.0)
    assert wishes.drop("a", "s", 1.0)
    assert not wishes.drop("a", "s", 1.0)
    assert codes(wishes) == "BA"
    assert wishes.drop("a", None, 1.0)
    assert wishes.connections == 0


def test_two_hundred_desks_with_one_key_are_as_many_as_a_key_bears() -> None:
    wishes = Wishes()
    faults = [wishes.say("a", f"s{number}", 1, rows("A"), 0.0) for number in range(200)]
    assert [not fault for fault in faults] == [True] * MOST_SESSIONS + [False] * (200 - MOST_SESSIONS)
    assert "a key of its own" in faults[-1]
    assert wishes.say("a", "s0", 2, rows("AB"), 0.0) == ""


def test_ten_thousand_wishes_are_cut_and_do_not_pile_up_when_they_change() -> None:
    wishes = Wishes()
    for turn in range(10):
        many = [Instrument("demo", f"C{turn}.{number}") for number in range(10_000)]
        wishes.say("a", "s", turn + 1, many, 0.0)
    assert len(wishes.rows_of("a", "s")) == MOST_ROWS
    assert len(wishes.merged()) <= MOST_ROWS + MOST_LINGERING


def test_slow_desks_and_looks_at_books_are_known() -> None:
    wishes = Wishes()
    wishes.say("a", "s", 1, rows("AB"), 0.0, is_slow=True, books=["alltick"])
    wishes.say("b", "s", 1, rows("BC"), 0.0)
    assert wishes.slow == frozenset(rows("AB"))
    assert wishes.is_slow("a")
    assert not wishes.is_slow("b")
    assert wishes.books == {"alltick"}


def test_a_desk_on_another_connection_is_the_same_one_and_keeps_its_place() -> None:
    wishes = Wishes()
    wishes.may_linger = lambda feed: False  # a row that is let go is gone at once
    for number in range(MOST_SESSIONS):
        assert wishes.say("a", f"old{number}", 7, rows("AB" if number else "CD"), 0.0) == ""
    wishes.say("b", "old", 5, rows("X"), 0.0)
    for number in range(MOST_SESSIONS):
        assert codes(wishes) == "CAXDB", "what is asked of providers stays as it was"
        assert wishes.say("a", f"new{number}", 1, rows("AB" if number else "CD"), 2.0, before=f"old{number}") == ""
    assert codes(wishes) == "CAXDB"
    assert wishes.counts["a"] == (MOST_SESSIONS, 2 * MOST_SESSIONS)
    assert wishes.desks_of(rows("A")[0]) == MOST_SESSIONS - 1
    for before in ("", "old0", "old", "nobody"):
        assert "8 connections have this key" in wishes.say("a", "more", 1, rows("Z"), 2.0, before=before)
    assert wishes.say("c", "new", 1, rows("Y"), 2.0, before="old") == ""
    assert wishes.rows_of("b", "old") == tuple(rows("X")), "nobody takes the place of another desk"


def test_after_its_server_died_a_desk_that_does_not_come_back_is_forgotten_soon() -> None:
    wishes = Wishes()
    wishes.say("a", "old", 1, rows("A"), 0.0)
    wishes.say("b", "old", 1, rows("B"), 0.0)
    wishes.expect_back(1.0)
    wishes.say("a", "new", 1, rows("A"), 2.0, before="old")
    assert not wishes.elapsed(1.0 + BACK_S - 0.1)
    assert wishes.elapsed(1.0 + BACK_S)
    assert wishes.counts == {"a": (1, 1)}
    wishes.expect_back(LEASE_S - 5.0)
    assert wishes.elapsed(2.0 + LEASE_S), "no lease is longer by it"
