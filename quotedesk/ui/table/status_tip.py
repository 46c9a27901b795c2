"""The tooltip of a row's state: step by step, what proves that it is subscribed."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPoint
from PySide6.QtWidgets import QWidget

from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.word_panel import Word, WordPanel
from quotedesk.ui.table.columns import STATE
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.row_text import continued, proven, still
from quotedesk.ui.table.view import TableView

_STEP_PX = 98
_WHEN_PX = 92


class StatusTip(WordPanel):
    """Says over a row's state, in columns, what the plain tooltip of the other cells says."""

    def __init__(
        self,
        table: TableView,
        model: TableModel,
        clock: Clock,
        appearance: Appearance,
        parent: QWidget,
        has_other: Callable[[], bool],
    ) -> None:
        """`has_other`: is another tip shown?"""
        super().__init__(appearance, parent)
        self._panel = parent
        self._table = table
        self._model = model
        self._clock = clock
        self._has_other = has_other
        table.tip_requested.connect(self._show)
        table.tip_over.connect(self.hide)

    def _show(self, index: QModelIndex, at: QPoint) -> None:
        if self._has_other():
            return
        row = self._model.rows[index.row()] if index.isValid() else None
        trace, continuity = self._model.reader.trace_of(row) if isinstance(row, Instrument) else (None, None)
        if trace is None or self._model.columns[index.column()] is not STATE:
            self._table.show_text_tip(index, at)
            return
        reading = self._model.reading(index.row())
        told = still(reading, self._model.others_tick())
        title = [Word(reading.code, "t1", is_strong=True, gap_px=10), Word(told, "t2")]
        steps = [
            [
                Word("", "t2", mark="pending" if when.startswith("none") else "check"),
                Word(step, "t2", column_px=_STEP_PX),
                Word(when.removeprefix("none in "), "t1", column_px=-_WHEN_PX, gap_px=12),
                Word(note, "t3"),
            ]
            for step, when, note in proven(trace, reading.now_s, self._clock)
        ]
        self.say([title, *steps, [Word(continued(continuity, reading.now_s), "t3")] if continuity else []])
        self.place(self._table.viewport().mapTo(self._panel, at))
