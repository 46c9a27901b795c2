"""The box that Ctrl+P opens over the table: every action by its name, with its key; Enter does it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import (
    QAction,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QMenuBar, QWidget

from quotedesk.ui.editing.spoken_list import SpokenList
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.actions import IS_HEADING, PLAIN_WORDS, WHY_NOT
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.style import paint_card
from quotedesk.ui.looks.theme import HEADER_PX
from quotedesk.ui.window.command_words import other_words

MOST_SHOWN = 10
ROW_PX = 28
_WIDTH_PX = 600
_LINE_PX = 36
_PAD_PX = 6
_TOP_PX = 40
_EDGE_PX = 8
_MARGIN_PX = 12  # left and right in a row
_GAP_PX = 12
_STAYS_REASONS = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: MOST_SHOWN,
    Qt.Key.Key_PageUp: -MOST_SHOWN,
}


@dataclass(frozen=True, slots=True)
class Command:
    """An action as it is shown.

    Attributes:
        where: the menus that it is in.
        why_not: why it cannot be done now; "" where it can.
        others: what else it is called.
    """

    action: QAction
    words: str
    where: str
    keys: str
    why_not: str
    others: str

    @property
    def spoken(self) -> str:
        """All of it, for those who hear it."""
        on = "on" if self.action.isChecked() else ""
        return ", ".join(part for part in (self.words, self.where, self.keys, on, self.why_not) if part)


class CommandPalette(QWidget):
    """Lies over `parent`; gone with Esc, with Enter, and when the keyboard goes elsewhere. `bar` has the actions.

    Attributes:
        line: what is typed in.
        found: the commands that have all words of it, the best first.
        chosen: the place among them that Enter does; -1: there is none.
    """

    def __init__(self, bar: QMenuBar, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.found: list[Command] = []
        self.chosen = -1
        self._bar = bar
        self._appearance = appearance
        self._before: QWidget | None = None  # had the keyboard
        self._all: list[Command] = []
        self._first = 0  # the place of the topmost row
        self._strong, self._small = look.font(strong=True), look.font(12)
        self.line = QLineEdit(self)
        self.line.setFrame(False)
        self.line.setFont(look.font())
        self.line.setTextMargins(10, 0, 10, 0)
        self.line.setStyleSheet("background: transparent; border: none;")
        self.line.setPlaceholderText("What to do: sort, undo, columns")
        self.line.setAccessibleName("Search commands")
        self.line.textChanged.connect(self._seek)
        self.line.installEventFilter(self)
        self._list = QWidget(self)
        self._list.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._rows = SpokenList(self._list, ROW_PX, 0)
        self._rows.setAccessibleName("Commands")
        self.setFocusProxy(self.line)
        parent.installEventFilter(self)
        self.hide()

    def begin(self) -> None:
        """Open with all commands; opened already, begin anew."""
        if self.isHidden():
            self._before = QApplication.focusWidget()
        self._all = [command for command in commands_of(self._bar) if command.action.shortcut() != "Ctrl+P"]
        self.line.clear()
        self._seek()
        self.show()
        self.raise_()
        self.line.setFocus()

    def finish(self) -> None:
        """Close; the keyboard goes where it was."""
        if self.isHidden():
            return
        had_focus = self.line.hasFocus()
        self.hide()
        if had_focus and self._before is not None and self._before.isVisible():
            self._before.setFocus()

    # What is typed

    def _seek(self) -> None:
        words = self.line.text().casefold().split()
        far = [(distance, each) for each in self._all if (distance := _distance(each, words)) is not None]
        self.found = [each for _, each in sorted(far, key=itemgetter(0))]  # else in the order of the menus
        if self.found and self.found[0].why_not and self.found[0].words.casefold() != " ".join(words):
            # What is also called so and can be done was meant: "delete" is Remove, where no list can be deleted.
            self.found.sort(key=lambda each: bool(each.why_not) or not set(words) <= set(each.others.split()))
        self._first = 0
        self._choose(0 if self.found else -1)
        self._lay_out()

    def _choose(self, place: int) -> None:
        self.chosen = place = max(min(place, len(self.found) - 1), 0 if self.found else -1)
        self._first = max(min(self._first, place), place - MOST_SHOWN + 1, 0)
        shown = self.found[self._first : self._first + MOST_SHOWN]
        self._rows.show_rows([each.spoken for each in shown], place - self._first)
        self.line.setAccessibleDescription(self.found[place].spoken if place >= 0 else "no command")
        self.update()

    def _do(self) -> None:
        """Do the chosen one, where it can be done; the box stays where it cannot, and says why."""
        if self.chosen >= 0 and not self.found[self.chosen].why_not:
            action = self.found[self.chosen].action
            self.finish()  # first: what is done may ask who has the keyboard
            action.trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.line:
            if event.type() == QEvent.Type.Resize and not self.isHidden():
                self._lay_out()
            return False
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            if event.reason() not in _STAYS_REASONS:
                self.finish()
            return False
        return isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._key(event)

    def _key(self, event: QKeyEvent) -> bool:
        """Is the key ours alone?"""
        match event.key():
            case Qt.Key.Key_Escape:
                self.finish()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._do()
            case key if key in _STEPS:
                self._choose(self.chosen + _STEPS[Qt.Key(key)])
            case Qt.Key.Key_Tab | Qt.Key.Key_Backtab:
                pass
            case _:
                return False
        return True

    # The mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if (place := self._place_at(event.position().y())) >= 0:
            self._choose(place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._choose(place)
            self._do()

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = -1 if event.angleDelta().y() > 0 else 1
        self._first = max(0, min(self._first + steps, len(self.found) - MOST_SHOWN))
        self._choose(max(self._first, min(self.chosen, self._first + MOST_SHOWN - 1)))

    def _place_at(self, y: float) -> int:
        row = int((y - self._list.y()) // ROW_PX)
        place = self._first + row
        return place if 0 <= row < MOST_SHOWN and y >= self._list.y() and place < len(self.found) else -1

    # How it looks

    def _lay_out(self) -> None:
        """At the top of the parent, as the search of symbols; the rows that fit below the line."""
        parent = self.parentWidget()
        assert parent is not None
        room = parent.rect().adjusted(0, HEADER_PX, 0, 0)
        width = min(_WIDTH_PX, room.width() - 2 * _EDGE_PX)
        rows = max(1, min(len(self.found), MOST_SHOWN))
        above = _LINE_PX + 2 * _PAD_PX
        top = room.top() + min(_TOP_PX, max(0, room.height() - above) // 8)
        self.setGeometry(room.left() + (room.width() - width) // 2, top, width, above + rows * ROW_PX + _PAD_PX)
        self.line.setGeometry(_PAD_PX, _PAD_PX, width - 2 * _PAD_PX, _LINE_PX)
        self._list.setGeometry(_PAD_PX, above, width - 2 * _PAD_PX, rows * ROW_PX)
        self.setMouseTracking(True)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        paint_card(painter, self.rect(), theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.accent, 1.5))
        painter.setBrush(theme.table)
        box = QRectF(self.line.geometry()).adjusted(0.75, 0.75, -0.75, -0.75)
        painter.drawRoundedRect(box, look.CONTROL_RADIUS_PX, look.CONTROL_RADIUS_PX)
        for row, each in enumerate(self.found[self._first : self._first + MOST_SHOWN]):
            self._paint_row(painter, row, each)
        if not self.found:
            painter.setPen(theme.t3)
            painter.setFont(self._small)
            none = self._list.geometry().adjusted(_MARGIN_PX, 0, 0, 0)
            painter.drawText(none, Qt.AlignmentFlag.AlignVCenter, "No command found")
        painter.end()

    def _paint_row(self, painter: QPainter, row: int, each: Command) -> None:
        theme = self._appearance.theme
        box = QRectF(self._list.x(), self._list.y() + row * ROW_PX, self._list.width(), ROW_PX)
        if self._first + row == self.chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.select if not each.why_not else theme.select_idle)
            painter.drawRoundedRect(box, look.CONTROL_RADIUS_PX, look.CONTROL_RADIUS_PX)
        strong, small = QFontMetrics(self._strong), QFontMetrics(self._small)
        baseline = round(box.top() + (ROW_PX + strong.capHeight()) / 2)
        left, right = round(box.left()) + _MARGIN_PX, round(box.right()) - _MARGIN_PX
        painter.setFont(self._small)
        painter.setPen(theme.t3)
        at_right = each.why_not or each.keys
        right -= small.horizontalAdvance(at_right)
        painter.drawText(right, baseline, at_right)
        painter.setFont(self._strong)
        painter.setPen(theme.t3 if each.why_not else theme.t1)
        words = strong.elidedText(each.words, Qt.TextElideMode.ElideRight, max(0, right - _GAP_PX - left))
        painter.drawText(left, baseline, words)
        left += strong.horizontalAdvance(words) + _GAP_PX
        painter.setFont(self._small)
        painter.setPen(theme.t3 if each.why_not else theme.t2)
        where = f"{each.where}, on" if each.action.isChecked() else each.where
        painter.drawText(left, baseline, small.elidedText(where, Qt.TextElideMode.ElideRight, right - _GAP_PX - left))


def commands_of(bar: QMenuBar) -> list[Command]:
    """All actions of the menus that can be seen, in their order."""
    return [command for action in bar.actions() for command in _below(action, "", "")]


def _below(action: QAction, where: str, why_not: str) -> list[Command]:
    if action.isSeparator() or not action.isVisible() or action.property(IS_HEADING):
        return []
    if not action.isEnabled():
        why_not = why_not or action.property(WHY_NOT) or "not now"
    words = _plain(action.text())
    if isinstance(menu := action.menu(), QMenu):
        inside = f"{where} > {words}" if where else words
        return [command for each in menu.actions() for command in _below(each, inside, why_not)]
    keys = ", ".join(each.toString() for each in action.shortcuts())
    words = _plain(action.property(PLAIN_WORDS) or action.text())
    return [Command(action, words, where, keys, why_not, other_words(f"{words} {where}"))]


def _plain(text: str) -> str:
    """Without the & of its letter."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def _distance(command: Command, words: Sequence[str]) -> tuple[int, int, bool] | None:
    """How far a command is from what was typed; None: it is not meant.

    First comes what begins with the words, then what has them as beginnings of its own, then of its menu's or of what
    else it is called, and at last where they only stand somewhere.
    """
    own = _words_in(command.words)
    others = _words_in(f"{command.where} {command.others}")
    anywhere = f"{command.spoken} {command.others}".casefold()
    if not all(word in anywhere for word in words):
        return None
    in_own = [any(each.startswith(word) for each in own) for word in words]
    is_near = all(
        near or any(each.startswith(word) for each in others) for near, word in zip(in_own, words, strict=True)
    )
    tier = 0 if command.words.casefold().startswith(" ".join(words)) else 1 if all(in_own) else 2 if is_near else 3
    return tier, -sum(in_own), bool(command.why_not)


def _words_in(text: str) -> list[str]:
    return re.findall(r"[\w%+-]+", text.casefold())
