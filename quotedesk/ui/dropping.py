"""The desk as a place to drop on: rows of its own, and text from elsewhere. Nothing changes before the drop."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from quotedesk.store.understanding import Understood
from quotedesk.ui.appearance import Appearance
from quotedesk.ui.drop_marks import DropLine, RemoveStrip
from quotedesk.ui.drop_preview import DropPreview
from quotedesk.ui.row_drag import CHIP_PX, RowDrag
from quotedesk.ui.table_model import TableModel
from quotedesk.ui.table_view import TableView

_SCROLL_ZONE_PX = 20
_SCROLL_EVERY_MS = 40
_TEXT = "text/plain"


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a drop would go: before row `at`, or out of the list."""

    at: int
    removes: bool = False


class Dropping(QObject):
    """Minds the drags over a desk: the line, the strip, the preview, the scrolling at the edges.

    `read` tells what a text means for the list.

    Signals:
        rows_dropped(instruments, at): put them before row `at`.
        rows_thrown_out(instruments): remove them.
        text_dropped(understood, at): add what is new in it before row `at`.
    """

    rows_dropped = Signal(object, int)
    rows_thrown_out = Signal(object)
    text_dropped = Signal(object, int)

    def __init__(
        self,
        desk: QWidget,
        table: TableView,
        model: TableModel,
        drag: RowDrag,
        read: Callable[[str], Understood],
        appearance: Appearance,
    ) -> None:
        super().__init__(desk)
        self._desk = desk
        self._table = table
        self._model = model
        self._drag = drag
        self._read = read
        self._appearance = appearance
        self._understood: Understood | None = None  # None: the drag is of our own rows
        self._pointer: QPoint | None = None  # in the desk; None while no drag is over it
        self._target = _Target(0)
        self.line = DropLine(appearance, desk)
        self.strip = RemoveStrip(appearance, desk)
        self.preview = DropPreview(appearance, desk)
        self._scrolling = QTimer(self, interval=_SCROLL_EVERY_MS)
        self._scrolling.timeout.connect(self._scroll)
        drag.began.connect(self._offer_strip)
        drag.ended.connect(self.strip.hide)
        desk.setAcceptDrops(True)
        desk.installEventFilter(self)

    @property
    def is_under_way(self) -> bool:
        """Is something being dragged over the desk, or from it?"""
        return self._pointer is not None or bool(self._drag.instruments)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event:
            case QDragEnterEvent():
                self._enter(event)
            case QDragMoveEvent():
                self._move(event)
            case QDropEvent():
                self._drop(event)
            case _ if event.type() == QEvent.Type.DragLeave:
                self._leave()
            case _:
                return False
        return True

    def _enter(self, event: QDragEnterEvent) -> None:
        is_ours = event.source() is self._table and bool(self._drag.instruments)
        if not is_ours and not event.mimeData().hasFormat(_TEXT):
            event.ignore()
            return
        self._understood = None if is_ours else self._read(event.mimeData().text())
        self._scrolling.start()
        self._move(event)

    def _move(self, event: QDragMoveEvent) -> None:
        self._aim(event.position().toPoint())
        if event.possibleActions() & Qt.DropAction.CopyAction:  # a move would take the text from where it is
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    def _drop(self, event: QDropEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        target, understood = self._target, self._understood
        self._leave()
        if understood is not None:
            self.text_dropped.emit(understood, target.at)
        elif target.removes:
            self.rows_thrown_out.emit(self._drag.instruments)
        else:
            self.rows_dropped.emit(self._drag.instruments, target.at)

    def _leave(self) -> None:
        self._pointer = None
        self._scrolling.stop()
        self.strip.is_aimed_at = False
        self.line.hide()
        self.preview.hide()

    def _aim(self, pointer: QPoint) -> None:
        """The drag is there: show what a drop would do."""
        is_ours, rows = self._understood is None, len(self._model.rows)
        viewport = self._table.viewport()
        at = self._table.gap_at(viewport.mapFrom(self._desk, pointer).y())
        target = _Target(at, is_ours and self.strip.geometry().contains(pointer))
        if self._pointer is None or target != self._target:
            self._target = target
            self.preview.tell(self._understood, self._hint())
        self._pointer = pointer
        self.strip.is_aimed_at = target.removes
        has_place = rows > 0 and not target.removes and (is_ours or self._new > 0)
        if has_place:
            self.line.show_at(viewport.mapTo(self._desk, QPoint(0, self._table.gap_y(at))).y())
        else:
            self.line.hide()
        self.preview.place(pointer, CHIP_PX - 6 if is_ours else 0)

    @property
    def _new(self) -> int:
        return len(self._understood.new) if self._understood else 0

    def _hint(self) -> str:
        """What a drop would do here, and the way out."""
        if self._target.removes:
            return f"Remove {self._what}. Esc cancels. One undo."
        if self._understood is not None and not self._new:
            return "A drop changes nothing."
        rows = self._model.rows
        if not rows:
            return "Drop to add. Esc cancels. One undo."
        at = self._target.at
        where = f"below {rows[at - 1].code}" if at else f"above {rows[0].code}"
        verb = "Drop" if self._understood is not None else f"Move {self._what}"
        return f"{verb} {where}. Esc cancels. One undo."

    @property
    def _what(self) -> str:
        dragged = self._drag.instruments
        return dragged[0].code if len(dragged) == 1 else f"{len(dragged)} symbols"

    def _offer_strip(self) -> None:
        height = self._appearance.density.add_row_px
        area = QRect(0, self._desk.height() - height, self._desk.width(), height)
        self.strip.offer(self._what, area)

    def _scroll(self) -> None:
        """Near the upper or the lower edge of the rows they pass by."""
        assert self._pointer is not None
        viewport, bar = self._table.viewport(), self._table.verticalScrollBar()
        y = viewport.mapFrom(self._desk, self._pointer).y()
        step = self._appearance.density.row_px // 2
        before = bar.value()
        if y < _SCROLL_ZONE_PX:
            bar.setValue(before - step)
        elif viewport.height() - _SCROLL_ZONE_PX < y < viewport.height():
            bar.setValue(before + step)
        if bar.value() != before:
            self._aim(self._pointer)
