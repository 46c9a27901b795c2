"""Known symbols under a field, while one is typed there. The keyboard stays in the field."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from quotedesk.lists.list_reader import Suggestion
from quotedesk.ui.editing.spoken_list import SpokenList
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.glyphs import SIDE_PX, Glyphs
from quotedesk.ui.looks.style import paint_card

ROW_PX = 28
MOST = 8
_MARGIN_PX = 4  # around the rows
_PAD_PX = 12  # left and right in a row
_GAP_PX = 12
_HERE = "already here"


class Completion(QWidget):
    """Lies over its parent below a field, or above it where there is no room; hidden while nothing matches.

    The first is chosen, unless it is but a guess. Down and Up choose, Enter takes the chosen one and goes on as the
    field's own Enter, Ctrl+Enter is the field's alone, Tab takes the chosen one and stays, Esc closes this and nothing
    else. `suggest` says what the end of the text may become, `what`
    what that is.

    Attributes:
        shown: the suggestions, from the top.
        chosen: the row that Enter takes; -1: none, Enter is the field's.
        taken: the texts that were taken, until the field is empty.

    Signals:
        clicked(): one was taken by the mouse; it stands in the field.
    """

    clicked = Signal()

    def __init__(
        self,
        field: QLineEdit,
        suggest: Callable[[str], Sequence[Suggestion]],
        appearance: Appearance,
        parent: QWidget,
        what: str = "known symbol",
    ) -> None:
        super().__init__(parent)
        self._what = what
        self.shown: tuple[Suggestion, ...] = ()
        self.chosen = -1
        self.taken: set[str] = set()
        self._hovered = -1
        self._field = field
        self._suggest = suggest
        self._appearance = appearance
        self._edited = ""  # the text that was last answered
        self._strong, self._small = look.font(strong=True), look.font(12)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self._rows = SpokenList(self, ROW_PX, _MARGIN_PX)
        self._rows.setAccessibleName(f"{what.capitalize()}s")
        self.hide()
        field.textEdited.connect(self._answer)
        field.textChanged.connect(self._text_changed)
        field.installEventFilter(self)
        parent.installEventFilter(self)

    def close_list(self) -> None:
        """Suggest nothing until more is typed."""
        self.shown, self.chosen = (), -1
        self._field.setAccessibleDescription("")
        self.hide()

    # The field

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if not self.isHidden():
            if kind in (QEvent.Type.Move, QEvent.Type.Resize):
                self._place()
            elif watched is self._field and kind in (QEvent.Type.FocusOut, QEvent.Type.Hide):
                self.close_list()
            elif watched is self._field and kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        """Is the key ours alone?"""
        match event.key():
            case Qt.Key.Key_Down:
                self._choose(min(self.chosen + 1, len(self.shown) - 1))
            case Qt.Key.Key_Up:
                self._choose(max(self.chosen - 1, -1))
            case Qt.Key.Key_Tab if not event.modifiers():
                self._take(max(self.chosen, 0))
            case Qt.Key.Key_Escape:
                self.close_list()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if self.chosen >= 0 and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                    self._take(self.chosen)
                self.close_list()
                return False  # the field goes on with what stands in it now
            case _:
                return False
        return True

    def _text_changed(self, text: str) -> None:
        if text != self._edited:  # by the program
            self.close_list()
        if not text:
            self.taken.clear()

    def _answer(self, text: str) -> None:
        self._edited = text
        is_at_end = self._field.cursorPosition() == len(text)
        found = tuple(self._suggest(text))[:MOST] if text and is_at_end else ()
        if not found or [each.text for each in found] == [found[0].replaces]:
            self.close_list()
            return
        self.shown = found
        self._choose(-1 if found[0].is_guess else 0)
        self._place()
        self.show()
        self.raise_()

    def _choose(self, row: int) -> None:
        self.chosen = row
        many = f"{len(self.shown)} {self._what}{'s' if len(self.shown) > 1 else ''}, Down chooses"
        self._rows.show_rows([spoken(each) for each in self.shown], row)
        self._field.setAccessibleDescription(spoken(self.shown[row]) if row >= 0 else many)
        self.update()

    def _take(self, row: int) -> None:
        """Put a suggestion in the place of the part of the text it was made for."""
        each, length = self.shown[row], len(self._field.text())
        self._field.setSelection(length - len(each.replaces), len(each.replaces))
        self.taken.add(each.text)
        self._field.insert(each.text)
        self.close_list()

    # The list

    def _place(self) -> None:
        parent = self.parentWidget()
        assert parent is not None
        top = self._field.mapTo(parent, QPoint(0, 0))
        below = top.y() + self._field.height() + 3
        room_below, room_above = parent.height() - below, top.y() - 3
        is_below = room_below >= self._height(len(self.shown)) or room_below >= room_above
        rows = (max(room_below, room_above) - 2 * _MARGIN_PX) // ROW_PX
        if len(self.shown) > rows:
            self.shown = self.shown[: max(1, rows)]
            self._choose(min(self.chosen, len(self.shown) - 1))
        width = min(max(self._field.width(), self._width()), parent.width() - 8)
        height = self._height(len(self.shown))
        left = max(4, min(top.x(), parent.width() - width - 4))
        self.setGeometry(left, below if is_below else top.y() - 3 - height, width, height)

    @staticmethod
    def _height(rows: int) -> int:
        return rows * ROW_PX + 2 * _MARGIN_PX

    def _width(self) -> int:
        strong, small = QFontMetrics(self._strong), QFontMetrics(self._small)
        return 2 * (_MARGIN_PX + _PAD_PX) + max(
            strong.horizontalAdvance(each.text)
            + _GAP_PX
            + small.horizontalAdvance(each.name)
            + (small.horizontalAdvance(each.about) + _GAP_PX if each.about else 0)
            + (small.horizontalAdvance(_standing(each)) + SIDE_PX + _GAP_PX + 4 if _standing(each) else 0)
            for each in self.shown
        )

    def _row_at(self, y: float) -> int:
        row = int((y - _MARGIN_PX) // ROW_PX)
        return row if 0 <= row < len(self.shown) else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._row_at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self._take(row)
            self.clicked.emit()

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        marks = Glyphs(self.devicePixelRatioF())
        painter = QPainter(self)
        paint_card(painter, self.rect(), theme)
        for row, each in enumerate(self.shown):
            self._paint_row(painter, marks, row, each)
        painter.end()

    def _paint_row(self, painter: QPainter, marks: Glyphs, row: int, each: Suggestion) -> None:
        theme = self._appearance.theme
        box = QRectF(_MARGIN_PX, _MARGIN_PX + row * ROW_PX, self.width() - 2 * _MARGIN_PX, ROW_PX)
        ground = theme.raised
        if row in (self.chosen, self._hovered):
            ground = theme.select if row == self.chosen else theme.select_idle
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(box, look.CONTROL_RADIUS_PX, look.CONTROL_RADIUS_PX)
        strong, small = QFontMetrics(self._strong), QFontMetrics(self._small)
        baseline = round(box.top() + (ROW_PX + strong.capHeight()) / 2)
        left, right = round(box.left()) + _PAD_PX, round(box.right()) - _PAD_PX
        painter.setPen(theme.t3)
        painter.setFont(self._small)
        if standing := _standing(each):
            right -= small.horizontalAdvance(standing)
            painter.drawText(right, baseline, standing)
            right -= SIDE_PX // 2 + 4
            marks.blit(painter, "equals", right, box.center().y(), theme.t3, ground)
            right -= SIDE_PX // 2 + _GAP_PX
            painter.setPen(theme.t3)
        name_left = left + strong.horizontalAdvance(each.text) + _GAP_PX
        about = small.elidedText(each.about, Qt.TextElideMode.ElideRight, max(0, right - name_left))
        if about:  # names yield: the code says most of them, and only this says what is traded
            right -= small.horizontalAdvance(about)
            painter.drawText(right, baseline, about)
            right -= _GAP_PX
        painter.setPen(theme.t2)
        name = small.elidedText(each.name, Qt.TextElideMode.ElideRight, max(0, right - name_left))
        painter.drawText(name_left, baseline, name)
        painter.setPen(theme.t1)
        painter.setFont(self._strong)
        painter.drawText(left, baseline, each.text)


def _standing(each: Suggestion) -> str:
    return _HERE if each.is_here else each.standing


def spoken(each: Suggestion) -> str:
    """A suggestion in words, for those who hear it."""
    return ", ".join(part for part in (each.text, each.name, each.about, _standing(each)) if part)
