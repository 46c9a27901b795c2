"""What a list file holds and what becomes of it, before anything is changed: progress, then the report."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from quotedesk.lists.parsed_list import Fate, ParsedList, ReportLine
from quotedesk.lists.section import LONGEST_NAME
from quotedesk.ui.exchange.decided_lines import DecidedLines, table_of
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import ElidedLabel
from quotedesk.ui.looks.style import without_icons

_TITLES = ("Line", "In the file", "Became", "Result")
_BECAME = 2
_SIZE_PX = (720, 460)
_WIDTHS_PX = (48, 190, 130)
_FILE_PX = 150


class _ReportLines(DecidedLines[ReportLine]):
    """The report's lines."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(_TITLES, _BECAME, parent)
        self._appearance = appearance

    def cells(self, line: ReportLine) -> Sequence[str]:
        return cells(line)

    def has_box(self, line: ReportLine) -> bool:
        return can_be_decided(line)

    def comes_in(self, line: ReportLine) -> bool:
        return line.fate is Fate.NEW

    def ink(self, line: ReportLine) -> QColor:
        theme = self._appearance.theme
        return {Fate.BAD: theme.error, Fate.UNSURE: theme.accent, Fate.NEW: theme.t1}.get(line.fate, theme.t3)


class ImportDialog(QDialog):
    """First the progress, with a way to stop; then the report, to choose which rows come in, and where they go.

    Attributes:
        decisions: of lines of the report, by their place, that what was not sure comes in, or what was new does not.

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
        self.decisions: dict[int, bool] = {}
        self._lines = _ReportLines(appearance, self)
        self._lines.decided.connect(self._decide)
        self.only_bad = QCheckBox("Only what is &not sure or not mapped")
        self.only_bad.toggled.connect(self._fill)
        self.table = table_of(self._lines, "What becomes of each piece of the file", _WIDTHS_PX)
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
        without_icons(self._buttons)
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
        """How far the file is read, in bytes."""
        self.progress.setRange(0, max(1, of))
        self.progress.setValue(done)
        self.counts.show_text(f"Reading: {done / 1000:,.0f} of {of / 1000:,.0f} kB")

    def show_report(self, apart: ParsedList, into: ParsedList) -> None:
        """The file is read: what it means as a new list, and for the list that is shown."""
        self._reports = {True: apart, False: into}
        self.progress.hide()
        self._report.show()
        self._fill()
        self.only_bad.setEnabled(apart.count(Fate.BAD) + apart.count(Fate.UNSURE) > 0)
        if any(line.file for line in apart.lines):
            self.table.setColumnWidth(0, _FILE_PX)
        self.accept_button.setFocus()

    def reject(self) -> None:
        super().reject()
        self.stopped.emit()

    @property
    def _shown(self) -> ParsedList:
        return self._reports[self.apart.isChecked()]

    def _fill(self) -> None:
        if not self._reports:
            return
        lines: Sequence[ReportLine] = self._shown.lines
        places: Sequence[int] = range(len(lines))
        if self.only_bad.isChecked():
            places = [place for place in places if lines[place].fate in (Fate.BAD, Fate.UNSURE)]
        self._lines.show_lines(lines, places, self.decisions)
        self._count()

    def _count(self) -> None:
        """Say how many pieces came to what, and let what is left be imported."""
        lines = self._shown.lines
        out = sum(not is_in for is_in in self.decisions.values())
        told = [counted(self._shown)]
        if out:
            told.append(f"{out:,} left out")
        if len(self.decisions) > out:
            told.append(f"{len(self.decisions) - out:,} taken though not sure")
        self.counts.show_text(", ".join(told))
        left = len(self._shown.rows) - sum(lines[place].fate is Fate.NEW for place in self.decisions)
        self.accept_button.setEnabled(left > 0 or len(self.decisions) > out)

    def _decide(self, place: int, is_in: bool) -> None:
        if is_in == (self._shown.lines[place].fate is Fate.NEW):
            self.decisions.pop(place, None)
        else:
            self.decisions[place] = is_in
        self._count()

    def _choose(self) -> None:
        if self.accept_button.isEnabled():
            self.accept()
            self.chosen.emit((self.name.text().strip() or "List") if self.apart.isChecked() else "")

    def _copy(self) -> None:
        lines = ["\t".join(cells(line)) for line in self._lines.lines]
        QGuiApplication.clipboard().setText("\n".join([self.counts.text(), "\t".join(_TITLES), *lines]))


def cells(line: ReportLine) -> tuple[str, str, str, str]:
    """A line of the report as plain texts of one line each."""
    fate = line.fate.value
    result = line.why if line.why.startswith(fate) else f"{fate}: {line.why}" if line.why else fate
    return f"{line.file} {line.number or ''}".strip(), " ".join(line.text.split())[:200], line.became, result


def can_be_decided(line: ReportLine) -> bool:
    """Is it for the user to say whether it comes in?"""
    return line.row is not None and line.fate in (Fate.NEW, Fate.UNSURE)


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
