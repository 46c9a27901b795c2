"""List files of other programs on disk."""

import os
from pathlib import Path

import pytest

from quotedesk.config import foreign_list
from quotedesk.formats import plain, table, tradingview
from quotedesk.formats.base import NotAListError


def test_a_list_is_read_and_written(tmp_path: Path) -> None:
    foreign_list.write(tmp_path / "x.txt", "###Öl\r\nA\n", plain)
    assert (tmp_path / "x.txt").read_bytes() == "###Öl\r\nA\n".encode()
    assert foreign_list.read(tmp_path / "x.txt") == "###Öl\r\nA\n".encode()
    assert [each.name for each in tmp_path.iterdir()] == ["x.txt"]


def test_a_table_gets_a_mark_where_a_spreadsheet_would_take_it_for_another_encoding() -> None:
    assert foreign_list.encoded("Symbol\r\n", table) == b"Symbol\r\n"
    assert foreign_list.encoded("Öl\r\n", table) == b"\xef\xbb\xbf" + "Öl\r\n".encode()
    assert foreign_list.encoded("Öl\n", tradingview) == "Öl\n".encode()


def test_what_cannot_be_a_list_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "big.csv").open("wb") as file:
        file.truncate(foreign_list.MOST_BYTES + 1)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("it was opened"))
    for name, why in (
        (".", "is a folder"),
        ("pipe", "is no file"),
        ("big.csv", "at most 8 MB"),
        ("gone", "No such file"),
    ):
        with pytest.raises(NotAListError, match=why):
            foreign_list.read(tmp_path / name)


@pytest.mark.parametrize("data", [b"", b" \r\n", b"\xff\xfe", b"\xef\xbb\xbf\n", bytes(9)])
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.txt").write_bytes(data)
    with pytest.raises(NotAListError, match=r"x\.txt is empty"):
        foreign_list.read(tmp_path / "x.txt")


def test_a_name_that_can_be_none_is_refused() -> None:
    with pytest.raises(NotAListError):
        foreign_list.read(Path("a\0b"))
    assert foreign_list.size_of(Path("a\0b")) == 0
