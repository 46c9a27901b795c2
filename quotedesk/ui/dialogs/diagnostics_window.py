"""The window of figures and frames. It holds still while it is read: a selection, or scrolling up, pauses it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from quotedesk.feed.frame_log import KEPT, Frame
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks import tips
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import plain_label

_SHOWN_CHARACTERS = 300
_SIZE_PX = (1040, 560)
_ROW_PX = 22
_LINK, _SIZE = 2, 3
_ROLE = Qt.ItemDataRole
_Index = QModelIndex | QPersistentModelIndex

LIVE = "The newest frames, the last at the bottom"
PAUSED = "Held while you read: press Go on for the newest"


@dataclass(frozen=True, slots=True)
class FrameLine:
    """A frame as plain text, fit to be shown and copied.

    Attributes:
        time, way, link, size: as in "15:42:07.123", "in", "alltick stock", "1,204 B".
        text: what it says, on one line.
        is_cut: `text` is only its beginning.
    """

    time: str
    way: str
    link: str
    size: str
    text: str
    is_cut: bool = False

    @property
    def whole(self) -> str:
        """All that is known of what it says."""
        return f"{self.text}\N{HORIZONTAL ELLIPSIS} ({self.size} in all)" if self.is_cut else self.text

    @property
    def line(self) -> str:
        """As it is copied."""
        return f"{self.time}  {self.way:3}  {self.link}  {self.size}  {self.whole}"

    @property
    def cells(self) -> tuple[str, ...]:
        """As it is shown: a long text shortened."""
        short = self.whole
        if len(short) > _SHOWN_CHARACTERS:
            short = short[:_SHOWN_CHARACTERS] + "\N{HORIZONTAL ELLIPSIS}"
        return self.time, self.way, self.link, self.size, short


class DiagnosticsWindow(QDialog):
    """MetricsGatherer at the left, frames at the right; Esc closes it.

    `read` makes a frame fit to be shown; asked only for those that are to be seen or copied.

    Signals:
        resumed(): the user wants the newest frames again.
    """

    resumed = Signal()

    def __init__(self, appearance: Appearance, read: Callable[[Frame], FrameLine], parent: QWidget) -> None:
        super().__init__(parent)
        self._read = lru_cache(KEPT)(read)
        self.setWindowTitle("Diagnostics")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE_PX)
        self._frames: list[Frame] = []
        self._figures: list[tuple[str, str]] = []
        self._figure_cells = _Cells(appearance, ("t3", "t1"))
        self._frame_cells = _Cells(appearance, ("t3", "t2", "t2", "t3", "t1"))
        self.figures = _table(self._figure_cells, "MetricsGatherer", ("Receive to paint, ms",))
        self.frames = _table(self._frame_cells, "Frames", ("00:00:00.000", "out", "stock", "0,000,000 B"))
        self.whole = QPlainTextEdit()
        self.whole.setReadOnly(True)
        self.whole.setFont(look.font(12))
        self.whole.setPlaceholderText("Select a frame to read all of it here")
        self.whole.setAccessibleName("The selected frame")
        self.whole.setTabChangesFocus(True)
        self._hint = plain_label(look.font(12), "t3", LIVE)
        self.pause = QPushButton("&Pause")
        self.pause.setCheckable(True)
        self.copy = QPushButton("&Copy")
        self.copy.setToolTip("Copies figures and frames as plain text")
        for button in (self.pause, self.copy):
            button.setAutoDefault(False)
            button.setFont(look.font())
        self.pause.setMinimumWidth(self.pause.fontMetrics().horizontalAdvance("Go on") + 40)
        self._lay_out()
        self.pause.toggled.connect(self._paused)
        self.copy.clicked.connect(self.copy_all)
        bar = self.frames.verticalScrollBar()
        bar.rangeChanged.connect(self._follow)
        bar.valueChanged.connect(self._scrolled)
        self.frames.selectionModel().selectionChanged.connect(self._selected)
        keys = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.frames)
        keys.setContext(Qt.ShortcutContext.WidgetShortcut)
        keys.activated.connect(self.copy_selected)
        appearance.changed.connect(self.frames.viewport().update)
        appearance.changed.connect(self.figures.viewport().update)
        self.frames.setFocus()

    @property
    def is_live(self) -> bool:
        """Are new frames wanted?"""
        return not self.pause.isChecked()

    def show_figures(self, figures: Sequence[tuple[str, str]]) -> None:
        """Names and values as they are now."""
        self._figures = list(figures)
        self._figure_cells.show_rows(len(figures), self._figures.__getitem__)

    def show_frames(self, frames: Sequence[Frame]) -> None:
        """The last frames, oldest first; nothing changes while they are being read."""
        if self.is_live and frames != self._frames:
            self._frames = list(frames)
            self._frame_cells.show_rows(len(frames), lambda row: self._read(self._frames[row]).cells)
            links = {frame.link for frame in frames}
            metrics = QFontMetrics(self.frames.font())
            room_px = max((metrics.horizontalAdvance(each) for each in links), default=0) + 18
            if room_px > self.frames.columnWidth(_LINK):
                self.frames.setColumnWidth(_LINK, room_px)
            self.frames.scrollToBottom()

    def copy_all(self) -> None:
        """MetricsGatherer and frames, to the clipboard."""
        figures = [f"{name}: {value}" for name, value in self._figures]
        _copy([*figures, "", *(self._read(frame).line for frame in self._frames)])

    def copy_selected(self) -> None:
        """The selected frames, to the clipboard."""
        if rows := sorted(index.row() for index in self.frames.selectionModel().selectedRows()):
            _copy([self._read(self._frames[row]).line for row in rows])

    def _lay_out(self) -> None:
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(self.frames)
        right.addWidget(self.whole)
        right.setSizes([5, 1])
        right.setStretchFactor(0, 1)
        both = QSplitter()
        both.addWidget(self.figures)
        both.addWidget(right)
        both.setSizes([370, _SIZE_PX[0] - 370])
        both.setStretchFactor(1, 1)
        for splitter in (both, right):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(1)  # it can be grabbed a little beside it, too
        below = QHBoxLayout()
        below.addWidget(self._hint, 1)
        below.addWidget(self.pause)
        below.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        column.addWidget(both, 1)
        column.addLayout(below)

    def _follow(self) -> None:
        if self.is_live:
            self.frames.verticalScrollBar().setValue(self.frames.verticalScrollBar().maximum())

    def _scrolled(self, value: int) -> None:
        if value < self.frames.verticalScrollBar().maximum():
            self.pause.setChecked(True)

    def _selected(self) -> None:
        rows = self.frames.selectionModel().selectedRows()
        self.whole.setPlainText(self._read(self._frames[rows[-1].row()]).whole if rows else "")
        if rows:
            self.pause.setChecked(True)

    def _paused(self, on: bool) -> None:
        self.pause.setText("&Go on" if on else "&Pause")
        self._hint.setText(PAUSED if on else LIVE)
        if not on:
            self.frames.clearSelection()
            self._follow()
            self.resumed.emit()


class _Cells(QAbstractTableModel):
    """Rows of plain texts, each column in the theme's colour of that name."""

    def __init__(self, appearance: Appearance, colours: tuple[str, ...]) -> None:
        super().__init__()
        self._appearance = appearance
        self._colours = colours
        self._count = 0
        self._cells_of: Callable[[int], Sequence[str]] = lambda row: ()

    def show_rows(self, count: int, cells_of: Callable[[int], Sequence[str]]) -> None:
        """So many rows from now on, and where to ask for one of them."""
        if count and count == self._count:
            self._cells_of = cells_of
            self.dataChanged.emit(self.index(0, 0), self.index(count - 1, len(self._colours) - 1))
        else:
            self.beginResetModel()
            self._count, self._cells_of = count, cells_of
            self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._colours)

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        text = self._cells_of(index.row())[index.column()]
        match role:
            case _ROLE.DisplayRole:
                return text
            case _ROLE.ToolTipRole:
                return tips.as_shown(text)
            case _ROLE.TextAlignmentRole if index.column() == _SIZE:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case _ROLE.ForegroundRole:
                return self._appearance.theme.colour(self._colours[index.column()])
        return None


def _table(cells: _Cells, name: str, widest: tuple[str, ...]) -> QTableView:
    """A calm table; its last column takes the rest, the others have room for these texts."""
    table = QTableView()
    table.setModel(cells)
    cells.setParent(table)
    table.setAccessibleName(name)
    table.setFont(look.font(12))
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.horizontalHeader().hide()
    table.horizontalHeader().setStretchLastSection(True)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.verticalHeader().setDefaultSectionSize(_ROW_PX)
    for column, text in enumerate(widest):
        table.setColumnWidth(column, QFontMetrics(table.font()).horizontalAdvance(text) + 18)
    return table


def _copy(lines: Sequence[str]) -> None:
    QGuiApplication.clipboard().setText("\n".join(lines))
