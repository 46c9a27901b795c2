"""What other programs bring."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl

from quotedesk.codec.alltick_symbology import AllTickSymbology
from quotedesk.lists.list_reader import ListReader
from quotedesk.lists.parsed_list import ParsedList
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.lists.watchlist import Watchlist
from quotedesk.ui.exchange.mime_in import AT_ONCE_BYTES, LongText, incoming, may_hold

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


def html(page: str, **others: str) -> QMimeData:
    data = QMimeData()
    data.setHtml(page)
    for name, other in others.items():
        if name == "text":
            data.setText(other)
        else:
            data.setUrls([QUrl(other)])
    return data


def test_several_files_are_each_read_in_their_own_format(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("AAPL,NVDA,SPY,TSLA\n")
    (tmp_path / "b.csv").write_text("Symbol;Exchange\nKO;NYSE\nPEP;NASDAQ\n")
    came = incoming(urls(tmp_path / "a.csv", tmp_path / "b.csv"), READER.found)
    assert codes(came.parsed) == ["AAPL.US", "NVDA.US", "SPY.US", "TSLA.US", "KO.US", "PEP.US"]


def test_of_several_files_one_that_is_no_list_is_left_to_the_report(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("AAPL")
    (tmp_path / "b.bin").write_bytes(bytes(range(256)) * 9)
    assert incoming(urls(tmp_path / "a.csv", tmp_path / "b.bin"), READER.found).parsed is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (html("<ul><li>AAPL<li>KO</ul>"), ["AAPL.US", "KO.US"]),
        (html('<a href="https://finance.yahoo.com/quote/KO">Coca-Cola</a>', text="Coca-Cola"), ["KO.US"]),
        (html("<a>Buy</a>", text="Apple (NASDAQ:AAPL) soars", url="https://x.example/1"), ["AAPL.US"]),
        (html("<p>x</p>", url="https://finance.yahoo.com/quote/BRK-B", text="Berkshire"), ["BRK.B.US"]),
        (html("<table><tr><td>AAPL</td><td>1</td></tr></table>", text="AAPL\t1"), ["AAPL.US"]),
    ],
)  # fmt: skip
def test_of_what_a_browser_brings_the_way_that_holds_symbols_counts(data: QMimeData, expected: list[str]) -> None:
    assert may_hold(data)
    assert codes(incoming(data, READER.found).parsed) == expected


def test_an_address_with_its_title_as_mozilla_has_it_is_read() -> None:
    data = QMimeData()
    data.setText("https://x.example/1")
    data.setData("text/x-moz-url", "https://x.example/1\nApple $AAPL".encode("utf-16-le"))
    assert codes(incoming(data, READER.found).parsed) == ["AAPL.US"]


def test_a_long_text_is_read_in_parts_and_ten_thousand_codes_at_once() -> None:
    data = QMimeData()
    data.setText("buy nvda now " * 2_000)
    came = incoming(data, pytest.fail)
    assert came.parsed is None
    assert came.files == (LongText(data.text()),)
    data.setText("\n".join(f"S{number}.US" for number in range(10_000)))
    assert len(codes(incoming(data, READER.found).parsed)) == 10_000
