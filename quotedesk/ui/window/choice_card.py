"""A button of two lines: what is chosen, and what that brings."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton

from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance

_HEIGHT_PX = 50
_LINE_PX = 18
_SIDE_PX = 12


class ChoiceCard(QPushButton):
    """Its text is the first line, `brings` the second one."""

    def __init__(self, appearance: Appearance, text: str, brings: str) -> None:
        super().__init__(text)
        self._appearance = appearance
        self._brings = brings
        self.setCheckable(True)
        self.setProperty("choice", "true")
        self.setFixedHeight(_HEIGHT_PX)
        self.setAccessibleDescription(brings)

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter, theme = QPainter(self), self._appearance.theme
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        top = (self.height() - 2 * _LINE_PX) // 2
        for number, (font, colour, words) in enumerate(
            ((look.font(13, strong=True), theme.t1, self.text()), (look.font(12), theme.t2, self._brings))
        ):
            painter.setFont(font)
            painter.setPen(colour)
            line = QRect(_SIDE_PX, top + number * _LINE_PX, self.width() - 2 * _SIDE_PX, _LINE_PX)
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, line.width())
            hides = Qt.TextFlag.TextHideMnemonic if number == 0 else Qt.TextFlag.TextSingleLine
            painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) | int(hides), shown)
        painter.end()
