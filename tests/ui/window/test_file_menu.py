"""Lists are saved for other programs; imports are tested in test_importing."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from quotedesk.formats import plain, table, tradingview, tws
from quotedesk.lists.edits import Insert, append
from quotedesk.lists.section import Section, new_section
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument
from tests.ui.conftest import texts


@pytest.fixture
def desk(open_desk):
    desk = open_desk("NVDA.US", "ZM.US")
    desk.window.panel.rows.push(Insert(((1, new_section("Later")),)))
    desk.told = texts(desk.window.file_menu.noticed)
    return desk


@pytest.mark.parametrize(
    ("format", "text"),
    [
        (tradingview, "NASDAQ:NVDA\n###Later\nNASDAQ:ZM\n"),
        (plain, "NVDA.US\n###Later\nZM.US\n"),
        (tws, "DES,NVDA,STK,SMART/NASDAQ,,,,\n###Later\nDES,ZM,STK,SMART/NASDAQ,,,,\n"),
    ],
)
def test_the_list_that_is_shown_is_saved_whole_folded_or_not(desk, tmp_path: Path, format, text: str) -> None:
    desk.window.panel.rows.fold_all(True)
    desk.window.file_menu.export(tmp_path / "x.txt", format)
    assert (tmp_path / "x.txt").read_text() == text
    assert desk.told[0].startswith("2 symbols saved as x.txt.")
    # No directory of these tests says where they are listed.
    assert ("a guess" in desk.told[0]) == (format is not plain)


def test_a_table_holds_the_figures(desk, tmp_path: Path) -> None:
    desk.tick("NVDA.US", 10.0)
    desk.window.file_menu.export(tmp_path / "x.csv", table)
    lines = (tmp_path / "x.csv").read_text().splitlines()
    assert lines[0].startswith("Symbol,Name,State,Last,Chg,Chg %,Size,Time,")
    assert lines[0].endswith(",Flag,Note")
    assert lines[1].startswith("NVDA.US,NVIDIA,Live,10.00,")
    assert lines[2].startswith("###Later,")


def test_tradingview_gets_at_most_a_thousand_a_file_and_the_section_goes_on(open_desk, tmp_path: Path) -> None:
    desk = open_desk("A.US")
    told = texts(desk.window.file_menu.noticed)
    rows = [new_section("Many"), *(Instrument("demo", f"S{row}.US") for row in range(2100))]
    desk.window.list_menu.add("Long", rows)
    desk.window.file_menu.export(tmp_path / "x.txt", tradingview)
    files = [(tmp_path / name).read_text().splitlines() for name in ("x.txt", "x 2.txt", "x 3.txt")]
    assert [len(each) for each in files] == [1001, 1001, 101]
    assert {each[0] for each in files} == {"###Many"}
    assert [line for each in files for line in each[1:]] == [f"NASDAQ:S{row}" for row in range(2100)]
    assert "there are 3 files" in told[0]


@pytest.mark.parametrize("format", [tradingview, plain, tws, table])
def test_a_list_of_several_feeds_comes_back_by_import_as_it_was(desk, tmp_path: Path, format) -> None:
    panel = desk.window.panel
    panel.rows.push(append(desk.watchlist, [Instrument("other", code) for code in ("NVDA.US", "BTC-USD", "x")]))
    before = list(desk.watchlist.instruments)
    desk.window.file_menu.export(tmp_path / "x.txt", format)
    parsed = panel.reader.beside(Watchlist(feed="demo")).found((tmp_path / "x.txt").read_text())
    assert list(parsed.new) == before
    assert [row.name for row in parsed.rows if isinstance(row, Section)] == ["Later"]
    told = "2 US symbols were given NASDAQ" in desk.told[0]
    assert told == (format in (tradingview, tws)), "those of the other feed are not guessed at"


def test_a_folder_that_takes_no_file_is_told(desk, tmp_path: Path) -> None:
    desk.window.file_menu.export(tmp_path / "none" / "x.txt", plain)
    assert desk.told == ["x.txt could not be saved (No such file or directory). Choose another folder."]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_dialogs_open_and_what_is_chosen_is_done(desk, tmp_path: Path) -> None:
    menu = desk.window.file_menu
    menu._ask_where_to()
    dialog = desk.window.findChild(QFileDialog)
    dialog.selectNameFilter("CSV table (*.csv)")
    dialog.filterSelected.emit("CSV table (*.csv)")
    assert dialog.defaultSuffix() == "csv"
    dialog.fileSelected.emit(str(tmp_path / "y.csv"))
    assert (tmp_path / "y.csv").read_text().startswith("Symbol,Name")
    dialog.close()
    asked = []
    menu.import_files = asked.append  # type: ignore[method-assign]
    menu._ask_for_file()
    opened = [each for each in desk.window.findChildren(QFileDialog) if each is not dialog]
    opened[0].filesSelected.emit([str(tmp_path / "y.csv"), str(tmp_path / "z.csv")])
    assert asked == [[tmp_path / "y.csv", tmp_path / "z.csv"]]
    opened[0].close()
