"""The URL templates in the settings: choose one, change it, remove it, make another."""

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from quotedesk.lists.url_template import UrlTemplate
from quotedesk.ui.dialogs.url_choice import UrlChoice
from quotedesk.ui.dialogs.url_template_dialog import UrlTemplateDialog


class UrlSection(QWidget):
    """One line of a form.

    Attributes:
        box: which template the buttons are for.
        add, edit, remove: the buttons.
    """

    def __init__(self, choice: UrlChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self.box = QComboBox()
        self.box.setAccessibleName("URL templates")
        self.add, self.edit, self.remove = QPushButton("A&dd"), QPushButton("Ed&it"), QPushButton("Remo&ve")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.box, 1)
        for button in (self.add, self.edit, self.remove):
            button.setAutoDefault(False)
            line.addWidget(button)
        self.add.clicked.connect(lambda: self.write(None))
        self.edit.clicked.connect(lambda: self.write(self.box.currentData()))
        self.remove.clicked.connect(lambda: choice.replace(self.box.currentData(), None))
        choice.changed.connect(self._show)
        self.setFocusProxy(self.box)
        self._show()

    def write(self, template: UrlTemplate | None) -> UrlTemplateDialog:
        """Let the user write one."""
        dialog = UrlTemplateDialog(self._choice, template, self.window())
        dialog.open()
        return dialog

    def _show(self) -> None:
        before, count = self.box.currentIndex(), self.box.count()
        self.box.clear()
        for each in self._choice.templates:
            self.box.addItem(f"{each.name}  ({each.keys})" if each.keys else each.name, each)
        has_any = self.box.count() > 0
        if has_any:
            self.box.setCurrentIndex(self.box.count() - 1 if self.box.count() > count else max(0, before))
        else:
            self.box.addItem("None yet: Add one", None)
        for part in (self.box, self.edit, self.remove):
            part.setEnabled(has_any)
