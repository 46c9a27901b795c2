"""The editor that opens over a row's symbol: it replaces one symbol by another."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from quotedesk.lists.section import Row, Section
from quotedesk.lists.unknown_code import UnknownCodeError
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import shown
from quotedesk.ui.editing.add_line import offence
from quotedesk.ui.editing.error_popup import ErrorPopup
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.table.row_painter import SYMBOL_LEFT_PX


class SymbolEditor(QLineEdit):
    """A line edit over a cell. Leaving it, by Esc or by a click elsewhere, keeps the row as it was.

    Attributes:
        row: the row whose symbol or name is edited; None while it is closed.
        faults: why the text that stands here was refused; none once it is edited.

    Signals:
        entered(str): Enter was pressed, or what the popup offers was clicked.
        insisted(str): Ctrl+Enter was: the text is meant as it is.
        closed(): it is gone, the row as it was or replaced.
    """

    entered = Signal(str)
    insisted = Signal(str)
    closed = Signal()

    def __init__(self, appearance: Appearance, popup: ErrorPopup, parent: QWidget) -> None:
        super().__init__(parent)
        self.row: Row | None = None
        self.faults: tuple[BadSymbolError, ...] = ()
        self._words = ""  # of the row, as it was
        self._appearance = appearance
        self._popup = popup
        self.setAccessibleName("Symbol")
        self.setFont(look.font(strong=True))
        self.setTextMargins(SYMBOL_LEFT_PX - 3 - 2, 0, 4, 0)
        self.setFrame(False)
        self.setAcceptDrops(False)  # the desk does
        self.textEdited.connect(self._forget)
        self._popup.clicked.connect(self._enter)
        self.hide()

    def begin(self, row: Row, feed: str) -> None:
        """Open on the symbol of a row, or the name of a label, in a list of `feed`; all of it is selected."""
        self.row = row
        self._words = words(row, feed)
        self._forget()
        self.setText(self._words)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.selectAll()

    def refuse(self, fault: BadSymbolError, is_ticking: bool) -> None:
        """Say what is wrong, with the cursor on it; the row goes on as it is."""
        assert self.row is not None
        self.faults = (fault,)
        first, length = offence(fault)
        self.setSelection(max(0, self.text().find(fault.symbol)) + first, length)
        ticking = ", still ticking" if is_ticking else ""
        offers = isinstance(fault, UnknownCodeError) and bool(fault.nearest or fault.made)
        self._popup.tell(fault.why, f"{fault.advice} Esc keeps {self._words}{ticking}.", offers=offers)
        self.update()

    def finish(self) -> None:
        """Close."""
        if self.row is not None:
            self.row = None
            self._forget()
            self.hide()
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.finish()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # A line edit would let the key through to the table, too.
            self._enter(insists=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        else:
            super().keyPressEvent(event)

    def _forget(self) -> None:
        """What was refused is no longer what stands here."""
        self.faults = ()
        self._popup.hide()

    def _enter(self, *, insists: bool = False) -> None:
        (self.insisted if insists else self.entered).emit(self.text().strip())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.finish()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._appearance.theme
        painter.setPen(QPen(theme.error if self._popup.isVisible() else theme.accent, 1.5))
        painter.setBrush(theme.table)
        box = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        painter.drawRoundedRect(box, look.CELL_RADIUS_PX, look.CELL_RADIUS_PX)
        painter.end()
        super().paintEvent(event)


def words(row: Row, feed: str) -> str:
    """What stands in the symbol column of a list of `feed`."""
    return row.name if isinstance(row, Section) else shown(row, feed)
