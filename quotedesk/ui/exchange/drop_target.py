"""The desk as a place to drop on: rows of our lists, and what comes from elsewhere. Nothing changes before the drop."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from quotedesk.lists.edits import named
from quotedesk.lists.parsed_list import ParsedList
from quotedesk.lists.section import Row, Section
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument
from quotedesk.ui.editing.symbol_editor import words
from quotedesk.ui.exchange.drop_indicators import DropLine, RemoveStrip
from quotedesk.ui.exchange.drop_preview import DropPreview
from quotedesk.ui.exchange.mime_in import Incoming, Source, incoming, may_hold
from quotedesk.ui.exchange.row_drag import CHIP_PX, RowDrag
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.view import TableView

_SCROLL_ZONE_PX = 20
_SCROLL_EVERY_MS = 40


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a drop would go: before row `at`, or out of the list; `copies`: it stays where it was as well."""

    at: int
    removes: bool = False
    copies: bool = False


class DropTarget(QObject):
    """Minds the drags over a desk: the line, the strip, the preview, the scrolling at the edges.

    `found` tells what a text means for the list, `says_positions` whether it is a table of positions.

    Signals:
        rows_dropped(rows, at): rows of this list, to be put before row `at`.
        rows_brought(rows, watchlist, at, copies): rows of another list, to be put before row `at` of this one.
        rows_thrown_out(rows, watchlist): remove them.
        text_dropped(parsed, at): add what is new in it before row `at`.
        files_dropped(files): too large to be read at once.
        text_read(text, name): that was in what was dropped, of the file of that name, "" for none.
    """

    rows_dropped = Signal(object, int)
    rows_brought = Signal(object, object, int, bool)
    rows_thrown_out = Signal(object, object)
    text_dropped = Signal(object, int)
    files_dropped = Signal(object)
    text_read = Signal(str, str)

    def __init__(
        self,
        panel: QWidget,
        table: TableView,
        model: TableModel,
        drag: RowDrag,
        found: Callable[..., ParsedList],
        appearance: Appearance,
        says_positions: Callable[[str], bool] = lambda text: False,
    ) -> None:
        super().__init__(panel)
        self._says_positions = says_positions
        self._has_positions = False
        self._panel = panel
        self._table = table
        self._model = model
        self._own = drag
        self._found = found
        self._appearance = appearance
        self._drag: RowDrag | None = None  # that is over the desk, of whichever window's rows; None: it is not ours
        self._incoming: Incoming | None = None  # what comes from elsewhere
        self._understood: ParsedList | None = None  # of either, where there is something to count
        self._copies = False
        self._pointer: QPoint | None = None  # in the desk; None while no drag is over it
        self._target = _Target(0)
        self.line = DropLine(appearance, panel)
        self.strip = RemoveStrip(appearance, panel)
        self.preview = DropPreview(appearance, panel)
        self._scrolling = QTimer(self, interval=_SCROLL_EVERY_MS)
        self._scrolling.timeout.connect(self._scroll)
        drag.began.connect(self._offer_strip)
        drag.ended.connect(self.strip.hide)
        panel.setAcceptDrops(True)
        panel.installEventFilter(self)

    @property
    def is_under_way(self) -> bool:
        """Is something being dragged over the desk, or from it?"""
        return self._pointer is not None or bool(self._own.rows)

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
        drag = RowDrag.of(event)
        if drag is None and not may_hold(event.mimeData()):
            event.ignore()
            return
        self._drag = drag
        self._incoming = None if drag else incoming(event.mimeData(), self._found)
        self._understood = brought(drag.rows, self._model.watchlist) if drag else None
        if drag is not None and drag.watchlist is self._model.watchlist:
            self._understood = None
        if self._incoming is not None:
            self._understood = self._incoming.parsed
            self._has_positions = self._says_positions(self._incoming.text)
        self._scrolling.start()
        self._move(event)

    def _move(self, event: QDragMoveEvent) -> None:
        self._copies = copies(event)
        self._aim(event.position().toPoint())
        if event.possibleActions() & Qt.DropAction.CopyAction:  # a move would take the text from where it is
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    def _drop(self, event: QDropEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        target, drag, came, parsed = self._target, self._drag, self._incoming, self._understood
        self._leave()
        if drag is not None and target.removes:
            self.rows_thrown_out.emit(drag.rows, drag.watchlist)
        elif drag is not None and drag.watchlist is self._model.watchlist:
            self.rows_dropped.emit(drag.rows, target.at)
        elif drag is not None:
            self.rows_brought.emit(drag.rows, drag.watchlist, target.at, self._copies)
        elif came is not None and parsed is None:
            self.files_dropped.emit(came.files)
        else:
            self.text_dropped.emit(parsed, target.at)
            if came is not None and came.text:
                self.text_read.emit(came.text, came.name)

    def _leave(self) -> None:
        self._pointer = None
        self._scrolling.stop()
        self.strip.is_aimed_at = False
        self.line.hide()
        self.preview.hide()

    def _aim(self, pointer: QPoint) -> None:
        """The drag is there: show what a drop would do."""
        is_ours, rows = self._drag is not None, len(self._model.rows)
        viewport = self._table.viewport()
        is_table = self._table.isVisibleTo(self._panel)  # over tiles there is no place between two
        gap = self._table.gap_at(viewport.mapFrom(self._panel, pointer).y()) if is_table else rows
        at = self._free_place(gap)
        is_over_strip = self.strip.isVisible() and self.strip.geometry().contains(pointer)
        target = _Target(at, is_ours and is_over_strip, self._copies)
        if self._pointer is None or target != self._target:
            self._target = target
            self.preview.tell(self._understood, self._hint())
        self._pointer = pointer
        self.strip.is_aimed_at = target.removes
        has_place = is_table and rows > 0 and not target.removes and (is_ours or self._new > 0)
        if has_place:
            self.line.show_at(viewport.mapTo(self._panel, QPoint(0, self._table.gap_y(at))).y())
        else:
            self.line.hide()
        self.preview.place(pointer, CHIP_PX if is_ours else 0)

    def _free_place(self, at: int) -> int:
        """Where it may go that is dropped at `at`: labels go below the section there, whose rows stay in it."""
        if self._understood is None or not self._understood.sections:
            return at
        rows = self._model.rows
        return next((row for row in range(at, len(rows)) if isinstance(rows[row], Section)), len(rows))

    @property
    def _new(self) -> int:
        return len(self._understood.rows) if self._understood else 0

    def _hint(self) -> str:
        """What a drop would do here, and the way out."""
        if self._target.removes:
            return f"Remove {self._what}. Esc cancels."
        if self._incoming is not None and self._understood is None:
            return f"Drop to see what is in {named_files(self._incoming.files)}. Esc cancels."
        if self._drag is None and not self._new:
            return "Drop to see its positions. Esc cancels." if self._has_positions else "A drop changes nothing."
        rows = self._model.rows
        is_brought = self._drag is not None and self._drag.watchlist is not self._model.watchlist
        way = ("Copy" if self._copies else "Move") + f" {self._what} here"
        ends = "" if not is_brought or self._copies else " Ctrl copies."
        if self._model.sorted_by is not None:
            ends = f" Turns sorting off.{ends}"
        if not rows:
            return f"{way if is_brought else 'Drop to add'}. Esc cancels.{ends}"
        at = self._target.at
        feed = self._model.watchlist.feed
        where = f"below {words(rows[at - 1], feed)}" if at else f"above {words(rows[0], feed)}"
        verb = "Drop" if self._drag is None else way if is_brought else f"Move {self._what}"
        return f"{verb}{',' if is_brought else ''} {where}. Esc cancels.{ends}"

    @property
    def _what(self) -> str:
        rows = self._drag.rows if self._drag is not None else self._own.rows
        return words(rows[0], self._model.watchlist.feed) if len(rows) == 1 else named(rows)

    def _offer_strip(self) -> None:
        height = self._appearance.density.add_row_px
        area = QRect(0, self._panel.height() - height, self._panel.width(), height)
        self.strip.offer(self._what, area)

    def _scroll(self) -> None:
        """Near the upper or the lower edge of the rows they pass by."""
        assert self._pointer is not None
        viewport, bar = self._table.viewport(), self._table.verticalScrollBar()
        y = viewport.mapFrom(self._panel, self._pointer).y()
        step = self._appearance.density.row_px // 2
        before = bar.value()
        if y < _SCROLL_ZONE_PX:
            bar.setValue(before - step)
        elif viewport.height() - _SCROLL_ZONE_PX < y < viewport.height():
            bar.setValue(before + step)
        if bar.value() != before:
            self._aim(self._pointer)


def copies(event: QDropEvent) -> bool:
    """Is the key held that lets rows stay in their own list as well?"""
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


def brought(rows: Sequence[Row], watchlist: Watchlist) -> ParsedList:
    """What rows of another list mean for this one."""
    new = tuple(row for row in rows if row not in watchlist)
    return ParsedList(
        tuple(row for row in new if isinstance(row, Instrument)),
        tuple(row for row in rows if row in watchlist and isinstance(row, Instrument)),
        rows=new,
        feed=watchlist.feed,
    )


def named_files(files: Sequence[Source]) -> str:
    """What some files are, in a few words."""
    return files[0].name if len(files) == 1 else f"{len(files)} files"
