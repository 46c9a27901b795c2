"""Labels that show plain text only."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from quotedesk.ui.looks import tips
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.glyphs import SIDE_PX, Glyphs


def plain_label(font: QFont, colour: str, text: str = "") -> QLabel:
    """A label for words, whoever wrote them, in the theme's colour of that name."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setFont(font)
    label.setProperty("colour", colour)  # the style sheet knows the colour
    return label


class ElidedLabel(QLabel):
    """One line that takes what room there is; what does not fit is in the tooltip."""

    def __init__(self, font: QFont, colour: str, alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font)
        self.setAlignment(alignment | Qt.AlignmentFlag.AlignVCenter)
        self.setProperty("colour", colour)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._full = ""

    @property
    def full(self) -> str:
        """All of the text, on one line."""
        return self._full

    def show_text(self, text: str) -> None:
        """Show the text on one line."""
        self._full = " ".join(text.split())
        self.setAccessibleName(self._full)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, self.contentsRect().width())
        self.setText(shown)
        self.setToolTip(tips.as_shown(self._full) if shown != self._full else "")


class GlyphLabel(QWidget):
    """A mark among words. Ink and background are names of the theme's colours."""

    def __init__(self, appearance: Appearance, background: str) -> None:
        super().__init__()
        self._appearance = appearance
        self._background = background
        self._shape = "quiet"
        self._colour = "t3"
        self.setFixedSize(SIDE_PX, SIDE_PX)

    def show_mark(self, shape: str, colour: str) -> None:
        """Show that shape (a name of ui/looks/glyphs)."""
        if (shape, colour) != (self._shape, self._colour):
            self._shape, self._colour = shape, colour
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, middle = self._appearance.theme, SIDE_PX / 2
        marks = Glyphs(self.devicePixelRatioF())
        marks.blit(painter, self._shape, middle, middle, theme.colour(self._colour), theme.colour(self._background))
        painter.end()
