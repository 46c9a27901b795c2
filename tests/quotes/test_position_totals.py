"""Totals in one currency: what is counted, by which rate, and what is left out."""

from collections.abc import Mapping
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.position import Position
from quotedesk.market.quote import Quote
from quotedesk.market.states import RowState, RowStatus
from quotedesk.quotes.position_totals import PositionTotals, Totals, usual_currency
from quotedesk.quotes.position_values import PriceDoubt
from quotedesk.quotes.quotes import Quotes

PAIRS = {
    "US1": ("", "USD"),
    "US2": ("", "USD"),
    "HK1": ("", "HKD"),
    "EU1": ("", "EUR"),
    "EURUSD": ("EUR", "USD"),
    "USDHKD": ("USD", "HKD"),
    "WHAT": ("", ""),
}
ROWS = [Instrument("f", code) for code in PAIRS]


class Desk:
    """A list of rows, some of them held."""

    def __init__(self, held: Mapping[str, tuple[str, str | None]], **prices: str) -> None:
        self.quotes = Quotes()
        self.quotes.slots(ROWS)
        self.now_s = 100.0
        self.asked = 0
        self.totals = PositionTotals(self.quotes, self.pair_of)
        self.quotes.hold({_row(code): Position(Decimal(q), c and Decimal(c)) for code, (q, c) in held.items()})
        for code, price in prices.items():
            self.price(code, price)

    def pair_of(self, row: Instrument) -> tuple[str, str]:
        self.asked += 1
        return PAIRS[row.code]

    def price(self, code: str, price: str, close: str = "") -> None:
        quote = Quote(code=code, last=number(price), prev_close=number(close) if close else None)
        self.quotes.apply(Batch("f", [quote], self.now_s))
        self.state(code, RowState.LIVE)

    def state(self, code: str, state: RowState) -> None:
        self.quotes.apply(Batch("f", [], self.now_s, (), (RowStatus(code, state, self.now_s),)))

    def now(self, currency: str = "USD", rows: list[Instrument] = ROWS) -> Totals:
        self.now_s += 1
        totals = self.totals.now(rows, currency, self.now_s)
        assert totals is not None
        return totals


def _row(code: str) -> Instrument:
    return Instrument("f", code)


def test_a_list_without_positions_has_no_totals() -> None:
    desk = Desk({"US1": ("1", "1")}, US1="2")
    assert desk.totals.now([_row("US2")], "USD", 0.0) is None
    assert desk.now(rows=[_row("US1")]).value == 2


def test_sums_are_exact() -> None:
    desk = Desk({"US1": ("1", "0.05"), "US2": ("2", "0.1")}, US1="0.1", US2="0.2")
    totals = desk.now()
    assert (str(totals.value), str(totals.total), totals.counted) == ("0.5", "0.25", 2)
    assert totals.percent == 100
    assert totals.left_out == 0


def test_amounts_are_converted_by_a_row_of_the_list_or_its_inverse() -> None:
    desk = Desk({"EU1": ("100", "9"), "HK1": ("100", "70")}, EU1="10", HK1="78", EURUSD="1.25", USDHKD="7.8")
    totals = desk.now("USD")
    assert totals.value == 1000 * Decimal("1.25") + 7800 / Decimal("7.8")
    assert {currency: rate.row.code for currency, rate in totals.rates.items() if rate.row} == {
        "EUR": "EURUSD",
        "HKD": "USDHKD",
    }
    totals = desk.now("EUR")
    assert totals.no_rate == {"HKD": [_row("HK1")]}, "by one rate, never by a chain of them"
    assert totals.value == 1000
    without = [row for row in ROWS if row.code != "EURUSD"]
    assert desk.now("USD", without).no_rate == {"EUR": [_row("EU1")]}


def test_a_rate_in_doubt_is_none() -> None:
    desk = Desk({"US1": ("1", "1"), "EU1": ("100", "9")}, US1="2", EU1="10", EURUSD="1.25")
    assert desk.now().left_out == 0
    desk.state("EURUSD", RowState.STALE)
    totals = desk.now()
    assert (totals.no_rate, totals.value) == ({"EUR": [_row("EU1")]}, 2)
    desk.price("EURUSD", "-1")
    assert desk.now().no_rate == {"EUR": [_row("EU1")]}


def test_a_rate_that_jumps_turns_nothing_round() -> None:
    """A rate is watched as a held row is, though nothing is held of it."""
    desk = Desk({"US1": ("1", "1"), "EU1": ("100", "9")}, US1="2", EU1="10", EURUSD="1.25")
    assert desk.now().value == 1252
    desk.price("EURUSD", "125")
    assert desk.now().no_rate == {"EUR": [_row("EU1")]}
    desk.price("EURUSD", "1.26")
    assert desk.now().value == 1262


def test_rows_in_doubt_are_left_out_and_named() -> None:
    desk = Desk({"US1": ("10", "1"), "US2": ("1", "1"), "WHAT": ("1", "1")}, US1="2", US2="5", WHAT="7")
    assert desk.now().value == 25
    desk.price("US1", "9000")
    totals = desk.now()
    assert totals.in_doubt == {_row("US1"): PriceDoubt.JUMPED}
    assert (totals.value, totals.total, totals.left_out) == (5, 4, 2)
    assert totals.no_rate == {"": [_row("WHAT")]}
    desk.state("US2", RowState.OFFLINE)
    totals = desk.now()
    assert (totals.value, totals.total, totals.day, totals.counted) == (None, None, None, 0), "unknown is never 0"


def test_what_lacks_a_base_or_a_cost_is_counted_in_the_rest() -> None:
    desk = Desk({"US1": ("10", "1"), "US2": ("1", None)}, US1="2")
    desk.price("US2", "5", close="4")
    totals = desk.now()
    assert (totals.value, totals.day, totals.total) == (25, 1, 10)
    assert (totals.without_base, totals.without_cost) == ([_row("US1")], [_row("US2")])


def test_delayed_rows_are_counted_and_said() -> None:
    desk = Desk({"US1": ("10", "1")}, US1="2")
    desk.state("US1", RowState.DELAYED)
    totals = desk.now()
    assert (totals.value, totals.delayed) == (20, [_row("US1")])


def test_what_is_held_elsewhere_is_said() -> None:
    desk = Desk({"US1": ("10", "1"), "HK1": ("1", "1")}, US1="2")
    assert desk.now(rows=[_row("US1")]).elsewhere == [_row("HK1")]


def test_without_a_choice_the_currency_is_that_of_most_rows() -> None:
    desk = Desk({"US1": ("1", "1"), "HK1": ("1", "1"), "EU1": ("1", "1"), "US2": ("1", "1")}, US1="1")
    assert desk.now("").currency == "USD"
    assert usual_currency(["", "HKD", "USD", "USD", "HKD"]) == "HKD"
    assert usual_currency(["", ""]) == ""


AMOUNTS = st.decimals(1, 10**6, places=2)


@given(
    st.dictionaries(st.sampled_from(["US1", "US2", "EU1", "HK1"]), st.tuples(AMOUNTS, AMOUNTS), min_size=1),
    st.dictionaries(st.sampled_from(["US1", "US2", "EU1", "HK1"]), AMOUNTS),
    st.sampled_from(["USD", "EUR", "HKD"]),
)
def test_each_held_row_is_counted_or_left_out_with_a_reason(
    held: dict[str, tuple[Decimal, Decimal]], prices: dict[str, Decimal], currency: str
) -> None:
    desk = Desk({code: (str(q), str(c)) for code, (q, c) in held.items()}, EURUSD="1.25", USDHKD="8")
    for code, price in prices.items():
        desk.price(code, str(price))
    totals = desk.now(currency)
    assert totals.counted + totals.left_out == len(held)
    per = {("EUR", "USD"): Decimal("1.25"), ("USD", "EUR"): 1 / Decimal("1.25"), ("HKD", "USD"): 1 / Decimal(8)}
    per |= {("USD", "HKD"): Decimal(8)} | {(each, each): Decimal(1) for each in ("USD", "EUR", "HKD")}
    counted = [code for code in held if code in prices and (PAIRS[code][1], currency) in per]
    assert totals.counted == len(counted)
    expected = sum((held[code][0] * prices[code] * per[PAIRS[code][1], currency] for code in counted), Decimal(0))
    assert (totals.value is None) == (not counted)
    assert abs((totals.value or 0) - expected) < Decimal("0.0001")
