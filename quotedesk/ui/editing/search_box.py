"""The box that Ctrl+K opens over the table: a line in which symbols of all feeds are looked for and added."""

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from quotedesk.ui.editing.add_line import AddLine
from quotedesk.ui.editing.error_popup import ErrorPopup
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.icons import Icons
from quotedesk.ui.looks.style import paint_card

_WIDTH_PX = 600
_LINE_PX = 36
_PAD_PX = 6
_TOP_PX = 40
_EDGE_PX = 8
# The user comes back, or is only away.
_STAYS_REASONS = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


class SearchBox(QWidget):
    """Gone with Esc, once what is in it was added, and when the keyboard goes elsewhere.

    Attributes:
        line: what is typed in.
    """

    def __init__(self, appearance: Appearance, popup: ErrorPopup, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._before: QWidget | None = None  # had the keyboard
        self.line = AddLine(appearance, popup, self)
        self.line.is_prominent = True
        self.line.lens = Icons()
        self.line.setAccessibleName("Search symbols")
        self.line.setPlaceholderText("Symbol or name: btc, gold, apple")
        self.line.cancelled.connect(self._give_back)
        self.line.installEventFilter(self)
        self.hide()

    def begin(self) -> None:
        """Open, empty; opened already, begin anew."""
        if self.isHidden():
            self._before = QApplication.focusWidget()
            self.show()
            self.raise_()
        self.line.begin()

    def finish(self) -> None:
        """Close; the keyboard goes where the owner wants it."""
        if not self.isHidden():
            self.line.finish()
            self.hide()

    def lay_out(self, room: QRect) -> None:
        """Place it at the top of the room it may lie over."""
        width = min(_WIDTH_PX, room.width() - 2 * _EDGE_PX)
        height = _LINE_PX + 2 * _PAD_PX
        top = room.top() + min(_TOP_PX, max(0, room.height() - height) // 8)
        self.setGeometry(room.left() + (room.width() - width) // 2, top, width, height)
        self.line.setGeometry(_PAD_PX, _PAD_PX, width - 2 * _PAD_PX, _LINE_PX)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_left = isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut
        if is_left and event.reason() not in _STAYS_REASONS:  # type: ignore[attr-defined]
            self.finish()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_card(painter, self.rect(), self._appearance.theme)
        painter.end()

    def _give_back(self) -> None:
        before = self._before
        self.finish()
        if before is not None and before.isVisible():
            before.setFocus()
