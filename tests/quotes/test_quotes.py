"""The newest quote of every instrument, in columns by slot."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import UNKNOWN, number
from quotedesk.market.quote import NUMBERS_OF_QUOTE, Quote, Trade, Update
from quotedesk.market.states import RowState, RowStatus
from quotedesk.quotes import quotes as quotes_module
from quotedesk.quotes import unread_quotes
from quotedesk.quotes.figures import Figures
from quotedesk.quotes.quotes import Quotes

FEED = "f"
A, B, C = (Instrument(FEED, code) for code in "ABC")
FLOATS = ("received_s", "time_utc_s", "base", "state_since_s")
MOVES = ("direction", "first_s")
PENDING, LIVE, QUIET = RowState.PENDING, RowState.LIVE, RowState.QUIET


def trade(code: str = "A", price: str = "1.0", size: str = "", time_utc_s: float = math.nan) -> Trade:
    return Trade(code, number(price), number(size), time_utc_s)


def quote(code: str = "A", **said: str) -> Quote:
    return Quote(code=code, **{name: number(text) for name, text in said.items()})


def batch(*updates: Update, at_s: float = 1.0, **more: Any) -> Batch:
    return Batch(FEED, list(updates), at_s, **more)


@pytest.fixture(autouse=True, scope="module", params=[(0, 8192), (0, 15), (quotes_module.FEW, 15)])
def sizes(request: pytest.FixtureRequest) -> Iterator[None]:
    """All that holds for updates put as arrays holds where they are put one by one, and where few quotes may wait."""
    few, most_unread = request.param
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quotes_module, "FEW", few)
        patch.setattr(unread_quotes, "MOST", most_unread)
        yield


@pytest.fixture
def quotes() -> Quotes:
    quotes = Quotes()
    quotes.slots([A, B, C])
    return quotes


def everything(quotes: Quotes, slot: int) -> list[Any]:
    """All that is kept of one slot."""
    columns = [getattr(quotes, name) for name in (*FLOATS, "state", "changed_at", "tick_count", "base_kind")]
    columns += [getattr(quotes.last_prices, name) for name in MOVES] + [quotes[name] for name in NUMBERS_OF_QUOTE]
    numbers = [quotes.number(name, slot) for name in NUMBERS_OF_QUOTE]
    decimals = [quotes.decimals_of(name, slot) for name in ("size",)]
    return [*(float(column[slot]) for column in columns), numbers, decimals, quotes.reason(slot)]


# -- slots -------------------------------------------------------------------------------------------------------------


def test_a_slot_is_given_once_and_kept_for_the_run(quotes: Quotes) -> None:
    assert quotes.slots([B, A, B, C]).tolist() == [1, 0, 1, 2]
    assert quotes.slot(Instrument("g", "A")) == 3, "the same code of another feed is another instrument"
    assert quotes.slot(A) == 0
    assert quotes.slots([]).tolist() == []


def test_whether_there_is_a_slot_is_told_without_making_one(quotes: Quotes) -> None:
    unknown = Instrument("demo", "NEVER.ASKED")
    assert not quotes.has_slot(unknown)
    assert not quotes.has_slot(Instrument("nowhere", "A"))
    quotes.slot(unknown)
    assert quotes.has_slot(unknown)


def test_before_the_first_update_everything_is_unknown(quotes: Quotes) -> None:
    for name in NUMBERS_OF_QUOTE:
        assert quotes.number(name, 0) is UNKNOWN
        assert math.isnan(quotes[name][0])
        assert quotes.decimals_of(name, 0) == 0
    for name in FLOATS:
        assert math.isnan(getattr(quotes, name)[0])
    for name in MOVES:
        assert math.isnan(getattr(quotes.last_prices, name)[0])
    assert quotes.base_of(0) == ("first_seen", UNKNOWN)
    assert quotes.reason(0) == ""
    with pytest.raises(KeyError):
        _ = quotes["no such field"]


@pytest.mark.parametrize("count", [64, 65, 128, 129, 1000])
def test_growing_keeps_what_is_there_and_new_slots_start_empty(count: int) -> None:
    quotes = Quotes()
    many = [Instrument(FEED, f"C{i}") for i in range(count)]
    for i, instrument in enumerate(many):
        slot = quotes.slot(instrument)
        price = f"{i + 1}." + "0" * (i % 7)
        status = RowStatus(instrument.code, LIVE, float(i), f"reason {i}")
        quotes.apply(
            batch(
                trade(instrument.code, price, "2", i + 5.0),
                quote(instrument.code, bid=f"{i}", prev_close="7"),
                at_s=float(i),
                statuses=(status,),
            )
        )
        assert slot == i
    new = quotes.slot(Instrument(FEED, "NEW"))
    assert new == count
    assert quotes["last"][:count].tolist() == [i + 1.0 for i in range(count)]
    assert quotes["bid"][:count].tolist() == list(range(count))
    assert quotes.price_decimals[:count].tolist() == [i % 7 for i in range(count)]
    assert [quotes.number("last", i).text for i in (0, 63)] == ["1.", "64."]
    assert quotes.base[:count].tolist() == [7.0] * count
    assert quotes.base_of(63) == ("prev_close", number("7"))
    assert quotes.time_utc_s[:count].tolist() == [i + 5.0 for i in range(count)]
    assert quotes.received_s[:count].tolist() == quotes.state_since_s[:count].tolist() == list(range(count))
    assert quotes.tick_count[:count].tolist() == [2] * count
    assert quotes.changed_at[:count].tolist() == [2 * i + 2 for i in range(count)]
    assert [quotes.reason(i) for i in (0, 63, count - 1)] == ["reason 0", "reason 63", f"reason {count - 1}"]
    assert quotes.history.window(0, float(count), 10).last.tolist() == [1.0] * 10
    empty = Quotes()
    np.testing.assert_equal(everything(quotes, new), everything(empty, empty.slot(A)))


# -- trades ------------------------------------------------------------------------------------------------------------


def test_a_trade_is_kept_and_stamped(quotes: Quotes) -> None:
    slots = quotes.apply(batch(trade("B", "2.50", "3.0", 77.5), at_s=10.0))
    assert slots.tolist() == [1]
    assert (quotes.number("last", 1).text, quotes.number("size", 1).text) == ("2.50", "3.0")
    assert (quotes["last"][1], quotes["size"][1], quotes.time_utc_s[1]) == (2.5, 3.0, 77.5)
    assert (quotes.decimals_of("last", 1), quotes.decimals_of("size", 1)) == (2, 1)
    assert quotes.received_s[1] == quotes.last_prices.first_s[1] == 10.0
    assert (quotes.base[1], quotes.base_of(1)) == (2.5, ("first_seen", number("2.50")))
    assert quotes.changed_since(quotes.slots([A, B, C]), 0).tolist() == [False, True, False]


def test_the_newest_trade_of_a_batch_wins_and_the_arrow_tells_of_the_one_just_before(quotes: Quotes) -> None:
    quotes.apply(batch(trade("A", "5"), trade("B", "1"), trade("A", "3"), trade("A", "4")))
    assert quotes["last"][:2].tolist() == [4.0, 1.0]
    assert quotes.last_prices.direction[0] == 1, "up from 3, though down from 5"
    assert math.isnan(quotes.last_prices.direction[1]), "nothing to compare with"


def test_the_first_price_is_the_first_one_even_within_a_batch(quotes: Quotes) -> None:
    quotes.apply(batch(trade("A", "5.0"), trade("A", "3")))
    quotes.apply(batch(trade("A", "8"), at_s=2.0))
    assert quotes.base_of(0) == ("first_seen", number("5.0"))
    assert quotes.last_prices.first_s[0] == 1.0


def test_decimals_keep_the_most_of_late_even_within_a_batch(quotes: Quotes) -> None:
    quotes.apply(batch(trade(price="1.00"), trade(price="1.0000"), trade(price="1.0")))
    assert quotes.decimals_of("last", 0) == 4
    quotes.apply(batch(trade(price="1.000"), at_s=2.0))
    assert quotes.decimals_of("last", 0) == 4
    assert quotes.number("last", 0).text == "1.000", "while the text is that of the newest"


def test_the_size_of_a_trade_that_does_not_say_one_is_unknown_and_its_time_the_newest_that_was_said(
    quotes: Quotes,
) -> None:
    quotes.apply(batch(trade(size="3", time_utc_s=7.0)))
    quotes.apply(batch(trade(), at_s=2.0))
    assert math.isnan(quotes["size"][0])
    assert quotes.number("size", 0) is UNKNOWN
    assert quotes.time_utc_s[0] == 7.0


@pytest.mark.parametrize("prices", [("-37.63", "-40.32"), ("0", "-1"), ("-1", "0.00")])
def test_zero_and_what_is_below_are_prices(quotes: Quotes, prices: tuple[str, str]) -> None:
    quotes.apply(batch(trade("A", prices[0])))
    quotes.apply(batch(trade("A", prices[1]), at_s=2.0))
    assert quotes.number("last", 0).text == prices[1]
    assert quotes["last"][0] == float(prices[1])
    assert quotes.last_prices.direction[0] == np.sign(float(prices[1]) - float(prices[0]))
    assert (quotes.base[0], quotes.base_of(0)) == (float(prices[0]), ("first_seen", number(prices[0])))


def test_updates_without_a_slot_change_nothing(quotes: Quotes) -> None:
    assert quotes.apply(batch(trade("X"))).tolist() == []
    assert quotes.apply(Batch("g", [trade("A")], 1.0)).tolist() == []
    assert quotes.apply(batch()).tolist() == []
    assert (quotes.version, quotes.ticks) == (0, 0)
    assert quotes.apply(batch(trade("X"), trade("B", "2"), trade("Y"))).tolist() == [1]
    assert (quotes["last"][1], quotes.ticks) == (2.0, 1)


# -- quotes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NUMBERS_OF_QUOTE)
def test_every_field_gives_the_text_of_the_feed_back_exactly(quotes: Quotes, name: str) -> None:
    for text in ("178.50", "1e6", "+0.10", "-3", "0.1000000000000000055511151231257827"):
        quotes.apply(batch(quote("B", **{name: text})))
        assert quotes.number(name, 1).text == text
        assert quotes[name][1] == float(text)
    assert quotes.decimals_of(name, 1) == 2, "the last is a float written out: 0.1 is meant"
    assert quotes.number(name, 0) is UNKNOWN


def test_a_quote_says_only_what_it_says(quotes: Quotes) -> None:
    quotes.apply(batch(trade("A", "5", "3", 7.0), quote("A", bid="4.9", ask="5.1")))
    quotes.apply(batch(quote("A", bid="4.8"), at_s=2.0))
    kept = {name: quotes.number(name, 0).text for name in NUMBERS_OF_QUOTE}
    assert kept == dict.fromkeys(NUMBERS_OF_QUOTE, "") | {"last": "5", "size": "3", "bid": "4.8", "ask": "5.1"}
    assert (quotes.time_utc_s[0], quotes.received_s[0]) == (7.0, 2.0)
    assert math.isnan(quotes.last_prices.direction[0]), "a quote without a price is no price"


@pytest.mark.parametrize("name", NUMBERS_OF_QUOTE)
def test_what_a_quote_withdraws_is_unknown(quotes: Quotes, name: str) -> None:
    quotes.apply(batch(quote("A", **{name: "2.50"})))
    assert quotes.number(name, 0).is_known
    quotes.apply(batch(Quote(code="A", **{name: UNKNOWN}), at_s=2.0))
    assert quotes.number(name, 0) is UNKNOWN
    assert math.isnan(quotes[name][0])
    assert quotes.decimals_of(name, 0) == 2, "digits stay in line"


def test_a_withdrawn_price_is_a_gap_in_the_line_and_nothing_to_compare_with(quotes: Quotes) -> None:
    quotes.apply(batch(trade("A", "5"), trade("A", "6"), trade("B", "1"), trade("B", "2")))
    quotes.apply(batch(Quote(code="A", last=UNKNOWN), trade("B", "3"), at_s=2.0))
    assert math.isnan(quotes.history.window(0, 3.0, 10).last[-1])
    assert quotes.history.window(1, 3.0, 10).last[-1] == 3.0, "no other row is touched"
    assert np.isnan(quotes.last_prices.direction[:1]).all()
    quotes.apply(batch(trade("A", "7"), at_s=4.0))
    assert math.isnan(quotes.last_prices.direction[0])
    assert quotes.base_of(0) == ("first_seen", number("5")), "the day goes on"
    quotes.apply(batch(trade("A", "1"), Quote(code="A", last=UNKNOWN), trade("A", "9"), at_s=5.0))
    assert (quotes["last"][0], math.isnan(quotes.last_prices.direction[0])) == (9.0, True)
    assert (quotes.history.window(0, 5.0, 1).high[0], quotes.history.window(0, 5.0, 1).low[0]) == (9.0, 1.0)


def test_a_base_may_be_known_before_the_first_price(quotes: Quotes) -> None:
    quotes.apply(batch(quote("A", prev_close="8")))
    assert quotes.base_of(0) == ("prev_close", number("8"))
    assert math.isnan(quotes.last_prices.first_s[0])
    quotes.apply(batch(trade("A", "9"), at_s=5.0))
    assert (quotes.base_of(0), quotes.last_prices.first_s[0]) == (("prev_close", number("8")), 5.0)


# -- any sequence ------------------------------------------------------------------------------------------------------

texts = st.sampled_from(["1", "1.50", "-2.5", "0", "0.000", "178.4600", "1e3"])
numbers = texts.map(number)
times_s = st.sampled_from([math.nan, 5.0, 6.25])
trades = st.builds(
    Trade, st.sampled_from("ABCX"), numbers, st.one_of(st.just(UNKNOWN), numbers), times_s, st.just(None)
)
said = st.fixed_dictionaries({}, optional=dict.fromkeys(NUMBERS_OF_QUOTE, st.one_of(st.just(UNKNOWN), numbers)))
partial = st.builds(
    lambda code, time_utc_s, said: Quote(code=code, time_utc_s=time_utc_s, **said),
    st.sampled_from("ABCX"),
    times_s,
    said,
)
cuts = st.lists(st.lists(st.one_of(trades, partial), max_size=6), max_size=8)


@given(cuts)
def test_the_store_knows_what_is_known_when_update_after_update_is_folded(cut: list[list[Update]]) -> None:
    quotes, folded = Quotes(), {code: Figures() for code in "ABC"}
    quotes.slots([A, B, C])
    for updates in cut:
        quotes.apply(batch(*updates))
        for update in updates:
            if update.code in folded:
                folded[update.code].take(update)
    for slot, code in enumerate("ABC"):
        figures = folded[code]
        for name in NUMBERS_OF_QUOTE:
            expected = figures.numbers.get(name, UNKNOWN)
            assert quotes.number(name, slot) == expected
            np.testing.assert_equal(quotes[name][slot], expected.value)
            assert quotes.decimals_of(name, slot) >= expected.decimals
        assert quotes.base_of(slot) == figures.base
        np.testing.assert_equal(quotes.base[slot], figures.base[1].value)
        np.testing.assert_equal(quotes.time_utc_s[slot], figures.time_utc_s)


@given(st.lists(st.lists(st.one_of(trades, partial.filter(lambda quote: quote.last is not UNKNOWN)), max_size=6)))
def test_however_updates_are_batched_the_columns_come_out_the_same(cut: list[list[Update]]) -> None:
    batched, single = Quotes(), Quotes()
    for quotes in (batched, single):
        quotes.slots([A, B, C])
    for updates in cut:
        before = batched.version
        changed = batched.apply(batch(*updates))
        assert sorted(changed) == sorted({"ABC".index(each.code) for each in updates if each.code in "ABC"})
        assert (batched.version > before) == bool(len(changed))
        assert np.flatnonzero(batched.changed_since(np.arange(3), before)).tolist() == sorted(changed)
        for one in updates:
            single.apply(batch(one))
    for slot in range(3):
        for quotes in (batched, single):
            quotes.settle([slot])
            quotes.changed_at[slot] = 0
        np.testing.assert_equal(everything(batched, slot), everything(single, slot))
        np.testing.assert_array_equal(batched.history.window(slot, 1.0, 5), single.history.window(slot, 1.0, 5))
    assert batched.ticks == single.ticks


# -- states, gaps, memory ----------------------------------------------------------------------------------------------


def test_updates_then_gaps_then_statuses(quotes: Quotes) -> None:
    quotes.apply(
        batch(
            trade("A", "1"),
            trade("A", "2"),
            trade("B", "3"),
            at_s=5.0,
            gaps=("A", "X"),
            statuses=(RowStatus("A", RowState.PARKED, 4.0, "no room"), RowStatus("B", LIVE, 5.0)),
        )
    )
    assert quotes["last"][0] == 2.0, "the price stays"
    assert math.isnan(quotes.last_prices.direction[0]), "the gap came after it"
    assert math.isnan(quotes.history.window(0, 6.0, 5).last[-1])
    assert quotes.history.window(1, 6.0, 5).last[-1] == 3.0
    assert quotes.state[:2].tolist() == [RowState.PARKED, LIVE]
    assert (quotes.state_since_s[0], quotes.reason(0), quotes.reason(1)) == (4.0, "no room", "")
    quotes.apply(batch(trade("A", "9"), at_s=7.0))
    assert math.isnan(quotes.last_prices.direction[0]), "what comes in a later batch is after the gap"
    assert quotes.history.window(0, 7.0, 1).last.tolist() == [9.0]


def test_a_status_may_come_before_the_first_update_and_brings_its_slot_with_it(quotes: Quotes) -> None:
    quotes.apply(batch(statuses=(RowStatus("NEW", RowState.REFUSED, 3.0, "code invalid"),)))
    slot = quotes.slot(Instrument(FEED, "NEW"))
    assert (quotes.state[slot], quotes.reason(slot)) == (RowState.REFUSED, "code invalid")
    assert quotes.state_version == quotes.version == quotes.changed_at[slot]


def test_a_reason_goes_with_its_state(quotes: Quotes) -> None:
    quotes.apply(batch(statuses=(RowStatus("A", RowState.REFUSED, 3.0, "code invalid"),)))
    version = quotes.version
    quotes.apply(batch(statuses=(RowStatus("A", LIVE, 4.0),), at_s=4.0))
    assert (quotes.reason(0), quotes.state[0], quotes.state_since_s[0]) == ("", LIVE, 4.0)
    assert quotes.changed_since(quotes.slots([A, B]), version).tolist() == [True, False]


def test_a_restarted_state_has_a_new_since_and_is_painted_again(quotes: Quotes) -> None:
    quotes.apply(batch(statuses=(RowStatus("A", PENDING, 3.0),)))
    quotes.apply(batch(statuses=(RowStatus("A", PENDING, 8.0),)))
    assert quotes.state_since_s[0] == 8.0
    assert quotes.changed_since(quotes.slots([A]), 1).tolist() == [True]
    assert math.isnan(quotes.state_since_s[1]), "no other row was touched"


def test_a_state_that_is_set_keeps_its_since_while_it_stays_the_same(quotes: Quotes) -> None:
    slots = quotes.slots([A, B])
    quotes.set_state(slots, LIVE, 5.0)
    version = quotes.version
    quotes.set_state(slots, LIVE, 9.0)
    assert quotes.state_since_s[:2].tolist() == [5.0, 5.0]
    assert quotes.version == version, "and nothing is repainted"
    quotes.set_state(slots[:1], QUIET, 9.0)
    assert quotes.state[:2].tolist() == [QUIET, LIVE]
    assert quotes.state_since_s[:2].tolist() == [9.0, 5.0]
    assert quotes.changed_since(slots, version).tolist() == [True, False]


def test_the_first_state_is_written_even_where_its_number_is_the_empty_one(quotes: Quotes) -> None:
    quotes.set_state(quotes.slots([A]), PENDING, 3.0)
    assert quotes.state_since_s[0] == 3.0
    assert quotes.changed_at[0] == quotes.version == 1


def test_a_broken_link_makes_a_gap_and_the_arrow_silent(quotes: Quotes) -> None:
    slots = quotes.slots([A, B])
    quotes.apply(batch(trade(price="1"), trade(price="2")))
    version = quotes.version
    quotes.begin_gap(slots, 5.0)
    assert math.isnan(quotes.last_prices.direction[0])
    assert quotes["last"][0] == 2.0, "the last price stays"
    assert math.isnan(quotes.history.window(0, 9.0, 20).last[-1])
    assert quotes.changed_since(slots, version).all()


def test_the_first_price_after_a_gap_has_no_arrow_and_so_no_flash(quotes: Quotes) -> None:
    quotes.apply(batch(trade(price="1"), trade(price="2")))
    quotes.apply(batch(at_s=5.0, gaps=("A",)))
    quotes.apply(batch(trade(price="9"), at_s=60.0))
    assert math.isnan(quotes.last_prices.direction[0])
    assert quotes.base_of(0)[1].text == "1", "the day goes on"
    quotes.apply(batch(trade(price="8"), at_s=61.0))
    assert quotes.last_prices.direction[0] == -1


def test_two_views_are_each_told_everything_since_their_own_version(quotes: Quotes) -> None:
    slots = quotes.slots([A, B, C])
    one = other = quotes.version
    quotes.apply(batch(trade("A")))
    assert quotes.changed_since(slots, one).tolist() == [True, False, False]
    one = quotes.version
    quotes.apply(batch(quote("B", bid="1"), at_s=2.0))
    assert quotes.changed_since(slots, one).tolist() == [False, True, False]
    assert quotes.changed_since(slots, other).tolist() == [True, True, False]


def test_a_remembered_price_is_shown_but_is_no_update(quotes: Quotes) -> None:
    version = quotes.version
    quotes.remember(A, 178.46, 2, 1000.0)
    slot = quotes.slot(A)
    assert (quotes["last"][slot], quotes.decimals_of("last", slot), quotes.time_utc_s[slot]) == (178.46, 2, 1000.0)
    assert quotes.number("last", slot).text == "178.46"
    assert quotes.changed_since(quotes.slots([A, B]), version).tolist() == [True, False]
    for column in (quotes.last_prices.direction, quotes.received_s, quotes.base, quotes.last_prices.first_s):
        assert math.isnan(column[slot])
    assert quotes.base_of(slot) == ("first_seen", UNKNOWN)
    assert np.isnan(quotes.history.window(slot, 5.0, 10).last).all()


def test_the_first_trade_takes_its_place_without_an_arrow_and_a_later_memory_does_not_come_back(
    quotes: Quotes,
) -> None:
    quotes.remember(A, 178.46, 4, 1000.0)
    [slot] = quotes.apply(batch(trade("A", "180.00")))
    assert math.isnan(quotes.last_prices.direction[slot])
    assert quotes.base_of(slot) == ("first_seen", number("180.00"))
    assert math.isnan(quotes.time_utc_s[slot]), "the time was that of the price that went"
    quotes.apply(batch(trade("A", "181"), at_s=2.0))
    assert quotes.last_prices.direction[slot] == 1
    quotes.remember(A, 1.0, 2, 1000.0)
    assert quotes["last"][slot] == 181.0


def test_a_remembered_price_goes_with_the_first_update_though_that_says_no_price(quotes: Quotes) -> None:
    quotes.remember(A, 178.46, 2, 1000.0)
    quotes.remember(B, 5.0, 0, 1000.0)
    quotes.apply(batch(quote("A", bid="180")))
    assert quotes.number("last", 0) is UNKNOWN, "it would look like a price of now"
    assert math.isnan(quotes["last"][0])
    assert math.isnan(quotes.time_utc_s[0])
    assert quotes["last"][1] == 5.0


def test_the_versions_of_states_and_of_decimals_rise_only_with_them(quotes: Quotes) -> None:
    slots = quotes.slots([A])
    quotes.apply(batch(trade("A", "1.00")))
    assert quotes.decimals_version == quotes.version, "a first price"
    decimals_version = quotes.decimals_version
    quotes.apply(batch(trade("A", "2.00"), at_s=2.0))
    quotes.apply(batch(trade("A", "2.0"), at_s=2.5))
    assert quotes.decimals_version == decimals_version
    quotes.apply(batch(trade("A", "2.0000"), trade("A", "2.00"), at_s=3.0))
    assert quotes.decimals_version == quotes.version
    quotes.apply(batch(quote("A", bid="2.00000"), at_s=3.0))
    version = quotes.version
    quotes.settle([0])
    assert quotes.decimals_version == quotes.version > version, "so it is with any price, once somebody looks"
    state_version = quotes.state_version
    quotes.set_state(slots, 1, 3.0)
    assert quotes.state_version == quotes.version > state_version
    state_version = quotes.state_version
    quotes.set_state(slots, 1, 4.0)
    assert quotes.state_version == state_version


def test_a_remembered_price_with_float_noise_has_the_decimals_that_were_meant(quotes: Quotes) -> None:
    quotes.remember(A, 101.30000000000001, 12, 5.0)
    assert (quotes.decimals_of("last", 0), quotes.number("last", 0).text) == (1, "101.3")
    quotes.remember(B, 1.5e-11, 12, 5.0)
    assert quotes.decimals_of("last", 1) == 12


def test_a_tick_size_fixes_the_decimals_of_all_prices_of_a_row(quotes: Quotes) -> None:
    quotes.apply(batch(quote("A", last="60412.1801", bid="60412.1700", size="0.00120001")))
    version = quotes.version
    quotes.set_tick_size(A, number("0.01000000"))
    assert quotes.decimals_version > version
    assert [quotes.decimals_of(name, 0) for name in ("last", "bid", "size")] == [2, 2, 8]
    quotes.apply(batch(quote("A", last="60412.18100000")))
    assert quotes.decimals_of("last", 0) == 2
    assert quotes.number("last", 0).text == "60412.18100000", "for the tooltip"
