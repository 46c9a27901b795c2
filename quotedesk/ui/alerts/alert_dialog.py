"""A new alert on one row: a level beside the price of now, what it does, and the line that says all of it."""

import math

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from quotedesk.alerts.rule import AlertRule, escaped_quotes
from quotedesk.alerts.rule_reader import RuleError
from quotedesk.formats import amounts
from quotedesk.formats.amounts import AmountError, DecimalSign
from quotedesk.market.instrument import Instrument, shown
from quotedesk.ui.alerts.alert_words import distance
from quotedesk.ui.alerts.alerts import Alerts
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import plain_label
from quotedesk.ui.table import numbers
from quotedesk.ui.table.columns import RowSnapshot

_WIDTH_PX = 580
_LEVEL_PX = 130
_EVERY_MS = 250  # the price of now is shown anew
_BY_SIDE, _MOST_STEPS = "by its side", 10
_FIELDS = (
    ("last", "Last"),
    ("bid", "Bid"),
    ("ask", "Ask"),
    ("change%", "Change of the day, %"),
    ("change%/5m", "Change in 5 minutes, %"),
    ("volume", "Volume"),
    ("age", "No price for"),
)
_OPERATORS = (
    (_BY_SIDE, "reaches"),
    ("crosses", "crosses, from either side"),
    ("crosses-up", "rises to"),
    ("crosses-down", "falls to"),
    (">=", "is at least"),
    ("<=", "is at most"),
)
_OFTEN = (
    ("", "Once"),
    ("daily", "Once a day"),
    ("repeat 1m", "Each time, at most each minute"),
    ("repeat 15m", "Each time, at most each 15 minutes"),
    ("repeat 1h", "Each time, at most each hour"),
)


class AlertDialog(QDialog):
    """Makes the rule of what its fields say, and keeps it with Enter. `row`: its numbers as it is opened.

    Attributes:
        field, operator, level, often, outside, sound, raises, runs, posts, note: what the user chooses.
        told: how far the level is away, or what is wrong. line: the rule's text.
        keep: the button.
    """

    def __init__(
        self,
        alerts: Alerts,
        row: RowSnapshot,
        instrument: Instrument,
        feed: str,
        appearance: Appearance,
        parent: QWidget,
        level: float | None = None,
    ) -> None:
        super().__init__(parent)
        self._alerts = alerts
        self._row = row
        self._instrument = instrument
        self._feed = feed
        settings, sounds = alerts.settings(), alerts.sounds
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"New alert on {shown(instrument, feed)}")
        self.field, self.operator, self.often, self.sound = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        for box, choices in ((self.field, _FIELDS), (self.operator, _OPERATORS), (self.often, _OFTEN)):
            for value, words in choices:
                box.addItem(words, value)
        self.sound.addItem(f"Usual ({settings.alert_sound})", "")
        for name in sounds:
            self.sound.addItem(name.capitalize(), name)
        self.level, self.note = QLineEdit(), QLineEdit()
        for box, words in ((self.field, "Value to watch"), (self.operator, "Condition")):
            box.setAccessibleName(words)
            box.setAccessibleDescription(words)  # over AT-SPI the name of a box is what is chosen
        self.level.setAccessibleName("Level")
        self.level.setToolTip("Up and Down step by a tick, Page Up and Page Down by ten")
        self.level.installEventFilter(self)
        self.note.setPlaceholderText("in your words")
        self.outside = QCheckBox("Also &outside the market's hours")
        self.raises = QCheckBox("&Window forward")
        self.runs, self.posts = QCheckBox("Run the comman&d"), QCheckBox("&Post to the webhook")
        for part, is_allowed in ((self.runs, settings.alert_runs), (self.posts, settings.alert_posts)):
            part.setEnabled(is_allowed)
            part.setToolTip("" if is_allowed else "File > Settings, Alerts allows it")
        self.told = plain_label(look.font(12), "t2")
        self.told.setWordWrap(True)
        self.line = plain_label(look.font(12), "t3")
        self.line.setWordWrap(True)
        self.keep, cancel = QPushButton("&Keep"), QPushButton("Cancel")
        self.keep.setDefault(True)
        cancel.setAutoDefault(False)
        self._lay_out(cancel)
        self._decimals = row.decimals
        self._fill(level)
        self.field.activated.connect(lambda: self._fill(None))
        for box in (self.field, self.operator, self.often, self.sound):
            box.currentIndexChanged.connect(self._look)
        for text in (self.level, self.note):
            text.textChanged.connect(self._look)
        for check in (self.outside, self.raises, self.runs, self.posts):
            check.toggled.connect(self._look)
        self.keep.clicked.connect(self._keep)
        cancel.clicked.connect(self.reject)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        self._look()
        self.level.setFocus()
        self.level.selectAll()

    def text(self) -> str:
        """The rule's line, as the fields say it. Raises RuleError."""
        operator = self.operator.currentData()
        if operator == _BY_SIDE:
            operator = self._by_side()
        words = [
            f"{self._instrument.code}@{self._instrument.feed}",
            self.field.currentData(),
            operator,
            self._level(),
            self.often.currentData(),
        ]
        if self.outside.isChecked():
            words.append("outside-hours")
        if self.sound.currentData():
            words.append(f"sound {self.sound.currentData()}")
        does = [name for name, box in self._does() if box.isChecked()]
        if does:
            words.append(f"do {','.join(does)}")
        if note := " ".join(self.note.text().split()):
            words.append(f'note "{escaped_quotes(note)}"')
        return " ".join(filter(None, words))

    def rule(self) -> AlertRule:
        """The same as a rule. Raises RuleError."""
        return self._alerts.read(self.text(), self._feed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.level and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {
                Qt.Key.Key_Up: 1,
                Qt.Key.Key_Down: -1,
                Qt.Key.Key_PageUp: _MOST_STEPS,
                Qt.Key.Key_PageDown: -_MOST_STEPS,
            }.get(Qt.Key(event.key()))
            if steps and not event.modifiers():
                self._step(steps)
                return True
        return super().eventFilter(watched, event)

    # Inside

    def _does(self) -> tuple[tuple[str, QCheckBox], ...]:
        return ("raise", self.raises), ("run", self.runs), ("post", self.posts)

    def _lay_out(self, cancel: QPushButton) -> None:
        when = QHBoxLayout()
        for box in (self.field, self.operator):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(10)
        self.level.setMinimumWidth(_LEVEL_PX)
        for part, stretch in ((self.field, 3), (self.operator, 3), (self.level, 2)):
            when.addWidget(part, stretch)
        when.setSpacing(8)
        does = QHBoxLayout()
        does.setSpacing(20)
        for check in (self.raises, self.runs, self.posts):
            does.addWidget(check)
        does.addStretch()
        form = QFormLayout()
        form.setHorizontalSpacing(20)
        form.setVerticalSpacing(10)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.addRow("When", when)
        form.addRow("", self.told)
        form.addRow("&How often", self.often)
        form.addRow("", self.outside)
        form.addRow("&Sound", self.sound)
        form.addRow("Also", does)
        form.addRow("&Note", self.note)
        form.addRow("", self.line)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.addLayout(form)
        column.addSpacing(8)
        column.addLayout(buttons)
        self.resize(_WIDTH_PX, self.sizeHint().height())

    def _now(self) -> tuple[float, int]:
        """The value that is compared, and how many decimals it has."""
        return self._alerts.value_of(self.field.currentData(), self._instrument)

    def _fill(self, level: float | None) -> None:
        """The field is another one: begin with its value of now."""
        field = self.field.currentData()
        value, self._decimals = self._now()
        if field == "age":
            self.level.setText("30s")
            self.operator.setCurrentIndex(self.operator.findData(">="))
            return
        if level is not None:
            self.level.setText(f"{level:.{max(self._decimals, _digits(level))}f}")
        else:
            self.level.setText(f"{value:.{self._decimals}f}" if math.isfinite(value) else "")
        self.level.selectAll()

    def _level(self) -> str:
        """The level as a rule has it, of what people write. Raises RuleError."""
        said = self.level.text().strip()
        if self.field.currentData() == "age" and said:
            return said.replace(" ", "")
        digits = said.removesuffix("%")
        try:
            amount = amounts.read(digits, amounts.decimal_sign([digits]) or DecimalSign.POINT)
        except AmountError as fault:
            raise RuleError(str(fault), 0) from fault
        if amount is None:
            raise RuleError("a level is missing", 0)
        if amount.currency:
            raise RuleError("a level has no currency: it is in the row's", 0)
        return f"{amount.value}{'%' if digits != said else ''}"

    def _step(self, steps: int) -> None:
        try:
            value = float(self._level())
        except ValueError:
            return
        self.level.setText(f"{value + steps * 10.0**-self._decimals:.{self._decimals}f}")

    def _by_side(self) -> str:
        """From which side the level will be reached."""
        if self.field.currentData() == "age":
            return ">="
        try:
            level, now = float(self._level().removesuffix("%")), self._now()[0]
        except ValueError:
            return "crosses"
        return "crosses-up" if level > now else "crosses-down" if level < now else "crosses"

    def _look(self) -> None:
        """Say what is wrong, else how far the level is."""
        try:
            rule = self.rule()
        except RuleError as fault:
            self._tell(fault.said[:1].upper() + fault.said[1:], "", is_wrong=bool(self.level.text().strip()))
            return
        value, decimals = self._now()
        now = f"Now {numbers.price(value, decimals)}" if math.isfinite(value) else "No price is known now"
        away = distance(rule, value, decimals)
        is_beyond = (rule.operator.value in ("crosses-up", ">=") and value >= rule.level) or (
            rule.operator.value in ("crosses-down", "<=") and value <= rule.level
        )
        told = (
            f"{now}, the level is {away}" if away and not away.startswith("at") else f"{now}: {away}" if away else now
        )
        if is_beyond and math.isfinite(value):
            told += ". It is beyond that already: armed for the next crossing"
        if not rule.is_outside_hours and (opens := self._alerts.source.opens(self._instrument)):
            told += f".\nRests until {opens}: the market is closed"
        self._tell(told, rule.text, is_wrong=False)

    def _tell(self, words: str, line: str, *, is_wrong: bool) -> None:
        self.keep.setEnabled(bool(line))
        colour = "error" if is_wrong else "t2"
        self.told.setText(words)
        self.line.setText(line)
        self.level.setAccessibleDescription(words)
        if self.told.property("colour") != colour:
            self.told.setProperty("colour", colour)
            self.told.style().polish(self.told)

    def _keep(self) -> None:
        try:
            self._alerts.add(self.rule())
        except RuleError as fault:
            self._tell(fault.said[:1].upper() + fault.said[1:], "", is_wrong=True)
        else:
            self.accept()


def _digits(value: float) -> int:
    """Decimals that a value has."""
    return len(f"{value:.8f}".rstrip("0").partition(".")[2])
