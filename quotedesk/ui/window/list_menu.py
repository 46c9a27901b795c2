"""The List menu: which lists there are, which one is shown, and the sections in it."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from quotedesk.lists.book import Book
from quotedesk.lists.book_edits import (
    AddList,
    BookEdit,
    DropList,
    MoveList,
    OpenList,
    RenameList,
    SetFeed,
    lists_of,
)
from quotedesk.lists.saved import free_name
from quotedesk.lists.section import Row, Section, new_section, section_name
from quotedesk.lists.watchlist import Watchlist
from quotedesk.ui.looks.actions import WHY_NOT, act
from quotedesk.ui.looks.menu import Menu
from quotedesk.ui.message import Message
from quotedesk.ui.window.feed_menu import FeedMenu
from quotedesk.ui.window.tab_menu import AllListsMenu, tab_menu
from quotedesk.ui.window.tab_strip import TabStrip
from quotedesk.ui.window.watchlist_panel import WatchlistPanel

_DIGITS = 9


class ListMenu(Menu):
    """Works on a book and on the panel of its window; keeps the tabs true. `titles`: feed -> title.

    Attributes:
        new_feed: the own feed of new lists; "": that of the list that is shown.
        all: the menu of all lists.

    Signals:
        shown_changed(): another list is shown.
        versions_asked(): earlier versions of the shown list are to be shown.
        opened_or_closed(): a list that is to be shown got its tab; see `Undo` for all other ways.
        noticed(message): something to tell in passing: a plain line, or a Message.
    """

    shown_changed = Signal()
    versions_asked = Signal()
    opened_or_closed = Signal()
    noticed = Signal(object)

    def __init__(
        self,
        book: Book,
        panel: WatchlistPanel,
        strip: TabStrip,
        titles: Mapping[str, str],
        parent: QWidget,
    ) -> None:
        super().__init__("&List", parent)
        self._book = book
        self._panel = panel
        self._strip = strip
        self._titles = titles
        self.new_feed = ""
        self._closed_last: list[Watchlist] = []  # the last one last
        self.new = act(self, "&New list", "Ctrl+T", self.add_list)
        act(self, "&Rename list", "Shift+F2", self.rename)
        act(self, "&Duplicate list", "Ctrl+Shift+K", self.duplicate)
        self._close = act(self, "&Close list", "Ctrl+W", self.close_list)
        self._reopen = act(self, "Re&open closed list", "Ctrl+Shift+T", self.reopen)
        self._reopen.setProperty(WHY_NOT, "no list is closed")
        self._close.setProperty(WHY_NOT, "no other list is open")
        self._delete = act(self, "D&elete list", "Ctrl+Shift+Del", self.delete)
        self._delete.setProperty(WHY_NOT, "there is no other list")
        act(self, "&Versions of this list\N{HORIZONTAL ELLIPSIS}", "Ctrl+Alt+Shift+V", self.versions_asked.emit)
        self.addSeparator()
        self.all = AllListsMenu(book, lambda: panel.watchlist, self.open_list, self)
        self.addMenu(self.all)
        act(self, "&Go to list\N{HORIZONTAL ELLIPSIS}", "Ctrl+L", self._drop_all_lists)
        act(self, "Ne&xt list", "Ctrl+Tab", lambda: self._step(1))
        act(self, "&Previous list", "Ctrl+Shift+Tab", lambda: self._step(-1))
        act(self, "Move list &left", "Ctrl+Shift+PgUp", lambda: self.move_list(-1))
        act(self, "Move list r&ight", "Ctrl+Shift+PgDown", lambda: self.move_list(1))
        self.addSeparator()
        self._feeds = FeedMenu(titles, self)
        self._feeds.chosen.connect(self.set_feed)
        self.addMenu(self._feeds)
        act(self, "New &section", "Ctrl+G", panel.add_section)
        act(self, "Fold &all sections", "Ctrl+Alt+Left", lambda: panel.rows.fold_all(True))
        act(self, "&Unfold all sections", "Ctrl+Alt+Right", lambda: panel.rows.fold_all(False))
        for digit in range(1, _DIGITS + 1):
            keys = QShortcut(QKeySequence(f"Ctrl+{digit}"), parent)
            keys.activated.connect(lambda digit=digit: self._show_number(digit - 1))
        strip.new.clicked.connect(self.add_list)
        strip.tabs.chosen.connect(self.show_list)
        strip.tabs.rename_asked.connect(self.rename)
        strip.tabs.tab_moved.connect(self._pull)
        strip.tabs.menu_asked.connect(self._show_tab_menu)
        strip.all.clicked.connect(self._drop_all_lists)
        strip.editor.entered.connect(self._rename)
        strip.editor.closed.connect(panel.table.setFocus)
        book.listeners.append(self.catch_up)
        panel.undo.edited.connect(self._edited)
        panel.undo.about_to_return.connect(self._show_first)
        self.catch_up()

    def release(self) -> None:
        """The window goes: follow the book no longer."""
        self._panel.undo.edited.disconnect(self._edited)
        self._panel.undo.about_to_return.disconnect(self._show_first)
        if self.catch_up in self._book.listeners:
            self._book.listeners.remove(self.catch_up)

    def show_list(self, watchlist: Watchlist) -> None:
        """Show a list, opened first where it has no tab."""
        if not watchlist.is_open:
            self._book.open(watchlist)
            self.opened_or_closed.emit()
        if watchlist is not self._panel.watchlist:
            self._panel.show_list(watchlist)
            self.shown_changed.emit()
        self.catch_up()

    def catch_up(self) -> None:
        """Lists came, went, changed their names or their feeds: the tabs, the panel and the menu follow."""
        lists = self._book.open_lists
        if self._panel.watchlist not in lists:
            # The one on its left: the list from which a new one was made, where that is undone.
            self._panel.show_list(lists[max(0, min(self._at, len(lists)) - 1)])
            self.shown_changed.emit()
        self._at = lists.index(self._panel.watchlist)
        are_more = len(lists) < len(self._book.lists)
        self._strip.show_lists(lists, self._panel.watchlist, self._feeds_told(lists), are_more=are_more)
        self._reopen.setEnabled(are_more)
        self._feeds.show_feed(self._panel.watchlist.feed)
        self._delete.setEnabled(len(self._book.lists) > 1)
        self._close.setEnabled(len(lists) > 1)

    _at = 0  # of the shown list among the tabs

    def add_list(self) -> None:
        """A new list, to be named at once."""
        self.add("List", (), self.new_feed)
        self._strip.rename(self._panel.watchlist)

    def add(self, name: str, rows: Sequence[Row], feed: str = "") -> Watchlist:
        """A new list of these rows, after the one that is shown; its name is made free.

        `feed` is its own; "": that of the list that is shown.
        """
        watchlist = Watchlist(rows, free_name(name, self._book.names), feed or self._panel.watchlist.feed)
        self._panel.undo.push(AddList(watchlist, self._book.lists.index(self._panel.watchlist) + 1))
        self.show_list(watchlist)
        return watchlist

    def duplicate(self, watchlist: Watchlist | None = None) -> None:
        """The same again, under another name; here and below None is the list that is shown."""
        like = self._meant(watchlist)
        self.add(like.name, [new_section(row.name) if isinstance(row, Section) else row for row in like], like.feed)

    def rename(self, watchlist: Watchlist | None = None) -> None:
        """Let the user write another name, on the list's tab."""
        self._strip.rename(self._meant(watchlist))

    def set_feed(self, feed: str, watchlist: Watchlist | None = None) -> None:
        """Make a list one of that feed: its bare codes are of it from now on."""
        watchlist = self._meant(watchlist)
        if feed != watchlist.feed:
            self._panel.undo.push(SetFeed(watchlist, feed))
        self._feeds.show_feed(self._panel.watchlist.feed)  # the menu has checked what was clicked, or unchecked it

    def delete(self, watchlist: Watchlist | None = None) -> None:
        """Delete a list; undo brings it back."""
        watchlist = self._meant(watchlist)
        if len(self._book.lists) > 1:
            self._panel.undo.push(DropList(watchlist))
            self.noticed.emit(Message(f"{watchlist.name} was deleted.", undoes=True))

    def close_list(self, watchlist: Watchlist | None = None) -> None:
        """Take the tab; the list stays, and its symbols are no longer subscribed unless another list has them."""
        watchlist = self._meant(watchlist)
        if len(self._book.open_lists) > 1:
            self._panel.undo.push(OpenList(watchlist, False))
            self.noticed.emit(Message(f"{watchlist.name} was closed. List > All lists has it.", undoes=True))

    def move_list(self, step: int, watchlist: Watchlist | None = None) -> None:
        """Let a list's tab change places with the one at its left (-1) or right (1)."""
        watchlist = self._meant(watchlist)
        at = self._book.open_lists.index(watchlist) + step
        if 0 <= at < len(self._book.open_lists):
            self._pull(watchlist, at)

    def open_list(self, watchlist: Watchlist) -> None:
        """Show a list; one without a tab gets it, which can be undone."""
        if not watchlist.is_open:
            self._panel.undo.push(OpenList(watchlist))
        self.show_list(watchlist)

    def reopen(self) -> None:
        """Open the list that was closed last, or the last one that is closed."""
        closed = [each for each in self._book.lists if not each.is_open]
        if closed:
            self.open_list(next((each for each in reversed(self._closed_last) if each in closed), closed[-1]))

    def _meant(self, watchlist: Watchlist | None) -> Watchlist:
        return self._panel.watchlist if watchlist is None else watchlist  # an empty one is false

    def _feeds_told(self, lists: Sequence[Watchlist]) -> dict[Watchlist, str]:
        """What a tab says of its list's feeds; nothing where all lists and rows are of one."""
        rows = {each: dict.fromkeys(row.feed for row in each.instruments) for each in lists}
        if len({each.feed for each in lists}.union(*rows.values())) < 2:
            return {}
        told = {}
        for each, feeds in rows.items():
            others = ", ".join(feed for feed in feeds if feed != each.feed)
            told[each] = self._titles.get(each.feed, each.feed) + (f", with rows of {others}" if others else "")
        return told

    def _edited(self) -> None:
        """After a do, an undo or a redo the list that it was of is shown, in the window that the user works in."""
        undo = self._panel.undo
        self._note_closed()
        watchlist = undo.watchlist
        if undo.active_window in (None, self.parent()) and watchlist is not None and watchlist in self._book.open_lists:
            self.show_list(watchlist)
        else:
            self.catch_up()

    def _note_closed(self) -> None:
        """Remember in which order lists were closed."""
        closed = [each for each in self._book.lists if not each.is_open]
        self._closed_last = [each for each in self._closed_last if each in closed]
        self._closed_last += [each for each in closed if each not in self._closed_last]

    def _show_first(self, edit: BookEdit, words: str) -> None:
        """Something is about to be undone or redone: a list that it is of is shown first, so that the user sees it."""
        if self._panel.undo.active_window not in (None, self.parent()) or (isinstance(edit, OpenList) and edit.on):
            return
        lists = [each for each in (edit.watchlist, *lists_of(edit)) if each is not None and each in self._book.lists]
        if lists and self._panel.watchlist not in lists:
            self.show_list(lists[0])
            self.noticed.emit(f"In {lists[0].name}. {words}")

    def _rename(self, watchlist: Watchlist, text: str) -> None:
        name = section_name(text) if text.strip() else watchlist.name
        if name == watchlist.name:
            return
        if name in self._book.names:
            self.noticed.emit(f"There is a list {name} already. The name stays {watchlist.name}.")
            return
        self._panel.undo.push(RenameList(watchlist, name))

    def _step(self, step: int) -> None:
        lists = self._book.open_lists
        self.show_list(lists[(lists.index(self._panel.watchlist) + step) % len(lists)])

    def _show_number(self, place: int) -> None:
        if place < len(self._book.open_lists):
            self.show_list(self._book.open_lists[place])

    def _pull(self, watchlist: Watchlist, at: int) -> None:
        """Let a list stand at the place `at` among the tabs."""
        self._panel.undo.push(MoveList(watchlist, self._book.lists.index(self._book.open_lists[at])))

    def _drop_all_lists(self) -> None:
        """Show the menu of all lists under its button, or where that would be."""
        button = self._strip.all
        anchor = button if button.isVisible() else self._strip.new
        self.all.popup(anchor.mapToGlobal(anchor.rect().bottomLeft()))

    def _show_tab_menu(self, watchlist: Watchlist, at: QPoint) -> None:
        tab_menu(self, self._book, watchlist, self._titles, self._strip).popup(at)
