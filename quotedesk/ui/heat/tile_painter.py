"""Paints one tile: its colour is its change, its text says so too."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPen

from quotedesk.lists.section import Section
from quotedesk.ui.heat.scale import MOST_STRONG, strength
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.glyphs import SIDE_PX, Glyphs
from quotedesk.ui.looks.theme import LOOKS, Strength, Theme, mix
from quotedesk.ui.table import numbers
from quotedesk.ui.table.columns import RowSnapshot, state_text
from quotedesk.ui.table.row_painter import parts_of
from quotedesk.ui.table.section_summary import SectionSummary

_PAD_PX, _NARROW_PAD_PX = 6, 3
_NARROW_PX = 56
_NUMBERS_FROM_PX = 12  # a ticker's type is made smaller for its numbers down to this
_SIZES_PX = (24, 19, 16, 14, 12, 11, 10)  # of a ticker; the largest that takes no more than half of the tile
_LEAST_MARKED_PX = 24  # in less there is no room for the mark of a state
_LEAST_PX = 16  # no text in what is lower
_MOST_OF_HEIGHT = 0.3


class TilePainter:
    """Everything that is the same for all tiles."""

    def __init__(self, theme: Theme, ratio: float) -> None:
        self.theme = theme
        self._ground = theme.raised if theme.raised != theme.table else theme.window  # of a tile without a change
        self._marks = Glyphs(ratio)
        self._fonts = {size: (look.font(size, strong=True), look.font(max(10, size - 3))) for size in _SIZES_PX}
        self._metrics = {size: tuple(QFontMetrics(each) for each in fonts) for size, fonts in self._fonts.items()}
        self._heading = look.font(12, strong=True), look.font(12)

    def paint(
        self, painter: QPainter, box: QRect, reading: RowSnapshot, full: float, *, chosen: bool, ringed: bool
    ) -> None:
        """A symbol's tile. `full`: the change in percent that has the full colour."""
        theme, row_look = self.theme, LOOKS[reading.state]
        is_known = reading.received_s == reading.received_s  # said by the feed in this run
        strong = row_look.strength if is_known else Strength.DOUBT
        percent = reading.percent
        ground = self._ground
        if strong is not Strength.DOUBT and math.isfinite(percent):
            ground = self._coloured(percent, full, ground, is_now=strong is Strength.NOW)
        painter.fillRect(box, ground)
        if strong is Strength.DOUBT:
            painter.fillRect(box, QBrush(theme.edge, Qt.BrushStyle.BDiagPattern))
        text = theme.t1 if strong is not Strength.DOUBT else theme.t2
        is_marked = row_look.mark != "live" and box.width() >= _LEAST_MARKED_PX and box.height() >= _LEAST_MARKED_PX
        has_bell = reading.bell is not None and box.width() >= 2 * _LEAST_MARKED_PX and box.height() >= _LEAST_MARKED_PX
        beside_px = SIDE_PX * (is_marked + has_bell)
        self._texts(painter, box, self._lines(reading), text, ground if strong is Strength.DOUBT else None, beside_px)
        if is_marked:
            colour = theme.colour(row_look.glyph_colour) if strong is Strength.DOUBT else theme.t1
            x = box.right() - SIDE_PX / 2 - 3
            self._marks.blit(painter, row_look.mark, x, box.top() + SIDE_PX / 2 + 4, colour, ground)
        if has_bell and reading.bell is not None:
            x = box.right() - SIDE_PX / 2 - 3 - SIDE_PX * is_marked
            self._marks.blit(painter, reading.bell[0], x, box.top() + SIDE_PX / 2 + 4, theme.t1, ground)
        self._frame(painter, box, chosen=chosen, ringed=ringed)

    def paint_folded(
        self,
        painter: QPainter,
        box: QRect,
        section: Section,
        summary: SectionSummary,
        full: float,
        *,
        chosen: bool,
        ringed: bool,
    ) -> None:
        """The tile of a section that is folded: what its symbols are together."""
        ground = self._ground
        if math.isfinite(summary.mean_percent):
            ground = self._coloured(summary.mean_percent, full, ground, is_now=True)
        painter.fillRect(box, ground)
        symbols = f"{summary.count:,} symbols" if summary.count != 1 else "1 symbol"
        mean = f"mean {summary.mean_text}" if summary.mean_text else ""
        self._texts(painter, box, (section.name, mean, symbols), self.theme.t1)
        self._frame(painter, box, chosen=chosen, ringed=ringed)

    def paint_heading(self, painter: QPainter, box: QRect, section: Section, summary: SectionSummary) -> None:
        """A group's name, and at the right what its symbols are together."""
        painter.fillRect(box, self.theme.table)
        strong, plain = self._heading
        painter.setFont(plain)
        painter.setPen(self.theme.t3)
        mean_px = QFontMetrics(plain).horizontalAdvance(summary.mean_text)
        inside = box.adjusted(2, 0, -4, 0)
        if mean_px < inside.width() - 60:
            painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, summary.mean_text)
        painter.setFont(strong)
        painter.setPen(self.theme.t2)
        shown = QFontMetrics(strong).elidedText(
            section.name, Qt.TextElideMode.ElideRight, max(0, inside.width() - mean_px - 12)
        )
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def scale(self) -> list[tuple[float, QColor]]:
        """For a legend: parts of the full change, from -1 to 1, each with its colour."""
        parts = (-1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0)
        return [(part, self._coloured(part, 1.0, self._ground, is_now=True)) for part in parts]

    def _coloured(self, percent: float, full: float, ground: QColor, *, is_now: bool) -> QColor:
        theme = self.theme
        up, down = (theme.up, theme.down) if is_now else (theme.up_muted, theme.down_muted)
        part = strength(percent, full)
        return mix(up if percent > 0 else down, ground, min(part, MOST_STRONG))

    @staticmethod
    def _lines(reading: RowSnapshot) -> tuple[str, str, str]:
        """The symbol, its change, and its price or why that is not to be believed."""
        percent = numbers.percent(reading.percent)
        change = percent if percent == numbers.UNKNOWN else f"{percent} %"
        return reading.code, change, state_text(reading) or numbers.price(reading.last, reading.decimals)

    def _texts(
        self,
        painter: QPainter,
        box: QRect,
        lines: Sequence[str],
        colour: QColor,
        ground: QColor | None = None,
        beside_px: int = 0,
    ) -> None:
        """As many of the lines as have room, in the largest type that has; the first is cut where it must be.

        ground: laid under each line, where the tile is hatched.
        beside_px: what is taken at the right of the first.
        """
        pad_px = _PAD_PX if box.width() >= _NARROW_PX else _NARROW_PAD_PX
        room = box.adjusted(pad_px, 2, -pad_px, -2)
        if box.height() < _LEAST_PX or room.width() < 12:
            return
        first_px = room.width() - beside_px
        size = self._size(lines, first_px, room.size())
        strong, plain = self._fonts[size]
        of_strong, of_plain = self._metrics[size]
        painter.setPen(colour)
        y = room.top() + (0 if room.height() < 2 * of_strong.height() else 2)
        if ground is not None:
            wide = min(first_px, of_strong.horizontalAdvance(lines[0]))
            painter.fillRect(QRect(room.left() - 2, y, wide + 4, of_strong.height()), ground)
        painter.setFont(strong)
        text = lines[0]
        if of_strong.horizontalAdvance(text) > first_px:
            text = of_strong.elidedText(parts_of(text)[0], Qt.TextElideMode.ElideRight, max(0, first_px))
        painter.drawText(QRect(room.left(), y, room.width(), of_strong.height()), Qt.AlignmentFlag.AlignLeft, text)
        y += of_strong.height()
        painter.setFont(plain)
        for line in lines[1:]:
            if not line or y + of_plain.height() > room.bottom() + 2:
                continue
            wide = of_plain.horizontalAdvance(line)
            if wide > room.width():
                line = line.removesuffix(" %")
                wide = of_plain.horizontalAdvance(line)
            if wide > room.width():
                break  # a number that is cut would be another one
            if ground is not None:
                painter.fillRect(QRect(room.left() - 2, y, wide + 4, of_plain.height()), ground)
            painter.drawText(QRect(room.left(), y, room.width(), of_plain.height()), Qt.AlignmentFlag.AlignLeft, line)
            y += of_plain.height()

    def _size(self, lines: Sequence[str], first_px: int, room: QSize) -> int:
        """The largest type that has room for the ticker, and for its numbers too where that leaves them readable."""
        fitting = [each for each in _SIZES_PX if self._fits(each, lines[0], first_px, room.height())]
        for size in fitting:
            of_plain = self._metrics[size][1]
            if size >= _NUMBERS_FROM_PX and all(of_plain.horizontalAdvance(line) <= room.width() for line in lines[1:]):
                return size
        return fitting[0] if fitting else _SIZES_PX[-1]

    def _fits(self, size: int, text: str, wide_px: int, high_px: int) -> bool:
        of_strong = self._metrics[size][0]
        return of_strong.horizontalAdvance(text) <= wide_px and of_strong.height() <= high_px * _MOST_OF_HEIGHT

    def _frame(self, painter: QPainter, box: QRect, *, chosen: bool, ringed: bool) -> None:
        if chosen or ringed:
            painter.setPen(QPen(self.theme.accent if ringed else self.theme.t2, 2 if ringed else 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(1, 1, -1, -1) if ringed else box.adjusted(0, 0, -1, -1))
