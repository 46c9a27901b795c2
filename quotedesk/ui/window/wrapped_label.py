"""Words in a few lines at most: wrapped to the width there is, the last line cut where even that is too little."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from quotedesk.ui.looks import tips
from quotedesk.ui.looks.appearance import Appearance

_LINE_GAP_PX = 2


class WrappedLabel(QWidget):
    """Paints plain text in the theme's colour of that name, in at most `most_lines` lines, in the middle of its height.

    Attributes:
        is_cut: not all of the text is to be seen; then the tooltip has it.
    """

    def __init__(self, appearance: Appearance, font: QFont, colour: str, most_lines: int = 2) -> None:
        super().__init__()
        self.is_cut = False
        self._appearance = appearance
        self._colour = colour
        self._most_lines = most_lines
        self._text = ""
        self._lines: list[str] = []
        self.setFont(font)
        self._font = font
        self._metrics = QFontMetrics(font)
        self._line_px = self._metrics.height() + _LINE_GAP_PX
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(self._line_px)

    @property
    def text(self) -> str:
        """All of the text, on one line."""
        return self._text

    @property
    def lines(self) -> list[str]:
        """What is to be seen, line by line."""
        return self._lines

    def show_text(self, text: str) -> None:
        """Show these words."""
        self._text = " ".join(text.split())
        self.setAccessibleName(self._text)
        self._fit()

    def limit(self, most_lines: int) -> None:
        """From now on it has so many lines at most."""
        if most_lines != self._most_lines:
            self._most_lines = most_lines
            self._fit()

    def width_px(self) -> int:
        """How wide all of it is on one line."""
        return self._metrics.horizontalAdvance(self._text) + 1

    def height_px(self, width_px: int) -> int:
        """How high it is at some width."""
        return self._line_px * max(1, len(self._wrapped(width_px)[0]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._font)
        painter.setPen(self._appearance.theme.colour(self._colour))
        top = (self.height() - len(self._lines) * self._line_px) / 2
        for number, line in enumerate(self._lines):
            baseline = top + number * self._line_px + (self._line_px + self._metrics.capHeight()) / 2
            painter.drawText(QPointF(0, round(baseline)), line)
        painter.end()

    def _fit(self) -> None:
        self._lines, self.is_cut = self._wrapped(self.width())
        self.setToolTip(tips.as_shown(self._text) if self.is_cut else "")
        self.update()

    def _wrapped(self, width_px: int) -> tuple[list[str], bool]:
        """The lines at some width, and whether something is missing."""
        layout = QTextLayout(self._text, self._font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        lines: list[str] = []
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, width_px))
            start = line.textStart()
            if len(lines) == self._most_lines - 1:
                rest = self._text[start:]
                lines.append(self._metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width_px))
                layout.endLayout()
                return lines, lines[-1] != rest
            lines.append(self._text[start : start + line.textLength()].rstrip())
        layout.endLayout()
        return lines, False
