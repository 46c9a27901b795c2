"""A line for each update; where the reader is slow, the newest of each symbol, and the counts add up."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Quote, Trade
from quotedesk.market.states import LinkState, LinkStatus, RowState, RowStatus
from quotedesk.watch import outlet as outlet_room
from quotedesk.watch.printer import JsonLines, Printer
from tests.fakes.pipe import Pipe, pipe

CODES = ("A.US", "B.US", "C.US")
WATCHED = [Instrument("demo", code) for code in CODES]


def trades(*prices: tuple[str, str], at_s: float = 1000.0) -> Batch:
    return Batch("demo", [Trade(code, number(price)) for code, price in prices], at_s)


def state(code: str, state: RowState, reason: str = "") -> Batch:
    return Batch("demo", [], 1000.0, (), (RowStatus(code, state, 1000.0, reason),))


def said(text: bytes) -> list[dict[str, Any]]:
    assert text == b"" or text.endswith(b"\n")
    return [json.loads(line) for line in text.splitlines()]


class Printing:
    """A printer on a pipe, and what was read of it; its first lines, all pending, are read already."""

    def __init__(self, here: Pipe) -> None:
        self.pipe = here
        self.printer = Printer(JsonLines(), here.outlet, here.clock, WATCHED, print)
        self.first = said(here.read())

    def read(self) -> list[dict[str, Any]]:
        return said(self.pipe.read())

    async def read_all(self) -> list[dict[str, Any]]:
        return said(await self.pipe.read_all())


def printing(check: Callable[[Printing], Any]) -> None:
    async def main() -> None:
        async with pipe() as here:
            result = check(Printing(here))
            if asyncio.iscoroutine(result):
                await result

    asyncio.run(main())


def test_every_update_is_a_line_at_once_in_order() -> None:
    def check(here: Printing) -> None:
        here.printer.consume(trades(("A.US", "1.50"), ("B.US", "7"), ("A.US", "1.25"), at_s=1000.5))
        received = "2025-11-24T16:16:40.500Z"
        first = {"type": "quote", "symbol": "A.US", "feed": "demo", "last": "1.50", "change": "0.00"}
        rest = {"change_pct": "0.0000", "base": "first_seen", "received": received}
        assert here.read() == [
            {**first, **rest},
            {**first, **rest, "symbol": "B.US", "last": "7", "change": "0"},
            {**first, **rest, "last": "1.25", "change": "-0.25", "change_pct": "-16.6667"},
        ]

    printing(check)


def test_the_keys_of_a_line_stand_in_the_promised_order() -> None:
    def check(here: Printing) -> None:
        names = [
            "last",
            "size",
            "bid",
            "ask",
            "bid_size",
            "ask_size",
            "open",
            "high",
            "low",
            "prev_close",
            "volume",
            "turnover",
        ]
        quote = Quote(code="A.US", **{name: number("2.5") for name in names}, time_utc_s=1.0)
        here.printer.consume(Batch("demo", [quote], 1000.0))
        after = ["change", "change_pct", "base", "time", "received"]
        assert [list(each) for each in here.read()] == [["type", "symbol", "feed", *names, *after]]

    printing(check)


def test_what_is_watched_is_pending_at_first_and_a_state_is_a_line_when_it_or_its_reason_changes() -> None:
    def check(here: Printing) -> None:
        pending = {"type": "state", "feed": "demo", "state": "pending", "reason": ""}
        assert here.first == [{**pending, "symbol": code} for code in CODES]
        here.printer.consume(state("A.US", RowState.PENDING))
        here.printer.consume(state("A.US", RowState.LIVE))
        here.printer.consume(state("A.US", RowState.LIVE))
        here.printer.consume(state("B.US", RowState.REFUSED, "no such “symbol”"))
        here.printer.consume(state("B.US", RowState.REFUSED, "not allowed"))
        here.printer.consume(state("C.US", RowState.LIMIT_UP))
        told = [(each["symbol"], each["state"], each["reason"]) for each in here.read()]
        assert told == [
            ("A.US", "live", ""),
            ("B.US", "refused", "no such “symbol”"),
            ("B.US", "refused", "not allowed"),
            ("C.US", "limit", ""),
        ]

    printing(check)


def test_the_update_that_made_a_row_live_comes_before_the_state() -> None:
    def check(here: Printing) -> None:
        batch = trades(("A.US", "1"))
        here.printer.consume(Batch("demo", batch.updates, 1000.0, (), (RowStatus("A.US", RowState.LIVE, 1000.0),)))
        assert [each["type"] for each in here.read()] == ["quote", "state"]

    printing(check)


def test_a_link_is_a_line_when_it_or_its_reason_changes_and_one_that_goes_is_off() -> None:
    def check(here: Printing) -> None:
        up = LinkStatus("demo", "demo", LinkState.UP, 5.0)
        lost = LinkStatus("demo", "demo", LinkState.WAITING, 6.0, "The server closed", 9.0)
        stock = LinkStatus("alltick", "stock", LinkState.CONNECTING)
        for links in [(up,), (up, stock), (LinkStatus("demo", "demo", LinkState.UP, 7.0), stock), (lost, stock), ()]:
            here.printer.show_links(links)
        told = [(each["type"], each["feed"], each["endpoint"], each["state"], each["reason"]) for each in here.read()]
        assert told == [
            ("link", "demo", "demo", "up", ""),
            ("link", "alltick", "stock", "connecting", ""),
            ("link", "demo", "demo", "waiting", "The server closed"),
            ("link", "demo", "demo", "off", ""),
            ("link", "alltick", "stock", "off", ""),
        ]
        here.printer.show_links((LinkStatus("demo", "demo", LinkState.UP, through="hut"),))
        assert [each["through"] for each in here.read()] == ["hut"], "of a relay's own connections alone"

    printing(check)


def test_what_is_not_watched_is_not_printed() -> None:
    def check(here: Printing) -> None:
        here.printer.consume(trades(("X.US", "1")))
        here.printer.consume(Batch("other", trades(("A.US", "1")).updates, 1000.0))
        here.printer.consume(state("X.US", RowState.LIVE))
        assert here.read() == []

    printing(check)


def test_a_slow_reader_gets_the_newest_of_each_symbol_and_how_many_it_stands_for() -> None:
    async def check(here: Printing) -> None:
        fill = 1_000
        here.printer.consume(trades(*[("A.US", str(price)) for price in range(fill)]))
        here.pipe.clock.advance(outlet_room.LATE_S + 0.1)
        here.printer.consume(trades(("B.US", "1"), ("A.US", "5"), ("B.US", "2"), at_s=1001.0))
        here.printer.consume(trades(("B.US", "3"), at_s=1002.0))
        lines = await here.read_all()
        assert [each["last"] for each in lines[:fill]] == [str(price) for price in range(fill)]
        assert all("dropped" not in each for each in lines[:fill])
        b, a = lines[fill:]
        assert (b["symbol"], b["last"], b["dropped"], b["received"][-7:]) == ("B.US", "3", 2, "42.000Z")
        assert (a["symbol"], a["last"], "dropped" in a) == ("A.US", "5", False)
        here.printer.consume(trades(("A.US", "6"), ("A.US", "7")))
        assert [each["last"] for each in here.read()] == ["6", "7"]

    printing(check)


def test_states_and_links_of_a_slow_reader_are_the_newest_and_keep_their_place_beside_the_quote() -> None:
    async def check(here: Printing) -> None:
        here.printer.consume(trades(*[("C.US", "1")] * 1_000))
        here.pipe.clock.advance(outlet_room.LATE_S + 0.1)
        here.printer.consume(trades(("A.US", "1")))
        here.printer.consume(state("A.US", RowState.LIVE))
        here.printer.consume(state("A.US", RowState.OFFLINE, "gone"))
        here.printer.show_links((LinkStatus("demo", "demo", LinkState.UP),))
        here.printer.show_links((LinkStatus("demo", "demo", LinkState.WAITING, reason="gone"),))
        here.printer.consume(state("B.US", RowState.LIVE))
        here.printer.consume(trades(("B.US", "2")))
        told = [(each["type"], each.get("state")) for each in (await here.read_all())[1_000:]]
        assert told == [("quote", None), ("state", "offline"), ("link", "waiting"), ("state", "live"), ("quote", None)]

    printing(check)


def test_a_pipe_that_nobody_reads_costs_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlet_room, "MOST_BYTES", 100_000)

    async def check(here: Printing) -> None:
        for _ in range(100):
            here.printer.consume(trades(*[(code, "1.5") for code in CODES] * 100))
        lines = await here.read_all()
        assert len(lines) < 2_000
        assert len(lines) + sum(each.get("dropped", 0) for each in lines) == 30_000

    printing(check)


steps = st.one_of(
    st.lists(st.tuples(st.sampled_from(CODES), st.integers(0, 9)), min_size=1, max_size=60),
    st.tuples(st.sampled_from(CODES), st.sampled_from([RowState.LIVE, RowState.QUIET, RowState.OFFLINE])),
    st.sampled_from(["read some", "turn", "wait"]),
)


@settings(max_examples=60)
@given(st.lists(steps, max_size=30))
def test_whatever_the_reader_does_the_counts_add_up_and_the_newest_comes_last(schedule: list[Any]) -> None:
    async def main() -> None:
        came: Counter[str] = Counter()
        newest: dict[str, str] = {}
        states = dict.fromkeys(CODES, "pending")
        last_kind: dict[str, str] = {}
        async with pipe(is_small=True) as here:
            printer = Printer(JsonLines(), here.outlet, here.clock, WATCHED, print)
            read = b""
            for step in schedule:
                if step == "read some":
                    read += here.read()
                elif step == "turn":
                    await asyncio.sleep(0)
                elif step == "wait":
                    here.clock.advance(outlet_room.LATE_S)
                elif isinstance(step, list):
                    printer.consume(trades(*[(code, str(price)) for code, price in step]))
                    for code, price in step:
                        came[code] += 1
                        newest[code] = str(price)
                        last_kind[code] = "quote"
                else:
                    code, row_state = step
                    printer.consume(state(code, row_state))
                    if states[code] != row_state.word:
                        states[code] = row_state.word
                        last_kind[code] = "state"
            lines = said(read + await here.read_all())
            for code in CODES:
                mine = [each for each in lines if each["symbol"] == code]
                quotes = [each for each in mine if each["type"] == "quote"]
                assert len(quotes) + sum(each.get("dropped", 0) for each in quotes) == came[code]
                assert all(each.get("dropped", 1) > 0 for each in quotes)
                if quotes:
                    assert quotes[-1]["last"] == newest[code]
                assert [each["state"] for each in mine if each["type"] == "state"][-1] == states[code]
                if code in last_kind:
                    assert mine[-1]["type"] == last_kind[code]
            assert printer.came == sum(came.values())
            assert printer.came == sum(each["type"] == "quote" for each in lines) + printer.dropped

    asyncio.run(main())


def test_the_clock_of_the_reading_is_what_is_said() -> None:
    def check(here: Printing) -> None:
        here.printer.consume(trades(("A.US", "1"), at_s=990.0))
        (line,) = here.read()
        assert line["received"] == "2025-11-24T16:16:30.000Z"

    printing(check)


def test_what_was_dropped_before_it_came_here_is_told_with_what_is_dropped_here() -> None:
    def check(here: Printing) -> None:
        a = WATCHED[0]
        here.printer.count_from(a, number("1.0"))
        here.printer.miss(a, 3)
        here.printer.miss(Instrument("demo", "other"), 3)
        here.printer.count_from(Instrument("demo", "other"), number("1"))
        here.printer.consume(trades(("A.US", "1.5"), ("A.US", "2.0")))
        first, second = here.read()
        assert (first["dropped"], first["change"], first["base"]) == (3, "0.5", "first_seen")
        assert ("dropped" in second, second["change"]) == (False, "1.0")
        assert (here.printer.came, here.printer.dropped) == (5, 3)

    printing(check)
