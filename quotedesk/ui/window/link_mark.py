"""The mark of a part in its link group: a number on its colour, arrows for the way; and the menu that it opens."""

from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QIcon, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QToolButton, QWidget

from quotedesk.config.window_file import MOST_GROUPS, GroupLink
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.actions import PLAIN_WORDS, WHY_NOT, act
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.group_colours import NAMES, group_colour
from quotedesk.ui.looks.icons import SIZE_PX, Icons
from quotedesk.ui.looks.menu import Menu
from quotedesk.ui.looks.theme import Theme
from quotedesk.ui.window.link_groups import LinkPart

_SQUARE_PX = 16
_ARROW_PX = 5
_GAP_PX = 3
_HIGH_PX = 24
_WIDE_PX = _SQUARE_PX + 2 * (_ARROW_PX + _GAP_PX) + 4
_RADIUS_PX = 4.0
_WAYS = (
    ("Sends and &follows", "both ways", True, True),
    ("&Sends what is chosen", "sends", True, False),
    ("Follo&ws", "follows", False, True),
)


class LinkMenu(Menu):
    """Which group a part is in, and which way."""

    def __init__(self, part: LinkPart, appearance: Appearance, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self._part = part
        self._appearance = appearance
        groups, ways = QActionGroup(self), QActionGroup(self)
        self._groups: list[QAction] = []
        for group in range(MOST_GROUPS + 1):
            words = f"&{group} {NAMES[group - 1].capitalize()}" if group else "&0 No group"
            action = self._choice(words, groups, partial(self._join, group))
            said = f"Link group {group}" if group else "No link group"
            action.setProperty(PLAIN_WORDS, f"{said} for the {part.name}")
            self._groups.append(action)
        self.addSeparator()
        self._ways: list[tuple[QAction, bool, bool]] = []
        for words, said, sends, follows in _WAYS:
            action = self._choice(words, ways, partial(self._go, sends, follows))
            action.setProperty(PLAIN_WORDS, f"Link group of the {part.name}: {said}")
            action.setProperty(WHY_NOT, "choose a link group first")
            self._ways.append((action, sends, follows))
        part.changed.connect(self._check)
        self.aboutToShow.connect(self._draw)  # the first paint need not wait for it
        self._check()

    def _choice(self, words: str, group: QActionGroup, does: partial[None]) -> QAction:
        action = act(self, words, "", does)
        action.setCheckable(True)
        group.addAction(action)
        return action

    def _join(self, group: int) -> None:
        self._part.choose(GroupLink(group, self._part.link.sends, self._part.link.follows))

    def _go(self, sends: bool, follows: bool) -> None:
        self._part.choose(GroupLink(self._part.link.group, sends, follows))

    def _check(self) -> None:
        link = self._part.link
        for group, action in enumerate(self._groups):
            action.setChecked(group == link.group)
        for action, sends, follows in self._ways:
            action.setChecked(bool(link.group) and (link.sends, link.follows) == (sends, follows))
            action.setEnabled(bool(link.group))

    def _draw(self) -> None:
        theme, ratio = self._appearance.theme, self.devicePixelRatioF()
        for group, action in enumerate(self._groups):
            if group:
                action.setIcon(_icon(group, theme, ratio, is_chosen=group == self._part.link.group))


class LinkMenus(Menu):
    """The link groups of a window's list and of its chart; a key opens the menu of each at its mark.

    Attributes:
        of_list, of_chart: the marks, to be put beside what they are of.
    """

    def __init__(
        self, listed: LinkPart, charted: LinkPart, appearance: Appearance, icons: Icons, parent: QWidget
    ) -> None:
        super().__init__("Lin&k groups", parent)
        self._window = parent
        self.of_list = self._add(listed, appearance, icons, "&List", "Ctrl+Alt+N")
        self.of_chart = self._add(charted, appearance, icons, "&Chart", "Ctrl+Alt+Shift+N")

    def _add(self, part: LinkPart, appearance: Appearance, icons: Icons, title: str, keys: str) -> "LinkMark":
        menu = LinkMenu(part, appearance, title, self)
        self.addMenu(menu)
        mark = LinkMark(part, menu, appearance, icons, keys, None)
        opens = act(self, f"{title.replace('&', '')}'s link group…", keys, lambda: self._open(menu, mark))
        opens.setProperty(PLAIN_WORDS, f"Link group of the {part.name}")
        return mark

    def _open(self, menu: LinkMenu, mark: "LinkMark") -> None:
        anchor = mark if mark.isVisible() else self._window
        menu.popup(anchor.mapToGlobal(anchor.rect().bottomLeft() if anchor is mark else anchor.rect().center()))


class LinkMark(QToolButton):
    """Shows how a part takes part, and opens its menu. Hollow: what was chosen in the group cannot be shown here."""

    def __init__(
        self, part: LinkPart, menu: LinkMenu, appearance: Appearance, icons: Icons, keys: str, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self._part = part
        self._appearance = appearance
        self._icons = icons
        self._keys = keys
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(menu)
        self.setAutoRaise(True)
        part.changed.connect(self._show)
        appearance.changed.connect(self.update)
        self._show()

    def sizeHint(self) -> QSize:
        return QSize(_WIDE_PX if self._part.link.group else _HIGH_PX + 2, _HIGH_PX)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def words(self) -> str:
        """All that it says."""
        link, name = self._part.link, self._part.name
        if not link.group:
            return f"Link the {name} with other windows"
        way = {(True, True): "sends and follows", (True, False): "sends"}.get((link.sends, link.follows), "follows")
        said = f"Link group {link.group} ({NAMES[link.group - 1]}): the {name} {way}"
        return f"{said}. {self._part.lacks.code} is not shown in this list" if self._part.lacks else said

    def _show(self) -> None:
        words = self.words()
        self.setAccessibleName(words)
        self.setToolTip(f"{words} ({self._keys})")
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)  # its ground under the pointer, and its ring
        theme, link = self._appearance.theme, self._part.link
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        if not link.group:
            icon = self._icons.icon("link", theme)
            icon.paint(painter, self.rect().center().x() - SIZE_PX // 2 + 1, round(middle) - SIZE_PX // 2, SIZE_PX, 16)
            painter.end()
            return
        left = (self.width() - _SQUARE_PX) / 2
        box = QRectF(round(left), round(middle - _SQUARE_PX / 2), _SQUARE_PX, _SQUARE_PX)
        draw_mark(painter, box, link.group, theme, is_hollow=self._part.lacks is not None)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.t2)
        if link.follows:
            _arrow(painter, box.left() - _GAP_PX - _ARROW_PX, middle)
        if link.sends:
            _arrow(painter, box.right() + _GAP_PX, middle)
        painter.end()


def draw_mark(painter: QPainter, box: QRectF, group: int, theme: Theme, *, is_hollow: bool = False) -> None:
    """The number of a group on its colour, or, hollow, in its colour."""
    colour = group_colour(group, theme)
    painter.setPen(QPen(colour, 1.4) if is_hollow else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if is_hollow else colour)
    shape = box.adjusted(0.7, 0.7, -0.7, -0.7) if is_hollow else box
    painter.drawRoundedRect(shape, _RADIUS_PX, _RADIUS_PX)
    painter.setFont(look.font(11, strong=True))
    painter.setPen(colour if is_hollow else theme.on_accent)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(group))


def _arrow(painter: QPainter, left: float, middle: float) -> None:
    points = [QPointF(left, middle - 3.5), QPointF(left + _ARROW_PX - 1, middle), QPointF(left, middle + 3.5)]
    painter.drawPolygon(QPolygonF(points))


def _icon(group: int, theme: Theme, ratio: float, *, is_chosen: bool) -> QIcon:
    """For a menu, which has no room for a check beside it: what is chosen has a ring."""
    pixmap = QPixmap(QSize(_SQUARE_PX, _SQUARE_PX) * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(0, 0, _SQUARE_PX, _SQUARE_PX)
    draw_mark(painter, box.adjusted(2.5, 2.5, -2.5, -2.5) if is_chosen else box, group, theme)
    if is_chosen:
        painter.setPen(QPen(theme.t1, 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.7, 0.7, -0.7, -0.7), _RADIUS_PX + 1, _RADIUS_PX + 1)
    painter.end()
    return QIcon(pixmap)
