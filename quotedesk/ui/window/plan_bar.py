"""How much of the plan is used: a bar and a few words in the status bar, shown only where the plan's limit is known."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import plain_label

_BAR_PX = (48, 4)


class PlanBar(QWidget):
    """Slots in use and slots there are, and how many symbols are parked for want of one."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._bar = _Bar(appearance)
        self.label = plain_label(look.font(12), "t3")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 20, 0)
        self._row.setSpacing(9)
        self._row.addWidget(self._bar)
        self._row.addWidget(self.label)
        self.hide()

    def show_use(self, used: int, slots: int | None, parked: int) -> None:
        """So many of so many slots; None where nobody knows how many there are."""
        self.setVisible(slots is not None)
        if slots is None:
            return
        self._bar.show_share(used / slots if slots else 1.0)
        self.label.setText(f"{used:,} of {slots:,} slots" + (f", {parked:,} parked" if parked else ""))
        self._row.activate()  # at once, as the status bar is fitted next
        self.updateGeometry()


class _Bar(QWidget):
    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._share = 0.0
        self.setFixedSize(QSize(*_BAR_PX))

    def show_share(self, share: float) -> None:
        if share != self._share:
            self._share = share
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        width, height = _BAR_PX
        for share, colour in ((1.0, self._appearance.theme.edge), (min(self._share, 1.0), self._appearance.theme.t2)):
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(0, 0, width * share, height), height / 2, height / 2)
        painter.end()
