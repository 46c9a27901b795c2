"""What a list file holds and what becomes of it, before anything is changed: progress, then the report."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from quotedesk.lists.list_reader import Fate, ParsedList, ReportLine
from quotedesk.lists.section import LONGEST_NAME
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks import tips
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import ElidedLabel

_ROLE = Qt.ItemDataRole
_Index = QModelIndex | QPersistentModelIndex
_TITLES = ("Line", "In the file", "Became", "Result")
_SIZE_PX = (720, 460)
_ROW_PX = 24


class _Lines(QAbstractTableModel):
    """The report's lines."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.lines: Sequence[ReportLine] = ()

    def show_lines(self, lines: Sequence[ReportLine]) -> None:
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        is_title = orientation == Qt.Orientation.Horizontal and role == _ROLE.DisplayRole
        return _TITLES[section] if is_title else None

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role == _ROLE.DisplayRole:
            return cells(line)[index.column()]
        if role == _ROLE.ToolTipRole:
            return tips.as_shown("\n".join(cells(line)))
        if role == _ROLE.ForegroundRole and index.column() == len(_TITLES) - 1:
            theme = self._appearance.theme
            return {Fate.BAD: theme.error, Fate.NEW: theme.t1}.get(line.fate, theme.t3)
        return None


class ImportDialog(QDialog):
    """First the progress, with a way to stop; then the report, with the choice of where the rows go.

    Signals:
        chosen(name): import; into a new list of that name, or "" into the one that is shown.
        stopped(): the user wants nothing of it.
    """

    chosen = Signal(str)
    stopped = Signal()

    def __init__(self, file: str, name: str, shown: str, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Import {file}")
        self.resize(*_SIZE_PX)
        self._reports: dict[bool, ParsedList] = {}
        self.counts = ElidedLabel(look.font(strong=True), "t1")
        self.progress = QProgressBar()
        self._lines = _Lines(appearance, self)
        self.only_bad = QCheckBox("Only what could &not be mapped")
        self.only_bad.toggled.connect(self._fill)
        self.table = self._make_table()
        self.apart = QRadioButton("A new &list:")
        self.name = QLineEdit(name)
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setAccessibleName("Name of the new list")
        self.into = QRadioButton()
        self.into.setText(f"&Add to {shown.replace('&', '&&')}")
        self.apart.setChecked(True)
        self.apart.toggled.connect(self._fill)
        self.apart.toggled.connect(self.name.setEnabled)
        copy = QPushButton("&Copy report")
        copy.clicked.connect(self._copy)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.accept_button = self._buttons.addButton("&Import", QDialogButtonBox.ButtonRole.AcceptRole)
        self._buttons.accepted.connect(self._choose)
        self._buttons.rejected.connect(self.reject)
        self._report = QWidget()
        lines = QVBoxLayout(self._report)
        lines.setContentsMargins(0, 0, 0, 0)
        above = QHBoxLayout()
        above.addWidget(self.only_bad)
        above.addStretch(1)
        above.addWidget(copy)
        lines.addLayout(above)
        lines.addWidget(self.table, 1)
        where = QHBoxLayout()
        where.addWidget(self.apart)
        where.addWidget(self.name)
        where.addWidget(self.into)
        lines.addLayout(where)
        column = QVBoxLayout(self)
        for part in (self.counts, self.progress, self._report, self._buttons):
            column.addWidget(part)
        self._report.hide()
        self.accept_button.setEnabled(False)

    def show_progress(self, done: int, of: int) -> None:
        """How far the file is read, in lines."""
        self.progress.setRange(0, max(1, of))
        self.progress.setValue(done)
        self.counts.show_text(f"Reading: {done:,} of about {of:,} lines")

    def show_report(self, apart: ParsedList, into: ParsedList) -> None:
        """The file is read: what it means as a new list, and for the list that is shown."""
        self._reports = {True: apart, False: into}
        self.progress.hide()
        self._report.show()
        self._fill()
        self.only_bad.setEnabled(apart.count(Fate.BAD) > 0)
        self.accept_button.setFocus()

    def reject(self) -> None:
        super().reject()
        self.stopped.emit()

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self._lines)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(_ROW_PX)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        for place, width_px in enumerate((48, 190, 130)):
            table.setColumnWidth(place, width_px)
        table.setAccessibleName("What becomes of each piece of the file")
        return table

    @property
    def _shown(self) -> ParsedList:
        return self._reports[self.apart.isChecked()]

    def _fill(self) -> None:
        if not self._reports:
            return
        parsed, only_bad = self._shown, self.only_bad.isChecked()
        self._lines.show_lines([line for line in parsed.lines if line.fate is Fate.BAD or not only_bad])
        self.counts.show_text(counted(parsed))
        self.accept_button.setEnabled(bool(parsed.rows))

    def _choose(self) -> None:
        if self._shown.rows:
            self.accept()
            self.chosen.emit((self.name.text().strip() or "List") if self.apart.isChecked() else "")

    def _copy(self) -> None:
        lines = ["\t".join(cells(line)) for line in self._lines.lines]
        QGuiApplication.clipboard().setText("\n".join([self.counts.text(), "\t".join(_TITLES), *lines]))


def cells(line: ReportLine) -> tuple[str, str, str, str]:
    """A line of the report as plain texts of one line each."""
    result = f"{line.fate.value}: {line.why}" if line.why else line.fate.value
    return str(line.number), " ".join(line.text.split())[:200], line.became, result


def counted(parsed: ParsedList) -> str:
    """How the pieces of the file add up."""
    kinds = []
    for fate in Fate:
        if count := parsed.count(fate):
            ending = "s" if fate is Fate.SECTION and count > 1 else ""
            kinds.append(f"{count:,} {fate.value}{ending}")
    if not kinds:
        return parsed.fault.why if parsed.fault else "There is nothing in this file"
    return f"{len(parsed.lines):,} in the file: {', '.join(kinds)}"
