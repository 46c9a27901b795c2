"""What tables of positions mean, line by line."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec.alltick_symbology import AllTickSymbology
from quotedesk.lists.currency import Currencies
from quotedesk.lists.list_reader import ListReader
from quotedesk.lists.position_reader import PositionReader, Reading, together
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position
from tests.fakes.clock import FakeClock

HEADER = "Symbol,Quantity,Average cost\n"


def row(code: str) -> Instrument:
    return Instrument("demo", code)


def read(text: str, held: Mapping[Instrument, Position] = {}) -> PositionReader:
    directories = Directories({"demo": "Demo"}, lambda feed: SymbolDirectory({"NVDA.US": "x"}, AllTickSymbology()))
    reader = ListReader(Watchlist(feed="demo"), directories)
    found = PositionReader(text, reader, Currencies(directories, FakeClock()), held)
    assert list(found.read()) == list(range(1, len(found.lines) + 1))
    return found


def told(text: str) -> list[tuple[Reading, str, str]]:
    """What became of the lines, but for the header."""
    return [(each.reading, each.became, each.why) for each in read(text).lines if each.why != "the header"]


def test_a_usual_table() -> None:
    found = read(HEADER + 'AAPL,100,182.35\nnvda.us,-50,"1,020.10"\n700.HK,(400),310\n')
    assert found.positions() == {
        row("AAPL.US"): Position(Decimal(100), Decimal("182.35")),
        row("NVDA.US"): Position(Decimal(-50), Decimal("1020.10")),
        row("700.HK"): Position(Decimal(-400), Decimal(310)),
    }


def test_a_table_of_another_country() -> None:
    found = read("Symbol;Stück;Einstandskurs\nAAPL.US;1.200;182,35\n700.HK;5-;90,1\n")
    assert found.positions() == {
        row("AAPL.US"): Position(Decimal(1200), Decimal("182.35")),
        row("700.HK"): Position(Decimal(-5), Decimal("90.1")),
    }


@pytest.mark.parametrize(
    ("line", "reading", "became", "why"),
    [
        ("AAPL.US,abc,5", Reading.BAD, "AAPL.US", "“abc” is no number: write it like 1234.5"),
        ("AAPL.US,,5", Reading.BAD, "AAPL.US", "it says no quantity"),
        ("AAPL.US,0,5", Reading.BAD, "AAPL.US", "a quantity of 0 is no position"),
        ("AAPL.US,5,-3", Reading.BAD, "AAPL.US", "an average cost below 0"),
        ("AAPL.US,5,1e30", Reading.BAD, "AAPL.US", "a number has at most 15 digits before its point"),
        ("A?A,5,3", Reading.BAD, "", "It does not look like a symbol"),
        ("Total,,5000", Reading.ASIDE, "", "a total, or cash"),
        (",5,3", Reading.ASIDE, "", "a line without a symbol"),
        ("KO,5,€12.5", Reading.UNSURE, "KO.US", "not sure: the cost is in EUR, KO.US has its price in USD"),
        ("KO,5,3,4", Reading.UNSURE, "KO.US", "it has 4 cells where the table has 3"),
        ("KO,5,n/a", Reading.NEW, "KO.US", ""),
        ("KO,-5,-3", Reading.NEW, "KO.US", ""),
    ],
)
def test_what_becomes_of_a_line(line: str, reading: Reading, became: str, why: str) -> None:
    (found,) = told(f"{HEADER}MSFT.US,1,1.5\n{line}\n")[1:]
    assert found == (reading, became, why)


def test_what_may_have_decimals_or_not_is_asked_and_not_guessed() -> None:
    found = read(HEADER + 'KO,"1,200",60\n')
    (line,) = found.lines[1:]
    assert (line.reading, line.why) == (Reading.UNSURE, "not sure whether “1,200” has decimals")
    assert found.positions() == {}
    assert found.positions({1: True}) == {row("KO.US"): Position(Decimal(1200), Decimal(60))}


def test_lots_are_one_position_at_their_average_cost() -> None:
    found = read(HEADER + "KO,100,10\nKO,50,13\nKO,-5,1\n")
    assert [each.reading for each in found.lines[1:]] == [Reading.NEW, Reading.LOT, Reading.UNSURE]
    assert found.positions() == {row("KO.US"): Position(Decimal(150), Decimal(11))}
    assert found.positions({2: False}) == {row("KO.US"): Position(Decimal(100), Decimal(10))}
    with pytest.raises(ValueError, match="long and short"):
        found.positions({3: True})


def test_what_all_of_it_cost_is_parted_by_how_many_there_are() -> None:
    found = read('Symbol,Qty,Cost Basis\nKO,3,$100.00\nPEP,(4),"$1,000.00"\n')
    assert found.positions() == {
        row("KO.US"): Position(Decimal(3), Decimal("33.33333333")),
        row("PEP.US"): Position(Decimal(-4), Decimal(250)),
    }


def test_what_is_held_already_is_told() -> None:
    held = {row("KO.US"): Position(Decimal(5), Decimal(3)), row("PEP.US"): Position(Decimal(1))}
    found = read(HEADER + "KO,5,3\nPEP,5,3\n", held)
    assert [each.reading for each in found.lines[1:]] == [Reading.SAME, Reading.CHANGED]


def test_what_is_no_table_says_so() -> None:
    assert read("hello").fault
    assert read("hello").positions() == {}


LOTS = st.lists(
    st.tuples(st.integers(1, 10**6), st.decimals(0, 10**6, places=4)).map(
        lambda both: Position(Decimal(both[0]), both[1])
    ),
    min_size=1,
    max_size=6,
)


@given(LOTS)
def test_lots_together_cost_what_they_cost_apart(lots: list[Position]) -> None:
    one = together(lots)
    assert one.quantity == sum(each.quantity for each in lots)
    apart = sum((each.basis for each in lots if each.basis is not None), Decimal(0))
    assert one.basis is not None
    assert abs(one.basis - apart) <= one.quantity * Decimal("1e-8")


@given(st.lists(st.sampled_from(["AAPL.US", "KO", "", "x y", "Total"]), max_size=8), st.data())
def test_whatever_the_cells_every_line_has_a_reason_or_a_position(codes: list[str], data: st.DataObject) -> None:
    cell = st.sampled_from(["5", "(5)", "1,5", '"1,5"', "", "abc", "€3", "1e9", "-", "5%"])
    rows = [f"{code},{data.draw(cell)},{data.draw(cell)}" for code in codes]
    found = read(HEADER + "MSFT.US,1,1.5\n" + "\n".join(rows))
    assert len(found.lines) == len(rows) + 2
    for line in found.lines:
        assert line.position is not None or line.why
