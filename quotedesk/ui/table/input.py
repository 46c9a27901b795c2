"""What the hand does on the table: keys, typing, the pointer. What follows is for the desk to do."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QInputMethodEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QToolTip, QWidget

from quotedesk.ui.looks import tips
from quotedesk.ui.table.spoken_focus import SpokenFocus

FOLD_PX = 24  # from the left; there a click on a label folds
COMMAND_KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_WALKING_KEYS = (
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
)

_FOLDING_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right)
_PAINT = QEvent.Type.Paint
_END_A_TIP = (QEvent.Type.Leave, QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel)


class TableInput(QTableView):
    """A table whose rows are chosen whole and edited by request.

    Attributes:
        hovered: the row under the pointer, -1 for none.

    Signals:
        typed(str): text was typed while the table had the keyboard.
        fold_turned(row): the fold mark of a label was clicked.
        fold_asked(fold): Left (True) or Right was pressed.
        edit_requested(): Enter, F2's twin, was pressed on a row, or it was double-clicked.
        empty_clicked(): the space below the rows was clicked.
        drag_requested(): the selected rows are pulled by the mouse.
        tip_requested(index, at): the pointer rests on a cell, there in the viewport.
        tip_over(): it does no longer.
    """

    typed = Signal(str)
    fold_turned = Signal(int)
    fold_asked = Signal(bool)
    edit_requested = Signal()
    empty_clicked = Signal()
    drag_requested = Signal()
    tip_requested = Signal(QModelIndex, QPoint)
    tip_over = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hovered = -1
        self._spoken_focus = SpokenFocus(self)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & COMMAND_KEYS:
            self.edit_requested.emit()
        elif text and text.isprintable() and text != " " and not event.modifiers() & COMMAND_KEYS:
            self.typed.emit(text)
        elif event.key() in _FOLDING_KEYS and self.is_label(self.currentIndex().row()):
            self.fold_asked.emit(event.key() == Qt.Key.Key_Left)
        else:
            super().keyPressEvent(event)
            if event.key() in _WALKING_KEYS and not self.selectionModel().hasSelection():
                self.selectRow(self.currentIndex().row())  # the base chooses nothing where the cursor stays

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and End go to the first and last row: a list of symbols is read downwards."""
        ends = {
            QAbstractItemView.CursorAction.MoveHome: 0,
            QAbstractItemView.CursorAction.MoveEnd: self.model().rowCount() - 1,
        }
        if action in ends:
            return self.model().index(ends[action], max(0, self.currentIndex().column()))
        return super().moveCursor(action, modifiers)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        # Composed text (a dead key, an input method) starts the add line like a key does; a half-composed one waits.
        if event.commitString().strip():
            self.typed.emit(event.commitString())
        event.accept()

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        self._spoken_focus.follow()

    def currentIndex(self) -> QModelIndex:  # noqa: N802 (Qt's name)
        current = super().currentIndex()
        return current if current.isValid() else self._spoken_focus.kept

    def currentChanged(  # noqa: N802 (Qt's name)
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)  # which the base takes back: no cell is editable

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

    def keyboardSearch(self, search: str) -> None:
        """Letters start the add line; they never jump."""

    def is_label(self, row: int) -> bool:
        """Is it a label, which folds?"""
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.rowAt(event.position().toPoint().y())
        is_left = event.button() == Qt.MouseButton.LeftButton
        if is_left and self.is_label(row) and event.position().x() < self.columnViewportPosition(0) + FOLD_PX:
            self.fold_turned.emit(row)
            return
        super().mousePressEvent(event)
        if row < 0 and is_left:
            self.empty_clicked.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        row = self.rowAt(event.position().toPoint().y())
        if row >= 0 and not (self.is_label(row) and event.position().x() < self.columnViewportPosition(0) + FOLD_PX):
            self.edit_requested.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def startDrag(self, supportedActions: Qt.DropAction) -> None:  # noqa: N803 (Qt's names)
        # The base would remove the rows after a drop that someone took for a move.
        self._hover(-1)
        self.drag_requested.emit()

    def viewportEvent(self, event: QEvent) -> bool:
        kind = event.type()
        if kind == _PAINT:
            return super().viewportEvent(event)  # sixty times a second
        if kind == QEvent.Type.Leave:
            self._hover(-1)
        if kind in _END_A_TIP:
            self.tip_over.emit()
        if isinstance(event, QHelpEvent) and kind == QEvent.Type.ToolTip:
            self.tip_requested.emit(self.indexAt(event.pos()), event.pos())
            return True
        return super().viewportEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802 (Qt's name)
        super().scrollContentsBy(dx, dy)
        self._hover(self.rowAt(self.viewport().mapFromGlobal(self.cursor().pos()).y()) if self.underMouse() else -1)

    def show_text_tip(self, index: QModelIndex, at: QPoint) -> None:
        """The plain tooltip of a cell; none where there is no cell."""
        text = index.data(Qt.ItemDataRole.ToolTipRole) if index.isValid() else ""
        place = self.viewport().mapToGlobal(at)
        QToolTip.showText(place, tips.as_shown(text), self.viewport(), self.row_rect(index.row()))

    def row_rect(self, row: int) -> QRect:
        """Where a row is in the viewport, over its full width."""
        return QRect(0, self.rowViewportPosition(row), self.viewport().width(), self.rowHeight(row))

    def update_row(self, row: int) -> None:
        """Order the repaint of a row."""
        viewport = self.viewport()
        viewport.update(0, self.rowViewportPosition(row), viewport.width(), self.rowHeight(row))

    def _hover(self, row: int) -> None:
        if row != self.hovered:
            before, self.hovered = self.hovered, row
            for changed in (before, row):
                if changed >= 0:
                    self.update_row(changed)
