"""The menu of a tab, and that of all lists."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QWidget

from quotedesk.lists.book import Book
from quotedesk.lists.watchlist import Watchlist
from quotedesk.ui.looks.actions import IS_HEADING
from quotedesk.ui.looks.context_menu import ContextMenu
from quotedesk.ui.window.feed_menu import FeedMenu

if TYPE_CHECKING:
    from quotedesk.ui.window.list_menu import ListMenu


def tab_menu(
    lists: "ListMenu", book: Book, watchlist: Watchlist, titles: Mapping[str, str], parent: QWidget
) -> ContextMenu:
    """What can be done with one list, whether it is shown or not. `titles`: feed -> title."""
    menu = ContextMenu(parent)
    tabs = book.open_lists
    at = tabs.index(watchlist)
    menu.add("&Rename", partial(lists.rename, watchlist))
    menu.add("&Duplicate", partial(lists.duplicate, watchlist))
    feeds = FeedMenu(titles, menu, has_keys=False)
    feeds.show_feed(watchlist.feed)
    feeds.chosen.connect(lambda feed: lists.set_feed(feed, watchlist))
    menu.addMenu(feeds)
    menu.addSeparator()
    menu.add("Move &left", partial(lists.move_list, -1, watchlist), is_possible=at > 0)
    menu.add("Move r&ight", partial(lists.move_list, 1, watchlist), is_possible=at < len(tabs) - 1)
    menu.addSeparator()
    menu.add("&New list", lists.add_list)
    menu.addSeparator()
    menu.add("&Close", partial(lists.close_list, watchlist), is_possible=len(tabs) > 1)
    menu.add("D&elete", partial(lists.delete, watchlist), is_possible=len(book.lists) > 1)
    return menu


class AllListsMenu(QMenu):
    """Every list, in the order of the tabs, the closed ones below; `shown` says which one is shown.

    `choose` is called with the list that was chosen.
    """

    def __init__(
        self,
        book: Book,
        shown: Callable[[], Watchlist],
        choose: Callable[[Watchlist], object],
        parent: QWidget,
    ) -> None:
        super().__init__("All lis&ts", parent)
        self._book = book
        self._shown = shown
        self._choose = choose
        self.aboutToShow.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """Say what there is now."""
        self.clear()
        closed = [each for each in self._book.lists if not each.is_open]
        for each in self._book.open_lists:
            self._add(each)
        if closed:
            self.addSeparator()
            heading = self.addAction("Closed")
            heading.setEnabled(False)
            heading.setProperty(IS_HEADING, True)
            for each in closed:
                self._add(each)

    def _add(self, watchlist: Watchlist) -> None:
        count = f"{len(watchlist.instruments):,}"
        action = self.addAction(f"{watchlist.name.replace('&', '&&')}\t{count}")
        action.setCheckable(True)
        action.setChecked(watchlist is self._shown())
        action.triggered.connect(lambda checked=False: self._choose(watchlist))
