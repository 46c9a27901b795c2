"""Buttons for the colours of up and down, each with its two arrows, named by the outcome."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QPolygonF
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QWidget

from quotedesk.config.settings import Direction
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.theme import Theme, themed

NAMES = {
    Direction.GREEN_UP: "Green = up",
    Direction.RED_UP: "Red = up",
    Direction.BLUE_UP: "Blue = up",
    Direction.RED_UP_BLUE_DOWN: "Red = up, blue = down",
}
THREE = (Direction.GREEN_UP, Direction.RED_UP, Direction.BLUE_UP)
_ICON_PX = QSize(22, 10)


class DirectionChoice(QWidget):
    """One of them is chosen; a click chooses another at once. At most `most_in_line` of them stand side by side."""

    def __init__(
        self,
        appearance: Appearance,
        parent: QWidget,
        offered: Sequence[Direction] = tuple(Direction),
        most_in_line: int = 4,
    ) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.buttons: dict[Direction, QPushButton] = {}
        group = QButtonGroup(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        for one in offered:
            button = self.buttons[one] = QPushButton(NAMES[one])
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the cursor where it writes
            button.setIconSize(_ICON_PX)
            button.setProperty("choice", "true")
            button.clicked.connect(lambda checked=False, one=one: appearance.choose(direction=one))
            group.addButton(button)
        self.arrange(most_in_line)
        appearance.changed.connect(self._show)
        self._show()

    def arrange(self, most_in_line: int) -> None:
        """From now on at most so many stand side by side."""
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
        for place, button in enumerate(self.buttons.values()):
            self._grid.addWidget(button, place // most_in_line, place % most_in_line)
        self._grid.setColumnStretch(most_in_line, 1)
        self._grid.activate()

    def _show(self) -> None:
        for one, button in self.buttons.items():
            button.setChecked(one is self._appearance.direction)
            button.setIcon(_arrows(themed(dark=self._appearance.is_dark, direction=one), self.devicePixelRatioF()))


def _arrows(theme: Theme, ratio: float) -> QIcon:
    """Up and down in their colours."""
    pixmap = QPixmap(_ICON_PX * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for colour, x, tip, base in ((theme.up, 4.5, 2.0, 7.5), (theme.down, 15.5, 7.5, 2.0)):
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([QPointF(x - 3.5, base), QPointF(x + 3.5, base), QPointF(x, tip)]))
    painter.end()
    return QIcon(pixmap)
