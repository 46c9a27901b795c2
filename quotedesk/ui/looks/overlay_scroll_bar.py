"""A scroll bar that lies over the table, so that columns keep their width."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar

from quotedesk.ui.looks.theme import HEADER_PX, SCROLL_BAR_PX


class OverlayScrollBar(QScrollBar):
    """Follows and moves the area's own vertical bar, which is hidden; to be seen only while there is more."""

    def __init__(self, bar: QScrollBar, area: QAbstractScrollArea) -> None:
        super().__init__(Qt.Orientation.Vertical, area)
        self._bar = bar
        self._area = area
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        bar.rangeChanged.connect(self._follow)
        bar.valueChanged.connect(self.setValue)
        self.valueChanged.connect(bar.setValue)
        self._follow()

    def place(self) -> None:
        """Take the right edge below the header."""
        self._follow()
        area = self._area
        self.setGeometry(area.width() - SCROLL_BAR_PX, HEADER_PX, SCROLL_BAR_PX, area.height() - HEADER_PX)
        self.raise_()

    def _follow(self) -> None:
        bar = self._bar
        self.setPageStep(bar.pageStep())
        self.setSingleStep(bar.singleStep())
        self.setRange(bar.minimum(), bar.maximum())
        self.setValue(bar.value())
        self.setVisible(bar.maximum() > bar.minimum())
