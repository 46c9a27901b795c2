"""What a table of positions means, before anything is changed: what was read of each line, and what was not."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QElapsedTimer,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from quotedesk.lists.position_reader import PositionLine, PositionReader, Reading
from quotedesk.market.position import Position
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks import tips
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import ElidedLabel
from quotedesk.ui.looks.style import without_icons
from quotedesk.ui.message import Message
from quotedesk.ui.table import numbers
from quotedesk.ui.window.positions_edits import PositionEdits

SLICE_MS = 8
_ROLE = Qt.ItemDataRole
_Index = QModelIndex | QPersistentModelIndex
_TITLES = ("Line", "In the file", "Symbol", "Quantity", "Average cost", "Result")
_SYMBOL, _QUANTITY, _RESULT = 2, 3, 5
_WIDTHS_PX = (46, 180, 112, 86, 96)
_SIZE_PX = (900, 480)
_FRAME_PX = (16, 48)  # that the desktop puts around it
_ROW_PX = 24


class _PositionLines(QAbstractTableModel):
    """The lines. What comes in, or may, has a box."""

    decided = Signal(int, bool)

    def __init__(self, appearance: Appearance, edits: PositionEdits, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._edits = edits
        self._lines: Sequence[PositionLine] = ()
        self._places: Sequence[int] = ()
        self._decisions: Mapping[int, bool] = {}

    def show_lines(self, lines: Sequence[PositionLine], places: Sequence[int], decisions: Mapping[int, bool]) -> None:
        """Show those that stand at these places."""
        self.beginResetModel()
        self._lines, self._places, self._decisions = [lines[place] for place in places], places, decisions
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _ROLE.TextAlignmentRole:
            return _alignment(section)
        return _TITLES[section] if role == _ROLE.DisplayRole else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and index.column() == _SYMBOL and self._lines[index.row()].may_come_in:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role == _ROLE.DisplayRole:
            return self._cells(line)[index.column()]
        if role == _ROLE.CheckStateRole and index.column() == _SYMBOL and line.may_come_in:
            is_in = self._decisions.get(self._places[index.row()], line.reading is not Reading.UNSURE)
            return Qt.CheckState.Checked if is_in else Qt.CheckState.Unchecked
        if role == _ROLE.ToolTipRole:
            return tips.as_shown("\n".join(filter(None, self._cells(line))))
        if role == _ROLE.TextAlignmentRole:
            return _alignment(index.column())
        if role == _ROLE.ForegroundRole and index.column() == _RESULT:
            theme = self._appearance.theme
            of = {
                Reading.BAD: theme.error,
                Reading.UNSURE: theme.accent,
                Reading.NEW: theme.t1,
                Reading.CHANGED: theme.t1,
            }
            return of.get(line.reading, theme.t3)
        return None

    def setData(self, index: _Index, value: Any, role: int = _ROLE.EditRole) -> bool:
        if role != _ROLE.CheckStateRole or not self.flags(index) & Qt.ItemFlag.ItemIsUserCheckable:
            return False
        self.decided.emit(self._places[index.row()], Qt.CheckState(value) == Qt.CheckState.Checked)
        self.dataChanged.emit(index, index, [role])
        return True

    def _cells(self, line: PositionLine) -> tuple[str, ...]:
        """A line as plain texts; while amounts are hidden without them."""
        is_hidden, position = self._edits.is_hidden, line.position
        says_itself = line.why.startswith(line.reading.value)
        result = line.why if says_itself else f"{line.reading.value}: {line.why}" if line.why else line.reading.value
        text = " ".join(line.text.split())[:200]
        quantity, cost = ("", "") if position is None else (numbers.quantity(position.quantity), _cost(position))
        if is_hidden:
            hidden = numbers.HIDDEN
            text, quantity, cost, result = hidden, quantity and hidden, cost and hidden, line.reading.value
        return str(line.number), text, line.became, quantity, cost, result


class PositionsImport(QDialog):
    """Reads a text a slice at a time, then shows what it means. `name`: of what is read.

    Attributes:
        counts: how it adds up.
        lines: what became of each line, as a table.
        decisions: what the user turned, by the place of the line; see PositionReader.
        add_rows: symbols that are not in the list are to be added to it.
        only_these: positions that are not in the table go.

    Signals:
        taken(message): positions were changed.
    """

    taken = Signal(object)

    def __init__(
        self, name: str, reader: PositionReader, edits: PositionEdits, appearance: Appearance, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Positions of {name}")
        self.resize(QSize(*_SIZE_PX).boundedTo(parent.screen().availableSize() - QSize(*_FRAME_PX)))
        self._reader = reader
        self._edits = edits
        self.decisions: dict[int, bool] = {}
        self.counts = ElidedLabel(look.font(strong=True), "t1")
        self._model = _PositionLines(appearance, edits, self)
        self._model.decided.connect(self._decide)
        self.lines = self._make_table()
        self.only_bad = QCheckBox("Show only what is &not sure or not read")
        self.add_rows = QCheckBox(f"&Add symbols that are not in {edits.model.watchlist.name.replace('&', '&&')}")
        self.add_rows.setChecked(True)
        self.only_these = QCheckBox("&Remove positions that are not in it")
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.accept_button = self._buttons.addButton("&Import", QDialogButtonBox.ButtonRole.AcceptRole)
        without_icons(self._buttons)
        self._buttons.accepted.connect(self._take)
        self._buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for part in (self.counts, self.only_bad, self.lines, self.add_rows, self.only_these, self._buttons):
            column.addWidget(part, 1 if part is self.lines else 0)
        self.only_bad.toggled.connect(self._fill)
        self.only_these.toggled.connect(self._count)
        self.accept_button.setEnabled(False)
        self._steps: Iterator[int] = reader.read()
        self._is_read = False
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._read)
        self._timer.start()

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self._model)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(_ROW_PX)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(_RESULT, QHeaderView.ResizeMode.Stretch)
        for place, width_px in enumerate(_WIDTHS_PX):
            table.setColumnWidth(place, width_px)
        table.setAccessibleName("What becomes of each line")
        return table

    def _read(self) -> None:
        """The next slice."""
        clock = QElapsedTimer()
        clock.start()
        for done in self._steps:
            if clock.elapsed() >= SLICE_MS:
                self.counts.show_text(f"Reading: {done:,} lines")
                return
        self._timer.stop()
        self._is_read = True
        self._fill()
        self.accept_button.setFocus()

    def _fill(self) -> None:
        lines = self._reader.lines
        places: Sequence[int] = range(len(lines))
        if self.only_bad.isChecked():
            places = [place for place in places if lines[place].reading in (Reading.BAD, Reading.UNSURE)]
        self._model.show_lines(lines, places, self.decisions)
        self._count()

    def _decide(self, place: int, is_in: bool) -> None:
        if is_in == (self._reader.lines[place].reading is not Reading.UNSURE):
            self.decisions.pop(place, None)
        else:
            self.decisions[place] = is_in
        self._count()

    def _count(self) -> None:
        if not self._is_read:
            return
        if self._reader.fault:
            self.counts.show_text(f"{self._reader.fault}. A table has a symbol, a quantity and an average cost.")
            return
        lines = self._reader.lines
        counted = {reading: sum(line.reading is reading for line in lines) for reading in Reading}
        told = [f"{count:,} {reading.value}" for reading, count in counted.items() if count]
        wanted, fault = self._wanted()
        if gone := sum(position is None for position in wanted.values()):
            told.append(f"{gone:,} will be removed")
        self.counts.show_text(fault or f"{len(lines):,} lines: {', '.join(told)}")
        is_any = any(self._edits.of(each) != position for each, position in wanted.items())
        self.accept_button.setEnabled(not fault and is_any)

    def _wanted(self) -> tuple[dict[Any, Position | None], str]:
        """What is to be held, and why that cannot be; "" where it can."""
        try:
            found: dict[Any, Position | None] = dict(self._reader.positions(self.decisions))
        except ValueError as fault:
            return {}, f"{str(fault).removeprefix('not sure: ')[:1].upper()}{str(fault).removeprefix('not sure: ')[1:]}"
        if self.only_these.isChecked():
            found |= {each: None for each in self._edits.held if each not in found}
        return found, ""

    def _take(self) -> None:
        wanted, fault = self._wanted()
        if fault or not self.accept_button.isEnabled():
            return
        held = [each for each, position in wanted.items() if position is not None]
        new = [each for each in held if each not in self._edits.model.watchlist] if self.add_rows.isChecked() else []
        changed = sum(self._edits.of(each) != position for each, position in wanted.items())
        self._edits.put(wanted, new)
        told = f"{changed:,} positions taken" if changed != 1 else "1 position taken"
        told += f", {len(new):,} added to the list" if new else ""
        left = sum(line.reading in (Reading.BAD, Reading.UNSURE) for line in self._reader.lines)
        told += f", {left:,} lines left out" if left else ""
        self.accept()
        self.taken.emit(Message(told, undoes=True))


def _cost(position: Position) -> str:
    return numbers.UNKNOWN if position.cost is None else numbers.quantity(position.cost)


def _alignment(column: int) -> Qt.AlignmentFlag:
    is_number = column in (_QUANTITY, _QUANTITY + 1)
    return (Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
