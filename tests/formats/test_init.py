"""Any text is read, whatever is in it; what is written is read as the same list; and nobody waits for it."""

import contextlib
import gc
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec.alltick_symbology import AllTickSymbology
from quotedesk.config import directory_file
from quotedesk.formats import FORMATS, MOST_PIECES, encoding, entries, parts, plain, table, tradingview, tws
from quotedesk.formats.base import NotAListError, Symbol, lines
from quotedesk.lists.list_parser import ListParser
from quotedesk.lists.list_reader import ListReader
from quotedesk.lists.list_writer import ListWriter
from quotedesk.lists.parsed_list import Fate, ParsedList
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


def parsed(texts, watchlist: Watchlist | None = None, apart: bool = False) -> ParsedList:
    reading = ListParser(ListReader(watchlist or Watchlist(feed="demo"), DIRECTORIES), apart=apart)
    for entry in entries(texts, reading.reader):
        if entry is not None:
            reading.add(entry)
    return reading.result()


@pytest.mark.parametrize("format", [tradingview, table, tws, plain])
@given(held=rows, figures=st.dictionaries(st.sampled_from(["Name", "Last", "Note"]), figure))
def test_what_is_written_is_read_as_the_same_list(format, held, figures) -> None:
    text = format.write(WRITER.rows(held, lambda instrument: figures))
    got = parsed([text], apart=True)
    assert [row.name if isinstance(row, Section) else row for row in got.rows] == [
        row.name if isinstance(row, Section) else row for row in held
    ], text
    assert got.bad == ()


@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(
            ["DES,", "SYM,A,B", "###", "A:B", ",", ";", "\n", '"', "Symbol", "\t", "CON,1,", "http://", "x", "=", "1"]
        )
    ).map("".join)
)
def test_any_text_is_read_and_the_report_adds_up(text: str) -> None:
    got = parsed([text], Watchlist([Instrument("demo", "x")]))
    assert sum(got.count(fate) for fate in Fate) == len(got.lines)
    assert got.count(Fate.NEW) == len(got.new)
    assert got.count(Fate.HERE) == len(got.here)
    assert all(line.why for line in got.lines if line.fate in (Fate.BAD, Fate.UNSURE, Fate.ASIDE))
    assert all(line.why.startswith("not sure") for line in got.lines if line.fate is Fate.UNSURE)


@given(
    st.binary(max_size=300)
    | st.lists(
        st.sampled_from([b"AAPL", b"KO,", b"Symbol", b"\n", b"\r\n", b",", b";", b"\t", b"1.5", b"\xb4", b"#", b" "]),
        max_size=30,
    ).map(b"".join)
)  # fmt: skip
def test_every_piece_of_any_bytes_is_a_row_a_duplicate_or_named_with_a_reason(data: bytes) -> None:
    with contextlib.suppress(NotAListError):
        text = encoding.decoded(data)
        if '"' in text or "<" in text:
            return  # quoted cells join lines and pages have others: see test_cells and test_html_page
        told = {line.number for line in parsed(encoding.parts(data)).lines}
        filled = {each.number for each in lines([text]) if each is not None and any(map(str.isalnum, each.text))}
        assert told.issuperset(filled)


NASTY = {
    "blanks": " " * 20_000 + "AAPL",
    "empty lines": "\n" * 300_000,
    "commas": "a," * 150_000,
    "one letter": "A" * 300_000,
    "quotes": '"' * 300_000,
    "open quotes": 'x,"\n' * 80_000,
    "quoted cells": ',"x""' * 60_000,
    "tags": "<html>" + "<a href='" * 40_000,
    "cells": "<html>" + "<td>x" * 60_000,
    "entities": "<html>" + "&amp;&#" * 50_000,
    "sections": "###a," * 60_000,
    "names": "Tech:" * 60_000,
    "prose": "the quick brown fox and AAPL " * 10_000,
    "words": "= " * 150_000,
    "colons": ("x:" + " " * 1000) * 300,
    "numbers": "1," * 150_000,
    "lines of TWS": "DES," * 80_000,
    "Chinese": "中文，" * 100_000,
    "a table": "Symbol,Name\n" + "KO,Coca-Cola\n" * 30_000,
}


@pytest.mark.parametrize("name", list(NASTY))
def test_no_step_of_reading_takes_long_and_the_pieces_are_bounded(name: str) -> None:
    data = NASTY[name].encode()
    reader = ListReader(Watchlist(feed="demo"), DIRECTORIES)
    reading = ListParser(reader, apart=True)
    longest_s = 0.0
    gc.collect()
    gc.disable()
    try:
        began_s = before_s = time.thread_time()
        for entry in entries(encoding.parts(data), reader):
            if entry is not None:
                reading.add(entry)
            now_s = time.thread_time()
            longest_s, before_s = max(longest_s, now_s - before_s), now_s
    finally:
        gc.enable()
    assert longest_s < 0.05
    assert time.thread_time() - began_s < 5
    assert len(reading.lines) <= MOST_PIECES + 1


def test_what_is_beyond_the_most_pieces_is_named() -> None:
    *_, last = (each for each in entries(["KO," * (MOST_PIECES + 5)]) if each is not None)
    assert isinstance(last, Symbol)
    assert last.why_not == f"All from here on was left out: a list has at most {MOST_PIECES:,} pieces"


def test_a_list_is_parted_only_for_tradingview_and_its_sections_begin_anew() -> None:
    named = [WRITER.named(Instrument("demo", f"S{number}.US")) for number in range(tradingview.MOST + 1)]
    first, second = parts(["Mine", *named], tradingview)
    assert (len(first), second) == (tradingview.MOST + 1, ["Mine", named[-1]])
    assert parts(["Mine", *named], table) == [["Mine", *named]]
    assert set(FORMATS) >= {"tradingview", "csv", "tws", "text"}


def test_nothing_is_said_to_be_of_a_market_without_one() -> None:
    assert AllTickSymbology().listed("x") == ("QUOTEDESK", "x")
