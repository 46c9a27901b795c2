"""The table as a person sees it in a terminal, and the plain lines where there is none."""

import asyncio
import math
import os
import pty
import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Quote, Trade
from quotedesk.market.states import LinkState, LinkStatus, RowState, RowStatus
from quotedesk.quotes.figures import Figures
from quotedesk.watch.table import (
    NO_COLOURS,
    PlainLines,
    Table,
    TableLook,
    TableRow,
    coloured,
    table_lines,
    terminal_size,
)
from tests.fakes.clock import FakeClock
from tests.fakes.pipe import Pipe, pipe
from tests.fakes.terminal import Terminal

UP = (LinkStatus("demo", "demo", LinkState.UP),)
COLOURED = coloured(32, 31)


def row(code: str = "A.US", feed: str = "demo", state: RowState = RowState.LIVE, **said: str) -> TableRow:
    made = TableRow(Instrument(feed, code))
    made.state = state
    if said:
        made.figures.take(Quote(code=code, **{name: number(text) for name, text in said.items()}))
        made.received_s = 990.0
    return made


def lines_of(rows: Sequence[TableRow], size: tuple[int, int] = (120, 24), notice: str = "", **other: Any) -> list[str]:
    links, look = other.get("links", UP), other.get("look", NO_COLOURS)
    return table_lines(rows, "demo", links, notice, size, FakeClock(), look)


def test_numbers_are_aligned_on_the_decimal_point_and_say_rise_and_fall_without_colour() -> None:
    high, low, bare = (
        row("HIGH.US", last="1234.5", prev_close="1200"),
        row("L", last="0.125", prev_close="0.25"),
        row("B"),
    )
    high.direction, low.direction = 1, -1
    heading, *rows, links = lines_of([high, low, bare])
    assert heading.split() == ["symbol", "state", "last", "change", "change", "%", "bid", "ask", "size", "time", "age"]
    assert rows == [
        "HIGH.US  live   ▲ 1234.5    +34.5      +2.88%                        10s",
        "L        live   ▼    0.125   -0.125   -50.00%                        10s",
        "B        live",
    ]
    assert links == "demo up"


def test_all_that_a_feed_says_has_a_column() -> None:
    said = row(last="5", bid="4.9", ask="5.10", size="300")
    said.figures.time_utc_s = 1_786_310_000.0
    _, line, _ = lines_of([said])
    assert re.fullmatch(r"A.US    live        5       0     0.00%  4.9  5.10   300  \d\d:\d\d:20  10s", line), line


def test_a_row_of_another_feed_says_so() -> None:
    assert lines_of([row("BTC-USD", "coinbase")])[1].startswith("BTC-USD@coinbase ")


def test_a_row_without_a_price_of_now_says_why_and_is_dim() -> None:
    refused = row("NOPE", state=RowState.REFUSED)
    refused.reason = "The server does not know it"
    assert lines_of([refused])[1] == "NOPE    refused  The server does not know it"
    assert lines_of([refused], look=COLOURED)[1] == "\x1b[2mNOPE    refused  The server does not know it\x1b[0m"


def test_what_comes_from_outside_can_do_nothing_to_the_terminal() -> None:
    hostile = "\x1b[2J\x9b31m\r\nred\x07"
    refused = row("NOPE", state=RowState.REFUSED)
    refused.reason = hostile
    links = (LinkStatus("demo", "demo", LinkState.WAITING, reason=hostile),)
    drawn = lines_of([refused], notice=hostile, links=links)
    assert all(line.isprintable() for line in drawn)
    plain = PlainLines("demo").state(Instrument("demo", "A"), RowState.REFUSED, hostile).decode()
    assert plain.endswith("\n")
    assert plain[:-1].isprintable()


@pytest.mark.parametrize("width", [10, 20, 40, 60, 80, 100])
def test_no_line_is_wider_than_the_terminal_and_the_price_is_left_out_last(width: int) -> None:
    wide = row(last="1234.5", prev_close="1200", bid="1", ask="2", size="3")
    wide.reason = "因为服务器没有回答" * 9
    for line in lines_of([wide], (width, 24), "notice " * 30):
        assert sum(1 + (ord(letter) > 0x2FFF) for letter in line) <= width
    if width >= 40:
        assert "1234.5" in lines_of([wide], (width, 24))[1]


@pytest.mark.parametrize("height", [1, 2, 5, 10])
def test_what_does_not_fit_is_counted(height: int) -> None:
    drawn = lines_of([row(f"S{place}") for place in range(20)], (80, height))
    assert len(drawn) < max(height, 4)
    (counted,) = [re.search(r"and (\d+) more", line) for line in drawn if "more" in line]
    assert counted
    assert int(counted[1]) + sum(bool(re.match(r"S\d", line)) for line in drawn) == 20


def test_colours_follow_the_look_and_are_absent_without_one() -> None:
    risen = row(last="2", prev_close="1")
    risen.direction = -1
    (line,) = lines_of([risen], look=TableLook("<up>", "<down>", "", "", "<off>"))[1:2]
    assert "<down>▼    2<off>" in line
    assert "<up>    +1<off>" in line
    assert "\x1b" not in "".join(lines_of([risen]))


class Screen:
    """A table on a terminal."""

    def __init__(self, here: Pipe, codes: Sequence[str] = ("A.US", "B.US")) -> None:
        self.pipe = here
        self.terminal = Terminal()
        self.frames = 0
        self.size = (80, 24)
        instruments = [Instrument("demo", code) for code in codes]
        self.table = Table(instruments, "demo", here.outlet, here.clock, lambda: self.size, COLOURED)

    async def look(self) -> list[str]:
        """What stands there when all is drawn."""
        for _ in range(3):
            await asyncio.sleep(0.001)
        data = self.pipe.read()
        self.frames += data.count(b"\x1b[J")
        self.terminal.feed(data)
        return self.terminal.lines


def on_screen(check: Callable[[Screen], Any]) -> None:
    async def main() -> None:
        async with pipe() as here:
            screen = Screen(here)
            await check(screen)
            screen.table.close()

    asyncio.run(main())


def trade(code: str, price: str) -> Batch:
    return Batch("demo", [Trade(code, number(price))], 1000.0)


def test_the_table_redraws_in_place() -> None:
    async def check(screen: Screen) -> None:
        screen.terminal.feed(b"$ quotedesk watch A.US B.US\n")
        first = await screen.look()
        assert [line.split()[:2] for line in first[2:]] == [
            ["A.US", "pending"],
            ["B.US", "pending"],
            ["no", "connection"],
        ]
        screen.pipe.clock.advance(1)
        screen.table.consume(trade("A.US", "1.5"))
        screen.table.consume(Batch("demo", [], 1.0, (), (RowStatus("A.US", RowState.LIVE, 1.0),)))
        screen.table.show_links(UP)
        second = await screen.look()
        assert len(second) == len(first)
        assert second[0] == "$ quotedesk watch A.US B.US"
        assert second[2].split()[:3] == ["A.US", "live", "1.5"]
        assert second[-1] == "demo up"

    on_screen(check)


def test_a_program_that_was_joined_says_what_change_counts_from() -> None:
    async def check(screen: Screen) -> None:
        await screen.look()
        a = Instrument("demo", "A.US")
        screen.pipe.clock.advance(1)
        screen.table.count_from(a, number("1.0"))
        screen.table.count_from(Instrument("demo", "other"), number("1.0"))
        screen.table.miss(a, 7)
        screen.table.consume(trade("A.US", "1.5"))
        assert (await screen.look())[1].split()[:4] == ["A.US", "pending", "1.5", "+0.5"]

    on_screen(check)


def test_however_much_comes_it_is_drawn_ten_times_a_second_at_most() -> None:
    async def check(screen: Screen) -> None:
        await screen.look()
        for step in range(100):
            screen.table.consume(trade("A.US", str(step)))
        await screen.look()
        assert screen.frames == 1
        screen.pipe.clock.advance(1)
        screen.table.wake()
        assert screen.frames == 1

    on_screen(check)


def test_a_stopped_terminal_is_not_written_to_again_before_it_goes_on() -> None:
    async def check(screen: Screen) -> None:
        await screen.look()
        screen.pipe.outlet.put([b"x" * 100 + b"\n"] * 3_000)
        for step in range(50):
            screen.pipe.clock.advance(1)
            screen.table.consume(trade("A.US", str(step)))
            await asyncio.sleep(0)
        rest = await screen.pipe.read_all()
        for _ in range(200):
            await asyncio.sleep(0.001)
            rest += screen.pipe.read()
        assert rest.count(b"\x1b[J") <= 2

    on_screen(check)


def test_at_the_end_the_newest_table_stays_and_the_cursor_is_back_below_it() -> None:
    async def check(screen: Screen) -> None:
        await screen.look()
        assert not screen.terminal.has_cursor
        screen.table.consume(trade("B.US", "7"))
        screen.table.close()
        lines = await screen.look()
        assert lines[2].split()[:3] == ["B.US", "pending", "7"]
        assert screen.terminal.has_cursor
        assert screen.terminal.wraps
        assert screen.terminal.cursor == (0, len(lines))
        screen.table.consume(trade("B.US", "8"))
        assert await screen.look() == lines

    on_screen(check)


def test_another_size_of_the_terminal_is_drawn_on_a_clean_screen() -> None:
    async def check(screen: Screen) -> None:
        await screen.look()
        screen.size = (30, 10)
        screen.pipe.clock.advance(1)
        screen.table.wake()
        lines = await screen.look()
        assert max(map(len, lines)) <= 30
        assert lines[0].startswith("symbol")

    on_screen(check)


def test_a_notice_stands_under_the_table() -> None:
    async def check(screen: Screen) -> None:
        screen.table.show_notice("2 symbols are parked")
        screen.table.show_plan(2, 2, 2)
        screen.table.show_traffic(1.0, math.nan)
        assert (await screen.look())[-1] == "2 symbols are parked"

    on_screen(check)


def test_plain_lines_say_what_changed() -> None:
    figures = Figures()
    figures.take(Quote(code="A.US", last=number("2.5"), prev_close=number("2"), bid=number("2.4"), size=number("9")))
    lines = PlainLines("demo")
    here, there = Instrument("demo", "A.US"), Instrument("alltick", "A.US")
    fields = figures.fields(0.0)
    assert lines.quote(here, fields, 0) == b"1970-01-01T00:00:00.000Z  A.US  2.5  +0.5  +25.00%  size 9  bid 2.4\n"
    assert lines.quote(there, {"received": "T"}, 3) == b"T  A.US@alltick  (3 dropped)\n"
    assert lines.state(here, RowState.REFUSED, "unknown") == b"A.US  refused: unknown\n"
    assert lines.state(here, RowState.LIVE, "") == b"A.US  live\n"
    lost = LinkStatus("alltick", "stock", LinkState.WAITING, reason="The server closed")
    assert lines.link(lost) == b"link alltick stock  waiting: The server closed\n"
    assert lines.link(UP[0]) == b"link demo  up\n"


def test_the_size_is_that_of_the_terminal_or_the_usual_one() -> None:
    reading, writing = os.pipe()
    assert terminal_size(writing) == (80, 24)
    os.close(reading)
    os.close(writing)
    ours, theirs = pty.openpty()
    assert terminal_size(theirs) == (80, 24)  # a new one says 0 x 0
    os.close(ours)
    os.close(theirs)
