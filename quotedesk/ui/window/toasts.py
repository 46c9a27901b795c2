"""Messages at the lower left of the table: they come, say what can be done, and leave. They take no keyboard."""

from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from quotedesk.market.clock import Clock
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.glyphs import SIDE_PX, Glyphs
from quotedesk.ui.looks.style import paint_card
from quotedesk.ui.message import Message, announce
from quotedesk.ui.table.view import TableView
from quotedesk.ui.undo import Undo
from quotedesk.ui.window.wrapped_label import WrappedLabel

SHOWN_MS = 6000
MOST = 3  # at once; what comes then waits
MOST_ERRORS = 2  # of those: what leaves by itself always finds room
WIDTH_PX = 440
_KEPT = 200  # of the messages of a run
_MARGIN_PX = 12  # from the table's edges
_GAP_PX = 8
_PAD_X_PX, _PAD_Y_PX = 14, 10
_LOW_PAD_Y_PX = 2  # of one beside the add line
_LEAST_BESIDE_PX, _MOST_BESIDE_PX = 300, 620
_CLOSE_PX = 24


class Toast(QWidget):
    """One message, in two lines at most, with its buttons.

    Attributes:
        message: what it tells.
        undo, details, close_button: the buttons; hidden where there is nothing for them to do.

    Signals:
        over(): it is to go.
        undo_asked(), details_asked(): their button was clicked.
    """

    over = Signal()
    undo_asked = Signal()
    details_asked = Signal()

    def __init__(self, message: Message, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.message = message
        self._appearance = appearance
        self.label = WrappedLabel(appearance, look.font(), "t1")
        self.label.setParent(self)
        self.undo, self.details, self.close_button = (
            _Button(word, self) for word in ("Undo", message.details_word, "\N{MULTIPLICATION SIGN}")
        )
        self.close_button.setAccessibleName("Close the message")
        self.close_button.setToolTip("Close")
        self.close_button.setProperty("choice", "quiet")
        self.undo.setVisible(message.undoes)
        self.undo.clicked.connect(self.undo_asked)
        self.details.clicked.connect(self.details_asked)
        self.close_button.clicked.connect(self.over)
        self.setAccessibleName(message.text)
        self.label.show_text(message.text)
        self._left = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._left.timeout.connect(self._end)
        self.hide()

    def fit(self, most_px: int, *, is_low: bool = False) -> None:
        """Take as much room as it needs, and no more than that in width; `is_low`: on one line."""
        pad_y = _LOW_PAD_Y_PX if is_low else _PAD_Y_PX
        self.label.limit(1 if is_low else 2)
        self.details.setVisible(self.message.details is not None)
        if self._text_px(most_px) < self.label.width_px():
            # Only what does not fit in two lines needs a place to be read.
            self.label.resize(self._text_px(most_px), 1)
            if self.label.is_cut:
                self.details.setVisible(True)
        text_px = min(self._text_px(most_px), self.label.width_px())
        height = max(self.label.height_px(text_px), self.undo.sizeHint().height()) + 2 * pad_y
        left = _PAD_X_PX + self._mark_px
        self.label.setGeometry(left, pad_y, text_px, height - 2 * pad_y)
        left += text_px + 14
        for button in (self.details, self.undo):
            if not button.isHidden():
                size = button.sizeHint()
                button.setGeometry(left, (height - size.height()) // 2, size.width(), size.height())
                left += size.width() + 4
        self.close_button.setGeometry(left, (height - _CLOSE_PX) // 2, _CLOSE_PX, _CLOSE_PX)
        self.resize(left + _CLOSE_PX + 8, height)

    def fits_beside(self, room_px: int) -> bool:
        """Take so much room at most, on one line; may it stand there, whole or at least the most of it?"""
        if room_px <= 0:
            return False
        self.fit(min(_MOST_BESIDE_PX, room_px), is_low=True)
        return self.width() <= room_px and (room_px >= _LEAST_BESIDE_PX or not self.label.is_cut)

    def be_seen(self, on: bool) -> None:
        """Show it, or keep it back while there is no place; its time counts while it can be read."""
        if on != self.isVisible():
            self.setVisible(on)
        if not on or self.message.is_error:
            self._left.stop()
        elif not self._left.isActive() and not self.underMouse():
            self._left.start()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._left.stop()  # somebody reads it

    def leaveEvent(self, event: QEvent) -> None:
        if not self.message.is_error:
            self._left.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        paint_card(painter, self.rect(), theme)
        if self.message.is_error:
            middle = self.label.geometry().center().y() + 0.5
            marks = Glyphs(self.devicePixelRatioF())
            marks.blit(painter, "refused", _PAD_X_PX + SIDE_PX / 2, middle, theme.error, theme.raised)
        painter.end()

    @property
    def _mark_px(self) -> int:
        return SIDE_PX + 9 if self.message.is_error else 0

    def _text_px(self, most_px: int) -> int:
        """How much room the text may have beside all else."""
        buttons = [button for button in (self.details, self.undo) if not button.isHidden()]
        taken = sum(button.sizeHint().width() + 4 for button in buttons)
        return most_px - 2 * _PAD_X_PX - self._mark_px - taken - _CLOSE_PX - 8

    def _end(self) -> None:
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            self._left.start()  # the keyboard is in it
        else:
            self.over.emit()


class Toasts(QObject):
    """The messages of one window, in the lower left corner of `area`, the newest at the bottom.

    They lie below the rows of `table`. Where these fill it, one stands at the right of the add line; where that has no
    room, they lie over rows, but over none that are chosen. `beside`: the add line, and what else in `area` they never
    cover while it is to be seen. The table gets the keyboard of a message that goes.

    Attributes:
        shown: the messages that are there, from the oldest; some may have to wait for a place.
        told: (UTC seconds, message) of all that was told in this run, from the oldest.

    Signals:
        details_asked(message): all of its text is to be shown.
    """

    details_asked = Signal(object)

    def __init__(
        self,
        area: QWidget,
        beside: Sequence[QWidget],
        table: TableView,
        appearance: Appearance,
        undo: Undo,
        clock: Clock,
    ) -> None:
        super().__init__(area)
        self.shown: list[Toast] = []
        self.told: deque[tuple[float, Message]] = deque(maxlen=_KEPT)
        self._area = area
        self._beside = beside
        self._table = table
        self._appearance = appearance
        self._undo = undo
        self._clock = clock
        self._waiting: deque[Message] = deque()
        self._placing = QTimer(self, singleShot=True, interval=0)
        self._placing.timeout.connect(self.place)
        undo.stack.indexChanged.connect(self._drop_settled)
        for each in (area, *beside):
            each.installEventFilter(self)
        table.selectionModel().selectionChanged.connect(self._place_soon)
        table.verticalScrollBar().valueChanged.connect(self._place_soon)

    @property
    def waiting(self) -> Sequence[Message]:
        """Those that come as soon as others have left."""
        return tuple(self._waiting)

    def tell(self, message: Message) -> None:
        """Show it, or let it wait; what is there already is not told twice, but for longer."""
        self.told.append((self._clock.utc_s(self._clock.now_s()), message))
        announce(self._area, message.text, is_urgent=message.is_error)
        for toast in self.shown:
            if toast.message.text == message.text and not message.undoes:
                toast.be_seen(False)
                self.place()
                return
        if all(message.text != each.text for each in self._waiting):
            self._waiting.append(message)
        self._fill()

    def release(self) -> None:
        """The window goes: follow nothing any more."""
        self._undo.stack.indexChanged.disconnect(self._drop_settled)

    def place(self) -> None:
        """Stack the messages from the bottom up, beside what must not be covered; without a place they wait."""
        self._placing.stop()
        room = self._area.rect().adjusted(_MARGIN_PX, look.HEADER_PX + _GAP_PX, -_MARGIN_PX, -_MARGIN_PX)
        rows, strip = self._rows(), self._strip()
        bottom, is_taken = room.bottom(), False
        for toast in reversed(self.shown):
            toast.fit(min(WIDTH_PX, room.width()))
            spot = self._spot(toast, room, bottom, [rows])
            if spot is None and toast.fits_beside(strip.width()):
                top = strip.top() + (strip.height() - toast.height()) // 2
                spot = None if is_taken else QRect(strip.left(), top, toast.width(), toast.height())
                is_taken = True
            elif spot is None:
                toast.fit(min(WIDTH_PX, room.width()))
                spot = self._spot(toast, room, bottom, self._chosen())
            toast.be_seen(spot is not None and self._area.isVisible())
            if spot is not None:
                toast.move(spot.topLeft())
                bottom = bottom if is_taken else spot.top() - _GAP_PX

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)
        if event.type() in kinds:
            self._place_soon()
        return False

    def _place_soon(self) -> None:
        if self.shown:
            self._placing.start()

    def _rows(self) -> QRect:
        """Where the rows are, in the area."""
        viewport = self._table.viewport()
        below = min(viewport.height(), self._table.gap_y(self._table.model().rowCount()))
        return QRect(viewport.mapTo(self._area, QPoint(0, 0)), QSize(viewport.width(), below))

    def _chosen(self) -> list[QRect]:
        """Where the rows are that the user works with."""
        table, viewport = self._table, self._table.viewport()
        chosen = {index.row() for index in table.selectionModel().selectedRows()} | {table.currentIndex().row()}
        rects = [table.row_rect(row) for row in chosen if row >= 0]
        return [rect.translated(viewport.mapTo(self._area, QPoint(0, 0))) for rect in rects]

    def _strip(self) -> QRect:
        """What is free at the right of the add line, below the rows."""
        line = self._beside[0].geometry()
        middle, half = line.center().y(), line.height() // 2 + 3
        left = line.right() + _MARGIN_PX
        return QRect(left, middle - half, self._area.width() - _MARGIN_PX - left, 2 * half)

    def _spot(self, toast: Toast, room: QRect, bottom: int, rows: Sequence[QRect]) -> QRect | None:
        """The lowest place at the left that is free, above `bottom` and clear of those rows."""
        taken = [
            QRect(each.mapTo(self._area, each.rect().topLeft()), each.size()).adjusted(0, -_GAP_PX, 0, _GAP_PX)
            for each in self._beside
            if each.isVisible()
        ]
        taken += [each for each in rows if not each.isEmpty()]
        spot = QRect(room.left(), bottom - toast.height() + 1, toast.width(), toast.height())
        while spot.top() >= room.top():
            below = [each.top() for each in taken if each.intersects(spot)]
            if not below:
                return spot
            spot.moveBottom(min(below) - 1)
        return None

    def _fill(self) -> None:
        """Let those in that there is room for."""
        errors = sum(toast.message.is_error for toast in self.shown)
        for message in list(self._waiting):
            if len(self.shown) >= MOST:
                break
            if message.is_error and errors >= MOST_ERRORS:
                continue
            errors += message.is_error
            self._waiting.remove(message)
            self._show(message)
        self.place()

    def _show(self, message: Message) -> None:
        toast = Toast(message, self._appearance, self._area)
        toast.setProperty("index", self._undo.stack.index())
        toast.over.connect(lambda: self._drop(toast))
        toast.undo_asked.connect(self._undo.stack.undo)
        toast.details_asked.connect(lambda: self._show_details(toast))
        self.shown.append(toast)

    def _show_details(self, toast: Toast) -> None:
        message = toast.message
        if not message.is_error:
            self._drop(toast)
        if message.details is not None:
            message.details()
        else:
            self.details_asked.emit(message)

    def _drop(self, toast: Toast) -> None:
        if toast not in self.shown:
            return
        if toast.isAncestorOf(QApplication.focusWidget() or self._area):
            self._table.setFocus()
        self.shown.remove(toast)
        toast.hide()
        toast.deleteLater()
        self._fill()

    def _drop_settled(self, index: int) -> None:
        """Another edit is the newest now: Undo in a message would take back that one."""
        self._waiting = deque(each for each in self._waiting if not each.undoes)
        for toast in list(self.shown):
            if toast.message.undoes and toast.property("index") != index:
                self._drop(toast)


class _Button(QPushButton):
    """A word to click; Tab reaches it, a click leaves the keyboard where it is."""

    def __init__(self, word: str, parent: QWidget) -> None:
        super().__init__(word, parent)
        self.setProperty("choice", "link")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)
