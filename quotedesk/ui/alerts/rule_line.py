"""A field for the text of a rule: words are completed, and what is wrong is marked and told below it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QLineEdit, QStyle, QStyleOptionFrame, QVBoxLayout, QWidget

from quotedesk.alerts.rule import AlertRule
from quotedesk.alerts.rule_reader import RuleError
from quotedesk.lists.list_reader import Suggestion
from quotedesk.ui.editing.completion import Completion
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import plain_label
from quotedesk.ui.message import announce

_FIELD_CHARACTERS = 20_000  # what is too long is told, not cut off


class RuleLine(QWidget):
    """`read(text)` makes a rule of the text, or raises RuleError; `over`: where the completions lie; `told`: a label
    elsewhere in place of one below the field.

    Attributes:
        field: to type into. told: the line below it.

    Signals:
        entered(rule): Enter, with a rule that can be read, by the word that it takes if need be.
        escaped(): Esc, with no completions to be closed by it.
        left(): the keyboard went elsewhere in the window.
    """

    entered = Signal(object)
    escaped = Signal()
    left = Signal()

    def __init__(
        self,
        read: Callable[[str], AlertRule],
        suggest: Callable[[str], Sequence[Suggestion]],
        appearance: Appearance,
        over: QWidget,
        parent: QWidget | None = None,
        told: QLabel | None = None,
    ) -> None:
        super().__init__(parent)
        self._read = read
        self.field = _MarkedField(appearance)
        self.field.setMaxLength(_FIELD_CHARACTERS)
        self.field.setAccessibleName("Rule")
        self.field.setFont(look.font())
        self.told = told or plain_label(look.font(12), "t3")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.field)
        if told is None:
            self.told.setWordWrap(True)
            column.addWidget(self.told)
        if told is not None:  # a table gives its editor the keyboard; else both would be said to have it
            self.setFocusProxy(self.field)
        self._completion = Completion(self.field, suggest, appearance, over, "word")
        self.field.installEventFilter(self)  # after the completion's: it is asked before that
        self.field.textChanged.connect(self._look)
        self._look()

    def rule(self) -> AlertRule | None:
        """What the text says; None while it cannot be read."""
        try:
            return self._read(self.field.text())
        except RuleError:
            return None

    def say(self, fault: RuleError | None) -> None:
        """Show what is wrong, from elsewhere."""
        self._say(str(fault) if fault else "", is_wrong=fault is not None)
        self.field.mark(fault)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.ShortcutOverride and not self.field.text():
            event.ignore()  # Ctrl+Z takes back a rule where there is no text to take back
            return True
        if watched is self.field and isinstance(event, QFocusEvent) and event.lostFocus():
            if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
                self.left.emit()
            return False
        if watched is not self.field or not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        is_open = not self._completion.isHidden()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if is_open and self._completion.chosen >= 0:
                self._completion.eventFilter(watched, event)  # it takes the word
                if self.rule() is not None:
                    self._enter()
                return True  # else the line says what is missing
            self._completion.close_list()
            self._enter()
            return True
        if event.key() == Qt.Key.Key_Escape and not is_open:
            self.escaped.emit()
            return True
        return super().eventFilter(watched, event)

    # Inside

    def _enter(self) -> None:
        try:
            rule = self._read(self.field.text())
        except RuleError as fault:
            self.say(fault)
            announce(self, str(fault), is_urgent=True)
            self.field.setSelection(fault.at, fault.length)
        else:
            self.entered.emit(rule)

    def _look(self) -> None:
        """While one types only what cannot become right is called wrong: not what is missing at the end."""
        text = self.field.text()
        if not text.strip():
            self.field.mark(None)
            self._say("BTC-USD@coinbase last crosses-up 60000 repeat 15m", is_wrong=False)
            return
        try:
            rule = self._read(text)
        except RuleError as fault:
            is_open = fault.at + fault.length >= len(text.rstrip())
            self.field.mark(None if is_open else fault)
            self._say(str(fault), is_wrong=not is_open)
        else:
            self.field.mark(None)
            self._say("" if rule.text == text.strip() else rule.text, is_wrong=False)

    def _say(self, words: str, *, is_wrong: bool) -> None:
        self.told.setText(words)
        self.field.setAccessibleDescription(words)
        colour = "error" if is_wrong else "t3"
        if self.told.property("colour") != colour:
            self.told.setProperty("colour", colour)
            self.told.style().polish(self.told)


class _MarkedField(QLineEdit):
    """A line that underlines the word an error is about."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._fault: RuleError | None = None

    def mark(self, fault: RuleError | None) -> None:
        self._fault = fault
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._fault is None or not self._fault.length:
            return
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        inner = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        text, metrics, at = self.text(), self.fontMetrics(), self._fault.at
        # The field scrolls: the cursor says by how much.
        shift = self.cursorRect().center().x() - metrics.horizontalAdvance(text[: self.cursorPosition()])
        begin = shift + metrics.horizontalAdvance(text[:at])
        end = shift + metrics.horizontalAdvance(text[: at + self._fault.length])
        painter = QPainter(self)
        painter.setClipRect(inner)
        painter.setPen(QPen(QColor(self._appearance.theme.error), 1.5))
        y = inner.center().y() + metrics.height() // 2
        painter.drawLine(begin, y, end, y)
        painter.end()
