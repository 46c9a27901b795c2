"""The table's header: titles that stand over their numbers."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QApplication, QHeaderView, QStyle, QWidget

from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.theme import NORMAL
from quotedesk.ui.table.column_fit import MARK_PX, fitted
from quotedesk.ui.table.columns import CHANGE, COLUMNS, STATE, SYMBOL, Kind
from quotedesk.ui.table.row_painter import STATE_LEFT_PX, SYMBOL_LEFT_PX, RowPainter

_WIDEST_PX = 2000
_WIDEST_WORD = "Waiting 59 s"  # of a state
_BESIDE_WORD_PX = 6
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
        shown_sorting: tells (column, descending) of the order that is shown, or None.
        titles: tells a column's title, from its longest form to its shortest.
        drop_x: where a column that is being dragged would go; None where it stays.
    """

    def __init__(self, row_painter: RowPainter, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.row_painter = row_painter
        self.shown_sorting: Callable[[], tuple[int, bool] | None] = lambda: None
        self.titles: Callable[[int], Sequence[str]] = lambda column: (COLUMNS[column].title,)
        self._looked_at: Sequence[str] = ()
        self._font = look.font(11)
        self._font.setWeight(QFont.Weight.Medium)
        self._metrics = QFontMetricsF(self._font)
        self._wanted_px = [column.width_px for column in COLUMNS]
        self._left_out: set[int] = set()  # columns that the window is too narrow for
        self._is_fitting = False
        self._pressed: tuple[int, int] | None = None  # the column that may be pulled away, and the x of the press
        self.drop_x: int | None = None
        self._drop_line = _ColumnDropLine(self)
        self.setFixedHeight(look.HEADER_PX)
        self.setMinimumSectionSize(MARK_PX)
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)

    def look(self) -> None:
        """Paint again if a title says something else than before."""
        titles = self.titles(CHANGE)
        if titles != self._looked_at:
            self._looked_at = titles
            self.viewport().update()

    def order(self) -> tuple[str, ...]:
        """The titles from left to right."""
        return tuple(COLUMNS[self.logicalIndex(place)].title for place in range(self.count()))

    def widths_px(self) -> dict[str, int]:
        """Title -> wanted width, but for Trend, which takes what is left."""
        fixed = [index for index, column in enumerate(COLUMNS) if column.kind is not Kind.TREND]
        return {COLUMNS[index].title: self._wanted_px[index] for index in fixed}

    def arrange(self, titles: Sequence[str], widths_px: Mapping[str, int]) -> None:
        """Put the columns in this order and widths, as far as they are known; the others follow as they were."""
        places = {column.title: index for index, column in enumerate(COLUMNS)}
        known = [places[title] for title in dict.fromkeys(titles) if places.get(title, SYMBOL) != SYMBOL]
        for place, index in enumerate([SYMBOL, *known]):
            self.moveSection(self.visualIndex(index), place)
        for title, width_px in widths_px.items():
            if title in places and COLUMNS[places[title]].kind is not Kind.TREND:
                self._wanted_px[places[title]] = max(self.minimumSectionSize(), min(width_px, _WIDEST_PX))
        self._refit()

    def fit(self) -> None:
        """Give the columns their usual widths and order. To be called once the header has its model."""
        self.setFirstSectionMovable(False)  # which the table turns on: the symbol says whose row it is
        for index, column in enumerate(COLUMNS):
            fixed, free = QHeaderView.ResizeMode.Fixed, QHeaderView.ResizeMode.Interactive
            self.setSectionResizeMode(index, fixed if column.kind is Kind.TREND else free)
        self.sectionResized.connect(self._resized, Qt.ConnectionType.UniqueConnection)
        self._wanted_px = [column.width_px for column in COLUMNS]
        words = QFontMetricsF(look.font(NORMAL.text_px - 1)).horizontalAdvance(_WIDEST_WORD)
        self._wanted_px[STATE] = max(COLUMNS[STATE].width_px, round(STATE_LEFT_PX + words) + _BESIDE_WORD_PX)
        self.arrange([column.title for column in COLUMNS], {})

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refit()

    def _resized(self, index: int, before_px: int, width_px: int) -> None:
        """The user made a column wider or narrower, and no fitting did."""
        if not self._is_fitting and width_px and COLUMNS[index].kind is not Kind.TREND:
            self._wanted_px[index] = width_px
            self._refit()

    def _refit(self) -> None:
        """Show the columns as there is room for them."""
        if self.count() != len(COLUMNS) or self._is_fitting:
            return
        chosen = [at for at in range(self.count()) if at in self._left_out or not self.isSectionHidden(at)]
        shown = fitted({at: self._wanted_px[at] for at in chosen}, self.viewport().width())
        self._is_fitting = True
        for at in chosen:
            if (at not in shown) != self.isSectionHidden(at):
                self.setSectionHidden(at, at not in shown)
            if at in shown and self.sectionSize(at) != shown[at]:
                self.resizeSection(at, shown[at])
        self._left_out = set(chosen) - set(shown)
        self._is_fitting = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        x = event.position().toPoint().x()
        index = self.logicalIndexAt(x)
        grip = self.style().pixelMetric(QStyle.PixelMetric.PM_HeaderGripMargin, None, self)
        left = self.sectionViewportPosition(index)
        is_grip = x - left < grip or left + self.sectionSize(index) - x <= grip
        is_left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = (index, x) if is_left and index > SYMBOL and not is_grip else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._show_drop(self._drop_at(event.position().toPoint().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._pressed = None
        self._show_drop(None)

    def _drop_at(self, x: int) -> int | None:
        """Where a column that is pulled to x would go, by the rules of the base; None where it stays."""
        if self._pressed is None or abs(x - self._pressed[1]) < QApplication.startDragDistance():
            return None
        pulled, at = self.visualIndex(self._pressed[0]), self.visualIndexAt(x)
        if at <= 0 or at == pulled:
            return None
        left, width = self.sectionViewportPosition(self.logicalIndex(at)), self.sectionSize(self.logicalIndex(at))
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
        theme = self.row_painter.theme
        painter.fillRect(rect, theme.table)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.line)
        painter.setFont(self._font)
        sorting = self.shown_sorting()
        is_sorted = sorting is not None and sorting[0] == logicalIndex
        painter.setPen(theme.t1 if is_sorted else theme.t3)
        column = COLUMNS[logicalIndex]
        room = rect.width() - 4 - (_TRIANGLE_PX if is_sorted else 0)
        titles, measured = self.titles(logicalIndex), self._metrics.horizontalAdvance
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
