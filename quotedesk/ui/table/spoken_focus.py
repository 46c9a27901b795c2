"""The cell with the keyboard, for a screen reader.

Qt's own (6.11.3) says of a table's current cell that it has the focus, wherever the keyboard is, and where the keyboard
comes to the table it tells of the table alone. tests/ui/table/test_spoken_focus tells when Qt does not any more.
"""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QTableView


class SpokenFocus(QObject):
    """Where a screen reader is there, a table has no current cell of Qt's while the keyboard is elsewhere."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table
        self._kept = QPersistentModelIndex()
        self._settling = QTimer(self, singleShot=True, interval=0)  # Qt tells of the table first; the cell comes last
        self._settling.timeout.connect(self._settle)
        table.installEventFilter(self)

    def follow(self) -> None:
        """The table has another selection model."""
        self._table.selectionModel().currentChanged.connect(self._moved)

    @property
    def kept(self) -> QModelIndex:
        """The cell that will be current when the keyboard is back; none where Qt knows the current one."""
        kept = self._kept
        return self._table.model().index(kept.row(), kept.column()) if kept.isValid() else QModelIndex()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and self._kept.isValid():
            kept, self._kept = self.kept, QPersistentModelIndex()
            chosen = self._table.selectionModel()
            chosen.setCurrentIndex(kept, chosen.SelectionFlag.NoUpdate)
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._settling.start()
        return False

    def _moved(self, current: QModelIndex) -> None:
        if current.isValid():
            self._kept = QPersistentModelIndex()
            if not self._table.hasFocus():
                self._settling.start()

    def _settle(self) -> None:
        if not QAccessible.isActive():
            return
        if self._table.hasFocus():
            self._tell()
        elif (chosen := self._table.selectionModel()).currentIndex().isValid():
            kept = QPersistentModelIndex(chosen.currentIndex())
            chosen.clearCurrentIndex()
            self._kept = kept

    def _tell(self) -> None:
        """Say which cell it is."""
        table, current = self._table, self._table.currentIndex()
        if current.isValid():
            focus = QAccessibleEvent(table, QAccessible.Event.Focus)
            # Its place among Qt's children of a table, the headers included.
            focus.setChild((current.row() + 1) * (table.model().columnCount() + 1) + current.column() + 1)
            QAccessible.updateAccessibility(focus)
