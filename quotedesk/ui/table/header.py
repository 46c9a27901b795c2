"""The table's header: titles that stand over their numbers."""

import math
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from quotedesk.ui.looks import theme as look
from quotedesk.ui.table.columns import CHANGE, COLUMNS, PERCENT, TREND, Column, Kind, SortOrder
from quotedesk.ui.table.row_painter import SYMBOL_LEFT_PX, RowPainter

_WIDEST_PX = 2000
_GROWN_PX = 280
_TRIANGLE_PX = 15  # beside the title of a sorted column


class Header(QHeaderView):
    """Paints itself; Trend takes the width that is left over.

    Attributes:
        columns: from left to right; see `show`.
        shown_sorting: tells (column, descending) of the order that is shown, or None.
        titles: tells a column's title, from its longest form to its shortest.

    Signals:
        dragged(column, place): a column was dragged there. It stays where it is until it is shown there.
    """

    dragged = Signal(object, int)

    def __init__(self, row_painter: RowPainter, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.row_painter = row_painter
        self.columns: Sequence[Column] = ()
        self.shown_sorting: Callable[[], SortOrder | None] = lambda: None
        self.titles: Callable[[Column], Sequence[str]] = lambda column: (column.title,)
        self._chosen_px: dict[str, int] = {}  # by the user
        self._grown_px: dict[str, int] = {}  # for numbers that had no room
        self._is_own = False  # what changes is not changed by the user
        self._looked_at: Sequence[str] = ()
        self._font = look.font(11)
        self._font.setWeight(QFont.Weight.Medium)
        self._metrics = QFontMetricsF(self._font)
        self.setFixedHeight(look.HEADER_PX)
        self.setMinimumSectionSize(48)
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
        """Title -> width, of all columns that there are but Trend, which takes what is left."""
        usual = {each.title: each.width_px for each in COLUMNS if each is not TREND}
        return usual | self._chosen_px  # which knows formulas, too

    def set_widths(self, widths_px: Mapping[str, int]) -> None:
        """Be so wide, as far as these columns are known."""
        for column in COLUMNS:
            if column.title in widths_px and column is not TREND:
                width_px = max(self.minimumSectionSize(), min(widths_px[column.title], _WIDEST_PX))
                self._chosen_px.pop(column.title, None)
                if width_px != column.width_px:
                    self._chosen_px[column.title] = width_px
        for title in widths_px.keys() - {each.title for each in COLUMNS}:  # formulas, which may come later
            self._chosen_px[title] = max(self.minimumSectionSize(), min(widths_px[title], _WIDEST_PX))
        self.show_columns(self.columns)

    def fit(self) -> None:
        """Give all columns their usual widths."""
        self._chosen_px.clear()
        self._grown_px.clear()
        self.show_columns(self.columns)

    def show_columns(self, columns: Sequence[Column], *, anew: bool = False) -> None:
        """Show these, each as wide as it was; anew: for other numbers. The header's model has them already."""
        if anew:
            self._grown_px.clear()
        self.columns = columns
        self.setFirstSectionMovable(False)  # which the table turns on: the symbol says whose row it is
        self._is_own = True
        for place, column in enumerate(columns[: self.count()]):
            stretches = column is TREND
            self.setSectionResizeMode(
                place, QHeaderView.ResizeMode.Stretch if stretches else QHeaderView.ResizeMode.Interactive
            )
            self.resizeSection(place, self._width_px(column))
        self._is_own = False
        self.viewport().update()

    def grow(self, column: Column, by_px: float) -> None:
        """Make a column wider, for a number that has no room; not one that the user has sized."""
        if column.title not in self._chosen_px and column in self.columns:
            width_px = min(self._width_px(column) + math.ceil(by_px), _GROWN_PX)
            if width_px > self._width_px(column):
                self._grown_px[column.title] = width_px
                self.show_columns(self.columns)

    def _width_px(self, column: Column) -> int:
        return self._chosen_px.get(column.title, self._grown_px.get(column.title, column.width_px))

    def _sized(self, place: int, before_px: int, width_px: int) -> None:
        if not self._is_own and place < len(self.columns) and self.columns[place] is not TREND:
            self._chosen_px[self.columns[place].title] = width_px

    def _moved(self, logical: int, before: int, place: int) -> None:
        if not self._is_own:
            self._is_own = True
            self.moveSection(place, before)
            self._is_own = False
            self.dragged.emit(self.columns[logical], place)

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
            painter.fillRect(QRectF(beyond, 0, self.viewport().width() - beyond, self.height()), self.palette().base())
