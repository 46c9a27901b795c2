"""The menu bar, which gives the keyboard back when a menu closes.

Qt's own (6.11.3) keeps it after the first Esc; a menu opened by its letter then makes it keep it for good, and no key
of the table does anything. tests/desktop/test_keys.py tells.
"""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QActionEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar, QWidget

from quotedesk.ui.looks.theme import MENU_PX


class MenuBar(QMenuBar):
    """Menus in a row.

    Attributes:
        home: who gets the keyboard where nobody had it before.
    """

    def __init__(self, home: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.home = home
        self._before: QWidget | None = None
        self.setFixedHeight(MENU_PX)
        QApplication.instance().focusChanged.connect(self._focus_changed)  # type: ignore[union-attr]

    def actionEvent(self, event: QActionEvent) -> None:
        super().actionEvent(event)
        menu = event.action().menu()
        if event.type() == QEvent.Type.ActionAdded and isinstance(menu, QMenu):
            menu.installEventFilter(self)
            # Not at once: on the way to the menu beside it, too, one closes.
            menu.aboutToHide.connect(lambda: QTimer.singleShot(0, self, self._give_back))

    def eventFilter(self, menu: QObject, event: QEvent) -> bool:
        is_esc = (
            isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape
        )
        if is_esc and isinstance(menu, QMenu) and menu.isVisible():
            menu.close()
            self._give_back()  # at once: the next key may be here already
            return True
        return super().eventFilter(menu, event)

    def _focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        if new is self:
            self._before = old

    def _give_back(self) -> None:
        if self.window().focusWidget() is self and QApplication.activePopupWidget() is None:
            before = self._before if self._before is not None and self._before.isVisible() else self.home
            before.setFocus()
