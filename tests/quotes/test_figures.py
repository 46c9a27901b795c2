"""The figures that leave the program: the feed's own text, exact differences, times that say no more than was known."""

import math
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quotedesk.market.number import UNKNOWN, number
from quotedesk.market.quote import Quote, Trade
from quotedesk.quotes.figures import Figures, base_of, change, fields_of, rfc3339

RECEIVED_UTC_S = 1_786_310_000.25
ORDER = [
    "last",
    "size",
    "bid",
    "ask",
    "bid_size",
    "ask_size",
    "open",
    "high",
    "low",
    "open_24h",
    "prev_close",
    "volume",
    "turnover",
    "change",
    "change_pct",
    "base",
    "time",
    "received",
]
WIDE = Context(prec=2_000)

texts = st.one_of(
    st.decimals(-(10**9), 10**9, places=4).map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-(10**30), 10**30).map(str),
    st.from_regex(r"-?[0-9]{1,12}(\.[0-9]{0,12})?([eE][+-]?[0-9]{1,2})?", fullmatch=True),
).filter(lambda text: number(text).is_known)
numbers = st.one_of(st.none(), st.just(UNKNOWN), texts.map(number))
QUOTED = [name for name in Quote.__struct_fields__ if name not in ("code", "time_utc_s", "seq")]
quotes = st.fixed_dictionaries({name: numbers for name in QUOTED}).map(lambda said: Quote(code="X", **said))
trades = st.builds(Trade, st.just("X"), texts.map(number), st.one_of(st.just(UNKNOWN), texts.map(number)))


def told(*updates: Trade | Quote) -> dict[str, str]:
    figures = Figures()
    for update in updates:
        figures.take(update)
    return figures.fields(RECEIVED_UTC_S)


def changed(last: str, base: str) -> tuple[str, str]:
    return change(number(last), number(base))


def test_a_number_is_the_text_that_the_feed_sent() -> None:
    said = told(Quote(code="X", last=number("178.50"), volume=number("1e6"), bid=number(178.0), ask=number("+178.6")))
    assert (said["last"], said["volume"], said["bid"], said["ask"]) == ("178.50", "1e6", "178", "+178.6")


def test_what_is_unknown_is_absent() -> None:
    assert told() == {"received": "2026-08-09T21:13:20.250Z"}
    assert told(Trade("X", number("5"))) == {
        "last": "5",
        "change": "0",
        "change_pct": "0.0000",
        "base": "first_seen",
        "received": rfc3339(RECEIVED_UTC_S),
    }


def test_what_a_quote_does_not_say_stays_and_what_it_withdraws_goes() -> None:
    said = told(
        Quote(code="X", bid=number("1"), ask=number("2"), time_utc_s=1.5),
        Quote(code="X", bid=UNKNOWN, bid_size=number("7")),
    )
    assert said == {"ask": "2", "bid_size": "7", "time": "1970-01-01T00:00:01.500Z", "received": said["received"]}


def test_the_size_of_a_trade_is_not_that_of_the_one_before_and_its_time_is_the_newest_that_was_said() -> None:
    said = told(Trade("X", number("5"), number("100"), 1.0), Trade("X", number("6")))
    assert "size" not in said
    assert said["time"] == "1970-01-01T00:00:01.000Z"


@pytest.mark.parametrize(
    ("known", "base", "difference"),
    [
        ({"prev_close": "10", "open_24h": "11", "open": "12"}, "prev_close", "5"),
        ({"open_24h": "11", "open": "12"}, "open_24h", "4"),
        ({"open": "12"}, "open_session", "3"),
        ({}, "first_seen", "1"),
    ],
)
def test_change_counts_from_the_best_base_there_is_and_says_which(
    known: dict[str, str], base: str, difference: str
) -> None:
    quote = Quote(code="X", **{name: number(text) for name, text in known.items()})
    said = told(Trade("X", number("14")), quote, Trade("X", number("15")))
    assert (said["base"], said["change"]) == (base, difference)


def test_a_withdrawn_base_gives_way_to_the_next() -> None:
    said = told(Quote(code="X", last=number("9"), prev_close=number("8"), open=number("7")))
    assert said["base"] == "prev_close"
    said = told(
        Quote(code="X", last=number("9"), prev_close=number("8"), open=number("7")), Quote(code="X", prev_close=UNKNOWN)
    )
    assert (said["base"], said["change"]) == ("open_session", "2")


def test_a_base_of_zero_has_a_change_and_no_percent() -> None:
    said = told(Quote(code="X", last=number("-1.5"), prev_close=number("0.00")))
    assert said["change"] == "-1.50"
    assert "change_pct" not in said


def test_percent_of_a_negative_base_has_the_sign_of_the_change() -> None:
    assert changed("-30", "-40") == ("10", "25.0000")
    assert changed("-50", "-40") == ("-10", "-25.0000")


@pytest.mark.parametrize("text", ["0e-999999", "1e-999999", "0e999999"])
def test_an_absurd_exponent_costs_no_megabytes(text: str) -> None:
    assert number(text).value == 0
    difference, percent = changed("1.5", text)
    assert (difference, percent) == ("1.5", "")
    assert len(changed(text, "1.5")[0]) < 10


@given(texts, texts)
@example("-0.0", "0")
@example("0.001", "1000000000")
@example("99999999999.99", "0.01")
@example("1.5", "1e-320")
@example("123456.123456789", "123456.1234567891")
def test_change_is_the_exact_difference_without_an_exponent(last: str, base: str) -> None:
    difference, percent = changed(last, base)
    assert "e" not in difference.lower()
    exact = WIDE.subtract(Decimal(last), Decimal(base))
    assert Decimal(difference) == exact
    assert not (exact == 0 and difference.startswith("-"))
    if Decimal(base) == 0:
        assert percent == ""
    else:
        true = WIDE.divide(WIDE.multiply(exact, Decimal(100)), abs(Decimal(base)))
        assert abs(WIDE.subtract(Decimal(percent), true)) <= Decimal("0.005")
        assert "e" not in percent.lower()


@given(st.lists(st.one_of(trades, quotes), max_size=8))
def test_the_keys_stand_in_one_order_and_say_what_was_said_last(updates: list[Trade | Quote]) -> None:
    said = told(*updates)
    assert list(said) == [key for key in ORDER if key in said]
    newest: dict[str, str] = {}
    for update in updates:
        if isinstance(update, Trade):
            newest |= {"last": update.price.text, "size": update.size.text}
        else:
            newest |= {name: each.text for name in QUOTED if (each := getattr(update, name)) is not None}
    keys = {*QUOTED}
    assert {key: said[key] for key in keys if key in said} == {
        key: text for key, text in newest.items() if text and key in keys
    }
    assert ("change" in said) == ("base" in said) == ("last" in said)


@given(st.lists(st.one_of(trades, quotes), max_size=5))
def test_any_mapping_of_numbers_gives_the_same(updates: list[Trade | Quote]) -> None:
    figures = Figures()
    for update in updates:
        figures.take(update)
    columns = {name: figures.numbers.get(name, UNKNOWN) for name in QUOTED}
    base = base_of(columns, figures.first_seen)
    assert fields_of(columns, base, math.nan, RECEIVED_UTC_S) == figures.fields(RECEIVED_UTC_S)


@pytest.mark.parametrize(
    ("utc_s", "text"),
    [
        (0.0, "1970-01-01T00:00:00.000Z"),
        (1_786_310_000.0, "2026-08-09T21:13:20.000Z"),
        (1_786_310_000.123, "2026-08-09T21:13:20.123Z"),
        (1_786_310_000.123456, "2026-08-09T21:13:20.123456Z"),
        (-0.5, "1969-12-31T23:59:59.500Z"),
        (math.nan, ""),
        (math.inf, ""),
        (1e15, ""),
        (-1e15, ""),
    ],
)
def test_a_time_has_milliseconds_and_microseconds_only_where_there_are_some(utc_s: float, text: str) -> None:
    assert rfc3339(utc_s) == text


@given(st.integers(0, 4_000_000_000_000_000))
def test_a_time_is_right_to_the_microsecond(micros: int) -> None:
    text = rfc3339(micros / 1_000_000)
    assert datetime.fromisoformat(text) == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
