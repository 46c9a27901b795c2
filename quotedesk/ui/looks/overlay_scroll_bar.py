"""A scroll bar that lies over the table, so that columns keep their width."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollBar, QWidget

from quotedesk.ui.looks.theme import HEADER_PX, SCROLL_BAR_PX


class OverlayScrollBar(QScrollBar):
    """Follows and moves a bar that is hidden; to be seen only while there is more. Lies at the edge of `area`."""

    def __init__(self, bar: QScrollBar, area: QWidget) -> None:
        super().__init__(bar.orientation(), area)
        self._bar = bar
        self._area = area
        self.is_wanted = True
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        bar.rangeChanged.connect(self._follow)
        bar.valueChanged.connect(self.setValue)
        self.valueChanged.connect(bar.setValue)
        self._follow()

    def place(self, above_px: int = 0) -> None:
        """Take the right edge below the header, or the lower one, so far above the area's own."""
        self._follow()
        width, height = self._area.width(), self._area.height() - above_px
        if self.orientation() is Qt.Orientation.Vertical:
            self.setGeometry(width - SCROLL_BAR_PX, HEADER_PX, SCROLL_BAR_PX, height - HEADER_PX)
        else:
            self.setGeometry(0, height - SCROLL_BAR_PX, width, SCROLL_BAR_PX)
        self.raise_()

    def _follow(self) -> None:
        bar = self._bar
        self.setPageStep(bar.pageStep())
        self.setSingleStep(bar.singleStep())
        self.setRange(bar.minimum(), bar.maximum())
        self.setValue(bar.value())
        self.setVisible(self.is_wanted and bar.maximum() > bar.minimum())
