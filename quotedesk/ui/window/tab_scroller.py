"""Shows a part of the tabs where not all have room: the wheel scrolls them, the chosen one is always in view."""

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QTabBar, QWidget

from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.theme import faded

LEAST_PX = 96
_FADE_PX = 18
_NOTCH = 120  # of a wheel, in eighths of a degree
_STEP_PX = 90  # for one notch


class TabScroller(QWidget):
    """Holds a tab bar that is as wide as all of its tabs.

    Attributes:
        offset_px: how far the tabs are scrolled to the left.
    """

    def __init__(self, tabs: QTabBar, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.offset_px = 0
        self._tabs = tabs
        tabs.setParent(self)
        self._fades = [_Fade(appearance, is_left, self) for is_left in (True, False)]
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        tabs.installEventFilter(self)
        tabs.currentChanged.connect(self.show_current)

    def sizeHint(self) -> QSize:
        return self._tabs.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(min(LEAST_PX, self.sizeHint().width()), self.sizeHint().height())

    def lay_out(self) -> None:
        """Tabs came, went or have other widths."""
        self._tabs.resize(self._tabs.sizeHint())
        self.updateGeometry()
        self._scroll_to(self.offset_px)

    def show_current(self) -> None:
        """Bring the chosen tab into view."""
        self.show_part(self._tabs.tabRect(self._tabs.currentIndex()))

    def show_part(self, part: QRect, beside_px: int = _FADE_PX) -> None:
        """Bring a part of the tabs into view, and so much beside it."""
        left, right = part.left() - beside_px, part.right() + beside_px
        if right - self.offset_px > self.width():
            self._scroll_to(right - self.width())
        if left - self.offset_px < 0:
            self._scroll_to(left)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.lay_out()
        if isinstance(event, QWheelEvent):
            self.wheelEvent(event)
            return True  # the bar itself would choose another list
        return False

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() * _STEP_PX / _NOTCH
        self._scroll_to(self.offset_px - round(turned.y() or turned.x()))
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tabs.resize(self._tabs.sizeHint())
        self._scroll_to(self.offset_px)
        self.show_current()

    def _scroll_to(self, offset_px: int) -> None:
        most_px = max(0, self._tabs.width() - self.width())
        self.offset_px = max(0, min(offset_px, most_px))
        self._tabs.move(-self.offset_px, 0)
        for fade, is_needed in zip(self._fades, (self.offset_px > 0, self.offset_px < most_px), strict=True):
            fade.place(is_needed)


class _Fade(QWidget):
    """The tabs end softly where more of them are hidden."""

    def __init__(self, appearance: Appearance, is_left: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._is_left = is_left
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def place(self, on: bool) -> None:
        parent = self.parentWidget()
        assert parent is not None
        self.setGeometry(0 if self._is_left else parent.width() - _FADE_PX, 0, _FADE_PX, parent.height())
        self.setVisible(on)
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        window = self._appearance.theme.window
        fading = QLinearGradient(0, 0, self.width(), 0)
        fading.setColorAt(0 if self._is_left else 1, window)
        fading.setColorAt(1 if self._is_left else 0, faded(window, 0.0))
        painter = QPainter(self)
        painter.fillRect(self.rect(), fading)
        painter.end()
