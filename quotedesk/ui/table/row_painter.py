"""Paints one row of the table in one call."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from quotedesk.market.states import RowState
from quotedesk.quotes.history import History
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.glyphs import Glyphs
from quotedesk.ui.looks.theme import FLAG_COLOURS, LOOKS, Colours, Density, Look, Strength, Theme
from quotedesk.ui.table.alignment import Decimals, Fractions
from quotedesk.ui.table.columns import Column, Kind, RowSnapshot
from quotedesk.ui.table.numbers import MINUS, UNKNOWN, shorter
from quotedesk.ui.table.sparkline import END_PX, Sparklines
from quotedesk.ui.table.sparkline import RIGHT_PX as TREND_RIGHT_PX

SYMBOL_LEFT_PX = 24
FLAG_PX = 10
NOTE_PX = 17
LINES_PX = 15  # from a symbol to its name below it
MARK_LEFT_PX = 14
STATE_LEFT_PX = 26
ARROW_RIGHT_PX = 13
WORDS_LEFT_PX = 8
TOUCH_PX, TOUCH_LONG_PX = 8, 12  # how far from the middle of the row, and how long
SLANT_PX = 2  # so far a slanted digit may reach beyond its place
_MOST_BOXES = 64
_ZEROS = str.maketrans("123456789", "0" * 9)
_ARROWS = {1.0: "arrow_up", -1.0: "arrow_down", 0.0: "arrow_flat"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column is on screen, logical pixels."""

    column: Column
    left: int
    width: int


@dataclass(slots=True)
class Setting:
    """How a row stands among the others.

    Attributes:
        selected, hovered: as they say.
        focused: the table has the keyboard.
        current: the column with the focus ring, None for none.
        flash: how much of the flash is to be seen, 0 to 1.
    """

    selected: bool = False
    hovered: bool = False
    focused: bool = False
    current: Column | None = None
    flash: float = 0.0


def clear_px(column: Column) -> int:
    """How wide the right end of a column's cells is, in which no tick ever paints anything."""
    if column.kind is Kind.TREND:
        return TREND_RIGHT_PX - END_PX
    return 0 if column.kind is Kind.PRICE else column.right_px - SLANT_PX


class _PaintedRow(NamedTuple):
    """A row that is being painted."""

    top: int
    reading: RowSnapshot
    background: QColor
    look: Look
    colours: Colours
    flash: float


class RowPainter:
    """Everything that is the same for all rows: fonts, colours, pixmaps, lines.

    Attributes:
        decimals: of the columns with aligned points.
        lacking: by how much the columns are too narrow of which a number had no room; whoever widens them empties it.
    """

    def __init__(self, theme: Theme, density: Density, history: History, ratio: float) -> None:
        self.theme = theme
        self._row_px = density.row_px
        self._middle_px = density.row_px / 2
        self._name_left_px = density.name_left_px
        self.marks = Glyphs(ratio)
        self.lines = Sparklines(history, theme, self.marks, density.trend_margin_px)
        self.decimals = Decimals()
        self.lacking: dict[Column, float] = {}
        self._colours = {strength: theme.colours(strength) for strength in Strength}
        size_px = density.text_px
        self._regular = _Type(look.font(size_px), density.row_px)
        self._strong = _Type(look.font(size_px, strong=True), density.row_px)
        self._small = _Type(look.font(size_px - 1), density.row_px)
        self._slanted = _Type(look.font(size_px, slanted=True), density.row_px)
        self._small_slanted = _Type(look.font(size_px - 1, slanted=True), density.row_px)
        self.section_px = density.section_px
        self._label = _Type(look.font(12, strong=True), density.section_px)
        self._label_count = _Type(look.font(12), density.section_px)
        self._types = (
            *(self._regular, self._small, self._strong, self._slanted, self._small_slanted),
            *(self._label, self._label_count),
        )
        self.fractions = Fractions(self._regular.metrics)
        self._cells: dict[Kind, Callable[[QPainter, Place, _PaintedRow], None]] = {
            Kind.SYMBOL: self._symbol,
            Kind.STATE: self._state,
            Kind.PRICE: self._price,
            Kind.CHANGE: self._change,
            Kind.NUMBER: self._figure,
            Kind.TREND: self._trend,
            Kind.TIME: self._time,
            Kind.WORDS: self._words,
            Kind.FORMULA: self._formula,
        }
        self._ring = QPen(theme.accent, 1.5)
        self._boxes: dict[tuple[int, int, int, int, float], QPixmap] = {}

    def paint(
        self,
        painter: QPainter,
        top: int,
        width: int,
        places: Sequence[Place],
        reading: RowSnapshot,
        setting: Setting,
    ) -> None:
        """Draw a row whose upper edge is at `top`, over `width` pixels; its text comes with `finish`."""
        row_look = LOOKS[reading.state]
        # What no tick of this run has said is in doubt, whatever the row's state.
        strength = row_look.strength if reading.received_s == reading.received_s else Strength.DOUBT
        row = _PaintedRow(top, reading, self._background(setting), row_look, self._colours[strength], setting.flash)
        painter.fillRect(0, top, width, self._row_px, row.background)
        if setting.selected:
            painter.fillRect(0, top, 2, self._row_px, self.theme.accent)
        for place in places:
            self._cells[place.column.kind](painter, place, row)
        if setting.focused and setting.current is not None:
            for place in places:
                if place.column is setting.current:
                    self._focus(painter, place, top, self._row_px)

    def paint_label(
        self,
        painter: QPainter,
        top: int,
        width: int,
        symbol: Place,
        label: tuple[str, int, bool],
        setting: Setting,
    ) -> None:
        """Draw a section's row: (name, symbols in it, folded). `symbol` is the column that it starts in."""
        name, count, is_folded = label
        background = self._background(setting)
        painter.fillRect(0, top, width, self.section_px, background)
        if setting.selected:
            painter.fillRect(0, top, 2, self.section_px, self.theme.accent)
        fold = "folded" if is_folded else "unfolded"
        self.marks.blit(painter, fold, symbol.left + FLAG_PX + 3, top + self.section_px / 2, self.theme.t2, background)
        left = symbol.left + SYMBOL_LEFT_PX
        width_px = self._label.draw_fitting(left, top, name, self.theme.t2, max(40, width - left - 60))
        self._label_count.draw(left + width_px + 9, top, f"{count:,}", self.theme.t3)
        if setting.focused and setting.current is not None:
            self._focus(painter, symbol, top, self.section_px)

    def finish(self, painter: QPainter) -> None:
        """Draw the text of all rows painted since the last time, font by font."""
        for type_ in self._types:
            type_.finish(painter)

    def _background(self, setting: Setting) -> QColor:
        if setting.selected:
            return self.theme.select if setting.focused else self.theme.select_idle
        return self.theme.hover if setting.hovered else self.theme.table

    def _trend(self, painter: QPainter, place: Place, row: _PaintedRow) -> None:
        self.lines.paint(
            painter, place.left, row.top, place.width, self._row_px, row.reading, row.colours, row.background
        )

    def _state(self, painter: QPainter, place: Place, row: _PaintedRow) -> None:
        theme, row_look = self.theme, row.look
        colour = theme.colour(row_look.glyph_colour)
        self.marks.blit(
            painter, row_look.mark, place.left + MARK_LEFT_PX, row.top + self._middle_px, colour, row.background
        )
        if word := place.column.text(row.reading):
            type_ = self._small_slanted if row_look.is_slanted else self._small
            type_.draw(place.left + STATE_LEFT_PX, row.top, word, theme.colour(row_look.word_colour))

    def _symbol(self, painter: QPainter, place: Place, row: _PaintedRow) -> None:
        theme, reading, top = self.theme, row.reading, row.top
        left, right = place.left + SYMBOL_LEFT_PX, place.left + place.width - 8
        middle = top + self._middle_px
        if reading.flag is not None:
            colour = theme.colour(FLAG_COLOURS[reading.flag])
            self.marks.blit(painter, "flag", place.left + FLAG_PX + 3, middle, colour, row.background)
        if reading.note:
            right -= NOTE_PX
        colour = theme.colour(row.look.symbol_colour)
        words, words_colour = reading.name, theme.t3
        if reading.reason and reading.state in (RowState.REFUSED, RowState.PENDING):
            words, words_colour = reading.reason, theme.t2
        if self._name_left_px is None and words:
            self._strong.draw_fitting(left, top - LINES_PX // 2, reading.code, colour, right - left)
            top += LINES_PX - LINES_PX // 2
            width = self._small.draw_fitting(left, top, words, words_colour, right - left)
        else:
            width = self._strong.draw_fitting(left, top, reading.code, colour, right - left)
            if words and self._name_left_px is not None:
                # At one x in all rows, or further right behind a long symbol.
                left = round(max(place.left + self._name_left_px, left + width + 10))
                width = self._small.draw_fitting(left, top, words, words_colour, right - left)
        if reading.note:
            x = left + width + NOTE_PX - 4
            self.marks.blit(painter, "note", x, top + self._middle_px, theme.t3, row.background)

    def _price(self, painter: QPainter, place: Place, row: _PaintedRow) -> None:
        """The price, with the arrow and the flash under it: they tell the last tick, of a live row only."""
        arrow = _ARROWS.get(row.reading.direction) if row.look.strength is Strength.NOW else None
        if arrow is not None:
            theme, direction = self.theme, row.reading.direction
            colour = theme.up if direction > 0 else theme.down if direction < 0 else theme.t3
            if row.flash:
                height = min(self._row_px - 4, 26)
                box = self._flash_box(place.width - 7, height, colour, row.background, row.flash)
                painter.drawPixmap(place.left + 4, row.top + (self._row_px - height) // 2, box)
            x = place.left + place.width - ARROW_RIGHT_PX
            self.marks.blit(painter, arrow, x, row.top + self._middle_px, colour, row.background)
        if row.reading.touch:
            self._touch(painter, place, row)
        text = place.column.text(row.reading)
        self._number(place, row, text, row.colours.price if text != UNKNOWN else self.theme.t3)

    def _touch(self, painter: QPainter, place: Place, row: _PaintedRow) -> None:
        """A short line above the day's highest price, below its lowest."""
        right = place.left + place.width - place.column.right_px
        far = self._row_px // 2 - TOUCH_PX
        y = row.top + (far if row.reading.touch > 0 else self._row_px - far - 1)
        painter.fillRect(right - TOUCH_LONG_PX, y, TOUCH_LONG_PX, 1, row.colours.price)

    def _change(self, painter: QPainter, place: Place, row: _PaintedRow) -> None:
        text, colours = place.column.text(row.reading), row.colours
        if text == UNKNOWN:
            colour = self.theme.t3
        else:
            # What is shown counts: a change that rounds to 0.00 has no sign, and so no colour.
            colour = colours.up if text[0] == "+" else colours.down if text[0] == MINUS else colours.flat
        self._number(place, row, text, colour)

    def _figure(self, painter: QPainter, place: Place, row: _PaintedRow) -> None:
        text = place.column.text(row.reading)
        if text != UNKNOWN:  # three dashes in a row say it already
            self._number(
                place, row, text, self.theme.t2 if row.colours is self._colours[Strength.NOW] else row.colours.price
            )

    def _formula(self, painter: QPainter, place: Place, row: _PaintedRow) -> None:
        """In no colour, or in that of a rise or a fall, as the formula says."""
        column, colours = place.column, row.colours
        text = column.text(row.reading)
        tint = column.tint(row.reading, text) if column.tint else 0.0
        colour = self.theme.t2 if colours is self._colours[Strength.NOW] else colours.price
        if text == UNKNOWN:
            colour = self.theme.t3
        elif tint:
            colour = colours.up if tint > 0 else colours.down
        self._number(place, row, text, colour)

    def _words(self, painter: QPainter, place: Place, row: _PaintedRow) -> None:
        if text := place.column.text(row.reading):
            self._small.draw_fitting(place.left + WORDS_LEFT_PX, row.top, text, self.theme.t3, place.width - 16)

    def _time(self, painter: QPainter, place: Place, row: _PaintedRow) -> None:
        text = place.column.text(row.reading)
        if text != UNKNOWN:
            type_ = self._small_slanted if row.look.is_slanted else self._small
            right = place.left + place.width - place.column.right_px
            type_.draw_number(place.left + 2, right, right, row.top, text, self.theme.t3)

    def _number(self, place: Place, row: _PaintedRow, text: str, colour: QColor) -> None:
        column = place.column
        most_right = right = float(place.left + place.width - column.right_px)
        if column.decimals is not None:
            decimals = self.decimals.common if text == UNKNOWN else column.decimals(row.reading)
            right -= self.fractions.shift_px(decimals, self.decimals)
        type_ = self._slanted if row.look.is_slanted else self._regular
        lacks_px = type_.draw_number(place.left + 2, right, most_right, row.top, text, colour)
        if lacks_px:
            self.lacking[column] = max(lacks_px, self.lacking.get(column, 0.0))

    def _flash_box(self, width: int, height: int, colour: QColor, background: QColor, flash: float) -> QPixmap:
        """A rounded box, drawn once: smoothing its corners takes as long as all of a row's text."""
        key = (width, height, colour.rgb(), background.rgb(), flash)
        box = self._boxes.get(key)
        if box is None:
            if len(self._boxes) >= _MOST_BOXES:
                self._boxes.clear()  # a column is being sized
            ratio = self.marks.ratio
            box = self._boxes[key] = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
            box.setDevicePixelRatio(ratio)
            box.fill(Qt.GlobalColor.transparent)
            painter = QPainter(box)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.mix(colour, background, self.theme.flash * flash))
            painter.drawRoundedRect(QRectF(0, 0, width, height), look.CELL_RADIUS_PX, look.CELL_RADIUS_PX)
            painter.end()
        return box

    def _focus(self, painter: QPainter, place: Place, top: int, height: int) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._ring)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ring = QRectF(place.left, top, place.width, height).adjusted(1.75, 1.75, -1.75, -1.75)
        painter.drawRoundedRect(ring, look.CELL_RADIUS_PX, look.CELL_RADIUS_PX)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


class _Type:
    """A font, with what placing its text needs. Texts wait for `finish`: changing the font costs more than a text."""

    def __init__(self, font: QFont, row_px: int) -> None:
        self.metrics = QFontMetricsF(font)
        self._font = font
        # By cap height, not ascent, so that all fonts sit alike.
        self._baseline = round((row_px + self.metrics.capHeight()) / 2)
        self._waiting: list[tuple[QPointF, str, QColor]] = []
        self._shape_width = lru_cache(maxsize=4096)(self.metrics.horizontalAdvance)
        self._fitted: dict[tuple[str, int], tuple[str, float]] = {}

    def draw(self, left: float, top: int, text: str, colour: QColor) -> None:
        self._waiting.append((QPointF(left, top + self._baseline), text, colour))

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
            painter.drawText(place, text)
        self._waiting.clear()

    def draw_number(self, left: float, right: float, most_right: float, top: int, text: str, colour: QColor) -> float:
        """Draw so that the text ends at `right`; a long number leaves its point's place and moves to `most_right`.

        What has no room even so is said shorter, never as a wrong number. Returns how many pixels were missing.
        """
        # Digits are equally wide, and measuring a new number costs as much as drawing it.
        width = self._shape_width(text.translate(_ZEROS))
        lacks_px = width - (most_right - left)
        if lacks_px > 0:
            for said in shorter(text):
                text = said
                width = self._shape_width(text.translate(_ZEROS))
                if width <= most_right - left:
                    break
        self.draw(max(left, min(right, most_right) - width), top, text, colour)
        return max(0.0, lacks_px)

    def draw_fitting(self, left: float, top: int, text: str, colour: QColor, room: int) -> float:
        """Draw words that seldom change, elided to `room`; returns their width."""
        key = (text, room)
        fitted = self._fitted.get(key)
        if fitted is None:
            if len(self._fitted) > 4096:
                self._fitted.clear()
            one_line = " ".join(text.split())
            shown = self.metrics.elidedText(one_line, Qt.TextElideMode.ElideRight, room)
            fitted = self._fitted[key] = (shown, self.metrics.horizontalAdvance(shown))
        self.draw(left, top, fitted[0], colour)
        return fitted[1]
