"""Rows taken by the mouse: as text for other programs, as rows for the desk they come from."""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QDrag, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from quotedesk.market.instrument import Instrument
from quotedesk.ui import theme as look
from quotedesk.ui.appearance import Appearance

CHIP_PX = 26
_PAD_PX = 10
_HOT_SPOT = QPoint(-12, -6)  # the chip hangs at the lower right of the pointer


class RowDrag(QObject):
    """One drag at a time.

    Attributes:
        instruments: those that are being dragged, from the top; none between drags.

    Signals:
        began(), ended(): around a drag.
    """

    began = Signal()
    ended = Signal()

    def __init__(self, source: QWidget, appearance: Appearance) -> None:
        super().__init__(source)
        self.instruments: tuple[Instrument, ...] = ()
        self._source = source
        self._appearance = appearance

    def carry(self, instruments: Sequence[Instrument]) -> None:
        """Drag them until they are dropped or the drag is given up. Events go on meanwhile.

        Only a copy is offered: another program that takes the text for its own must not cost a row.
        """
        if not instruments:
            return
        drag = QDrag(self._source)
        data = QMimeData()
        data.setText("\n".join(each.code for each in instruments))
        drag.setMimeData(data)
        drag.setPixmap(self._chip(instruments[0].code if len(instruments) == 1 else f"{len(instruments)} symbols"))
        drag.setHotSpot(_HOT_SPOT)
        self.instruments = tuple(instruments)
        self.began.emit()
        try:
            drag.exec(Qt.DropAction.CopyAction)
        finally:
            self.instruments = ()
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
