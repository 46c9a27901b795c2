"""All formats: which one a text has, and that nothing is lost on the way out and in again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec.alltick_symbology import AllTickSymbology
from quotedesk.config import directory_file
from quotedesk.formats import FORMATS, entries, found, plain, table, tradingview, tws
from quotedesk.formats.base import Aside, Label, Named, Symbol
from quotedesk.lists.list_reader import Fate, ListParser, ListReader
from quotedesk.lists.list_writer import ListWriter
from quotedesk.lists.section import Section, new_section
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import LONGEST_CODE, Instrument

names, listed, _ = directory_file.load("alltick")
DIRECTORIES = Directories(
    {"demo": "Demo", "plain": "A provider without a symbology"},
    lambda feed: SymbolDirectory(names, AllTickSymbology(listed)) if feed == "demo" else SymbolDirectory(),
)
WRITER = ListWriter("demo", DIRECTORIES)
code = (
    st.text("abzAZ019._-/", min_size=1, max_size=LONGEST_CODE)
    | st.sampled_from(sorted(names))
    | st.sampled_from(["Nvda.US", "nvda", "CODE", "Symbol", "SYM", "DES", "1.5", "//x", "XAUUSD", "BTC-USD"])
)
label = st.text(max_size=12) | st.sampled_from(["=1+1", "'=x", "-x", "@x", "Oil, gas", '"q"', "a;b", "x:y", "DES"])
instruments = st.builds(Instrument, st.sampled_from(["demo", "demo", "plain"]), code)
rows = st.lists(instruments | label.map(new_section), max_size=15, unique=True)
figure = st.sampled_from(["", "1.5", "\N{MINUS SIGN}2.5", "=cmd()", 'a "b", c', "+1", "Two\nlines"])


def written(held, figures: dict[str, str]) -> list[Named | str]:
    return [row.name if isinstance(row, Section) else WRITER.named(row, figures) for row in held]


@pytest.mark.parametrize("format", [tradingview, table, tws, plain])
@given(held=rows, figures=st.dictionaries(st.sampled_from(["Name", "Last", "Note"]), figure))
def test_what_is_written_is_read_as_the_same_list(format, held, figures) -> None:
    text = format.write(written(held, figures))
    reading = ListParser(ListReader(Watchlist(feed="demo"), DIRECTORIES), apart=True)
    for entry in format.read(text):
        reading.add(entry)
    parsed = reading.result()
    assert [row.name if isinstance(row, Section) else row for row in parsed.rows] == [
        row.name if isinstance(row, Section) else row for row in held
    ]
    assert parsed.bad == ()


@given(rows.filter(lambda held: sum(isinstance(row, Instrument) for row in held) > 1))
def test_the_format_of_what_is_written_is_found_again_or_another_reads_the_same(held) -> None:
    for format in (tradingview, table, tws, plain):
        text = format.write(written(held, {}))
        got = ListReader(Watchlist(feed="demo"), DIRECTORIES).listed(entries(text))
        assert [row for row in got.rows if isinstance(row, Instrument)] == [
            row for row in held if isinstance(row, Instrument)
        ]


@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(
            ["DES,", "SYM,A,B", "###", "A:B", ",", ";", "\n", '"', "Symbol", "\t", "CON,1,", "http://", "x", "="]
        )
    ).map("".join)
)
def test_any_text_is_read_by_every_format_and_the_report_adds_up(text: str) -> None:
    for format in FORMATS.values():
        pieces = list(format.read(text))
        assert all(isinstance(piece, Symbol | Label | Aside) for piece in pieces)
        parsed = ListReader(Watchlist([Instrument("demo", "x")]), DIRECTORIES).listed(pieces)
        assert len(parsed.lines) == len(pieces)
        assert sum(parsed.count(fate) for fate in Fate) == len(pieces)
        assert parsed.count(Fate.NEW) == len(parsed.new)
        assert parsed.count(Fate.HERE) == len(parsed.here)


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("NASDAQ:AAPL,NYSE:V", "tradingview"),
        ("###Tech\nAAPL\nMSFT", "tradingview"),
        ("DES,AAPL,STK,SMART,,,,\n", "tws"),
        ("COLUMN,0,,\nDES,AAPL,STK,SMART/NASDAQ,,,\n", "tws"),
        ("SYM,DES,CON", "plain"),
        ("Symbol,Last\nAAPL.US,1\n", "table"),
        ("Ticker;Name\nAAPL;Apple\n", "table"),
        ("AAPL,NASDAQ,STOCK,USD,0.01,Apple\nV,NYSE,STOCK,USD,0.01,Visa", "table"),
        ("AAPL.US MSFT.US", "plain"),
        ("aaa,bbb,ccc", "plain"),
        ("Note: buy AAPL", "plain"),
        ("at 12:30 sell", "plain"),
        ("https://finance.yahoo.com/quote/AAPL", "web_address"),
        ("see https://finance.yahoo.com/quote/AAPL", "plain"),
        ("", "plain"),
    ],
)
def test_the_format_is_found(text: str, format: str) -> None:
    assert found(text) is FORMATS[format]


def test_nothing_is_said_to_be_of_a_market_without_one() -> None:
    assert AllTickSymbology().listed("x") == ("QUOTEDESK", "x")
