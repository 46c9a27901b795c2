"""All lists of a feed."""

import pytest

from quotedesk.lists.book import Book
from quotedesk.lists.saved import Content, Flag, ListContent
from quotedesk.lists.section import Section
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument

A, B, C, D = (Instrument("f", code) for code in "ABCD")


@pytest.fixture
def book() -> Book:
    lists = (
        ListContent("one", (A, Section(1, "x"), B)),
        ListContent("two", (B, C)),
        ListContent("shut", (D,), is_open=False),
    )
    return Book(Content(lists, {A: Flag.RED}, {B: "note"}))


def test_each_symbol_of_an_open_list_is_wanted_once_first_those_of_the_lists_that_are_shown(book: Book) -> None:
    one, two, shut = book.lists
    assert book.wanted() == [A, B, C]
    assert book.wanted([two]) == [B, C, A]
    assert book.wanted([shut, two, one]) == [B, C, A]
    book.open(shut)
    assert book.wanted() == [A, B, C, D]


def test_its_content_makes_the_same_book_again(book: Book) -> None:
    assert Book(book.content()).content() == book.content()


def test_one_list_is_always_there_and_open(book: Book) -> None:
    one, two, shut = book.lists
    book.open(one, False)
    book.open(two, False)
    assert book.open_lists == (two,)
    book.drop(two)
    assert [each.is_open for each in book.lists] == [True, False]
    book.drop(shut)
    with pytest.raises(ValueError, match="always there"):
        book.drop(one)
    assert Book(Content(())).open_lists[0].name == "Watchlist"
    assert Book(Content((ListContent("a", is_open=False),))).open_lists[0].name == "a"


def test_no_two_lists_share_a_name(book: Book) -> None:
    with pytest.raises(ValueError, match="taken"):
        book.add(Watchlist(name="two"), 0)
    with pytest.raises(ValueError, match="taken"):
        book.rename(book.lists[0], "two")
    assert [each.name for each in book.lists] == ["one", "two", "shut"]
    assert book.named("two") is book.lists[1]
    assert book.named("three") is None


def test_flags_and_notes_are_set_and_taken_back(book: Book) -> None:
    told: list[int] = []
    book.listeners.append(lambda: told.append(1))
    book.mark({A: None, C: Flag.BLUE}, {B: "", A: "new"})
    assert (book.flags, book.notes) == ({C: Flag.BLUE}, {A: "new"})
    assert told == [1]


def test_whoever_looks_up_flags_and_notes_finds_those_of_another_feed_after_a_switch(book: Book) -> None:
    flag_of, note_of = book.flags.get, book.notes.get
    book.load(Content((ListContent("x"),), {D: Flag.GREEN}, {D: "there"}))
    assert (flag_of(A), flag_of(D), note_of(B), note_of(D)) == (None, Flag.GREEN, None, "there")
