"""The line at the foot of the table where symbols are typed or pasted."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from quotedesk.lists.unknown_code import UnknownCodeError, advice
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import check_code, split_feed
from quotedesk.ui.editing.error_popup import ErrorPopup
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.glyphs import Glyphs
from quotedesk.ui.looks.icons import SIZE_PX as ICON_PX
from quotedesk.ui.looks.icons import Icons
from quotedesk.ui.table.row_painter import SYMBOL_LEFT_PX

IDLE_WIDTH_PX = 228
OPEN_WIDTH_PX = 464
PLUS_X_PX = 9
ENTER_PX = 56  # room for the word at the right of a prominent line
_HINT_GAP_PX = 12


_AT_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class AddLine(QLineEdit):
    """A line edit with a plus. What it is asked to keep stays, with the reason in a popup.

    Attributes:
        faults: why the text that stands here was refused; none once it is edited.
        lens: draws one in place of the plus, where symbols are looked for.

    Signals:
        entered(str): Enter was pressed on some text, or what the popup offers was clicked.
        insisted(str): Ctrl+Enter was: the text is meant as it is.
        cancelled(): Esc was pressed; the line is empty again.
        opened_or_closed(): `is_open` may have changed.
    """

    entered = Signal(str)
    insisted = Signal(str)
    cancelled = Signal()
    opened_or_closed = Signal()

    def __init__(self, appearance: Appearance, popup: ErrorPopup, parent: QWidget) -> None:
        super().__init__(parent)
        self.faults: tuple[BadSymbolError, ...] = ()
        self.lens: Icons | None = None
        self._appearance = appearance
        self._popup = popup
        self._marks = Glyphs(self.devicePixelRatioF())
        self._hint = ""
        self._small = QFontMetrics(look.font(11))
        self.setAccessibleName("Add symbols")
        self._is_prominent = True
        self.is_prominent = False
        self.setFont(look.font())
        self.setFrame(False)
        self.setAcceptDrops(False)  # the desk does
        self.textChanged.connect(self.opened_or_closed)
        self.textEdited.connect(self._forget)
        self._popup.clicked.connect(self._enter)

    @property
    def is_prominent(self) -> bool:
        """Is it the one thing to look at, in the start panel? Else it is a line among rows."""
        return self._is_prominent

    @is_prominent.setter
    def is_prominent(self, on: bool) -> None:
        if on != self._is_prominent:
            self._is_prominent = on
            self.setPlaceholderText("AAPL.US, EURUSD, BTCUSDT" if on else "Type, paste or drop symbols")
            self.setTextMargins((30 if on else SYMBOL_LEFT_PX - 4) - 2, 0, ENTER_PX if on else 4, 0)

    def show_hint(self, words: str) -> None:
        """Say something at the right of the line, where the text leaves room for it; "" takes it back."""
        if words != self._hint:
            self._hint = words
            self.update()

    @property
    def is_open(self) -> bool:
        """Is someone writing here?"""
        return self.hasFocus() or bool(self.text())

    def begin(self, text: str = "") -> None:
        """Start anew with this text, ready for more."""
        self._forget()
        self.setText(text)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.deselect()
        self.end(False)
        if text:
            self.textEdited.emit(text)  # typed in the table is typed, too

    def finish(self) -> None:
        """Everything in it was taken."""
        self._forget()
        self.clear()

    def keep(self, text: str, faults: Sequence[BadSymbolError]) -> None:
        """Keep what cannot be added, say why the first of it cannot, and put the cursor on that."""
        self.faults, fault = tuple(faults), faults[0]
        self.setText(text)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        first, length = offence(fault)
        self.setSelection(max(0, text.find(fault.symbol)) + first, length)
        offers = isinstance(fault, UnknownCodeError) and bool(fault.nearest or fault.made)
        self._popup.tell(fault.why, f"{advice(faults)} Esc cancels.", offers=offers)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.finish()
            self.cancelled.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(insists=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.opened_or_closed.emit()

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.opened_or_closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        if self._marks.ratio != self.devicePixelRatioF():
            self._marks = Glyphs(self.devicePixelRatioF())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        refused = self._popup.isVisible()
        painter.setPen(Qt.PenStyle.NoPen)
        if refused or self.hasFocus():
            painter.setPen(QPen(theme.error if refused else theme.accent, 1.5))
        elif self.is_prominent:
            painter.setPen(QPen(theme.edge, 1))
        painter.setBrush(theme.table if self.is_prominent else theme.hover)
        box = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        radius = look.CONTROL_RADIUS_PX if self.is_prominent else look.CELL_RADIUS_PX
        painter.drawRoundedRect(box, radius, radius)
        plus_x = 16 if self.is_prominent else PLUS_X_PX
        if self.lens is not None:
            left, top = plus_x - ICON_PX // 2, (self.height() - ICON_PX) // 2
            self.lens.icon("search", theme).paint(painter, left, top, ICON_PX, ICON_PX)
        else:
            self._marks.blit(painter, "plus", plus_x, self.height() / 2, theme.accent, theme.hover)
        hint = "Enter" if self.is_prominent else self._hint if self._has_room(self._hint) else ""
        if hint:
            painter.setFont(look.font(11))
            painter.setPen(theme.t3)
            painter.drawText(self.rect().adjusted(0, 0, -12, 0), _AT_RIGHT, hint)
        painter.end()
        super().paintEvent(event)

    def _has_room(self, hint: str) -> bool:
        """Does the hint stay clear of the text?"""
        text_px = SYMBOL_LEFT_PX + QFontMetrics(self.font()).horizontalAdvance(self.text())
        return text_px + self._small.horizontalAdvance(hint) + 2 * _HINT_GAP_PX < self.width()

    def _forget(self) -> None:
        """What was refused is no longer what stands here."""
        self.faults = ()
        self._popup.hide()

    def _enter(self, *, insists: bool = False) -> None:
        if self.text().strip():
            (self.insisted if insists else self.entered).emit(self.text())


def offence(fault: BadSymbolError) -> tuple[int, int]:
    """Where in a bad symbol the fault is, as (first, length): one character, the feed, or all of it."""
    text = fault.symbol
    code, feed = split_feed(text)
    if isinstance(fault, UnknownCodeError):
        return 0, len(text)
    for place, character in enumerate(code):
        try:
            check_code(character)
        except BadSymbolError:
            return place, 1
    return (len(code) + 1, len(feed)) if feed else (0, len(text))
