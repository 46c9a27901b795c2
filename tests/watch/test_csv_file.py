"""A file for spreadsheets: whole at every moment, a row a symbol, empty where nothing is known."""

import asyncio
import csv
from pathlib import Path

import pytest

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Quote, Trade
from quotedesk.market.states import RowState, RowStatus
from quotedesk.watch import csv_file
from quotedesk.watch.csv_file import CsvFile
from tests.fakes.clock import MONDAY_UTC_S, FakeClock

pytestmark = pytest.mark.anyio
A, B = Instrument("demo", "A"), Instrument("kraken", "B/USD")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def rows_in(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


async def test_it_is_there_at_once_and_has_what_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "EVERY_S", 0.01)
    path, told = tmp_path / "quotes.csv", list[str]()
    file = CsvFile(path, [A, B], FakeClock(), told.append)
    assert [(each["symbol"], each["feed"], each["state"], each["last"]) for each in rows_in(path)] == [
        ("A", "demo", "pending", ""),
        ("B/USD", "kraken", "pending", ""),
    ]
    file.count_from(A, number("1"))
    file.consume(Batch("demo", [Trade("A", number("1.50"), number("3"), MONDAY_UTC_S)], 1000.0))
    file.consume(Batch("demo", [Trade("C", number("1"))], 1000.0))
    file.consume(Batch("kraken", [], 1000.0, seeds=(Quote(code="B/USD", prev_close=number("7")),)))
    status = RowStatus("B/USD", RowState.REFUSED, 1000.0, '=HYPERLINK("x"), "no such pair"')
    file.consume(Batch("kraken", [], 1000.0, statuses=(status,)))
    async with asyncio.timeout(5):
        while rows_in(path)[0]["last"] == "":
            await asyncio.sleep(0.005)
    first, second = rows_in(path)
    assert (first["last"], first["size"], first["change"], first["base"]) == ("1.50", "3", "0.50", "first_seen")
    assert first["time"] == "2025-11-24T16:00:00.000Z"
    assert first["received"] == "2025-11-24T16:16:40.000Z"
    assert (second["state"], second["prev_close"]) == ("refused", "7")
    assert second["reason"] == '\'=HYPERLINK("x"), "no such pair"', "a spreadsheet calculates nothing of it"
    file.close()
    assert [each.name for each in tmp_path.iterdir()] == ["quotes.csv"]
    assert told == []


async def test_a_file_that_cannot_be_written_is_told_once_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_file, "EVERY_S", 0.01)
    path, told = tmp_path / "quotes.csv", list[str]()
    path.mkdir()
    file = CsvFile(path, [A], FakeClock(), told.append)
    await asyncio.sleep(0.05)
    assert len(told) == 1
    assert str(path) in told[0]
    path.rmdir()
    async with asyncio.timeout(5):
        while not path.is_file():
            await asyncio.sleep(0.005)
    file.show_notice("hello")
    file.close()
    assert told[1:] == ["hello"]
