"""The bells in the rows of a table."""

from PySide6.QtCore import QObject

from quotedesk.market.instrument import Instrument
from quotedesk.ui.alerts.alerts import Alerts
from quotedesk.ui.table.columns import SYMBOL
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.row_painter import RINGING_PX
from quotedesk.ui.table.view import TableView


class RowBells(QObject):
    """Lets a table show alerts, and paints it where a bell in view changed. Gone with the table."""

    def __init__(self, table: TableView, model: TableModel, alerts: Alerts) -> None:
        super().__init__(table)
        self._table = table
        self._model = model
        self._alerts = alerts
        self._marks: dict[Instrument, tuple[str, str] | None] = {}  # as they were painted last
        reader = model.reader
        reader.bell_of, reader.rings, reader.bells_of = alerts.mark, alerts.rings, alerts.words
        alerts.bells_changed.connect(self.paint)
        alerts.rules_changed.connect(self.paint)

    def paint(self) -> None:
        """Bells are in the column of symbols, and the bar of one that rings at its left."""
        table, viewport, rows = self._table, self._table.viewport(), self._model.rows
        first, last = table.rowAt(0), table.rowAt(viewport.height() - 1)
        in_view = rows[max(first, 0) : last + 1 if last >= 0 else len(rows)]
        marks = {row: self._alerts.mark(row) for row in in_view if isinstance(row, Instrument)}
        if marks != self._marks:
            self._marks = marks
            header = table.horizontalHeader()
            viewport.update(header.sectionViewportPosition(SYMBOL), 0, header.sectionSize(SYMBOL), viewport.height())
            viewport.update(0, 0, RINGING_PX, viewport.height())
