"""What a table of positions means, before anything is changed: what was read of each line, and what was not."""

from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtCore import (
    QElapsedTimer,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QVBoxLayout,
    QWidget,
)

from quotedesk.lists.position_reader import PositionLine, PositionReader, Reading
from quotedesk.market.position import Position
from quotedesk.ui.exchange.decided_lines import DecidedLines, table_of
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import ElidedLabel
from quotedesk.ui.looks.style import without_icons
from quotedesk.ui.message import Message
from quotedesk.ui.table import numbers
from quotedesk.ui.window.positions_edits import PositionEdits

SLICE_MS = 8
_TITLES = ("Line", "In the file", "Symbol", "Quantity", "Average cost", "Result")
_SYMBOL, _QUANTITY = 2, 3
_WIDTHS_PX = (46, 180, 112, 86, 96)
_SIZE_PX = (900, 480)
_FRAME_PX = (16, 48)  # that the desktop puts around it


class _PositionLines(DecidedLines[PositionLine]):
    """The lines of a table of positions."""

    def __init__(self, appearance: Appearance, edits: PositionEdits, parent: QWidget) -> None:
        super().__init__(_TITLES, _SYMBOL, parent, (_QUANTITY, _QUANTITY + 1))
        self._appearance = appearance
        self._edits = edits

    def has_box(self, line: PositionLine) -> bool:
        return line.may_come_in

    def comes_in(self, line: PositionLine) -> bool:
        return line.reading is not Reading.UNSURE

    def ink(self, line: PositionLine) -> QColor:
        theme = self._appearance.theme
        of = {Reading.BAD: theme.error, Reading.UNSURE: theme.accent, Reading.NEW: theme.t1, Reading.CHANGED: theme.t1}
        return of.get(line.reading, theme.t3)

    def cells(self, line: PositionLine) -> tuple[str, ...]:
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
        self.lines = table_of(self._model, "What becomes of each line", _WIDTHS_PX)
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
