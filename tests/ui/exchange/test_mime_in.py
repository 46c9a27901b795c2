"""What other programs bring."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl

from quotedesk.codec.alltick_symbology import AllTickSymbology
from quotedesk.lists.list_reader import ListReader, ParsedList
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.lists.watchlist import Watchlist
from quotedesk.ui.exchange.mime_in import AT_ONCE_BYTES, incoming, may_hold

READER = ListReader(
    Watchlist(feed="demo"), Directories({"demo": "Demo"}, lambda feed: SymbolDirectory({}, AllTickSymbology()))
)


def urls(*names: str | Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl(each) if isinstance(each, str) else QUrl.fromLocalFile(str(each)) for each in names])
    return data


def codes(parsed: ParsedList | None) -> list[str]:
    assert parsed is not None
    return [each.code for each in parsed.new]


def test_files_are_read_and_told_together(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("NASDAQ:AAPL\n".encode("utf-16"))
    (tmp_path / "b.txt").write_text("###More\nHKEX:700")
    came = incoming(urls(tmp_path / "a.txt", tmp_path / "b.txt"), READER.found)
    assert codes(came.parsed) == ["AAPL.US", "700.HK"]
    assert came.parsed is not None
    assert [getattr(row, "name", "") for row in came.parsed.rows] == ["", "More", ""]


def test_an_address_is_read_and_never_fetched() -> None:
    assert codes(incoming(urls("https://finance.yahoo.com/quote/AAPL.US"), READER.found).parsed) == ["AAPL.US"]
    parsed = incoming(urls("https://example.com/list.txt"), READER.found).parsed
    assert parsed is not None
    assert parsed.fault is not None
    assert "nothing is fetched" in parsed.fault.why


def test_cells_of_a_spreadsheet_are_a_table() -> None:
    data = QMimeData()
    data.setText("Symbol\tLast\nAAPL.US\t229.38\n700.HK\t592\n")
    assert codes(incoming(data, READER.found).parsed) == ["AAPL.US", "700.HK"]


def test_what_is_no_list_is_refused_with_a_reason_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(bytes(range(256)) * 10)
    with (tmp_path / "big.txt").open("wb") as file:
        file.truncate(50_000_000)
    (tmp_path / "none.txt").write_text("")
    for name, why in (("", "is a folder"), ("x.bin", "not a text"), ("big.txt", "50 MB"), ("none.txt", "is empty")):
        parsed = incoming(urls(tmp_path / name), READER.found).parsed
        assert parsed is not None
        assert parsed.fault is not None, name
        assert why in parsed.fault.why
        assert parsed.rows == ()


def test_a_large_file_waits_for_the_drop(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("NASDAQ:AAPL\n" * (AT_ONCE_BYTES // 10))
    came = incoming(urls(tmp_path / "long.txt"), pytest.fail)
    assert came.parsed is None
    assert came.files == (tmp_path / "long.txt",)


def test_a_picture_holds_nothing() -> None:
    data = QMimeData()
    data.setData("image/png", b"x")
    assert not may_hold(data)
    data.setText("x")
    assert may_hold(data)
