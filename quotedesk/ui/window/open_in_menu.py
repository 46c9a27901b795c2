"""Edit > Open in: the web pages of the current row, by the user's URL templates."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenuBar, QMessageBox, QWidget

from quotedesk.lists.symbol_directory import Directories
from quotedesk.lists.url_template import UrlError, UrlTemplate, fault_of, filled, values_of
from quotedesk.market.instrument import Instrument
from quotedesk.ui.dialogs.url_choice import UrlChoice
from quotedesk.ui.looks.actions import PLAIN_WORDS, WHY_NOT, act, actions_of
from quotedesk.ui.looks.menu import Menu
from quotedesk.ui.message import Level, Message

if TYPE_CHECKING:
    from quotedesk.ui.dialogs.url_template_dialog import UrlTemplateDialog

_NO_ROW = "choose a row first"


class OpenInMenu(Menu):
    """`current`: the symbol of the current row. `tell`: something to say."""

    def __init__(
        self,
        choice: UrlChoice,
        directories: Directories,
        current: Callable[[], Instrument | None],
        tell: Callable[[Message], object],
        parent: QWidget,
    ) -> None:
        super().__init__("Open &in", parent)
        self._choice = choice
        self._directories = directories
        self._current = current
        self._tell = tell
        self._parent = parent
        self._actions: list[tuple[QAction, UrlTemplate]] = []
        self._new = act(self, "&New URL template\N{HORIZONTAL ELLIPSIS}", "", self.write)
        choice.changed.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """The templates as they are now, each with its key, unless another action has that."""
        for action, _ in self._actions:
            self.removeAction(action)
            action.deleteLater()
        self._actions = []
        for template in self._choice.templates:
            name = " ".join(template.name.split()).replace("&", "&&") or "(no name)"
            action = QAction(name, self)
            action.setProperty(PLAIN_WORDS, f"Open in {name}")
            if not self._owner_of(template.keys):
                action.setShortcut(QKeySequence(template.keys))
            action.triggered.connect(lambda checked=False, template=template: self.open(template))
            self.insertAction(self._new, action)
            self._actions.append((action, template))
        self.enable()

    def write(self) -> "UrlTemplateDialog":
        """Let the user write a template; its preview is of this window's row."""
        from quotedesk.ui.dialogs.url_template_dialog import UrlTemplateDialog  # the first paint need not wait for it

        self.lend()
        dialog = UrlTemplateDialog(self._choice, None, self._parent)
        dialog.open()
        return dialog

    def lend(self) -> None:
        """What is previewed from now on, and which keys are taken, is of this window."""
        self._choice.values = self.values
        self._choice.owner_of = self._owner_of

    def values(self) -> dict[str, str]:
        """What the names of templates stand for in the current row."""
        instrument = self._current()
        return values_of(instrument, self._directories) if instrument is not None else {}

    def enable(self) -> None:
        """There is another current row, or none."""
        has_row = self._current() is not None
        for action, template in self._actions:
            fault = fault_of(template.url)
            action.setEnabled(has_row and not fault)
            action.setProperty(WHY_NOT, f"{fault} File > Settings" if fault else _NO_ROW)
            action.setToolTip(fault)

    def open(self, template: UrlTemplate) -> None:
        """Open the page of the current row; before the first one of a template the address is shown."""
        instrument = self._current()
        if instrument is None:
            return
        try:
            address = filled(template, values_of(instrument, self._directories))
        except UrlError as fault:
            self._tell(Message(str(fault), Level.ERROR))
            return
        if template.is_agreed:
            self._go(address)
        else:
            self._ask(template, address)

    # Inside

    def _owner_of(self, keys: str) -> str:
        """The words of the action that has a key; a template's own do not count."""
        bar = self._parent.findChild(QMenuBar)
        own = [action for action, _ in self._actions]
        if not keys or bar is None:
            return ""
        if any(QKeySequence(keys) == each.key() for each in self._parent.findChildren(QShortcut)):
            return "Show that list"
        return next(
            (
                str(each.property(PLAIN_WORDS) or each.text()).replace("&", "")
                for each in actions_of(bar)
                if each not in own and QKeySequence(keys) in each.shortcuts()
            ),
            "",
        )

    def _ask(self, template: UrlTemplate, address: str) -> None:
        box = QMessageBox(self._parent)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(f"Open in {template.name}")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText("Open this address in your browser? Later ones of this template are not asked about.")
        box.setInformativeText(address)
        opens = box.addButton("&Open", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(opens)
        opens.clicked.connect(lambda: self._agree(template, address))
        box.open()

    def _agree(self, template: UrlTemplate, address: str) -> None:
        self._choice.replace(template, msgspec.structs.replace(template, is_agreed=True))
        self._go(address)

    def _go(self, address: str) -> None:
        if not QDesktopServices.openUrl(QUrl(address, QUrl.ParsingMode.StrictMode)):
            self._tell(Message(f"No program for web pages was found. The address: {address}", Level.ERROR))
