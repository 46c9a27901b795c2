"""Alerts in the engine: scopes follow the lists, what was told is kept, and the store knows what is live."""

import asyncio
import math
from collections.abc import Callable, Coroutine, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quotedesk.alerts.bell import BellState
from quotedesk.alerts.firing import Firing, FiringKind
from quotedesk.config.firing_log import FiringLog
from quotedesk.engine.alerting import KEPT_EVERY_S, Alerting
from quotedesk.engine.tasks import Tasks
from quotedesk.lists.book import Book
from quotedesk.lists.positions import Held
from quotedesk.lists.saved import ColumnFormula, Content, Flag, ListContent
from quotedesk.lists.section import new_section
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.batch import Batch
from quotedesk.market.hours import Hours
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.position import Position
from quotedesk.market.quote import Quote, Trade
from quotedesk.market.states import RowState, RowStatus
from quotedesk.quotes.quotes import Quotes
from tests.fakes.clock import FakeClock
from tests.fakes.made_recording import MadeRecording
from tests.fakes.replaying import Player

A, B, C = (Instrument("demo", code) for code in "ABC")
TECH = new_section("Tech")
CODE = "BTCUSDT"


class Desk:
    """An engine's alerts over a store and a book of two lists."""

    def __init__(self, log: FiringLog | None = None, tasks: Tasks | None = None, after_s: float = 0.0) -> None:
        self.clock = FakeClock(1_000.0 + after_s)
        hours = {"demo": Hours(), "coinbase": Hours()}
        self.quotes = Quotes()
        self.quotes.slots([A, B, C])
        self.book = Book(Content((ListContent("One", (A, TECH, B)), ListContent("Two", (C,), is_open=False))))
        self.alerting = Alerting(self.clock, hours.__getitem__, hours.keys(), self.quotes, log, tasks)
        self.alerting.follow(self.book)
        self.told: list[tuple[str, str, str]] = []
        self.alerting.listeners.append(self._tell)

    def rules(self, *lines: str) -> None:
        rules, faults = self.alerting.read(lines, "demo")
        assert faults == []
        self.alerting.set_rules(rules)

    def take(self, batch: Batch) -> None:
        """As Services does."""
        self.quotes.apply(batch)
        self.alerting.consume(batch)

    def price(self, code: str, price: object, state: RowState | None = None) -> None:
        self.clock.advance(1.0)
        statuses = (RowStatus(code, state, self.clock.now_s()),) if state is not None else ()
        self.take(Batch("demo", [Trade(code, number(str(price)))], self.clock.now_s(), (), statuses))

    def clear(self) -> list[tuple[str, str, str]]:
        told, self.told = self.told, []
        return told

    def meant(self) -> dict[str, list[str]]:
        return {rule.text: [each.code for each in self.alerting.instruments(rule)] for rule in self.alerting.rules}

    def _tell(self, firings: Sequence[Firing]) -> None:
        self.told += [(each.instrument.code, each.kind.value, each.value.text) for each in firings]


def run(check: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(check())


def test_scopes_mean_what_the_lists_hold_now() -> None:
    desk = Desk()
    desk.rules(
        "list:One last >= 1", "list:Two last >= 1", "section:Tech last >= 1", "flag:red last >= 1", "* last >= 1"
    )
    assert list(desk.meant().values()) == [["A", "B"], ["C"], ["B"], [], ["A", "B"]]
    one, two = desk.book.lists
    one.put([A, C, TECH])
    desk.book.mark(flags={C: Flag.RED, A: Flag.BLUE})
    desk.book.open(two)
    assert list(desk.meant().values()) == [["A", "C"], ["C"], [], ["C"], ["A", "C"]]
    desk.book.rename(two, "Three")
    desk.book.add(Watchlist([B], "Two"), 0)
    assert list(desk.meant().values())[1] == ["B"]
    desk.book.drop(one)
    assert list(desk.meant().values()) == [[], ["B"], [], ["C"], ["B", "C"]]
    assert one.listeners == []


def test_a_symbol_that_comes_into_a_list_is_watched_from_the_next_price_on() -> None:
    desk = Desk()
    desk.rules("list:One last crosses-up 100")
    for code in "ABC":
        desk.price(code, 99, RowState.LIVE)
    desk.book.lists[0].put([A, C])
    for code in "ABC":
        desk.price(code, 101)
    assert desk.clear() == [("A", "fired", "101"), ("C", "fired", "101")]


def test_a_row_of_a_feed_that_is_gone_is_a_row_without_price() -> None:
    desk = Desk()
    gone = Instrument("gone", "A")
    desk.book.lists[0].put([gone, A])
    desk.rules("list:One last crosses-up 100")
    desk.take(Batch("gone", [], 0.0, ("A",), (RowStatus("A", RowState.REFUSED, 0.0, "There is no feed gone"),)))
    desk.alerting.second()
    ((_, bell),) = desk.alerting.bells(gone)
    assert (bell.state, bell.reason) == (BellState.NO_PRICE, "There is no feed gone")


def test_symbols_of_rules_are_wanted_first_and_are_not_rows() -> None:
    desk = Desk()
    desk.rules("* last >= 1", "list:Two last >= 1", "X@coinbase last >= 1", "B last >= 1", "list:None last >= 1")
    assert desk.alerting.wanted() == [Instrument("coinbase", "X"), B, C]


def test_bids_are_asked_for_where_a_rule_needs_them() -> None:
    desk = Desk()
    desk.rules("X@coinbase spread >= 1", "A last >= 1")
    assert desk.alerting.book_feeds() == {"coinbase"}


def test_a_new_rule_knows_what_the_store_knows() -> None:
    desk = Desk()
    desk.price("A", 99, RowState.LIVE)
    desk.price("B", 99, RowState.LIVE)
    desk.take(Batch("demo", [], desk.clock.now_s(), gaps=("B",)))
    desk.quotes.remember(C, 99.0, 0, 0.0)
    desk.rules("A last >= 98", "A last crosses-up 100", "B last crosses-up 100", "C last >= 98")
    assert desk.clear() == [("A", "already", "99")]
    for code in "ABC":
        desk.price(code, 101)
    assert desk.clear() == [("A", "fired", "101"), ("B", "already", "101"), ("C", "already", "101")]


def test_a_halted_or_offline_row_has_no_live_price() -> None:
    desk = Desk()
    desk.price("A", 99, RowState.HALTED)
    desk.rules("A last >= 98")
    assert desk.clear() == []
    ((_, bell),) = desk.alerting.bells(A)
    assert (bell.state, bell.reason) == (BellState.NO_PRICE, "halted")
    assert desk.alerting.bells(B) == ()


def test_formulas_and_positions_follow_the_book() -> None:
    desk = Desk()
    desk.book.calculate([ColumnFormula("To buy", "last - 100")])
    desk.rules("A to_buy crosses 0 repeat 0s band 0", "A total_pl >= 50")
    desk.price("A", 99, RowState.LIVE)
    desk.price("A", 100)
    assert desk.clear() == [("A", "fired", "0")]
    desk.book.hold(Held({A: Position(Decimal(10), Decimal(95))}))
    desk.alerting.second()
    assert desk.clear() == [("A", "already", "50")]
    desk.book.calculate([])
    assert list(desk.alerting.faults.values()) == ["there is no field or formula “to_buy”"]
    rules, faults = desk.alerting.read(["A to_buy >= 1"], "demo")
    assert (rules, len(faults)) == ([], 1)


def test_listeners_are_told_in_order_and_the_log_has_it_already() -> None:
    desk = Desk()
    seen: list[int] = []
    desk.alerting.listeners.append(lambda firings: seen.append(len(desk.alerting.log)))
    changes: list[str] = []
    desk.alerting.rules_changed.append(lambda: changes.append("rules"))
    desk.alerting.bells_changed.append(lambda: changes.append("bells"))
    desk.rules("A last crosses 100 repeat 0s band 0")
    desk.rules("A last crosses 100 repeat 0s band 0")
    for price in (99, 101, 98):
        desk.price("A", price)
    assert seen == [1, 2]
    assert changes == ["rules", "bells", "bells"]
    assert [each.value.text for each in desk.alerting.log] == ["98", "101"]


def test_a_run_goes_on_where_the_one_before_ended(tmp_path: Path) -> None:
    async def check() -> None:
        tasks = Tasks(pytest.fail)
        log = FiringLog(tmp_path / "alerts.sqlite")
        before = Desk(log, tasks)
        before.rules("A last crosses-up 100", "A last crosses-down 90", "B last >= 1")
        before.price("A", 99)
        before.price("A", 101)
        before.price("A", 95)
        before.alerting.snooze(before.alerting.rules[2], 2e9)
        await before.alerting.flush()
        log.close()
        log = FiringLog(tmp_path / "alerts.sqlite")
        after = Desk(log, tasks, after_s=3_600.0)
        after.alerting.recall()
        after.rules("A last crosses-up 100", "A last crosses-down 90", "B last >= 1")
        assert [each.value.text for each in after.alerting.log] == ["101"]
        states = [bell.state for _, bell in after.alerting.bells(A)]
        assert states == [BellState.SPENT, BellState.NO_PRICE]
        assert after.alerting.bells(B)[0][1].state is BellState.SNOOZED
        after.price("A", 89)
        assert after.clear() == [("A", "crossed-offline", "89")]
        assert after.alerting.log[0].reason == "quotedesk was not running"
        after.alerting.renew(after.alerting.rules[0])
        await after.alerting.flush()
        assert len(log.newest(10)) == 2
        log.close()
        await tasks.stop()

    run(check)


def test_a_crash_costs_the_last_half_minute_and_no_alarm(tmp_path: Path) -> None:
    async def check() -> None:
        tasks = Tasks(pytest.fail)
        log = FiringLog(tmp_path / "alerts.sqlite")
        desk = Desk(log, tasks)
        desk.rules("A last crosses-up 100")
        desk.price("A", 99)
        for _ in range(KEPT_EVERY_S):
            desk.clock.advance(1.0)
            desk.alerting.second()
        assert desk.alerting._writer is not None
        await desk.alerting._writer.flush()
        (memory,) = log.memories()
        assert (memory.value, memory.rule) == ("99", "A@demo last crosses-up 100")
        assert desk.clock.utc_s(desk.clock.now_s()) - memory.seen_utc_s <= KEPT_EVERY_S
        log.close()
        await tasks.stop()

    run(check)


def test_what_a_killed_program_must_not_forget_is_on_disk_at_once_and_no_tick_writes(tmp_path: Path) -> None:
    async def check() -> None:
        tasks = Tasks(pytest.fail)
        log = FiringLog(tmp_path / "alerts.sqlite")
        desk = Desk(log, tasks)
        desk.rules("A last crosses-up 100 for 30s")
        writer = desk.alerting._writer
        assert writer is not None
        desk.price("A", 99)
        desk.price("A", 101)
        await writer.flush()
        (memory,) = log.memories()
        assert memory.held is not None
        assert (memory.held.value, memory.held.before) == ("101", "99")
        writes: list[int] = []
        add = log.add
        log.add = lambda firings, memories=(): (writes.append(len(list(memories))), add(firings, memories))[1]  # type: ignore[method-assign,assignment]
        for at in range(50):  # within a second it is over and begun again, over and over
            desk.clock.advance(0.01)
            price = Trade("A", number("99" if at % 2 else "101"))
            desk.take(Batch("demo", [price], desk.clock.now_s(), (), ()))
            await writer.flush()
        assert writes == []
        desk.alerting.second()
        await writer.flush()
        assert sum(writes) == 1, "of a storm once a second"
        desk.price("A", 102)
        await writer.flush()
        held = log.memories()[0].held
        assert held is not None
        assert held.value == "102"
        log.close()
        await tasks.stop()

    run(check)


def test_ten_thousand_rules_on_a_thousand_rows_are_looked_at_in_no_time() -> None:
    desk = Desk()
    rows = [Instrument("demo", f"S{at}") for at in range(1_000)]
    desk.book.lists[0].put(rows)
    desk.rules(*[f"* last crosses {level}" for level in range(10)])
    desk.take(Batch("demo", [Quote(code=row.code, last=number("5.5")) for row in rows], desk.clock.now_s()))
    desk.take(Batch("demo", [Quote(code=row.code, last=number("6.5")) for row in rows], desk.clock.now_s()))
    assert len(desk.clear()) == 1_000
    desk.alerting.second()


def test_where_another_place_of_a_recording_is_sought_all_begins_anew() -> None:
    desk = Desk()
    desk.rules("A last crosses-up 100")
    desk.price("A", 99)
    desk.price("A", 101)
    assert desk.clear() == [("A", "fired", "101")]
    fired_utc_s = desk.alerting.log[0].received_utc_s
    desk.clock.time_s = 500.0
    desk.alerting.forget(fired_utc_s)
    desk.alerting.second()
    assert len(desk.alerting.log) == 1
    desk.price("A", 105)
    desk.price("A", 99)
    desk.price("A", 101)
    assert desk.clear() == [("A", "already", "105"), ("A", "fired", "101")]
    desk.alerting.forget(math.inf)
    assert [each.kind.value for each in desk.alerting.log] == ["fired", "fired"], "it is told again where they begin"
    desk.alerting.forget(0.0)
    assert not desk.alerting.log, "all of it is yet to come"


EVENTS = st.one_of(
    st.tuples(st.just("tick"), st.integers(90, 110)),
    st.tuples(st.just("tick"), st.integers(90, 110)),
    st.sampled_from(
        [
            *(("zero", 0), ("again", 0), ("late", 103), ("lost", 20), ("wait", 40), ("gone and back", 0)),
            *(("slept", 600), ("restarted", 3_600), ("set back", -600)),
        ]
    ),
)


@given(events=st.lists(EVENTS, max_size=40))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_of_any_recording_exactly_the_pairs_side_by_side_fire(
    events: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever frames come: of what the session gives on, each crossing of adjacent prices fires, and nothing else."""
    folder = tmp_path_factory.mktemp("made")
    with MadeRecording(folder / "made", [CODE]) as tape:
        newest = 100
        for what, value in events:
            match what:
                case "tick":
                    newest = value
                    tape.tick(CODE, value)
                case "zero":
                    tape.tick(CODE, 0)
                case "again":
                    tape.again(CODE, newest)
                case "late":
                    tape.tick(CODE, value, behind_s=90.0)
                case "lost":
                    tape.lost(value)
                case "slept":
                    tape.slept(value)
                case "restarted":
                    tape.restarted(value)
                case "set back":
                    tape.set_clock(value)
                case "gone and back":
                    tape.wanted([])
                    tape.wait(1.0)
                    tape.wanted([CODE])
                case _:
                    tape.wait(value)
    player = Player(folder / "made", folder)
    alerting = Alerting(player.replay.clock, lambda feed: Hours(), ("demo",), player.quotes)
    rules, _ = alerting.read([f"{CODE} last crosses {level} repeat 0s band 0" for level in (95, 100, 105)], "demo")
    alerting.set_rules(rules)
    fired: list[tuple[float, float, float]] = []
    seen = 0

    def tell(firings: Sequence[Firing]) -> None:
        fired.extend((each.rule.level, each.before.value, each.value.value) for each in firings if is_alarm(each))

    alerting.listeners.append(tell)
    aheads_s: list[float] = []  # of the wall clock, at each batch

    class Wall:
        def consume(self, batch: Batch) -> None:
            aheads_s.append(player.replay.clock.utc_s(batch.received_s) - batch.received_s)

    player.services.consumers += [alerting, Wall()]
    player.replay.each_second.append(alerting.second)
    player.play()

    expected: list[tuple[float, float, float]] = []
    before, ahead_s, newest_utc_s = math.nan, math.nan, -math.inf
    for batch, was_ahead_s in zip(player.batches, aheads_s, strict=True):
        if abs(was_ahead_s - ahead_s) >= 5.0:
            before = math.nan
        ahead_s = was_ahead_s
        for update in batch.updates:
            assert type(update) is Trade
            seen += 1
            if update.time_utc_s < newest_utc_s - (10.0 if before == before else 0.0):
                continue  # sent late
            newest_utc_s = max(newest_utc_s, update.time_utc_s)
            price = update.price.value
            for level in (95.0, 100.0, 105.0):
                if before < level <= price or before > level >= price:
                    expected.append((level, before, price))
            before = price
        if batch.gaps or any(each.state in (RowState.OFFLINE, RowState.REFUSED) for each in batch.statuses):
            before = math.nan
    assert fired == expected
    assert seen <= len(events)


def is_alarm(firing: Firing) -> bool:
    return firing.kind is FiringKind.FIRED
