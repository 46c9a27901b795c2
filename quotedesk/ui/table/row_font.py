"""A font of the rows, and the drawing of numbers and words in it at the least cost."""

from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QStaticText, QTransform

from quotedesk.ui.table.numbers import shorter

_ZEROS = str.maketrans("123456789", "0" * 9)


class RowFont:
    """A font, with what placing its text needs. Texts wait for `finish`: changing the font costs more than a text.

    `baseline`: below a row's upper edge, where that is not the font's own.
    """

    def __init__(self, font: QFont, row_px: int, baseline: int | None = None) -> None:
        self.metrics = QFontMetricsF(font)
        self._font = font
        # By cap height, not ascent, so that all fonts sit alike.
        self.baseline = round((row_px + self.metrics.capHeight()) / 2) if baseline is None else baseline
        self._top_px = self.baseline - self.metrics.ascent()  # of words that are laid out
        self._waiting: list[tuple[QPointF, str | QStaticText, QColor]] = []
        self._shape_width = lru_cache(maxsize=4096)(self.metrics.horizontalAdvance)
        self._fitted: dict[tuple[str, int], tuple[QStaticText, float]] = {}

    def width_px(self, text: str) -> float:
        """How wide a text of few shapes is."""
        return self._shape_width(text.translate(_ZEROS))

    def draw(self, left: float, top: int, text: str, colour: QColor) -> None:
        self._waiting.append((QPointF(left, top + self.baseline), text, colour))

    def finish(self, painter: QPainter) -> None:
        """Draw what waits."""
        if not self._waiting:
            return
        painter.setFont(self._font)
        pen: QColor | None = None
        for place, text, colour in self._waiting:
            if colour is not pen:  # neighbours mostly share one of the theme's
                painter.setPen(colour)
                pen = colour
            if isinstance(text, str):
                painter.drawText(place, text)
            else:
                painter.drawStaticText(place, text)
        self._waiting.clear()

    def draw_number(
        self, left: float, right: float, most_right: float, top: int, text: str, colour: QColor
    ) -> tuple[float, float, float]:
        """Draw so that the text ends at `right`; a long number leaves its point's place and moves to `most_right`.

        What has no room even so is said shorter, never as a wrong number. Returns where it begins and ends, and how
        many pixels were missing.
        """
        # Digits are equally wide, and measuring a new number costs as much as drawing it.
        width = self._shape_width(text.translate(_ZEROS))
        lacks_px = 0.0
        if width > most_right - left:
            lacks_px = width - (most_right - left)
            for said in shorter(text):
                text = said
                width = self._shape_width(text.translate(_ZEROS))
                if width <= most_right - left:
                    break
        begin = right - width
        if begin < left:
            begin = left
        self._waiting.append((QPointF(begin, top + self.baseline), text, colour))
        return begin, begin + width, lacks_px

    def draw_fitting(
        self, left: float, top: int, text: str, colour: QColor, room: int, right: float | None = None
    ) -> float:
        """Draw words that seldom change, elided to `room`, from `left`, or up to `right`; returns their width."""
        key = (text, room)
        fitted = self._fitted.get(key)
        if fitted is None:
            if len(self._fitted) > 4096:
                self._fitted.clear()
            one_line = " ".join(text.split())
            shown = self.metrics.elidedText(one_line, Qt.TextElideMode.ElideRight, room)
            words = QStaticText(shown)  # its glyphs are found once, which costs as much as to draw them
            words.setTextFormat(Qt.TextFormat.PlainText)
            words.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            words.prepare(QTransform(), self._font)
            fitted = self._fitted[key] = (words, self.metrics.horizontalAdvance(shown))
        laid_out, width = fitted
        if right is not None and right - width > left:
            left = right - width
        self._waiting.append((QPointF(left, top + self._top_px), laid_out, colour))
        return width
