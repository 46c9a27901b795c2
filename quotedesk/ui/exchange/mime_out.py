"""Rows for other programs: as plain text, as a TradingView list and as CSV, all at once."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QMimeData

from quotedesk.formats import plain, table, tradingview
from quotedesk.formats.base import Named
from quotedesk.lists.list_writer import ListWriter
from quotedesk.lists.section import Row
from quotedesk.ui.table.columns import SYMBOL, Column, Kind, RowSnapshot
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.numbers import HIDDEN, UNKNOWN
from quotedesk.ui.table.row_text import spoken

TRADINGVIEW = "text/x-tradingview-list"
CSV = "text/csv"


def data_of(rows: Iterable[Row], model: TableModel) -> QMimeData:
    """What a clipboard or a drag holds."""
    listed = named(rows, model)
    data = QMimeData()
    data.setText(plain.write(listed).rstrip("\n"))
    data.setData(TRADINGVIEW, tradingview.write(listed).encode())
    data.setData(CSV, table.write(listed).encode())
    return data


def named(rows: Iterable[Row], model: TableModel) -> list[Named | str]:
    """Rows of the list that is shown, as the formats write them."""
    writer = ListWriter(model.watchlist.feed, model.reader.directories)
    return writer.rows(rows, lambda instrument: _figures(model.reader.read(instrument), model.columns))


def _figures(reading: RowSnapshot, columns: Sequence[Column]) -> dict[str, str]:
    """What the row says, by the columns that are shown: numbers bare, times in UTC."""
    figures = {"Name": reading.name}
    for column in columns[SYMBOL + 1 :]:
        if column.kind is Kind.TREND:
            continue
        text = spoken(reading, column) if column.kind is Kind.STATE else column.text(reading)
        if column.kind is Kind.TIME:
            text = _moment(reading.time_utc_s)
        elif column.kind not in (Kind.STATE, Kind.WORDS):
            text = "" if text in (UNKNOWN, HIDDEN) else text.replace(",", "")
        figures[column.title] = text
    figures["Flag"] = reading.flag.value if reading.flag else ""
    figures["Note"] = reading.note
    return figures


def _moment(utc_s: float) -> str:
    """2026-11-26T15:42:07.123Z; "" where it is not known."""
    if utc_s != utc_s:
        return ""
    return datetime.fromtimestamp(utc_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
