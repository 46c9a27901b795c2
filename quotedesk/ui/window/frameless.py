"""A window without a frame: where it is, and the mouse on it. What is no control moves it, its border sizes it.

It stays beside the task bar and docks at edges. Where windows are placed by the desktop alone (Wayland), that is asked.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QScrollBar, QWidget

from quotedesk.ui.window import desktop_limits, docking

BORDER_PX = 5  # so near an edge of the window, pulling sizes it
_CURSORS = {
    frozenset({"left"}): Qt.CursorShape.SizeHorCursor,
    frozenset({"right"}): Qt.CursorShape.SizeHorCursor,
    frozenset({"top"}): Qt.CursorShape.SizeVerCursor,
    frozenset({"bottom"}): Qt.CursorShape.SizeVerCursor,
    frozenset({"left", "top"}): Qt.CursorShape.SizeFDiagCursor,
    frozenset({"right", "bottom"}): Qt.CursorShape.SizeFDiagCursor,
    frozenset({"right", "top"}): Qt.CursorShape.SizeBDiagCursor,
    frozenset({"left", "bottom"}): Qt.CursorShape.SizeBDiagCursor,
}
_QT_EDGES = {
    "left": Qt.Edge.LeftEdge,
    "right": Qt.Edge.RightEdge,
    "top": Qt.Edge.TopEdge,
    "bottom": Qt.Edge.BottomEdge,
}


class Frameless(QObject):
    """Watches a window and parts of it. Those that are `controls` have the mouse for themselves but at the border.

    Attributes:
        edges: those of the screen that the window was docked at.
        is_down: the window is being pulled, or may be.

    Signals:
        clicked(part, at): a part that is no control was clicked there.
        double_clicked(part): twice.
        pulled(): the window was moved or sized.
    """

    clicked = Signal(QWidget, QPoint)
    double_clicked = Signal(QWidget)
    pulled = Signal()

    def __init__(self, window: QWidget, parts: Sequence[QWidget], controls: Sequence[QWidget]) -> None:
        super().__init__(window)
        self.edges: tuple[str, ...] = ()
        self._window = window
        self._controls = list(controls)
        self._pressed: tuple[QPoint, QRect, frozenset[str]] | None = None  # where, how it stood, which sides are pulled
        self._is_pulled = False
        for part in (window, *parts, *controls):
            part.installEventFilter(self)
            part.setMouseTracking(True)

    @property
    def is_down(self) -> bool:
        return self._pressed is not None

    def let_go(self) -> None:
        """The window goes while the button is down."""
        self._pressed = None

    # Where it is

    def put(self, place: QPoint | None, edges: tuple[str, ...]) -> None:
        """Before it is shown: there, or at those edges, but on a screen; at first on that of the window in front."""
        window = self._window
        in_front = QApplication.activeWindow() or window
        middle = QRect(place, window.size()).center() if place is not None else None
        screen = (QGuiApplication.screenAt(middle) if middle is not None else None) or in_front.screen()
        window.setScreen(screen)
        if not desktop_limits.is_wayland():
            room = screen.availableGeometry()
            self.edges = edges
            box = QRect(place if place is not None else room.topLeft(), window.size())
            window.setGeometry(docking.placed(box, room, edges))

    def dock(self, edges: tuple[str, ...]) -> None:
        """Be at these edges of the screen."""
        self.edges = edges
        self.be(self._window.size())

    def be(self, size: QSize) -> None:
        """Be so large, at the same edges."""
        if desktop_limits.is_wayland():
            self._window.resize(size)
        else:
            room = self._window.screen().availableGeometry()
            self._window.setGeometry(docking.placed(QRect(self._window.pos(), size), room, self.edges))

    def edges_now(self) -> tuple[str, ...]:
        """Those of its edges that it is at: a window manager may have moved it, too."""
        at = docking.touched(self._window.geometry(), self._window.screen().availableGeometry())
        self.edges = tuple(edge for edge in self.edges if edge in at)
        return self.edges

    def follow_screens(self) -> None:
        """It is shown: mind the screens and their task bars from now on."""
        unique = Qt.ConnectionType.UniqueConnection
        for screen in QGuiApplication.screens():
            screen.availableGeometryChanged.connect(self._room_changed, unique)
        self._window.windowHandle().screenChanged.connect(self._room_changed, unique)

    def _room_changed(self) -> None:
        """A task bar or a screen came or went, or has another size: never under it, never off it."""
        if self._window.isVisible() and not self.is_down:
            self.be(self._window.size())

    # The mouse

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and isinstance(watched, QWidget):
            return self._mouse(watched, event)
        return False

    def _mouse(self, part: QWidget, event: QMouseEvent) -> bool:
        """Is the event ours alone?"""
        at, kind = event.globalPosition().toPoint(), event.type()
        is_left = event.button() == Qt.MouseButton.LeftButton
        sides = docking.sides_at(self._window.mapFromGlobal(at), self._window.size(), BORDER_PX)
        if self._pressed is None and not sides and part in self._controls:
            if isinstance(part, QScrollBar):  # a header minds its own cursor
                part.unsetCursor()
            return False
        if kind == QEvent.Type.MouseButtonPress and is_left:
            self._pressed, self._is_pulled = (at, self._window.geometry(), sides), False
            return True
        if kind == QEvent.Type.MouseMove:
            if self._pressed is not None:
                self._pull(at)
                return True
            part.setCursor(_CURSORS[sides]) if sides else part.unsetCursor()
            return False
        if kind == QEvent.Type.MouseButtonRelease and is_left and self._pressed is not None:
            self._pressed = None
            if not self._is_pulled and part not in self._controls:
                self.clicked.emit(part, event.position().toPoint())
            return True
        if kind == QEvent.Type.MouseButtonDblClick and is_left:
            self.double_clicked.emit(part)
            return True
        return False

    def _pull(self, at: QPoint) -> None:
        assert self._pressed is not None
        began, box, sides = self._pressed
        if not self._is_pulled and (at - began).manhattanLength() < QApplication.startDragDistance():
            return
        self._is_pulled = True
        if desktop_limits.is_wayland():
            self._pressed = None  # the desktop has the mouse from now on
            self.ask_desktop(sides)
            return
        room = (QGuiApplication.screenAt(at) or self._window.screen()).availableGeometry()
        if sides:
            box = docking.resized(box, sides, at - began, room, self._window.minimumSize())
            self.edges = docking.touched(box, room)
        else:
            box, self.edges = docking.snapped(box.translated(at - began), room)
        self._window.setGeometry(box)
        self.pulled.emit()

    def ask_desktop(self, sides: frozenset[str]) -> None:
        """Let the desktop move the window, or size it at these sides, as long as the button is down."""
        window = self._window.windowHandle()
        if not sides:
            window.startSystemMove()
            return
        edges = Qt.Edge(0)
        for side in sides:
            edges |= _QT_EDGES[side]
        window.startSystemResize(edges)
