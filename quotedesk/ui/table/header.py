"""The table's header: titles that stand over their numbers."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from quotedesk.ui.looks import theme as look
from quotedesk.ui.table.columns import CHANGE, COLUMNS, SYMBOL, Kind
from quotedesk.ui.table.row_painter import SYMBOL_LEFT_PX, RowPainter

_WIDEST_PX = 2000
_TRIANGLE_PX = 15  # beside the title of a sorted column


class Header(QHeaderView):
    """Paints itself; Trend takes the width that is left over.

    Attributes:
        shown_sorting: tells (column, descending) of the order that is shown, or None.
        titles: tells a column's title, from its longest form to its shortest.
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
        self.setFixedHeight(look.HEADER_PX)
        self.setMinimumSectionSize(48)
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
        """Title -> width, but for Trend, which takes what is left."""
        fixed = [index for index, column in enumerate(COLUMNS) if column.kind is not Kind.TREND]
        return {COLUMNS[index].title: self.sectionSize(index) for index in fixed}

    def arrange(self, titles: Sequence[str], widths_px: Mapping[str, int]) -> None:
        """Put the columns in this order and widths, as far as they are known; the others follow as they were."""
        places = {column.title: index for index, column in enumerate(COLUMNS)}
        known = [places[title] for title in dict.fromkeys(titles) if places.get(title, SYMBOL) != SYMBOL]
        for place, index in enumerate([SYMBOL, *known]):
            self.moveSection(self.visualIndex(index), place)
        for title, width_px in widths_px.items():
            if title in places and COLUMNS[places[title]].kind is not Kind.TREND:
                self.resizeSection(places[title], max(self.minimumSectionSize(), min(width_px, _WIDEST_PX)))

    def fit(self) -> None:
        """Give the columns their usual widths and order. To be called once the header has its model."""
        self.setFirstSectionMovable(False)  # which the table turns on: the symbol says whose row it is
        self.arrange([column.title for column in COLUMNS], {})
        for index, column in enumerate(COLUMNS):
            stretches = column.kind is Kind.TREND
            self.setSectionResizeMode(
                index, QHeaderView.ResizeMode.Stretch if stretches else QHeaderView.ResizeMode.Interactive
            )
            self.resizeSection(index, column.width_px)

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
