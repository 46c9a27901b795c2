"""What change counts from: the best that is known, and from whom."""

import itertools
import math

import numpy as np
import pytest

from quotedesk.market.number import UNKNOWN, Number, number
from quotedesk.quotes.bases import BASE_FIELDS, Bases
from quotedesk.quotes.decimals import LearntDecimals
from quotedesk.quotes.field_column import FieldColumn
from quotedesk.quotes.fields import BASE_NAMES, FIELDS
from quotedesk.quotes.unread_quotes import LATER

ROOM = 2


class Rows:
    """Columns and their bases."""

    def __init__(self) -> None:
        self.columns = {field.name: FieldColumn(LearntDecimals(ROOM)) for field in FIELDS}
        self.bases = Bases(self.columns, ROOM)

    def say(self, **said: str) -> None:
        """A quote of slot 0; "" withdraws."""
        numbers: dict[str, Number] = {name: number(text) if text else UNKNOWN for name, text in said.items()}
        changed = [name for name, each in numbers.items() if each is not self.columns[name].numbers[0]]
        for name in changed:
            self.columns[name].put_later(0, numbers[name])
        self.bases.hear(0, [numbers.get(name) for name in LATER], [name for name in changed if name in BASE_FIELDS])

    @property
    def base(self) -> tuple[str, str]:
        """Of slot 0: as a number, and as the columns of all slots say it, which must be the same."""
        name, price = self.bases.of(0)
        assert BASE_NAMES[self.bases.kind[0]] == name
        assert self.bases.price[0] == price.value or (math.isnan(self.bases.price[0]) and not price.is_known)
        return name, price.text


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.mark.parametrize("given", [*itertools.product([False, True], repeat=3)])
@pytest.mark.parametrize("at_once", [False, True])
def test_change_counts_from_the_previous_close_then_24_hours_ago_then_the_open_then_the_first_price(
    rows: Rows, given: tuple[bool, bool, bool], at_once: bool
) -> None:
    said = {"prev_close": "10", "open_24h": "11", "open": "12"}
    names = dict(zip(said, ("prev_close", "open_24h", "open_session"), strict=True))
    known = {name: text for (name, text), is_given in zip(said.items(), given, strict=True) if is_given}
    rows.bases.take_first(0, number("13"))
    for part in [known] if at_once else [{name: text} for name, text in known.items()]:
        rows.say(**part)
    assert rows.base == next(((names[name], text) for name, text in known.items()), ("first_seen", "13"))
    assert rows.bases.of(1) == ("first_seen", UNKNOWN), "no other row is touched"


def test_a_withdrawn_base_gives_way_to_the_next_and_a_base_may_be_0_or_less(rows: Rows) -> None:
    rows.bases.take_first(0, number("9"))
    rows.say(prev_close="-8.50", open="0")
    assert rows.base == ("prev_close", "-8.50")
    rows.say(prev_close="")
    assert rows.base == ("open_session", "0")
    rows.say(open="")
    assert rows.base == ("first_seen", "9")


def test_while_it_is_asked_for_it_is_unknown_until_it_is_said_or_nobody_can_tell(rows: Rows) -> None:
    rows.bases.take_first(0, number("9"))
    rows.bases.expect([0], True)
    assert rows.bases.is_awaited(0)
    assert rows.base == ("first_seen", "")
    rows.bases.expect([0], False)
    assert rows.base == ("first_seen", "9")
    rows.bases.expect([0], True)
    rows.say(bid="8.9")
    assert rows.bases.is_awaited(0)
    rows.say(open="8")
    assert rows.base == ("open_session", "8")
    rows.bases.expect([0], True)
    assert not rows.bases.is_awaited(0), "that is better than a first price"


def test_a_close_that_was_told_says_when_it_was_and_from_whom_until_the_feed_says_another(rows: Rows) -> None:
    rows.bases.expect([0], True)
    rows.bases.tell_prev_close(0, number("4"), 1000.0, "daily candles")
    assert rows.base == ("prev_close", "4")
    assert rows.bases.moment_of(0) == (1000.0, "daily candles")
    rows.say(prev_close="4", open="3")
    assert rows.bases.moment_of(0) == (1000.0, "daily candles"), "the feed says the same"
    rows.say(prev_close="5")
    assert math.isnan(rows.bases.moment_of(0)[0])
    assert rows.bases.moment_of(0)[1] == ""


def test_with_a_day_its_figures_go_and_its_base_is_awaited_anew(rows: Rows) -> None:
    rows.bases.take_first(0, number("9"))
    rows.say(prev_close="10", open="12", high="13", bid="12.5")
    rows.bases.tell_prev_close(0, number("10.5"), 1000.0, "daily candles")
    assert rows.bases.end_day(0)
    assert rows.base == ("first_seen", "")
    assert rows.bases.moment_of(0)[1] == ""
    assert [rows.columns[name].numbers[0].text for name in ("prev_close", "open", "high", "bid")] == [
        "",
        "",
        "",
        "12.5",
    ]
    rows.say(open="11")
    assert rows.base == ("open_session", "11")


def test_a_window_of_24_hours_goes_with_no_day_and_a_first_price_neither(rows: Rows) -> None:
    rows.bases.take_first(0, number("9"))
    rows.say(high="13")
    assert not rows.bases.end_day(0)
    assert (rows.base, rows.columns["high"].numbers[0].text) == (("first_seen", "9"), "")
    rows.say(open_24h="11", high="13", prev_close="12")
    assert rows.bases.end_day(0), "the close ran out"
    rows.say(prev_close="")
    assert (rows.base, rows.columns["high"].numbers[0].text) == (("open_24h", "11"), "13")
    assert not rows.bases.end_day(0)


def test_growing_keeps_what_is_there(rows: Rows) -> None:
    rows.say(prev_close="10")
    rows.bases.grow(2 * ROOM)
    np.testing.assert_equal(rows.bases.price, [10.0, *[math.nan] * (2 * ROOM - 1)])
    assert rows.bases.kind.tolist() == [BASE_NAMES.index("prev_close"), *[0] * (2 * ROOM - 1)]
