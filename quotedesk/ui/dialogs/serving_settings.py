"""The part of the settings about other programs: may they read quotes, where they connect, and the token of the web."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from quotedesk.config.settings import LEAST_PORT, MOST_PORT, Settings
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks import tips
from quotedesk.ui.looks.labels import plain_label
from quotedesk.ui.looks.style import like_a_field
from quotedesk.ui.message import announce

_GAP_PX = 8
_FREE_TIP = "A program of yours reads quotes as this window shows them, and can change nothing"
_WEB_TIP = "For what runs in a browser or a spreadsheet: it needs the token, and a page has to be listed here"


class ServingSettings(QWidget):
    """Rows of a form. Where programs connect is told by `show_places`.

    Attributes:
        serves, web, port, origins: what is chosen.
        place: where programs connect; copy_place, copy_token, new_token: the buttons.
        answer: what came of it.

    Signals:
        changed(name, value): a setting, by its name in Settings.
        token_wanted(): to be copied; answer with `copy`.
        token_renewed(): the one before is to be good for nothing.
    """

    changed = Signal(str, object)
    token_wanted = Signal()
    token_renewed = Signal()

    def __init__(self, settings: Settings, form: QFormLayout, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()  # its parts stand in the form
        self._form = form
        self._origins = settings.web_origins
        self.serves = QCheckBox("My programs on this computer may read quotes")
        self.serves.setToolTip(_FREE_TIP)
        self.serves.setChecked(settings.serves)
        self.serves.clicked.connect(lambda on: self.changed.emit("serves", on))
        self.place = QLineEdit()
        self.place.setReadOnly(True)
        self.place.setAccessibleName("Where programs connect")
        self.copy_place = self._button("Copy", "Copy the path")
        self.copy_place.clicked.connect(lambda: self.copy(self.place.text(), "The path is copied."))
        self.web = QCheckBox("Also by WebSocket, on port")
        self.web.setToolTip(_WEB_TIP)
        self.web.setChecked(settings.serves_web)
        self.web.clicked.connect(lambda on: self.changed.emit("serves_web", on))
        self.port = like_a_field(QSpinBox())
        self.port.setRange(LEAST_PORT, MOST_PORT)
        self.port.setValue(settings.web_port)
        self.port.setAccessibleName("Port of 127.0.0.1")
        self.port.setToolTip("Of 127.0.0.1: no other computer can connect")
        self._port = settings.web_port
        self.port.editingFinished.connect(self._set_port)
        self.copy_token = self._button("Copy", "Programs say it as “Authorization: Bearer”, pages as ?token=")
        self.new_token = self._button("Make another", "Whoever has the one before can connect no longer")
        self.copy_place.setAccessibleName("Copy the path")
        self.copy_token.setAccessibleName("Copy the token")
        self.new_token.setAccessibleName("Make another token")
        self.copy_token.clicked.connect(self.token_wanted)
        self.new_token.clicked.connect(self.token_renewed)
        self.origins = QLineEdit(" ".join(settings.web_origins))
        self.origins.setPlaceholderText("none, or https://addin.example.com")
        self.origins.setAccessibleName("Allowed web origins")
        self.origins.setToolTip("What a page's address begins with, as the browser tells it; blanks between several")
        self.origins.editingFinished.connect(self._set_origins)
        self.answer = plain_label(look.font(12), "t2")
        self.answer.setWordWrap(True)
        self.answer.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.answer.setAccessibleName("Answer about other programs")
        form.addRow("", self.serves)
        self._add("Socket", self.place, self.copy_place)
        self._add("", self.web, self.port, None)
        self._add("Access token", self.copy_token, self.new_token, None)
        form.addRow("Allowed web origins", self.origins)
        form.addRow("", self.answer)
        self.show_answer("", True)
        self._show_web()
        self.web.clicked.connect(self._show_web)

    def show_place(self, place: str) -> None:
        """Where programs connect; "" while they cannot."""
        self.place.setText(place)
        self.place.setCursorPosition(0)
        self.copy_place.setEnabled(bool(place))

    def show_answer(self, words: str, is_good: bool) -> None:
        """What came of a change; "" for nothing to say."""
        self.answer.setText(words)
        self.answer.setToolTip(tips.as_shown(words))
        self._form.setRowVisible(self.answer, bool(words))
        self.answer.setProperty("colour", "t2" if is_good else "error")
        self.answer.style().polish(self.answer)
        if words:
            announce(self, words)

    def copy(self, text: str, words: str) -> None:
        """Put a text onto the clipboard, and say so."""
        QGuiApplication.clipboard().setText(text)
        self.show_answer(words, True)

    # Inside

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.setToolTip(tip)
        return button

    def _add(self, label: str, *parts: QWidget | None) -> None:
        """A row of parts; None is the room that is left over."""
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(_GAP_PX)
        for part in parts:
            if part is None:
                line.addStretch(1)
            else:
                line.addWidget(part)
        row = QWidget()
        row.setLayout(line)
        self._form.addRow(label, row)

    def _show_web(self) -> None:
        is_on = self.web.isChecked()
        for part in (self.copy_token, self.new_token, self.origins):
            part.setEnabled(is_on)

    def _set_port(self) -> None:
        if self.port.value() != self._port:
            self._port = self.port.value()
            self.changed.emit("web_port", self._port)

    def _set_origins(self) -> None:
        origins = tuple(dict.fromkeys(each.rstrip("/") for each in self.origins.text().replace(",", " ").split()))
        if wrong := [each for each in origins if not each.startswith(("http://", "https://"))]:
            self.show_answer(f"“{wrong[0][:60]}” is no address of a page: it begins with https:// or http://.", False)
        elif origins != self._origins:
            self._origins = origins
            self.changed.emit("web_origins", origins)
