"""The strip of tabs, one a list: choose, rename in place, pull to another place, drop rows on one."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QTabBar, QToolButton, QWidget

from quotedesk.lists.watchlist import Watchlist
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks import tips
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.icons import SIZE_PX, Icons
from quotedesk.ui.window.spoken_tabs import speak
from quotedesk.ui.window.tab_scroller import TabScroller
from quotedesk.ui.window.tool_strip import ToolStrip

TABS_PX = 40
MOST_TAB_PX = 180
_PAD_PX = 14
_GAP_PX = 7
_LINE_PX = 2
_BESIDE_TABS_PX = 0  # a tab has room at its sides already
_REACHED_PX = 40  # so much beside what is tab_moved or dragged comes into view
_NO_FEEDS: Mapping[Watchlist, str] = {}
_SPRING_MS = 600  # a drag that rests on a tab for so long opens its list


class ListTabs(QTabBar):
    """A tab per open list: its name and how many symbols it has.

    Attributes:
        accepts: may what is dragged be dropped on the tab of this list? Asked at each move.

    Signals:
        menu_asked(watchlist, at): what can be done with that list is asked for, there on the screen.
        reached(part): something is tab_moved or dragged over that part of the tabs.
        chosen(watchlist): it is to be shown.
        tab_moved(watchlist, at): it was tab_moved to the place `at` among the tabs.
        rename_asked(watchlist): its tab was double-clicked.
        dropped(watchlist, event): something was dropped on its tab.
        left(): a drag over the tabs is over.
    """

    menu_asked = Signal(object, QPoint)
    reached = Signal(QRect)
    chosen = Signal(object)
    tab_moved = Signal(object, int)
    rename_asked = Signal(object)
    dropped = Signal(object, object)
    left = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._before: list[Watchlist] = []  # as the tabs stood when the button went down; none while it is up
        self._aimed = -1  # the tab under a drag
        self._renamed: Watchlist | None = None  # the list whose name is being written
        self.accepts: Callable[[Watchlist, QDragMoveEvent], bool] = lambda watchlist, event: False
        self._spring = QTimer(self, singleShot=True, interval=_SPRING_MS)
        self._spring.timeout.connect(lambda: self._choose(self._aimed))
        self.setAccessibleName("Lists")
        self.setMovable(True)
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setUsesScrollButtons(False)  # whoever holds the bar scrolls it
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.currentChanged.connect(self._choose)
        self.tabBarDoubleClicked.connect(self._ask_to_rename)

    def show_lists(
        self, lists: Sequence[Watchlist], current: Watchlist, feeds: Mapping[Watchlist, str] = _NO_FEEDS
    ) -> None:
        """These are open, and this one is shown. `feeds`: what to say of a list's feeds, in words."""
        if self._before and set(self._before) == set(lists):
            lists = self._shown()  # a tab is being tab_moved: the bar knows best where they are
        self.blockSignals(True)
        while self.count() > len(lists):
            self.removeTab(self.count() - 1)
        while self.count() < len(lists):
            self.addTab("")
        for place, each in enumerate(lists):
            self.setTabData(place, each)
            count = f"{len(each.instruments):,}"
            # An ampersand would make the letter after it a shortcut.
            words = f"{each.name.replace('&', '&&')} {count}"
            if self.tabText(place) != words:
                self.setTabText(place, words)
            told = feeds.get(each, "")
            self.setAccessibleTabName(place, f"{each.name}, {count} symbols" + (f", {told}" if told else ""))
            cut = each.name if self._shown_name(each) != each.name else ""
            self.setTabToolTip(place, tips.as_shown("\n".join(filter(None, (cut, told)))))
            if each is current:
                self.setCurrentIndex(place)
        self.blockSignals(False)
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        speak(self)

    def list_at(self, place: int) -> Watchlist:
        """Whose tab it is."""
        watchlist: Watchlist = self.tabData(place)
        return watchlist

    def tab_of(self, watchlist: Watchlist) -> QRect:
        """Where its tab is."""
        return next((self.tabRect(at) for at in range(self.count()) if self.list_at(at) is watchlist), QRect())

    def widen_for_name(self, watchlist: Watchlist | None) -> None:
        """The name of that list is being written: its tab has all the room that a tab may have. None: it is over."""
        self._renamed = watchlist
        for place in range(self.count()):
            self.setTabText(place, self.tabText(place))  # makes the bar measure its tabs anew

    def tabSizeHint(self, index: int) -> QSize:  # noqa: N802 (Qt's name)
        watchlist = self.tabData(index)
        if watchlist is None:
            return QSize(0, TABS_PX)
        if watchlist is self._renamed:
            return QSize(MOST_TAB_PX, TABS_PX)
        name = QFontMetrics(look.font(strong=True)).horizontalAdvance(watchlist.name)
        return QSize(min(MOST_TAB_PX, name + self._beside_name_px(watchlist)), TABS_PX)

    def _beside_name_px(self, watchlist: Watchlist) -> int:
        count = QFontMetrics(look.font(11)).horizontalAdvance(f"{len(watchlist.instruments):,}")
        return count + _GAP_PX + 2 * _PAD_PX

    def _shown_name(self, watchlist: Watchlist) -> str:
        """The name, as far as a tab has room for it."""
        metrics, room = QFontMetrics(look.font(strong=True)), MOST_TAB_PX - self._beside_name_px(watchlist)
        return metrics.elidedText(watchlist.name, Qt.TextElideMode.ElideRight, room)

    def minimumTabSizeHint(self, index: int) -> QSize:  # noqa: N802 (Qt's name)
        return self.tabSizeHint(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.window)
        for place in range(self.count()):
            rect, is_on, watchlist = self.tabRect(place), place == self.currentIndex(), self.list_at(place)
            if place == self._aimed:
                painter.fillRect(rect.adjusted(2, 6, -2, -6), theme.select)
            font = look.font(strong=is_on)
            metrics = QFontMetrics(font)
            baseline = rect.top() + round((rect.height() + metrics.capHeight()) / 2)
            left = rect.left() + _PAD_PX
            painter.setFont(font)
            painter.setPen(theme.t1 if is_on else theme.t2)
            name = self._shown_name(watchlist)
            painter.drawText(QPointF(left, baseline), name)
            left += metrics.horizontalAdvance(name) + _GAP_PX
            painter.setFont(look.font(11))
            painter.setPen(theme.t3)
            painter.drawText(QPointF(left, baseline), f"{len(watchlist.instruments):,}")
            if is_on or place == self._aimed:
                line = QRect(rect.left() + _PAD_PX - 2, rect.bottom() - _LINE_PX + 1, rect.width() - 2 * _PAD_PX + 4, 2)
                painter.fillRect(line, theme.accent)
            if is_on and self.hasFocus():
                painter.setPen(theme.accent)
                painter.drawRoundedRect(rect.adjusted(4, 8, -5, -9), look.CELL_RADIUS_PX, look.CELL_RADIUS_PX)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._before = self._shown()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.reached.emit(QRect(event.position().toPoint(), QSize(1, 1)))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_pointed = event.reason() is QContextMenuEvent.Reason.Mouse
        place = self.tabAt(event.pos()) if is_pointed else self.currentIndex()
        if place >= 0:
            at = event.globalPos() if is_pointed else self.mapToGlobal(self.tabRect(place).bottomLeft())
            self.menu_asked.emit(self.list_at(place), at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F10 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            middle = self.tabRect(self.currentIndex()).center()
            self.contextMenuEvent(
                QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, middle, self.mapToGlobal(middle))
            )
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        # The bar has moved tabs already; now it is said.
        before, self._before, now = self._before, [], self._shown()
        if before and now != before and (at := self.currentIndex()) >= 0:
            self.tab_moved.emit(now[at], at)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.dragMoveEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        place = self.tabAt(event.position().toPoint())
        self.reached.emit(QRect(event.position().toPoint(), QSize(1, 1)))
        if place >= 0 and self.accepts(self.list_at(place), event):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._aim(place)
        else:
            event.ignore()
            self._aim(-1)
            self.left.emit()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._aim(-1)
        self.left.emit()

    def dropEvent(self, event: QDropEvent) -> None:
        place = self.tabAt(event.position().toPoint())
        self._aim(-1)
        if place >= 0:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.dropped.emit(self.list_at(place), event)
        self.left.emit()

    def _shown(self) -> list[Watchlist]:
        return [self.list_at(place) for place in range(self.count())]

    def _aim(self, place: int) -> None:
        if place != self._aimed:
            self._aimed = place
            self.update()
            self._spring.stop()
            if place >= 0 and place != self.currentIndex():
                self._spring.start()

    def _choose(self, place: int) -> None:
        if 0 <= place < self.count():
            self.chosen.emit(self.list_at(place))

    def _ask_to_rename(self, place: int) -> None:
        if 0 <= place < self.count():
            self.rename_asked.emit(self.list_at(place))


class NameEditor(QLineEdit):
    """Opens over a tab to rename its list. Esc, or leaving it, keeps the name.

    Attributes:
        watchlist: whose name it is; None while it is closed.

    Signals:
        entered(watchlist, text): Enter was pressed.
        closed(): it is gone.
    """

    entered = Signal(object, str)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.watchlist: Watchlist | None = None
        self.setAccessibleName("Name of the list")
        self.setFont(look.font(strong=True))
        self.setMaxLength(64)
        self.hide()

    def begin(self, watchlist: Watchlist, tab: QRect) -> None:
        """Open over a tab."""
        self.watchlist = watchlist
        self.setText(watchlist.name)
        self.setGeometry(tab.adjusted(2, 6, -2, -6))
        self.show()
        self.raise_()
        self.setFocus()
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            watchlist = self.watchlist
            self._finish()
            if watchlist is not None:
                self.entered.emit(watchlist, self.text())
        elif event.key() == Qt.Key.Key_Escape:
            self._finish()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._finish()

    def _finish(self) -> None:
        if self.watchlist is not None:
            self.watchlist = None
            self.hide()
            self.closed.emit()


class TabStrip(QWidget):
    """The tabs, a button for a new list, one for all lists, and the tools at the right.

    Attributes:
        tabs, scroller, editor: its parts.
        new, all: the buttons.
    """

    def __init__(self, appearance: Appearance, icons: Icons, tools: ToolStrip, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._icons = icons
        self._tools = tools
        self.setFixedHeight(TABS_PX + 1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        line = QHBoxLayout(self)
        line.setContentsMargins(2, 0, 0, 1)
        line.setSpacing(0)
        self.tabs = ListTabs(appearance, self)
        self.scroller = TabScroller(self.tabs, appearance, self)
        self.tabs.reached.connect(lambda part: self.scroller.show_part(part, _REACHED_PX))
        self.new, self.all = QToolButton(self), QToolButton(self)
        for button, name, tip in (
            (self.new, "New list", "New list (Ctrl+T)"),
            (self.all, "All lists", "All lists (Ctrl+L)"),
        ):
            button.setIconSize(QSize(SIZE_PX, SIZE_PX))
            button.setAutoRaise(True)
            button.setToolTip(tip)
            button.setAccessibleName(name)
        line.addWidget(self.scroller)
        line.addSpacing(_BESIDE_TABS_PX)
        line.addWidget(self.new)
        line.addWidget(self.all)
        line.addStretch(1)
        line.addWidget(tools)
        self.editor = NameEditor(self.tabs)
        self.editor.closed.connect(lambda: self._widen(None))
        appearance.changed.connect(self._colour)
        self._colour()

    def rename(self, watchlist: Watchlist) -> None:
        """Let the user write another name."""
        self._widen(watchlist)
        self.scroller.show_part(self.tabs.tab_of(watchlist))
        self.editor.begin(watchlist, self.tabs.tab_of(watchlist))

    def show_lists(
        self, lists: Sequence[Watchlist], current: Watchlist, feeds: Mapping[Watchlist, str], *, are_more: bool
    ) -> None:
        """See ListTabs; `are_more`: there is something to choose in the menu of all lists."""
        self.tabs.show_lists(lists, current, feeds)
        self.all.setVisible(are_more or len(lists) > 1)
        self.scroller.lay_out()
        self.scroller.show_current()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tools.fit(self.width())

    def _widen(self, watchlist: Watchlist | None) -> None:
        self.tabs.widen_for_name(watchlist)
        self.scroller.lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._appearance.theme.window)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._appearance.theme.line)
        painter.end()

    def _colour(self) -> None:
        self.new.setIcon(self._icons.icon("add", self._appearance.theme))
        self.all.setIcon(self._icons.icon("chevron", self._appearance.theme))
        self.update()
        self.tabs.update()
