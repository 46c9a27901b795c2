"""A menu whose keys stand at its right edge, pale: what an action does comes first."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QMenu, QStyleOptionMenuItem

_RIGHT_PX = 14  # from a key to the edge of its entry
_AT_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Menu(QMenu):
    """Leaves the words to Qt and paints the keys."""

    def initStyleOption(self, option: QStyleOptionMenuItem, action: QAction) -> None:  # noqa: N802 (Qt's name)
        super().initStyleOption(option, action)
        # Room for the keys was measured apart from this.
        option.text = option.text.partition("\t")[0]

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        for action in self.actions():
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            rect = self.actionGeometry(action)
            if keys and not action.isSeparator() and event.rect().intersects(rect):
                painter.drawText(rect.adjusted(0, 0, -_RIGHT_PX, 0), _AT_RIGHT, keys)
        painter.end()
