"""Quotes wait until somebody looks: nothing is lost, and no more are kept than there is room for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.number import UNKNOWN, Number, number
from quotedesk.market.quote import Quote
from quotedesk.quotes import unread_quotes
from quotedesk.quotes.unread_quotes import AT_ONCE, LATER, UnreadQuotes, merged

numbers = st.sampled_from(["1", "2.50", "-3", "0"]).map(number)
said = st.fixed_dictionaries({}, optional=dict.fromkeys((*AT_ONCE, *LATER), st.one_of(st.just(UNKNOWN), numbers)))
quotes = said.map(lambda said: Quote(code="A", **said))


def newest(many: list[Quote]) -> list[Number | None]:
    """What is known of each field when quote after quote is folded."""
    folded: dict[str, Number | None] = dict.fromkeys(LATER)
    for each in many:
        folded |= {name: found for name in LATER if (found := getattr(each, name)) is not None}
    return list(folded.values())


@given(st.lists(quotes, min_size=1, max_size=8))
def test_quotes_that_become_one_say_what_they_said_together(many: list[Quote]) -> None:
    one = merged(many)
    assert [getattr(one, name) for name in LATER] == newest(many)


@given(st.lists(st.tuples(st.integers(0, 2), quotes), max_size=40), st.sampled_from([2, 3, 64]))
def test_however_little_room_there_is_the_newest_of_each_field_is_kept(
    many: list[tuple[int, Quote]], room: int
) -> None:
    unread = UnreadQuotes()
    unread.share(unread_quotes.MOST // room)
    unread.add(many)
    for slot in range(3):
        its = [each for at, each in many if at == slot]
        assert (slot in unread.by_slot) == bool(its)
        if its:
            assert len(unread.by_slot[slot]) < room or room == 2
            assert list(unread.take(slot)) == newest(its)
            assert slot not in unread.by_slot


def test_each_slot_has_its_share_and_never_less_than_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread_quotes, "MOST", 12)
    for slots, most in ((1, 11), (4, 2), (5, 1), (1000, 1)):
        unread = UnreadQuotes()
        unread.share(slots)
        longest = 0
        for turn in range(30):
            unread.add([(0, Quote(code="A", bid=number(str(turn))))])
            longest = max(longest, len(unread.by_slot[0]))
        assert longest == most
