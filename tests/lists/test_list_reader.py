"""What a text means for a list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.lists.list_reader import ListReader, ParsedList
from quotedesk.lists.symbol_directory import SymbolDirectory
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument

NAMES = {"NVDA.US": "NVIDIA", "GOLD": "Gold spot", "Silver": "Silver spot", "700.HK": "Tencent"}
HERE = ("GOLD", "ABRpD.US", "plain")


@pytest.fixture
def reader() -> ListReader:
    return ListReader("demo", Watchlist(Instrument("demo", code) for code in HERE), SymbolDirectory(NAMES))


def codes(understood: ParsedList) -> tuple[list[str], list[str], list[str]]:
    """New, here, bad."""
    return [each.code for each in understood.new], [each.code for each in understood.here], list(understood.bad)


@pytest.mark.parametrize(
    ("text", "new", "here", "bad"),
    [
        ("nvda, silver;XYZ", ["NVDA.US", "Silver", "XYZ"], [], []),
        ("gold plain", [], ["GOLD", "plain"], []),
        ("see chart", ["see", "chart"], [], []),
        ("A.US A.US nvda NVDA.US", ["A.US", "NVDA.US"], [], []),
        ("a$b c", ["c"], [], ["a$b"]),
        ("", [], [], []),
    ],
)
def test_typed_pieces_are_meant_as_symbols(reader: ListReader, text: str, new, here, bad) -> None:
    assert codes(reader.typed(text)) == (new, here, bad)


@pytest.mark.parametrize(
    ("text", "new", "here", "bad"),
    [
        ("AMD.US INTC.US AVGO.US GOLD see chart", ["AMD.US", "INTC.US", "AVGO.US"], ["GOLD"], ["see chart"]),
        ("AMD.US\nsee chart\r\nGOLD", ["AMD.US"], ["GOLD"], ["see chart"]),
        ("buy nvda now, and plain", ["NVDA.US"], ["plain"], ["buy", "now", "and"]),
        ("ABRpD.US EURUSD 600519 700", ["EURUSD", "600519", "700.HK"], ["ABRpD.US"], []),
        ("AAPL.US\t229.38\t+0.84%\t-1.5", ["AAPL.US"], [], ["229.38", "+0.84%", "-1.5"]),
        ("NVDA.US - NVIDIA Corp.", ["NVDA.US", "NVIDIA"], [], ["-", "Corp."]),
        ("<b>AAPL.US</b>", [], [], ["<b>AAPL.US</b>"]),
        ("word", ["word"], [], []),
        ("nothing to see here.", [], [], ["nothing to see here."]),
        ("\n ;,", [], [], []),
    ],
)
def test_of_a_found_text_prose_and_prices_are_no_symbols(reader: ListReader, text: str, new, here, bad) -> None:
    assert codes(reader.found(text)) == (new, here, bad)


def test_the_first_reason_is_told(reader: ListReader) -> None:
    fault = reader.typed("OK n$o n%o").fault
    assert fault is not None
    assert (fault.symbol, fault.why) == ("n$o", "“$” cannot be part of a symbol")
    fault = reader.found("AMD.US see chart").fault
    assert fault is not None
    assert fault.why == "“see chart” does not look like a symbol"
    assert reader.found("AMD.US").fault is None


def test_what_came_of_it_is_told_in_a_line_that_stays_short(reader: ListReader) -> None:
    assert reader.found("AMD.US, GOLD").words == "1 added, 1 already here"
    assert reader.found("see chart").words == "Nothing was added, 1 not a symbol: see chart"
    assert reader.found("$1\n$2\n$3\n$4\n$5\n$6").words == "Nothing was added, 6 not symbols: $1 $2 $3 $4 $5 …"
    assert reader.found("").words == "Nothing was added"


def test_a_text_that_is_too_long_for_a_list_is_not_read(reader: ListReader) -> None:
    understood = reader.found("A " * 500_001)
    assert codes(understood) == ([], [], [])
    assert understood.words == "Nothing was added, 1,000,002 characters are too many for a list"


@given(st.text("aA1. ,\n$<\t%-", max_size=40))
def test_nothing_is_lost_and_nothing_comes_twice(text: str) -> None:
    reader = ListReader("demo", Watchlist([Instrument("demo", "A")]), SymbolDirectory({"aA": "x"}))
    for understood in (reader.typed(text), reader.found(text)):
        good = [*understood.new, *understood.here]
        assert len(set(good)) == len(good)
        assert len(set(understood.bad)) == len(understood.bad)
        assert (understood.fault is None) == (not understood.bad)
        named = " ".join(understood.bad).split()
        for word in text.replace(",", " ").split():
            assert word in named or reader.meant(word) in good


@given(st.lists(st.from_regex(r"[A-Za-z0-9]{1,4}\.(US|HK)", fullmatch=True), unique=True), st.sampled_from(" \n\t,;"))
def test_a_list_of_codes_is_understood_whole_whatever_parts_it(symbols: list[str], separator: str) -> None:
    reader = ListReader("demo", Watchlist(), SymbolDirectory())
    for understood in (reader.typed(separator.join(symbols)), reader.found(separator.join(symbols))):
        assert codes(understood) == (symbols, [], [])
