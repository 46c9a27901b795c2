"""How each list was left when another took its place on a desk: its order, its chosen rows, how far it was scrolled."""

from collections.abc import Mapping
from dataclasses import dataclass

from quotedesk.lists.book import Book
from quotedesk.lists.section import Row
from quotedesk.lists.watchlist import Watchlist
from quotedesk.ui.table.columns import SortOrder
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.selection import Selection
from quotedesk.ui.table.view import TableView


@dataclass(frozen=True, slots=True)
class _View:
    """How a list was left."""

    sorted_by: SortOrder | None = None
    chosen: tuple[Row, ...] = ()
    current: Row | None = None
    scrolled_px: int = 0


class ListViews:
    """Keeps the views of one panel."""

    def __init__(self, book: Book, table: TableView, model: TableModel, selecting: Selection) -> None:
        self._book = book
        self._table = table
        self._model = model
        self._selecting = selecting
        self._left: dict[Watchlist, _View] = {}  # of the lists that are not shown

    def show(self, watchlist: Watchlist) -> None:
        """Show another list as it was left."""
        current = self._table.currentIndex()
        self._left[self._model.watchlist] = _View(
            self._model.sorted_by,
            tuple(self._selecting.rows()),
            self._model.rows[current.row()] if current.isValid() else None,
            self._table.verticalScrollBar().value(),
        )
        view = self._left.pop(watchlist, _View())
        self._model.show_list(watchlist, view.sorted_by)
        self._selecting.select(view.chosen, view.current)
        self._table.verticalScrollBar().setValue(view.scrolled_px)

    def sortings(self) -> dict[str, SortOrder | None]:
        """How lists are sorted, by name; those that were not shown yet are not known."""
        there = self._book.lists
        left = {each.name: view.sorted_by for each, view in self._left.items() if each in there}
        return left | {self._model.watchlist.name: self._model.sorted_by}

    def sort(self, sortings: Mapping[str, SortOrder | None]) -> None:
        """Sort lists like this, each as soon as it is shown."""
        for each in self._book.lists:
            if each.name in sortings and each is not self._model.watchlist:
                self._left[each] = _View(sortings[each.name])
        if sorted_by := sortings.get(self._model.watchlist.name):
            self._model.sort_by(sorted_by[0], is_descending=sorted_by[1])
