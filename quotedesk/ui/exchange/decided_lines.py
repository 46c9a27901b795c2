"""What was read of the lines of a file, as a table: what became of each, and a box where the user may decide."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from quotedesk.ui.looks import tips

_Line = TypeVar("_Line")
_ROLE = Qt.ItemDataRole
_Index = QModelIndex | QPersistentModelIndex
_ROW_PX = 24
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class DecidedLines(QAbstractTableModel, Generic[_Line]):
    """The lines of a report; a subclass says what they show. The last column says what became of one.

    Attributes:
        lines: those that are shown.

    Signals:
        decided(place, is_in): the user turned the box of the report's line at that place.
    """

    decided = Signal(int, bool)

    def __init__(self, titles: Sequence[str], box: int, parent: QWidget, numbers: Collection[int] = ()) -> None:
        """`box`: the column with the boxes. `numbers`: columns that go to the right."""
        super().__init__(parent)
        self.lines: Sequence[_Line] = ()
        self._titles = titles
        self._box = box
        self._numbers = numbers
        self._places: Sequence[int] = ()
        self._decisions: Mapping[int, bool] = {}

    def cells(self, line: _Line) -> Sequence[str]:
        """A line as plain texts, one for each title."""
        raise NotImplementedError

    def has_box(self, line: _Line) -> bool:
        """Is it for the user to say whether it comes in?"""
        raise NotImplementedError

    def comes_in(self, line: _Line) -> bool:
        """Does it, where nobody decides?"""
        raise NotImplementedError

    def ink(self, line: _Line) -> QColor:
        """Of what became of it."""
        raise NotImplementedError

    def show_lines(self, lines: Sequence[_Line], places: Sequence[int], decisions: Mapping[int, bool]) -> None:
        """Show those lines of a report, which stand at these places in it."""
        self.beginResetModel()
        self.lines, self._places, self._decisions = [lines[place] for place in places], places, decisions
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _ROLE.TextAlignmentRole:
            return self._alignment(section)
        return self._titles[section] if role == _ROLE.DisplayRole else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and index.column() == self._box and self.has_box(self.lines[index.row()]):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role == _ROLE.DisplayRole:
            return self.cells(line)[index.column()]
        if role == _ROLE.CheckStateRole and index.column() == self._box and self.has_box(line):
            is_in = self._decisions.get(self._places[index.row()], self.comes_in(line))
            return Qt.CheckState.Checked if is_in else Qt.CheckState.Unchecked
        if role == _ROLE.ToolTipRole:
            return tips.as_shown("\n".join(filter(None, self.cells(line))))
        if role == _ROLE.TextAlignmentRole:
            return self._alignment(index.column())
        if role == _ROLE.ForegroundRole and index.column() == len(self._titles) - 1:
            return self.ink(line)
        return None

    def setData(self, index: _Index, value: Any, role: int = _ROLE.EditRole) -> bool:
        if role != _ROLE.CheckStateRole or not self.flags(index) & Qt.ItemFlag.ItemIsUserCheckable:
            return False
        self.decided.emit(self._places[index.row()], Qt.CheckState(value) == Qt.CheckState.Checked)
        self.dataChanged.emit(index, index, [role])
        return True

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        return (Qt.AlignmentFlag.AlignRight if column in self._numbers else Qt.AlignmentFlag.AlignLeft) | _MIDDLE


def table_of(model: DecidedLines[_Line], name: str, widths_px: Sequence[int]) -> QTableView:
    """A table of them. `widths_px`: of all columns but the last, which takes the rest."""
    table = QTableView()
    table.setModel(model)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.verticalHeader().setDefaultSectionSize(_ROW_PX)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionResizeMode(len(widths_px), QHeaderView.ResizeMode.Stretch)
    for column, width_px in enumerate(widths_px):
        table.setColumnWidth(column, width_px)
    table.setAccessibleName(name)
    return table
