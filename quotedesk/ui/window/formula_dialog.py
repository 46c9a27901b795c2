"""The editor of a formula's column: names are completed, the current row shows what comes out, errors stand below."""

import math
import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from quotedesk.lists.list_reader import Suggestion
from quotedesk.lists.saved import ColumnFormula, FormulaColour
from quotedesk.market.formula import FUNCTIONS, MOST_CHARACTERS, FormulaError, read
from quotedesk.market.instrument import Instrument
from quotedesk.quotes.formula_values import MEANINGS, NAMES
from quotedesk.ui.editing.completion import Completion
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import plain_label
from quotedesk.ui.table import numbers
from quotedesk.ui.table.columns import Column, RowSnapshot
from quotedesk.ui.table.formula_columns import column_of, inputs, texts_of
from quotedesk.ui.table.view import TableView
from quotedesk.ui.window.formula_edits import FormulaEdits

_WIDTH_PX = 560
_EVERY_MS = 250  # the preview is made anew
_MOST_DECIMALS = 8
_FIELD_CHARACTERS = 20_000  # what is too long is told, not cut off
_EMPTY = "Write what to calculate from columns and numbers, such as ask - bid."
_WORD = re.compile(r"[^\W\d]\w*\Z")
_COLOURS = (
    (FormulaColour.NONE, "None"),
    (FormulaColour.SIGN, "By its sign"),
    (FormulaColour.VALUE, "By its value"),
)
_ABOUT_FUNCTIONS = {
    "abs": "without its sign",
    "avg": "mean of several",
    "ceil": "next whole number above",
    "floor": "next whole number below",
    "if": "if(condition, then, else)",
    "known": "1 where it is known, else 0",
    "max": "largest of several",
    "min": "smallest of several",
    "round": "round(value, decimals)",
    "sign": "-1, 0 or 1",
    "sqrt": "square root",
}


class FormulaDialog(QDialog):
    """Edits the formula of a column, or (None) makes a new one. Enter keeps it; each is one step of undo.

    Attributes:
        name, text, decimals, colour, high, low: its fields.
        told: what is wrong, or what comes out in the current row.
        keep, remove: its buttons.
    """

    def __init__(
        self, edits: FormulaEdits, table: TableView, column: Column | None, appearance: Appearance, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._edits = edits
        self._table = table
        self._before = before = edits.named(column.title) if column is not None else None
        self.setModal(True)
        self.setWindowTitle(f"Formula {before.name}" if before else "New formula column")
        self.name = QLineEdit()
        self.name.setPlaceholderText("Spread bp")
        self.text = QLineEdit()
        self.text.setMaxLength(_FIELD_CHARACTERS)
        self.text.setPlaceholderText("(ask - bid) / bid * 10000")
        self.decimals = QComboBox()
        self.decimals.addItems(["As the price", *map(str, range(_MOST_DECIMALS + 1))])
        self.colour = QComboBox()
        self.colour.addItems([words for _, words in _COLOURS])
        self.high, self.low = QLineEdit(), QLineEdit()
        self.told = plain_label(look.font(), "t2")
        self.told.setWordWrap(True)
        self.told.setMinimumHeight(40)
        self._hint = plain_label(
            look.font(12), "t3", "+ - * /   < <= > >= == !=   and or not   if(condition, then, else)"
        )
        self._hint.setWordWrap(True)
        self.keep, cancel, self.remove = QPushButton("&Keep"), QPushButton("Cancel"), QPushButton("&Remove formula")
        self.keep.setDefault(True)
        for button in (cancel, self.remove):
            button.setAutoDefault(False)
        self._lay_out(cancel)
        self._completion = Completion(self.text, self._suggest, appearance, self, "known name")
        self.text.installEventFilter(self)  # after the completion's: it is asked before that
        self._show(before)
        for field in (self.name, self.text, self.high, self.low):
            field.textChanged.connect(self._look)
        for box in (self.decimals, self.colour):
            box.currentIndexChanged.connect(self._look)
        self.keep.clicked.connect(self._keep)
        cancel.clicked.connect(self.reject)
        self.remove.clicked.connect(self._remove)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        self.finished.connect(self.deleteLater)
        self._look()
        (self.text if before else self.name).setFocus()

    def formula(self) -> ColumnFormula:
        """What the fields say."""
        decimals = self.decimals.currentIndex() - 1
        return ColumnFormula(
            " ".join(self.name.text().split()),
            self.text.text().strip(),
            decimals if decimals >= 0 else None,
            _COLOURS[self.colour.currentIndex()][0],
            _number(self.high.text()),
            _number(self.low.text()),
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_enter = (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        )
        if is_enter and not self._completion.isHidden() and self._completion.chosen >= 0:
            self._completion.eventFilter(watched, event)
            return True  # it has taken a name; another Enter keeps the formula
        return super().eventFilter(watched, event)

    # Inside

    def _lay_out(self, cancel: QPushButton) -> None:
        limits = QHBoxLayout()
        for words, field in (("rises from", self.high), ("falls from", self.low)):
            limits.addWidget(plain_label(look.font(), "t2", words))
            limits.addWidget(field)
            field.setAccessibleName(f"Colour: {words}")
        self._limits = QWidget()
        self._limits.setLayout(limits)
        limits.setContentsMargins(0, 0, 0, 0)
        form = QFormLayout()
        for words, part in (
            ("&Name", self.name),
            ("&Formula", self.text),
            ("", self.told),
            ("", self._hint),
            ("&Decimals", self.decimals),
            ("&Colour", self.colour),
            ("", self._limits),
        ):
            form.addRow(words, part)
        buttons = QHBoxLayout()
        buttons.addWidget(self.remove)
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addStretch()
        column.addLayout(buttons)
        self.resize(_WIDTH_PX, self.sizeHint().height())

    def _show(self, formula: ColumnFormula | None) -> None:
        self.remove.setVisible(formula is not None)
        if formula is None:
            self.decimals.setCurrentIndex(1 + 2)
            return
        self.name.setText(formula.name)
        self.text.setText(formula.text)
        decimals = formula.decimals
        self.decimals.setCurrentIndex(0 if decimals is None else 1 + max(0, min(decimals, _MOST_DECIMALS)))
        self.colour.setCurrentIndex([colour for colour, _ in _COLOURS].index(formula.colour))
        for field, limit in ((self.high, formula.high), (self.low, formula.low)):
            field.setText("" if limit is None else f"{limit:g}")

    def _look(self) -> None:
        """Say what is wrong, else what comes out in the current row."""
        self._limits.setVisible(_COLOURS[self.colour.currentIndex()][0] is FormulaColour.VALUE)
        wrong = self._wrong()
        said = wrong or self._preview()
        self.keep.setEnabled(not wrong)
        colour = "error" if wrong and self.text.text() else "t2"
        if self.told.text() != said:
            self.told.setText(said)
            self.told.setAccessibleName(said)
        if self.told.property("colour") != colour:
            self.told.setProperty("colour", colour)
            self.told.style().unpolish(self.told)
            self.told.style().polish(self.told)

    def _wrong(self) -> str:
        """The formula's own error comes first: it is what is being typed."""
        others = self._edits.others(self._before)
        if not self.text.text().strip():
            return _EMPTY
        try:
            read(self.text.text().strip(), NAMES, others)
        except FormulaError as fault:
            return str(fault)
        if doubt := self._edits.doubt(self.formula().name, self._before):
            return doubt
        if circle := self._circle():
            return circle
        for field, words in ((self.high, "rises from"), (self.low, "falls from")):
            if field.text().strip() and _number(field.text()) is None:
                return f"“{field.text().strip()[:20]}” is no number: colour {words}, written like 1.5"
        return ""

    def _circle(self) -> str:
        """Does another formula that this one needs come back to it?"""
        edited = self.formula()
        others = self._edits.others(self._before) | texts_of((edited,))
        try:
            read(edited.text, NAMES, others)
        except FormulaError as fault:
            return str(fault)
        return ""

    def _preview(self) -> str:
        reading = self._reading()
        if reading is None:
            return "Choose a row to see what comes out."
        formula, others = self.formula(), self._edits.others(self._before)
        value = column_of(formula, others).text(reading)
        why = ": an input is unknown, or something is divided by 0" if value == numbers.UNKNOWN else ""
        return f"{reading.code}: {value}, from {inputs(read(formula.text, NAMES, others), reading)}{why}"

    def _reading(self) -> RowSnapshot | None:
        """The current row's, else the first symbol's."""
        model, current = self._edits.model, self._table.currentIndex().row()
        rows = [*model.rows[current : current + 1], *model.rows] if current >= 0 else model.rows
        return next((model.reader.read(row) for row in rows if isinstance(row, Instrument)), None)

    def _suggest(self, text: str) -> Sequence[Suggestion]:
        """What the word at the end of the text may become."""
        found = _WORD.search(text)
        if found is None or len(text) > MOST_CHARACTERS:
            return ()
        word = found.group().casefold()
        known = {name: MEANINGS.get(name, "") for name in NAMES}
        known |= {name: "your formula" for name in self._edits.others(self._before)} | _ABOUT_FUNCTIONS
        starts = [name for name in known if name.startswith(word)]
        holds = [name for name in known if word in name and name not in starts]
        is_whole = word in known
        return [
            Suggestion(
                f"{name}(" if name in FUNCTIONS else name, known[name], False, is_guess=is_whole, replaces=found.group()
            )
            for name in (*starts, *holds)
        ]

    def _keep(self) -> None:
        if not self._wrong():
            self._edits.keep(self.formula(), self._before)
            self.accept()

    def _remove(self) -> None:
        if self._before is not None:
            self._edits.remove(self._before)
        self.accept()


def _number(text: str) -> float | None:
    """A number as it is typed, with a sign and a point; None where it is none."""
    try:
        value = float(text.strip().replace(numbers.MINUS, "-"))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
