"""Which ticks flash, and for how long."""

from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RowState
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table.columns import read
from quotedesk.ui.table.flash import Flashes
from tests.fakes.trades import trade

GOLD = Instrument("demo", "GOLD")


class Row:
    def __init__(self) -> None:
        self.quotes = Quotes()
        self.slots = self.quotes.slots([GOLD])
        self.flashes = Flashes()

    def tick(self, now_s: float, price: float = 10.0) -> None:
        self.quotes.apply(Batch("demo", [trade("GOLD", price)], now_s))
        self.mark(RowState.LIVE, now_s)

    def mark(self, state: RowState, now_s: float) -> None:
        self.quotes.set_state(self.slots, state, now_s)
        row = read(self.quotes, GOLD, now_s)
        self.flashes.notice(row.slot, row.received_s, row.state, row.direction, now_s)

    def strength(self, now_s: float) -> float:
        return self.flashes.strength(int(self.slots[0]), now_s)


def test_a_flash_is_full_for_200_ms_half_for_100_and_gone() -> None:
    row = Row()
    row.tick(1.0)
    row.tick(2.0, 11.0)
    assert [row.strength(2 + ms / 1000) for ms in (0, 199, 201, 299, 301)] == [1, 1, 0.5, 0.5, 0]


def test_a_trade_at_the_same_price_does_not_flash() -> None:
    row = Row()
    row.tick(1.0)
    row.tick(2.0)
    assert row.strength(2.0) == 0
    assert row.flashes.next_turn_s() is None


def test_the_first_tick_of_a_row_does_not_flash() -> None:
    row = Row()
    row.mark(RowState.PENDING, 0.0)
    row.tick(1.0)
    assert row.strength(1.0) == 0


def test_the_first_tick_after_a_gap_does_not_flash_and_the_next_does() -> None:
    row = Row()
    row.tick(1.0)
    row.tick(2.0)
    row.mark(RowState.OFFLINE, 3.0)
    row.tick(9.0, 11.0)
    assert row.strength(9.0) == 0
    row.tick(9.5, 12.0)
    assert row.strength(9.5) == 1


def test_a_tick_that_ends_a_quiet_spell_flashes() -> None:
    row = Row()
    row.tick(1.0)
    row.mark(RowState.QUIET, 16.0)
    row.tick(20.0, 11.0)
    assert row.strength(20.0) == 1


def test_a_row_that_went_offline_with_its_tick_does_not_flash() -> None:
    row = Row()
    row.tick(1.0)
    row.quotes.apply(Batch("demo", [trade("GOLD", 11.0)], 2.0))
    row.mark(RowState.OFFLINE, 2.0)
    assert row.strength(2.0) == 0


def test_news_of_before_nobody_looked_does_not_flash() -> None:
    row = Row()
    row.tick(1.0)
    row.flashes.forget()
    row.tick(2.0, 11.0)
    assert row.strength(2.0) == 0


@given(st.lists(st.floats(0.001, 0.5), min_size=1, max_size=60))
def test_no_cell_flashes_more_than_three_times_a_second(gaps: list[float]) -> None:
    row, now_s, starts = Row(), 10.0, []
    row.tick(now_s)
    for gap in gaps:
        now_s += gap
        before = list(row.flashes._starts.get(int(row.slots[0]), ()))
        row.tick(now_s, 10 + now_s)
        if list(row.flashes._starts.get(int(row.slots[0]), ())) != before:
            starts.append(now_s)
    for start in starts:
        assert sum(1 for other in starts if start <= other < start + 1 - 1e-9) <= 3


def test_it_says_which_rows_to_paint_and_when_next_and_then_nothing() -> None:
    row = Row()
    slot = int(row.slots[0])
    row.tick(1.0)
    row.tick(2.0, 11.0)
    assert row.flashes.turned(2.0) == {slot}
    assert row.flashes.turned(2.1) == set()
    assert row.flashes.next_turn_s() == 2.2
    assert row.flashes.turned(2.21) == {slot}
    assert row.flashes.turned(2.31) == {slot}
    assert row.flashes.next_turn_s() is None


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.01, 0.05, 0.1, 0.2, 0.4]), st.integers(0, 2)), max_size=60))
def test_no_flash_changes_untold_nor_before_it_was_said_to(what: list[tuple[float, int]]) -> None:
    flashes, now_s, shown = Flashes(), 10.0, dict.fromkeys((0, 1), 0.0)
    for slot in shown:
        flashes.notice(slot, 0.0, RowState.LIVE, 1.0, now_s)
    for wait_s, slot in what:
        next_s = flashes.next_turn_s()
        now_s += wait_s
        changed = {each for each, before in shown.items() if flashes.strength(each, now_s) != before}
        assert not changed or (next_s is not None and next_s <= now_s + 1e-9)
        if slot in shown:
            flashes.notice(slot, now_s, RowState.LIVE, 1.0, now_s)
            changed = {each for each, before in shown.items() if flashes.strength(each, now_s) != before}
        assert flashes.turned(now_s) >= changed
        shown = {each: flashes.strength(each, now_s) for each in shown}
    assert flashes.turned(now_s) == set()
    flashes.turned(now_s + 1.0)
    assert flashes.next_turn_s() is None
