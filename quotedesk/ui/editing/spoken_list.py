"""The rows of a list that paints itself, as items for those who hear the screen."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, QStringListModel, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QListView, QWidget


class SpokenList(QListView):
    """Lies over `painted`, shows nothing and takes neither mouse nor keyboard: a screen reader finds the rows in it.

    `row_px`, `margin_px`: the height of a row, and how far the rows are from the edges.
    """

    def __init__(self, painted: QWidget, row_px: int, margin_px: int) -> None:
        super().__init__(painted)
        self._texts = QStringListModel(self)
        self._row_px, self._margin_px = row_px, margin_px
        self.setModel(self._texts)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for each in (self, self.viewport()):
            each.setAutoFillBackground(False)
            each.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setStyleSheet("background: transparent; border: none;")
        painted.installEventFilter(self)

    def show_rows(self, texts: Sequence[str], chosen: int) -> None:
        """These are the rows, and this one is chosen; -1: none is."""
        if self._texts.stringList() != list(texts):
            self._texts.setStringList(texts)
        # Chosen, and not current: the keyboard stays in the field.
        flag = self.selectionModel().SelectionFlag.ClearAndSelect
        self.selectionModel().select(self._texts.index(chosen), flag)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            margin = self._margin_px
            self.setGeometry(watched.rect().adjusted(margin, margin, -margin, -margin))
            self.setGridSize(QSize(self.width(), self._row_px))
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Nothing: the rows are painted below."""
