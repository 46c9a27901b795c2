"""Paints one row of the table in one call."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from quotedesk.lists.section import Section
from quotedesk.market.states import RowState
from quotedesk.quotes.history import History
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.glyphs import Glyphs
from quotedesk.ui.looks.theme import FLAG_COLOURS, LOOKS, Colours, Density, Look, Strength, Theme
from quotedesk.ui.table.alignment import MOST_ALIGNED, Decimals, Fractions
from quotedesk.ui.table.columns import COLUMNS, SYMBOL, Column, Kind, RowSnapshot
from quotedesk.ui.table.numbers import HIDDEN, MINUS, UNKNOWN
from quotedesk.ui.table.row_font import RowFont
from quotedesk.ui.table.section_summary import SectionSummary
from quotedesk.ui.table.sparkline import END_PX, Sparklines
from quotedesk.ui.table.sparkline import RIGHT_PX as TREND_RIGHT_PX

SYMBOL_LEFT_PX = 24
FLAG_PX = 10
NOTE_PX = 17
BELL_PX = 18  # at the right of a symbol's cell, of rows that have one
LINES_PX = 15  # from a symbol to its name below it
MARK_LEFT_PX = 14
STATE_LEFT_PX = 26
WORDS_LEFT_PX = 8
RINGING_PX = 3  # the bar at the left of a row of which an alert fired
TOUCH_PX, TOUCH_LONG_PX = 8, 12  # how far from the middle of the row, and how long
UNIT_GAP_PX = 6
ARROW_GAP_PX = 8  # from a price to the arrow behind it, clear of the flash
_ARROW_HALF_PX = 3.5
_FEED_LEAST_PX = 36  # for a few letters of it
_FLASH_BESIDE_PX = 6  # of a price, at either side
_FLASH_PX = 20  # high
_FLASH_RADIUS_PX = 4
SLANT_PX = 2  # so far a slanted digit may reach beyond its place
_BRIEF_S = 5.0  # a wait for the first price
_LEAST_NAME_PX = 48  # of a name there would be two letters
_LEAST_WORD_PX = 22  # narrower there is but an ellipsis
_MEAN_RIGHT_PX = 14
_MOST_BOXES = 256
_MARKET = re.compile(r"(?<=.)(\.[A-Z]{2})?(@.*)?$")  # of a symbol: what comes after the ticker
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
        lacking: by how much the columns are too narrow of which a number or a state had no room; whoever widens them
            empties it.
    """

    def __init__(self, theme: Theme, density: Density, history: History, ratio: float) -> None:
        self.theme = theme
        self._row_px = density.row_px
        self._middle_px = density.row_px / 2
        self._name_left_px = density.name_left_px
        self.marks = Glyphs(ratio)
        self.lines = Sparklines(history, theme, self.marks, density.trend_margin_px)
        self.lacking: dict[Column, float] = {}
        self._colours = {strength: theme.colours(strength) for strength in Strength}
        size_px = density.text_px
        self._regular = RowFont(look.font(size_px, is_kerned=False), density.row_px)
        baseline = self._regular.baseline  # of all of a row: a name does not dance above its symbol
        self._strong = RowFont(look.font(size_px, strong=True), density.row_px, baseline)
        self._suffix = RowFont(look.font(size_px), density.row_px, baseline)
        self._small = RowFont(look.font(size_px - 1), density.row_px, baseline)
        self._slanted = RowFont(look.font(size_px, slanted=True, is_kerned=False), density.row_px, baseline)
        self._small_slanted = RowFont(look.font(size_px - 1, slanted=True), density.row_px, baseline)
        self.section_px = density.section_px
        self._label = RowFont(look.font(12, strong=True), density.section_px)
        self._label_count = RowFont(look.font(12), density.section_px)
        self._types = (
            *(self._regular, self._small, self._strong, self._suffix, self._slanted, self._small_slanted),
            *(self._label, self._label_count),
        )
        self.fractions = Fractions(self._regular.metrics)
        self.decimals = Decimals()
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
            Kind.AMOUNT: self._amount,
        }
        self._ring = QPen(theme.accent, 1.5)
        self._boxes: dict[tuple[int, int, int, int, float], QPixmap] = {}

    @property
    def decimals(self) -> Decimals:
        return self._decimals

    @decimals.setter
    def decimals(self, decimals: Decimals) -> None:
        self._decimals = decimals
        # How far left of its column's edge a number ends, by its decimals: reckoned here and not for each number.
        self._shifts_px = [self.fractions.shift_px(count, decimals) for count in range(MOST_ALIGNED + 1)]
        self._common_shift_px = self._shifts_px[decimals.common]

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
        ringed = setting.current if setting.focused else None
        if setting.selected and ringed is not COLUMNS[SYMBOL]:  # the ring stands there already
            painter.fillRect(0, top, 2, self._row_px, self.theme.accent)
        if reading.rings:
            painter.fillRect(0, top, RINGING_PX, self._row_px, self.theme.warn)
        for place in places:
            self._cells[place.column.kind](painter, place, row)
            if place.column is ringed:
                self._focus(painter, place, top, self._row_px)

    def paint_label(
        self,
        painter: QPainter,
        top: int,
        width: int,
        places: Sequence[Place],
        label: Section,
        summary: SectionSummary,
        setting: Setting,
        *,
        is_folded: bool,
    ) -> None:
        """Draw a section's row: its name at the left, what its symbols are together at the right."""
        background = self._background(setting)
        painter.fillRect(0, top, width, self.section_px, background)
        if top > 0:  # else there is the header's
            painter.fillRect(0, top, width, 1, self.theme.line)
        symbol, is_ringed = places[SYMBOL], setting.focused and setting.current is not None
        if setting.selected and not is_ringed:
            painter.fillRect(0, top, 2, self.section_px, self.theme.accent)
        fold = "folded" if is_folded else "unfolded"
        self.marks.blit(painter, fold, symbol.left + FLAG_PX + 3, top + self.section_px / 2, self.theme.t2, background)
        left = symbol.left + SYMBOL_LEFT_PX
        right = min(width, max(place.left + place.width for place in places)) - _MEAN_RIGHT_PX
        mean, count = summary.mean_text, summary.words(is_folded=is_folded)
        beside = self._label_count.width_px(count) + self._label_count.width_px(mean) + 9 + 16
        width_px = self._label.draw_fitting(left, top, label.name, self.theme.t2, max(40, round(right - left - beside)))
        self._label_count.draw(left + width_px + 9, top, count, self.theme.t3)
        if mean:
            self._label_count.draw(right - self._label_count.width_px(mean), top, mean, self.theme.t3)
        if is_ringed:
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
            room = place.width - STATE_LEFT_PX - SLANT_PX
            lacks_px = type_.width_px(word) - room
            if lacks_px > 0 and not _is_brief(row.reading):
                self.lacking[place.column] = max(lacks_px, self.lacking.get(place.column, 0.0))
            if room >= _LEAST_WORD_PX:  # else the mark says it alone
                type_.draw_fitting(place.left + STATE_LEFT_PX, row.top, word, theme.colour(row_look.word_colour), room)

    def _symbol(self, painter: QPainter, place: Place, row: _PaintedRow) -> None:
        theme, reading, top = self.theme, row.reading, row.top
        left, right = place.left + SYMBOL_LEFT_PX, place.left + place.width - 8
        middle = top + self._middle_px
        if reading.bell is not None:
            right -= BELL_PX
            shape, ink = reading.bell
            self.marks.blit(painter, shape, right + BELL_PX / 2 + 2, middle, theme.colour(ink), row.background)
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
            self._code(left, top - LINES_PX // 2, row, colour, right - left)
            top += LINES_PX - LINES_PX // 2
            width = self._small.draw_fitting(left, top, words, words_colour, right - left)
        else:
            width = self._code(left, top, row, colour, right - left)
            if words and self._name_left_px is not None:
                # At one x in all rows, or further right behind a long symbol.
                name_left = round(max(place.left + self._name_left_px, left + width + 10))
                room = right - name_left
                if room >= _LEAST_NAME_PX or (room >= _LEAST_WORD_PX and self._small.width_px(words) <= room):
                    left = name_left
                    width = self._small.draw_fitting(left, top, words, words_colour, right - left)
        if reading.note:
            x = left + width + NOTE_PX - 4
            self.marks.blit(painter, "note", x, top + self._middle_px, theme.t3, row.background)

    def _code(self, left: float, top: int, row: _PaintedRow, colour: QColor, room: int) -> float:
        """Draw a symbol so that its ticker leads: market and feed are pale. Returns its width.

        A market is whole or not there; a feed, which may be all that tells two rows apart, may also be cut.
        """
        ticker, rest = parts_of(row.reading.code)
        if rest and row.reading.state is RowState.REFUSED:  # all of it is wrong
            ticker, rest = row.reading.code, ""
        width = self._strong.draw_fitting(left, top, ticker, colour, room)
        free = int(room - width)
        if rest and ((rest_px := self._suffix.width_px(rest)) <= free or (rest[0] == "@" and free >= _FEED_LEAST_PX)):
            width += self._suffix.draw_fitting(
                left + width, top, rest, self.theme.t3, min(math.ceil(rest_px) + 1, free)
            )
        return width

    def _price(self, painter: QPainter, place: Place, row: _PaintedRow) -> None:
        """The price, with the arrow and the flash under it: they tell the last tick, of a live row only."""
        text = place.column.text(row.reading)
        left, right = self._number(place, row, text, row.colours.price if text != UNKNOWN else self.theme.t3)
        if row.reading.touch:
            self._touch(painter, right, row)
        arrow = _ARROWS.get(row.reading.direction) if row.look.strength is Strength.NOW else None
        if arrow is None:
            return
        theme, direction = self.theme, row.reading.direction
        colour = theme.up if direction > 0 else theme.down if direction < 0 else theme.t3
        if row.flash and direction:  # of an unchanged price the dash says enough
            height = min(self._row_px - 4, _FLASH_PX)
            box_left = max(place.left + 1, math.floor(left - _FLASH_BESIDE_PX))
            width = math.ceil(right + _FLASH_BESIDE_PX) - box_left
            box = self._flash_box(width, height, colour, row.background, row.flash)
            painter.drawPixmap(box_left, row.top + (self._row_px - height) // 2, box)
        # At one x in all rows of the most common decimals; behind a longer price.
        usual = place.left + place.width - place.column.right_px
        x = max(usual - self._common_shift_px, right) + ARROW_GAP_PX + _ARROW_HALF_PX
        self.marks.blit(painter, arrow, x, row.top + self._middle_px, colour, row.background)

    def _touch(self, painter: QPainter, right: float, row: _PaintedRow) -> None:
        """A short line above the day's highest price, below its lowest."""
        far = self._row_px // 2 - TOUCH_PX
        y = row.top + (far if row.reading.touch > 0 else self._row_px - far - 1)
        painter.fillRect(round(right) - TOUCH_LONG_PX, y, TOUCH_LONG_PX, 1, row.colours.price)

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

    def _amount(self, painter: QPainter, place: Place, row: _PaintedRow) -> None:
        """Of what is held: a gain in the colours of the day; pale while its price is in doubt for a jump."""
        text = place.column.text(row.reading)
        if not text:
            return
        colours = row.colours
        is_doubted = text in (UNKNOWN, HIDDEN) or row.reading.slot in row.reading.quotes.positions.jumps
        if is_doubted:
            colour = self.theme.t3
        elif place.column.tint is not None and (tint := place.column.tint(row.reading, text)):
            colour = colours.up if tint > 0 else colours.down
        else:
            colour = self.theme.t2 if colours is self._colours[Strength.NOW] else colours.price
        begin, _ = self._number(place, row, text, colour)
        if place.column.unit is not None and (unit := place.column.unit(row.reading)):
            left = begin - self._small.width_px(unit) - UNIT_GAP_PX
            if left >= place.left + 2:
                self._small.draw(left, row.top, unit, self.theme.t3)

    def _words(self, painter: QPainter, place: Place, row: _PaintedRow) -> None:
        if text := place.column.text(row.reading):
            self._small.draw_fitting(place.left + WORDS_LEFT_PX, row.top, text, self.theme.t3, place.width - 16)

    def _time(self, painter: QPainter, place: Place, row: _PaintedRow) -> None:
        text = place.column.text(row.reading)
        if text != UNKNOWN:
            type_ = self._small_slanted if row.look.is_slanted else self._small
            right = place.left + place.width - place.column.right_px
            # Laid out once: in a second many rows say the same.
            type_.draw_fitting(place.left + 2, row.top, text, self.theme.t3, place.width - 2, right)

    def _number(self, place: Place, row: _PaintedRow, text: str, colour: QColor) -> tuple[float, float]:
        """Draw a number; returns where it begins and ends."""
        column = place.column
        most_right = right = float(place.left + place.width - column.right_px)
        if column.decimals is not None:
            decimals = self._decimals.common if text == UNKNOWN else column.decimals(row.reading)
            right -= self._shifts_px[decimals if decimals < MOST_ALIGNED else MOST_ALIGNED]
        type_ = self._slanted if row.look.is_slanted else self._regular
        begin, end, lacks_px = type_.draw_number(place.left + 2, right, most_right, row.top, text, colour)
        if lacks_px:
            self.lacking[column] = max(lacks_px, self.lacking.get(column, 0.0))
        return begin, end

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
            painter.drawRoundedRect(QRectF(0, 0, width, height), _FLASH_RADIUS_PX, _FLASH_RADIUS_PX)
            painter.end()
        return box

    def _focus(self, painter: QPainter, place: Place, top: int, height: int) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._ring)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ring = QRectF(place.left, top, place.width, height).adjusted(1.75, 1.75, -1.75, -1.75)
        painter.drawRoundedRect(ring, look.CELL_RADIUS_PX, look.CELL_RADIUS_PX)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _is_brief(reading: RowSnapshot) -> bool:
    """Is it a state that is over in a moment, as at each start? Its mark is enough."""
    return reading.state is RowState.PENDING and not reading.now_s - reading.since_s > _BRIEF_S


@lru_cache(maxsize=4096)
def parts_of(code: str) -> tuple[str, str]:
    """A symbol's ticker, and what comes after it: its market, and its feed where that is said."""
    at = _MARKET.search(code)
    ticker = code[: at.start()] if at else code
    return ticker, code[len(ticker) :]
