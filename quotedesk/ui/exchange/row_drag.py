"""Rows taken by the mouse: as text for other programs, as rows for our own lists."""

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QDrag, QDropEvent, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from quotedesk.lists.edits import named, with_members
from quotedesk.lists.section import Row
from quotedesk.ui.exchange import mime_out as outgoing
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.table.model import TableModel

CHIP_PX = 26
_PAD_PX = 10
_HOT_SPOT = QPoint(-16, -16)  # the chip hangs at the lower right of the pointer, the hint right below it


class RowDrag(QObject):
    """The drags of one table; there is one at a time in the whole program.

    Attributes:
        rows: those that are being dragged, from the top, with what is folded away below a label; none between drags.
        watchlist: the list that they are of.

    Signals:
        began(), ended(): around a drag.
    """

    began = Signal()
    ended = Signal()
    _under_way: ClassVar["RowDrag | None"] = None

    def __init__(self, source: QWidget, model: TableModel, appearance: Appearance) -> None:
        super().__init__(source)
        self.rows: tuple[Row, ...] = ()
        self._source = source
        self._model = model
        self.watchlist = model.watchlist
        self._appearance = appearance

    @classmethod
    def of(cls, event: QDropEvent) -> "RowDrag | None":
        """The drag of our own rows that an event belongs to; None for one that came from elsewhere."""
        drag = cls._under_way
        return drag if drag is not None and event.source() is drag._source else None

    @classmethod
    def carried(cls, event: QDropEvent) -> tuple[Row, ...]:
        """Our own rows that an event brings, of whichever window; none where they come from elsewhere."""
        drag = cls.of(event)
        return drag.rows if drag is not None else ()

    def carry(self, chosen: Sequence[Row]) -> None:
        """Drag rows until they are dropped or the drag is given up. Events go on meanwhile.

        Only a copy is offered: another program that takes the text for its own must not cost a row.
        """
        if not chosen:
            return
        rows = self._model.unfolded(with_members(self._model.rows, chosen))
        drag = QDrag(self._source)
        drag.setMimeData(outgoing.data_of(rows, self._model))
        drag.setPixmap(self._chip(named(chosen)))
        drag.setHotSpot(_HOT_SPOT)
        self.rows, self.watchlist = rows, self._model.watchlist
        RowDrag._under_way = self
        self.began.emit()
        try:
            drag.exec(Qt.DropAction.CopyAction)
        finally:
            RowDrag._under_way = None
            self.rows = ()
            self.ended.emit()

    def _chip(self, text: str) -> QPixmap:
        """What hangs at the pointer."""
        theme, font = self._appearance.theme, look.font(12, strong=True)
        metrics, ratio = QFontMetrics(font), self._source.devicePixelRatioF()
        width = metrics.horizontalAdvance(text) + 2 * _PAD_PX
        pixmap = QPixmap(round(width * ratio), round(CHIP_PX * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.accent, 1))
        painter.setBrush(theme.select)
        box = QRectF(0.5, 0.5, width - 1, CHIP_PX - 1)
        painter.drawRoundedRect(box, look.CONTROL_RADIUS_PX, look.CONTROL_RADIUS_PX)
        painter.setFont(font)
        painter.setPen(theme.t1)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
        return pixmap
