"""Rows for other programs."""

import csv
import io

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from quotedesk.lists.edits import Insert, append
from quotedesk.lists.saved import Flag
from quotedesk.lists.section import new_section
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument
from quotedesk.ui.exchange import mime_out as outgoing


def test_copied_rows_are_text_a_tradingview_list_and_csv_at_once(open_desk) -> None:
    desk = open_desk("NVDA.US", "EURUSD")
    desk.tick("NVDA.US", 1200.5, time_s=1_764_000_000.25)
    desk.tick("NVDA.US", 1178.5, time_s=1_764_000_001.25)
    desk.window.panel.rows.push(Insert(((1, new_section("=Pairs")),)))
    desk.book.mark({desk.watchlist[0]: Flag.RED}, {desk.watchlist[0]: "=1+1"})
    QTest.keyClick(desk.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(desk.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    data = QApplication.clipboard().mimeData()
    assert data.text() == "NVDA.US\n###=Pairs\nEURUSD"
    assert data.data(outgoing.TRADINGVIEW).data() == b"NASDAQ:NVDA\n###=Pairs\nFX:EURUSD\n"
    titles, nvda, section, eurusd = csv.reader(io.StringIO(data.data(outgoing.CSV).data().decode(), newline=""))
    assert (
        dict(zip(titles, nvda, strict=True)).items()
        >= {
            "Symbol": "NVDA.US",
            "Name": "NVIDIA",
            "State": "Live",
            "Last": "1178.50",
            "Chg": "-22.00",
            "Chg %": "-1.83",
            "Size": "",
            "Flag": "red",
            "Note": "'=1+1",
        }.items()
    )
    assert section[0] == "###=Pairs"
    assert eurusd[:5] == ["EURUSD", "", "Waiting", "", ""]


def test_rows_of_another_feed_say_it_in_every_format_and_come_back_as_themselves(open_desk) -> None:
    desk = open_desk("NVDA.US")
    foreign = [Instrument("other", "NVDA.US"), Instrument("other", "x")]
    desk.window.panel.rows.push(append(desk.watchlist, foreign))
    desk.table.selectAll()
    desk.window.panel.copy()
    data = QApplication.clipboard().mimeData()
    assert data.text() == "NVDA.US\nNVDA.US@other\nQUOTEDESK:x@other"
    assert data.data(outgoing.TRADINGVIEW).data() == (b"NASDAQ:NVDA\nQUOTEDESK:NVDA.US@other\nQUOTEDESK:x@other\n")
    rows = list(csv.reader(io.StringIO(data.data(outgoing.CSV).data().decode(), newline="")))
    assert [row[0] for row in rows] == ["Symbol", "NVDA.US", "NVDA.US@other", "QUOTEDESK:x@other"]
    copied = list(desk.watchlist)
    for kind in ("text/plain", outgoing.TRADINGVIEW, outgoing.CSV):
        parsed = desk.window.panel.reader.beside(Watchlist(feed="demo")).found(data.data(kind).data().decode())
        assert list(parsed.new) == copied, kind


def test_what_was_copied_is_pasted_as_the_same_rows(open_desk) -> None:
    desk = open_desk("A.US", "B.US")
    desk.window.panel.rows.push(Insert(((1, new_section("Later")),)))
    desk.table.selectAll()
    desk.window.panel.copy()
    desk.window.list_menu.add("Empty", ())
    desk.window.panel.paste()
    assert desk.codes == ["A.US", "Later", "B.US"]
