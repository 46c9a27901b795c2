"""A window without a frame under the mouse, with its parts; in whole it is tested with the mini strip."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from quotedesk.ui.window.frameless import BORDER_PX, Frameless

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
LEFT = Qt.MouseButton.LeftButton


class Framed:
    """A bare window with a part, and a button on it."""

    def __init__(self) -> None:
        self.window = QWidget(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.window.setMinimumSize(100, 60)
        self.window.resize(300, 200)
        self.part, self.button = QWidget(self.window), QPushButton("x", self.window)
        self.part.setGeometry(0, 0, 200, 200)
        self.button.setGeometry(200, 0, 100, 200)
        self.frame = Frameless(self.window, [self.part], [self.button])
        self.clicked: list[QPoint] = []
        self.frame.clicked.connect(lambda part, at: self.clicked.append(at))
        self.pressed: list[int] = []
        self.button.clicked.connect(lambda: self.pressed.append(1))
        self.frame.put(QPoint(100, 100), ())
        self.window.show()


def hover(part: QWidget, at: QPoint) -> None:
    """The pointer passes. QTest moves the cursor of the screen, which off-screen is over whichever window is there."""
    none = Qt.MouseButton.NoButton
    place, everywhere = QPointF(at), QPointF(part.mapToGlobal(at))
    moved = QMouseEvent(QEvent.Type.MouseMove, place, everywhere, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(part, moved)


@pytest.fixture
def framed(qtbot: QtBot) -> Iterator[Framed]:
    framed = Framed()
    yield framed
    framed.window.close()
    framed.window.deleteLater()


def test_a_control_has_the_mouse_for_itself_but_at_the_border(framed: Framed) -> None:
    QTest.mouseClick(framed.button, LEFT, pos=QPoint(50, 100))
    assert framed.pressed == [1]
    hover(framed.button, QPoint(99, 100))
    assert framed.button.cursor().shape() is Qt.CursorShape.SizeHorCursor
    QTest.mouseClick(framed.button, LEFT, pos=QPoint(99, 100))
    assert (framed.pressed, framed.clicked) == ([1], [])


def test_a_part_is_clicked_unless_it_was_pulled(framed: Framed) -> None:
    QTest.mouseClick(framed.part, LEFT, pos=QPoint(50, 50))
    assert framed.clicked == [QPoint(50, 50)]
    QTest.mousePress(framed.part, LEFT, pos=QPoint(50, 50))
    assert framed.frame.is_down
    QTest.mouseMove(framed.part, QPoint(90, 80))
    QTest.mouseRelease(framed.part, LEFT, pos=QPoint(50, 50))
    assert framed.window.pos() == QPoint(140, 130)
    assert len(framed.clicked) == 1
    hover(framed.part, QPoint(BORDER_PX - 1, BORDER_PX - 1))
    assert framed.part.cursor().shape() is Qt.CursorShape.SizeFDiagCursor


def test_it_stays_at_its_edges_whatever_its_size_and_leaves_them_when_it_is_moved_away(framed: Framed) -> None:
    framed.frame.dock(("right", "bottom"))
    room = framed.window.screen().availableGeometry()
    framed.frame.be(QSize(350, 90))
    assert framed.window.geometry().bottomRight() == room.bottomRight()
    assert framed.frame.edges_now() == ("right", "bottom")
    framed.window.move(room.right() - 349, 20)  # by a window manager
    assert framed.frame.edges_now() == ("right",)
    framed.frame.put(QPoint(90_000, 90_000), ())
    assert framed.window.screen().availableGeometry().contains(framed.window.geometry())
