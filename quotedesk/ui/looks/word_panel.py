"""A small panel over the desk that shows lines of words and marks."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.glyphs import SIDE_PX, Glyphs
from quotedesk.ui.looks.style import paint_card

PAD_X_PX = 14
_PAD_Y_PX = 8
_LINE_PX = 21
_GAP_PX = 6
_POINTER_PX = 16


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of a line.

    Attributes:
        colour: the name of a colour of the theme.
        gap_px: after it.
        mark: a shape of ui/looks/glyphs in place of the text.
        column_px: how wide it is at least, so that lines stand in columns; below 0 it ends at the column's right.
    """

    text: str
    colour: str
    is_strong: bool = False
    gap_px: int = _GAP_PX
    mark: str = ""
    column_px: int = 0


class WordPanel(QWidget):
    """Lies over its parent, hidden until it is placed. The mouse does not see it.

    Attributes:
        lines: what it shows, from the top.
    """

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: list[list[Word]] = []
        self._appearance = appearance
        self._fonts = (look.font(), look.font(strong=True))
        self.metrics = [QFontMetricsF(font) for font in self._fonts]
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def say(self, lines: list[list[Word]]) -> None:
        """Show these lines, but for empty ones. The owner then places it."""
        self.lines = [line for line in lines if line]
        self.setAccessibleName(self.words())
        width = max(sum(map(self.width_px, line)) - line[-1].gap_px for line in self.lines)
        self.resize(round(width + 2 * PAD_X_PX), len(self.lines) * _LINE_PX + 2 * _PAD_Y_PX)
        self.update()

    def words(self) -> str:
        """All that it says, a line each."""
        return "\n".join(" ".join(word.text for word in line if word.text) for line in self.lines)

    def place(self, pointer: QPoint, below_px: int = 0) -> None:
        """Show it near the pointer (in the parent), that much lower than usual; never out of the parent."""
        parent = self.parentWidget()
        assert parent is not None
        x, y = pointer.x() + _POINTER_PX, pointer.y() + _POINTER_PX + below_px
        if y + self.height() > parent.height():
            y = pointer.y() - _POINTER_PX - self.height()
        self.move(max(0, min(x, parent.width() - self.width() - 4)), max(0, y))
        self.show()
        self.raise_()

    def width_px(self, word: Word) -> float:
        """What a word takes of its line."""
        text_px = SIDE_PX if word.mark else self.metrics[word.is_strong].horizontalAdvance(word.text)
        return max(text_px, abs(word.column_px)) + word.gap_px

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        marks = Glyphs(self.devicePixelRatioF())
        painter = QPainter(self)
        paint_card(painter, self.rect(), theme)
        for number, line in enumerate(self.lines):
            x, middle = float(PAD_X_PX), _PAD_Y_PX + (number + 0.5) * _LINE_PX
            baseline = round(middle + self.metrics[0].capHeight() / 2)
            for word in line:
                colour, left = theme.colour(word.colour), x
                if word.column_px < 0:
                    left += -word.column_px - self.metrics[word.is_strong].horizontalAdvance(word.text)
                if word.mark:
                    marks.blit(painter, word.mark, x + SIDE_PX / 2, middle, colour, theme.raised)
                painter.setFont(self._fonts[word.is_strong])
                painter.setPen(colour)
                painter.drawText(QPointF(left, baseline), word.text)
                x += self.width_px(word)
        painter.end()
