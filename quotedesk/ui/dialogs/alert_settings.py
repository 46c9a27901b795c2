"""The part of the settings that says what an alert does; each thing can be tried."""

import shlex
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from quotedesk.config.settings import Settings
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks import tips
from quotedesk.ui.looks.labels import plain_label
from quotedesk.ui.message import announce

_BETWEEN_PX = 20  # two boxes on a line


class AlertSettings(QWidget):
    """Rows of a form. `sounds`: those there are, by name.

    Attributes:
        notice, raises, runs, posts, private: what is allowed. sound, command, webhook: with what.
        tests: the buttons, by what they try: "notice", "sound", "raise", "command", "webhook".
        keep, forget: of the webhook's address.
        answer: what came of a test.

    Signals:
        changed(name, value): a setting, by its name in Settings.
        tried(what): one of `tests`; answer with `show_answer`.
        webhook_given(address), webhook_forgotten(): into the keyring, and out of it.
    """

    changed = Signal(str, object)
    tried = Signal(str)
    webhook_given = Signal(str)
    webhook_forgotten = Signal()

    def __init__(self, settings: Settings, sounds: Sequence[str], form: QFormLayout, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()  # its parts stand in the form
        self._form = form
        self.tests: dict[str, QPushButton] = {}
        self.notice = self._box("Show a notice on the desktop", "alert_notice", settings.alert_notice)
        self.raises = self._box("Bring the window forward", "alert_raises", settings.alert_raises)
        self.sound = QComboBox()
        for name in sounds:
            self.sound.addItem(name.capitalize(), name)
        self.sound.setCurrentIndex(max(0, self.sound.findData(settings.alert_sound)))
        self.sound.activated.connect(lambda: self.changed.emit("alert_sound", self.sound.currentData()))
        self.sound.setAccessibleName("Sound of alerts")
        self.sound.setToolTip("Of rules that name no other")
        self.command = QLineEdit(shlex.join(settings.alert_command))
        self.command.setPlaceholderText("/usr/local/bin/tell-me --loud")
        self.command.setAccessibleName("Command of alerts")
        self.command.setToolTip("A program and its words. No shell reads them; it gets the alerts as JSON")
        self.command.editingFinished.connect(self._set_command)
        self._command = settings.alert_command
        self.runs = self._box("Rules may run it", "alert_runs", settings.alert_runs)
        self.webhook = QLineEdit()
        self.webhook.setEchoMode(QLineEdit.EchoMode.Password)  # most addresses are secrets
        self.webhook.setAccessibleName("Address of the webhook")
        self.webhook.returnPressed.connect(self._give)
        self.keep, self.forget = self._button("Keep"), self._button("Forget")
        self.keep.setToolTip("Put the address into the system's keyring, and nowhere else")
        self.keep.clicked.connect(self._give)
        self.forget.clicked.connect(self.webhook_forgotten)
        self.posts = self._box("Rules may post to it", "alert_posts", settings.alert_posts)
        self.private = self._box("also in a private network", "alert_private", settings.alert_private)
        self.private.setToolTip("On this machine or in a private network, and over plain http")
        self._no_sound = plain_label(look.font(12), "t2")
        self._no_sound.setWordWrap(True)
        self.answer = plain_label(look.font(12), "t2")
        self.answer.setWordWrap(True)
        self.answer.setAccessibleName("Answer of the test")
        self._add("", self.notice, "notice")
        self._add("Sound", self.sound, "sound")
        form.addRow("", self._no_sound)
        form.setRowVisible(self._no_sound, False)
        self._add("", self.raises, "raise")
        self._add("Command", self.command)
        self._add("", self.runs, "command")
        self._add("Webhook", self.webhook, self.keep, self.forget)
        self._add("", self.posts, self.private, "webhook")
        form.addRow("", self.answer)
        form.setRowVisible(self.answer, False)
        self.command.textChanged.connect(self._offer_buttons)
        self._has_address = False  # as far as is known
        self._offer_buttons()

    def show_origin(self, words: str, *, has_address: bool) -> None:
        """Where the webhook's address comes from; is there one?"""
        self.webhook.setPlaceholderText(words)
        self._has_address = has_address
        self._offer_buttons()

    def _offer_buttons(self) -> None:
        """What there is nothing for cannot be pressed."""
        self.tests["command"].setEnabled(bool(self.command.text().strip()))
        self.tests["webhook"].setEnabled(self._has_address)
        self.forget.setEnabled(self._has_address)

    def show_no_sound(self, words: str) -> None:
        """Why none can be played here; "" where one can, or none was wanted yet."""
        self._no_sound.setText(words)
        self._form.setRowVisible(self._no_sound, bool(words))

    def show_answer(self, words: str, is_good: bool | None) -> None:
        """What came of a test; None: it is under way."""
        self.answer.setText(words)
        self.answer.setToolTip(tips.as_shown(words))
        self._form.setRowVisible(self.answer, bool(words))
        self.answer.setProperty("colour", "t2" if is_good is None else "t1" if is_good else "error")
        self.answer.style().polish(self.answer)
        if words:
            announce(self.answer, words)

    # Inside

    def _box(self, words: str, name: str, on: bool) -> QCheckBox:
        box = QCheckBox(words)
        box.setChecked(on)
        box.clicked.connect(lambda on: self.changed.emit(name, on))
        return box

    def _button(self, words: str) -> QPushButton:
        button = QPushButton(words)
        button.setAutoDefault(False)
        return button

    def _add(self, label: str, first: QWidget, *others: QWidget | str) -> None:
        """A line of the form; a text stands for the test of that."""
        line, row = QWidget(), QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        if isinstance(first, QCheckBox):
            row.setSpacing(_BETWEEN_PX)
        row.addWidget(first, 0 if isinstance(first, QCheckBox) else 1)
        for each in others:
            if isinstance(each, str):
                test = self.tests[each] = self._button("Test")
                test.setAccessibleName(f"Test the {each}")
                test.clicked.connect(lambda _=False, what=each: self.tried.emit(what))
                row.addStretch() if isinstance(first, QCheckBox) else None
                row.addWidget(test)
            else:
                row.addWidget(each)
        line.setLayout(row)
        if label:
            words = plain_label(look.font(), "t1")
            words.setText(label)
            words.setBuddy(first)
            self._form.addRow(words, line)
        else:
            self._form.addRow("", line)
        line.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _set_command(self) -> None:
        try:
            argv = tuple(shlex.split(self.command.text()))
        except ValueError as fault:
            self.show_answer(f"The command cannot be read: {fault}.", False)
            return
        if argv != self._command:
            self._command = argv
            self.changed.emit("alert_command", argv)

    def _give(self) -> None:
        if address := self.webhook.text().strip():
            self.webhook_given.emit(address)
        else:
            self.show_answer("Paste the address first.", False)
