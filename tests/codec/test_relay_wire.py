"""What a relay streams is what its desks read: subjects, updates, statuses, beats."""

import math
import re
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec.base import Unreadable
from quotedesk.codec.relay_wire import (
    LONGEST_LINE,
    LinkBeat,
    RelayedLink,
    RelayedQuote,
    RelayedStatus,
    line,
    link_subject,
    message_of,
    quote_subject,
    read_beat,
    read_quote,
    read_status,
    relayed,
    row_of,
    slow_subject,
    status_subject,
    token,
    untoken,
    update_of,
)
from quotedesk.market.number import UNKNOWN, number
from quotedesk.market.quote import Quote, Trade
from quotedesk.market.states import RowState


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_one_token_of_a_subject_and_comes_back(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_=-]+", token(text))
    assert untoken(token(text)) == text


@given(st.text(st.sampled_from("A=.0z"), max_size=6))
def test_what_is_no_token_is_read_without_a_fault(text: str) -> None:
    untoken(text)


def test_a_code_with_dots_and_slashes_is_one_word_of_its_subject() -> None:
    assert quote_subject("alltick", ".DJI.US") == "q.alltick.=2EDJI=2EUS"
    assert row_of(status_subject("kraken", "BTC/USD")) == ("kraken", "BTC/USD")
    assert row_of(slow_subject("demo", "A")) == ("demo", "A")
    assert row_of(link_subject("demo")) is None
    assert row_of("q.demo") is None


NOON_S = 1_795_953_600.5
TRADE = Trade("A", number("178.250"), number("1e2"), NOON_S, 7)
QUOTE = Quote(code="A", last=number("-37.63"), bid=UNKNOWN, prev_close=number("0"), time_utc_s=NOON_S + 0.25)


@pytest.mark.parametrize("update", [TRADE, QUOTE, Trade("A", number("1")), Quote(code="A")])
def test_an_update_comes_through_to_the_last_digit(update: Trade | Quote) -> None:
    said = read_quote(message_of(relayed(update, 12, is_seed=True)))
    assert isinstance(said, RelayedQuote)
    assert (said.n, said.seed) == (12, True)
    got = update_of("A", said)
    assert type(got) is type(update)
    for name in type(update).__struct_fields__:
        mine, theirs = getattr(update, name), getattr(got, name)
        assert mine == theirs or mine is theirs is UNKNOWN or (math.isnan(mine) and math.isnan(theirs)), name


@pytest.mark.parametrize("time", [1e308, -1e308, 0.0, 1e11])
def test_a_time_that_cannot_be_one_is_unknown(time: float) -> None:
    for said in (RelayedQuote(1, price="1", time=time), RelayedQuote(1, last="1", time=time)):
        update = update_of("A", said)
        assert update is not None
        assert math.isnan(update.time_utc_s)


def test_a_quote_on_the_wire_is_short() -> None:
    assert message_of(relayed(TRADE, 12)) == b'{"n":12,"price":"178.250","size":"1e2","time":1795953600.5,"seq":7}'


@pytest.mark.parametrize(
    ("read", "data"),
    [
        (read_quote, b'{"n":-1}'),
        (read_quote, b'{"n":%d}' % (1 << 63)),
        (read_status, b'{"state":"live","age":1e308}'),
        (read_status, b'{"state":"live","age":-1}'),
        (read_status, b'{"state":"live","trace":{"sent":1e308}}'),
        (read_beat, b'{"run":"r","links":[{"endpoint":"x","state":"up","retry":1e308}]}'),
        (read_beat, b'{"run":"r","plan":{"slots":-1}}'),
    ],
)
def test_figures_that_can_be_none_are_not_of_the_form(read: Callable[[bytes], object], data: bytes) -> None:
    assert isinstance(read(data), Unreadable)


def test_what_people_read_is_one_line_that_is_not_endless() -> None:
    said = read_status(b'{"state":"live","reason":"one\\ntwo\\u202e %b"}' % (b"word " * 10_000))
    assert isinstance(said, RelayedStatus)
    assert said.reason.startswith("one two word word")
    assert len(said.reason) <= 200
    assert line("a" * LONGEST_LINE) == "a" * LONGEST_LINE


def test_a_trade_whose_price_is_none_is_no_update() -> None:
    assert update_of("A", RelayedQuote(1, price="abc")) is None


def test_every_row_state_has_its_word_and_a_newer_relays_is_pending() -> None:
    for state in RowState:
        said = read_status(message_of(RelayedStatus(state.name.lower(), 1.0, "why")))
        assert isinstance(said, RelayedStatus)
        assert said.row_state is state
    assert RelayedStatus("bewitched").row_state is RowState.PENDING


def test_a_beat_of_a_newer_relay_is_read_as_far_as_it_is_known() -> None:
    beat = LinkBeat("r1", "office", links=[RelayedLink("stock", "up", proven=0.5)], desks=3)
    later = message_of(beat)[:-1] + b',"wire":9,"moon":{"phase":[1]}}'
    said = read_beat(later)
    assert isinstance(said, LinkBeat)
    assert said.wire == 9
    assert said.links == beat.links


@given(st.binary(max_size=200) | st.recursive(st.none() | st.text(), st.lists).map(msgspec.json.encode))
def test_garbage_is_unreadable(data: bytes) -> None:
    for read in (read_quote, read_status, read_beat):
        assert isinstance(read(data), Unreadable)
    assert isinstance(read_quote(b"[" * 100_000), Unreadable)
