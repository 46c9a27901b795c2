"""Drags without the system's part of them: events as Qt sends them."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

COPY = Qt.DropAction.CopyAction
MOVE = Qt.DropAction.MoveAction


def mime(text: str) -> QMimeData:
    data = QMimeData()
    data.setText(text)
    return data


class Drag:
    """A drag over a desk, as another program does it (or the desk itself, see `own`)."""

    def __init__(self, desk, text: str | QMimeData, actions: Qt.DropAction = COPY | MOVE, widget=None) -> None:
        self.widget = widget or desk.window.panel
        self.data = mime(text) if isinstance(text, str) else text
        self.keys = Qt.KeyboardModifier.NoModifier
        self.actions = actions
        self.y = 0

    def onto(self, widget) -> "Drag":
        """Over another widget from now on."""
        self.leave()
        self.widget = widget
        return self

    def over(self, y: int, x: int = 300) -> QDragMoveEvent:
        """Come in (at the first call) and be there."""
        self.at = QPoint(x, y)
        event = QDragEnterEvent(self.at, self.actions, self.data, Qt.MouseButton.LeftButton, self.keys)
        QApplication.sendEvent(self.widget, event)
        event = QDragMoveEvent(self.at, self.actions, self.data, Qt.MouseButton.LeftButton, self.keys)
        QApplication.sendEvent(self.widget, event)
        return event

    def drop(self) -> QDropEvent:
        event = QDropEvent(QPointF(self.at), self.actions, self.data, Qt.MouseButton.LeftButton, self.keys)
        QApplication.sendEvent(self.widget, event)
        return event

    def leave(self) -> None:
        QApplication.sendEvent(self.widget, QDragLeaveEvent())


class Carried:
    """The desk's own rows under way, without the system's part of it."""

    def __init__(self, desk, monkeypatch: pytest.MonkeyPatch, script) -> None:
        """`script(drag)` is done while the drag lasts."""
        self.offered: list[Qt.DropAction] = []
        self.text = ""
        outer = self

        class FakeDrag:
            def __init__(self, source) -> None:
                self.source = source

            def setMimeData(self, data) -> None:
                outer.text = data.text()

            def setPixmap(self, pixmap) -> None:
                assert not pixmap.isNull()

            def setHotSpot(self, spot) -> None: ...

            def exec(self, actions) -> Qt.DropAction:
                outer.offered.append(actions)
                drag = Drag(desk, outer.text, actions)
                monkeypatch.setattr(QDropEvent, "source", lambda event: self.source)
                script(drag)
                monkeypatch.undo()
                return COPY

        monkeypatch.setattr("quotedesk.ui.exchange.row_drag.QDrag", FakeDrag)
        desk.table.startDrag(COPY | MOVE)
