"""Beside the pointer during a drag: what was understood, and what a drop would do."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from quotedesk.store.understanding import Understood
from quotedesk.ui import theme as look
from quotedesk.ui.appearance import Appearance
from quotedesk.ui.marks import SIDE_PX, Marks

WIDEST_PX = 420
_PAD_X_PX = 14
_PAD_Y_PX = 8
_LINE_PX = 21
_GAP_PX = 6
_MORE_PX = 90  # kept free for "and 990 more"
_POINTER_PX = 17


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of a line.

    Attributes:
        ink: the name of a colour of the theme.
        gap_px: after it.
        mark: a shape of ui/marks in place of the text.
    """

    text: str
    ink: str
    is_strong: bool = False
    gap_px: int = _GAP_PX
    mark: str = ""


class DropPreview(QWidget):
    """A panel over its parent.

    Attributes:
        lines: what it shows, from the top.
    """

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: list[list[Word]] = []
        self._appearance = appearance
        self._fonts = (look.font(), look.font(strong=True))
        self._metrics = [QFontMetricsF(font) for font in self._fonts]
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def tell(self, understood: Understood | None, hint: str) -> None:
        """Show what a text holds (None: rows, which need no reading), and a line of what a drop would do."""
        lines = [] if understood is None else [_counts(understood), self._symbols(understood)]
        lines.append([Word(hint, "t3")])
        self.lines = [line for line in lines if line]
        self.setAccessibleName(self.words())
        width = max(sum(map(self._width, line)) - line[-1].gap_px for line in self.lines)
        self.resize(round(width + 2 * _PAD_X_PX), len(self.lines) * _LINE_PX + 2 * _PAD_Y_PX)
        self.update()

    def words(self) -> str:
        """All that it says, a line each."""
        return "\n".join(" ".join(word.text for word in line if word.text) for line in self.lines)

    def place(self, pointer: QPoint, below_px: int) -> None:
        """Show it near the pointer (in the parent), that much lower than usual; never out of the parent."""
        parent = self.parentWidget()
        assert parent is not None
        x, y = pointer.x() + _POINTER_PX, pointer.y() + _POINTER_PX + below_px
        if y + self.height() > parent.height():
            y = pointer.y() - _POINTER_PX - self.height()
        self.move(max(0, min(x, parent.width() - self.width() - 4)), max(0, y))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        marks = Marks(self.devicePixelRatioF())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.edge, 1))
        painter.setBrush(theme.raised)
        radius = look.POPUP_RADIUS_PX
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        for number, line in enumerate(self.lines):
            x, middle = float(_PAD_X_PX), _PAD_Y_PX + (number + 0.5) * _LINE_PX
            baseline = round(middle + self._metrics[0].capHeight() / 2)
            for word in line:
                ink = theme.ink(word.ink)
                if word.mark:
                    marks.blit(painter, word.mark, x + SIDE_PX / 2, middle, ink, theme.raised)
                painter.setFont(self._font(word))
                painter.setPen(ink)
                painter.drawText(QPointF(x, baseline), word.text)
                x += self._width(word)
        painter.end()

    def _font(self, word: Word) -> QFont:
        return self._fonts[word.is_strong]

    def _width(self, word: Word) -> float:
        return (SIDE_PX if word.mark else self._metrics[word.is_strong].horizontalAdvance(word.text)) + word.gap_px

    def _symbols(self, understood: Understood) -> list[Word]:
        """As many as there is room for, and how many more there are."""
        words = [Word(each.code, "t1") for each in understood.new]
        words += [Word(each.code, "t3") for each in understood.here]
        words += [Word(f"“{' '.join(piece.split())}”", "error") for piece in understood.bad]
        shown: list[Word] = []
        room: float = WIDEST_PX - 2 * _PAD_X_PX - _MORE_PX
        for word in words:
            room -= self._width(word)
            if shown and room < 0:
                return [*shown, Word(f"and {len(words) - len(shown)} more", "t3")]
            if room < 0:
                text = self._metrics[0].elidedText(word.text, Qt.TextElideMode.ElideRight, WIDEST_PX - _MORE_PX)
                word = Word(text, word.ink)
            shown.append(word)
        return shown


def _counts(understood: Understood) -> list[Word]:
    words: list[Word] = []
    for mark, ink, count, text in (
        ("plus", "accent", len(understood.new), "new"),
        ("equals", "t2", len(understood.here), "already here"),
        ("refused", "error", len(understood.bad), "not a symbol" if len(understood.bad) == 1 else "not symbols"),
    ):
        if count:
            words += [Word("", ink, mark=mark), Word(str(count), "t1", is_strong=True), Word(text, "t2", gap_px=16)]
    if not words:
        why = understood.fault.why if understood.fault else "There is no text in this"
        words = [Word("", "error", mark="refused"), Word(why, "t2")]
    return words
