"""Write a URL template: its name, its address and its key, with the address of the current row below."""

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from quotedesk.lists.url_template import LONGEST_NAME, LONGEST_URL, NAMES, UrlError, UrlTemplate, fault_of, filled
from quotedesk.ui.dialogs.url_choice import UrlChoice
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.labels import plain_label

_WIDTH_PX = 560
_PREVIEW_PX = 40
_BARE = ("Shift", "")  # with these alone a key is a letter to be typed, or one of the table's


class UrlTemplateDialog(QDialog):
    """`before`: the template to be changed; None: a new one.

    Attributes:
        name, url, keys, told, keep: its parts.
    """

    def __init__(self, choice: UrlChoice, before: UrlTemplate | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._choice = choice
        self._before = before
        self.setModal(True)
        self.setWindowTitle(f"Open in {before.name}" if before else "New URL template")
        self.name, self.url, self.keys = QLineEdit(), QLineEdit(), QKeySequenceEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setPlaceholderText("Chart site")
        self.url.setMaxLength(LONGEST_URL)
        self.url.setPlaceholderText("https://example.com/chart/{exchange}/{ticker}")
        self.keys.setMaximumSequenceLength(1)
        self.keys.setClearButtonEnabled(True)
        self.keys.setAccessibleName("Key")
        self.told = plain_label(look.font(), "t2")
        self.told.setWordWrap(True)
        self.told.setMinimumHeight(_PREVIEW_PX)
        self.keep, cancel = QPushButton("&Keep"), QPushButton("Cancel")
        self.keep.setDefault(True)
        cancel.setAutoDefault(False)
        form = QFormLayout()
        form.addRow("&Name", self.name)
        form.addRow("&Address", self.url)
        form.addRow("", self.told)
        known = plain_label(look.font(12), "t3", "\n".join(f"{{{name}}}  {what}" for name, what in NAMES.items()))
        form.addRow("", known)
        form.addRow("Ke&y", self.keys)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addStretch()
        column.addLayout(buttons)
        if before is not None:
            self.name.setText(before.name)
            self.url.setText(before.url)
            self.keys.setKeySequence(QKeySequence(before.keys))
        self.name.textChanged.connect(self._look)
        self.url.textChanged.connect(self._look)
        self.keys.keySequenceChanged.connect(self._look)
        self.keep.clicked.connect(self._keep)
        cancel.clicked.connect(self.reject)
        self.finished.connect(self.deleteLater)
        self.resize(_WIDTH_PX, self.sizeHint().height())
        self._look()
        (self.url if before else self.name).setFocus()

    def template(self) -> UrlTemplate:
        """What the fields say. Another address is to be shown once more before it is opened."""
        url = self.url.text().strip()
        is_agreed = self._before is not None and self._before.is_agreed and self._before.url == url
        return UrlTemplate(" ".join(self.name.text().split()), url, self.keys.keySequence().toString(), is_agreed)

    def fault(self) -> str:
        """What is wrong; "" where nothing is."""
        said = self.template()
        if fault := fault_of(said.url):
            return fault
        if not said.name:
            return "Give it a name, for the menu."
        others = [each for each in self._choice.templates if each != self._before]
        if any(each.name.casefold() == said.name.casefold() for each in others):
            return f"There is a template {said.name} already."
        return self._fault_of_keys(said.keys, others)

    def _fault_of_keys(self, keys: str, others: list[UrlTemplate]) -> str:
        if not keys:
            return ""
        with_what, _, key = keys.rpartition("+")
        if with_what in _BARE and not (key[0] == "F" and key[1:].isdigit()):
            return f"{keys} is for typing and moving. Take a key with Ctrl or Alt."
        owner = next((each.name for each in others if each.keys == keys), "") or self._choice.owner_of(keys)
        return f"{keys} is the key of “{owner}”." if owner else ""

    def _look(self) -> None:
        """Say what is wrong, else what comes out for the current row."""
        fault = self.fault()
        said = fault or self._preview()
        self.keep.setEnabled(not fault)
        colour = "error" if fault and self.url.text() else "t2"
        self.told.setText(said)
        self.told.setAccessibleName(said)
        if self.told.property("colour") != colour:
            self.told.setProperty("colour", colour)
            self.told.style().unpolish(self.told)
            self.told.style().polish(self.told)

    def _preview(self) -> str:
        values = self._choice.values()
        if not values:
            return "Choose a row to see its address here."
        try:
            return filled(self.template(), values)
        except UrlError as fault:
            return str(fault)

    def _keep(self) -> None:
        self._choice.replace(self._before, self.template())
        self.accept()
