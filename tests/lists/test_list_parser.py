"""A list file read piece by piece."""

import pytest

from quotedesk import formats
from quotedesk.lists.list_parser import ListParser
from quotedesk.lists.list_reader import ListReader
from quotedesk.lists.parsed_list import Fate
from quotedesk.lists.section import Section
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument, shown


@pytest.fixture
def reader() -> ListReader:
    names = {"NVDA.US": "NVIDIA", "GOLD": "Gold spot"}
    rows = [Instrument("demo", code) for code in ("GOLD", "plain")]
    return ListReader(Watchlist(rows, feed="demo"), Directories({"demo": "Demo"}, lambda feed: SymbolDirectory(names)))


def parsed(reader: ListReader, text: str, *, apart: bool = False) -> ListParser:
    reading = ListParser(reader, apart=apart)
    for entry in formats.entries([text], reader):
        if entry is not None:
            reading.add(entry)
    return reading


def shown_of(instruments: tuple[Instrument, ...]) -> list[str]:
    return [shown(each, "demo") for each in instruments]


def test_what_is_not_sure_comes_in_only_if_the_user_says_so(reader: ListReader) -> None:
    reading = parsed(reader, "###M\nbuy nvda now\nAMD.US\nGOLD,plain,word")
    fates = [line.fate for line in reading.lines]
    unsure, new = fates.index(Fate.UNSURE), fates.index(Fate.NEW)
    assert shown_of(reading.result().new) == ["AMD.US"]
    assert shown_of(reading.result({unsure: True}).new) == ["NVDA.US", "AMD.US"]
    assert "nvda" in reading.result().bad
    assert "nvda" not in reading.result({unsure: True}).bad
    left = reading.result({new: False})
    assert left.new == ()
    assert left.rows == ()


def test_a_label_comes_along_unless_all_that_it_had_is_here(reader: ListReader) -> None:
    text = "###Metals\nGOLD\n###Chips\nNVDA.US\nplain\n###Empty\n"
    labels = [row.name for row in parsed(reader, text).result().rows if isinstance(row, Section)]
    assert labels == ["Chips", "Empty"]
    apart = parsed(reader, text, apart=True).result()
    assert [row.name for row in apart.sections] == ["Metals", "Chips", "Empty"]
    assert shown_of(apart.new) == ["GOLD", "NVDA.US", "plain"]


def test_a_symbol_that_comes_twice_comes_in_once_and_both_are_reported(reader: ListReader) -> None:
    result = parsed(reader, "A.US\nNVDA.US\nA.US\n").result()
    assert shown_of(result.new) == ["A.US", "NVDA.US"]
    assert [line.fate for line in result.lines] == [Fate.NEW, Fate.NEW, Fate.TWICE]
    assert result.count(Fate.TWICE) == 1


def test_a_file_that_could_not_be_read_is_told_with_the_others(reader: ListReader) -> None:
    reading = parsed(reader, "A.US\n")
    reading.file = "b.txt"
    reading.refuse("b.txt", "it is a picture")
    result = reading.result()
    assert shown_of(result.new) == ["A.US"]
    assert result.bad == ("b.txt",)
    assert (result.lines[-1].file, result.lines[-1].fate) == ("b.txt", Fate.BAD)
    assert result.words == "1 added, 1 not a symbol: b.txt"
