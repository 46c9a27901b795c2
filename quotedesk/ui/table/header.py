"""The table's header: titles that stand over their numbers."""

import math
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPointF, QRect, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QApplication, QHeaderView, QStyle, QWidget

from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.theme import NORMAL
from quotedesk.ui.table.column_fit import MARK_PX, Wish, fitted
from quotedesk.ui.table.columns import CHANGE, COLUMNS, PERCENT, STATE, SYMBOL, TREND, Column, Kind, SortOrder
from quotedesk.ui.table.row_painter import STATE_LEFT_PX, SYMBOL_LEFT_PX, RowPainter

_WIDEST_PX = 2000
_GROWN_PX = 280
_WIDEST_WORD = "Waiting 59 s"  # of a state
_BESIDE_WORD_PX = 6
_STATE_STEP_PX = 20  # State grows by, so that it seldom does
_DROP_LINE_PX = 2
_TRIANGLE_PX = 15  # beside the title of a sorted column


class _ColumnDropLine(QWidget):
    """The line where a column would go."""

    def __init__(self, header: "Header") -> None:
        super().__init__(header.viewport())
        self._header = header
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._header.row_painter.theme.accent)
        painter.end()


class Header(QHeaderView):
    """Paints itself; how wide columns are shown is column_fit's to say, from how wide they are wanted.

    Attributes:
        columns: from left to right; see `show_columns`. Those that a narrow window has no room for are hidden.
        shown_sorting: tells (column, descending) of the order that is shown, or None.
        titles: tells a column's title, from its longest form to its shortest.
        fits: tells how wide columns are shown in a room; see column_fit.
        drop_x: where a column that is being dragged would go; None where it stays.

    Signals:
        dragged(column, place): a column was dragged there. It stays where it is until it is shown there.
        room_changed(): others than before have room; see `has_room`.
    """

    dragged = Signal(object, int)
    room_changed = Signal()

    def __init__(self, row_painter: RowPainter, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.row_painter = row_painter
        self.columns: Sequence[Column] = ()
        self.shown_sorting: Callable[[], SortOrder | None] = lambda: None
        self.titles: Callable[[Column], Sequence[str]] = lambda column: (column.title,)
        self.fits: Callable[[Mapping[Column, Wish], int], dict[Column, int]] = fitted
        words = QFontMetricsF(look.font(NORMAL.text_px - 1)).horizontalAdvance(_WIDEST_WORD)
        self._usual_px = {each.title: each.width_px for each in COLUMNS}
        self._usual_px[STATE.title] = max(STATE.width_px, round(STATE_LEFT_PX + words) + _BESIDE_WORD_PX)
        self._chosen_px: dict[str, int] = {}  # by the user
        self._needed_px: dict[str, int] = {}  # by numbers or words that had no room
        self._is_held = False  # the mouse button is down
        self._is_own = False  # what moves is moved by this, not by the user
        self._looked_at: Sequence[str] = ()
        self._font = look.font(11)
        self._font.setWeight(QFont.Weight.Medium)
        self._metrics = QFontMetricsF(self._font)
        self._pressed: tuple[int, int] | None = None  # the place of what may be pulled away, and the x of the press
        self.drop_x: int | None = None
        self._drop_line = _ColumnDropLine(self)
        self.setFixedHeight(look.HEADER_PX)
        self.setMinimumSectionSize(MARK_PX)
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.sectionResized.connect(self._sized)
        self.sectionMoved.connect(self._moved)

    def look(self) -> None:
        """Paint again if a title says something else than before."""
        titles = self.titles(CHANGE if CHANGE in self.columns else PERCENT)
        if titles != self._looked_at:
            self._looked_at = titles
            self.viewport().update()

    def order(self) -> tuple[str, ...]:
        """The titles from left to right."""
        return tuple(column.title for column in self.columns)

    def widths_px(self) -> dict[str, int]:
        """Title -> wanted width, of all columns that there are but Trend, which takes what is left."""
        usual = {each.title: self._usual_px[each.title] for each in COLUMNS if each is not TREND}
        return usual | self._chosen_px  # which knows formulas, too

    def set_widths(self, widths_px: Mapping[str, int]) -> None:
        """Be so wide, as far as these columns are known."""
        for column in COLUMNS:
            if column.title in widths_px and column is not TREND:
                width_px = max(self.minimumSectionSize(), min(widths_px[column.title], _WIDEST_PX))
                self._chosen_px.pop(column.title, None)
                if width_px != self._usual_px[column.title]:
                    self._chosen_px[column.title] = width_px
        for title in widths_px.keys() - {each.title for each in COLUMNS}:  # formulas, which may come later
            self._chosen_px[title] = max(self.minimumSectionSize(), min(widths_px[title], _WIDEST_PX))
        self._refit()

    def fit(self) -> None:
        """Give all columns their usual widths."""
        self._chosen_px.clear()
        self._needed_px.clear()
        self.show_columns(self.columns)

    def show_columns(self, columns: Sequence[Column], *, anew: bool = False) -> None:
        """Show these, each as wide as it was; anew: for other numbers. The header's model has them already."""
        if anew:
            self._needed_px.clear()
        self.columns = columns
        self.setFirstSectionMovable(False)  # which the table turns on: the symbol says whose row it is
        for place, column in enumerate(columns[: self.count()]):
            fixed, free = QHeaderView.ResizeMode.Fixed, QHeaderView.ResizeMode.Interactive
            self.setSectionResizeMode(place, fixed if column is TREND else free)
        self._refit()
        self.viewport().update()

    def has_room(self, column: Column) -> bool:
        """Is it shown, and not left out for want of room?"""
        return column in self.columns and not self.isSectionHidden(self.columns.index(column))

    def grow(self, column: Column, by_px: float) -> None:
        """Make a column wider, for what has no room in it; not one that the user has sized."""
        if column.title in self._chosen_px or column not in self.columns:
            return
        most_px = _GROWN_PX
        needed_px = self.sectionSize(self.columns.index(column)) + math.ceil(by_px)
        if column is STATE:
            most_px = self._usual_px[STATE.title]
            needed_px = MARK_PX + _STATE_STEP_PX * math.ceil((needed_px - MARK_PX) / _STATE_STEP_PX)
        needed_px = min(needed_px, most_px)
        if needed_px > self._needed_px.get(column.title, 0):
            self._needed_px[column.title] = needed_px
            self._refit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refit()

    def _wish(self, column: Column) -> Wish:
        chosen_px = self._chosen_px.get(column.title)
        if chosen_px is not None:
            return Wish(chosen_px, is_own=True)
        needed_px = self._needed_px.get(column.title, 0)
        usual_px = MARK_PX if column is STATE else self._usual_px.get(column.title, column.width_px)
        return Wish(max(usual_px, needed_px), needed_px)

    def _refit(self) -> None:
        """Show the columns as there is room for them."""
        if self.count() != len(self.columns) or self._is_own:
            return
        shown = self.fits({column: self._wish(column) for column in self.columns}, self.viewport().width())
        self._is_own = True
        before = [self.isSectionHidden(place) for place in range(len(self.columns))]
        for place, column in enumerate(self.columns):
            if (column not in shown) != before[place]:
                self.setSectionHidden(place, column not in shown)
            if column in shown and self.sectionSize(place) != shown[column]:
                self.resizeSection(place, shown[column])
        self._is_own = False
        if before != [column not in shown for column in self.columns]:
            self.room_changed.emit()

    def _sized(self, place: int, before_px: int, width_px: int) -> None:
        """The user made a column wider or narrower, and no fitting did."""
        if not self._is_own and width_px and place < len(self.columns) and self.columns[place] is not TREND:
            self._chosen_px[self.columns[place].title] = width_px
            if not self._is_held:  # else the edge would leave the hand
                self._refit()

    def _moved(self, logical: int, before: int, place: int) -> None:
        if not self._is_own:
            self._is_own = True
            self.moveSection(place, before)
            self._is_own = False
            self.dragged.emit(self.columns[logical], place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_held = True
        super().mousePressEvent(event)
        x = event.position().toPoint().x()
        place = self.logicalIndexAt(x)
        grip = self.style().pixelMetric(QStyle.PixelMetric.PM_HeaderGripMargin, None, self)
        left = self.sectionViewportPosition(place)
        is_grip = x - left < grip or left + self.sectionSize(place) - x <= grip
        is_left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = (place, x) if is_left and place > SYMBOL and not is_grip else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._show_drop(self._drop_at(event.position().toPoint().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._is_held = False
        self._pressed = None
        self._show_drop(None)
        self._refit()

    def _drop_at(self, x: int) -> int | None:
        """Where a column that is pulled to x would go, by the rules of the base; None where it stays."""
        if self._pressed is None or abs(x - self._pressed[1]) < QApplication.startDragDistance():
            return None
        pulled, at = self._pressed[0], self.logicalIndexAt(x)
        if at <= 0 or at == pulled:
            return None
        left, width = self.sectionViewportPosition(at), self.sectionSize(at)
        is_beyond = x > left + width / 2
        if at < pulled:
            return left if not is_beyond else left + width if at + 1 != pulled else None
        return left + width if is_beyond else left if at - 1 != pulled else None

    def _show_drop(self, x: int | None) -> None:
        if x != self.drop_x:
            self.drop_x = x
            self._drop_line.setVisible(x is not None)
        if x is not None:
            self._drop_line.setGeometry(x - _DROP_LINE_PX // 2, 0, _DROP_LINE_PX, self.height())
            self._drop_line.raise_()  # over the column's picture, which hangs at the pointer

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 (Qt's name)
        if logicalIndex >= len(self.columns):
            return  # the model has others by now
        theme = self.row_painter.theme
        painter.fillRect(rect, theme.table)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.line)
        painter.setFont(self._font)
        sorting = self.shown_sorting()
        column = self.columns[logicalIndex]
        is_sorted = sorting is not None and sorting[0] is column
        painter.setPen(theme.t1 if is_sorted else theme.t3)
        room = rect.width() - 4 - (_TRIANGLE_PX if is_sorted else 0)
        titles, measured = self.titles(column), self._metrics.horizontalAdvance
        title = next((each for each in titles if measured(each) <= room), titles[-1])
        if column.kind is Kind.STATE and rect.width() <= MARK_PX:  # the marks alone
            return
        width = measured(title)
        if column.alignment & Qt.AlignmentFlag.AlignRight:
            right: float = rect.left() + rect.width() - column.right_px
            if column.decimals is not None:
                decimals = self.row_painter.decimals
                right -= self.row_painter.fractions.shift_px(decimals.common, decimals)
            # A long title leaves its numbers' edge before it leaves its column.
            least = rect.left() + 2 + (_TRIANGLE_PX if is_sorted and len(titles) > 1 else 0)
            x = max(right - width, min(least, rect.left() + rect.width() - 2 - width))
        else:
            x = rect.left() + (SYMBOL_LEFT_PX if column.kind is Kind.SYMBOL else 8)
        baseline = round((rect.height() + self._metrics.capHeight()) / 2)
        painter.drawText(QPointF(x, rect.top() + baseline), title)
        if sorting is not None and is_sorted:
            left, up = x - 13 if x - 13 > rect.left() else x + width + 6, not sorting[1]
            top, bottom = rect.top() + rect.height() / 2 - 3, rect.top() + rect.height() / 2 + 3
            tip, base = (top, bottom) if up else (bottom, top)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.t1)
            painter.drawPolygon([QPointF(left, base), QPointF(left + 7, base), QPointF(left + 3.5, tip)])
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def paintEvent(self, event: object) -> None:
        super().paintEvent(event)  # type: ignore[arg-type]
        # Beyond the last section, where the base class draws a style's empty header.
        beyond = self.length() - self.offset()
        if beyond < self.viewport().width():
            painter = QPainter(self.viewport())
            width, theme = self.viewport().width() - beyond, self.row_painter.theme
            painter.fillRect(beyond, 0, width, self.height(), theme.table)
            painter.fillRect(beyond, self.height() - 1, width, 1, theme.line)
