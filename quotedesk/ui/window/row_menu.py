"""The context menus of rows, of sections and of the place below them."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent

from quotedesk.lists.book import Book
from quotedesk.lists.edits import Replace
from quotedesk.lists.section import Section
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument, shown
from quotedesk.market.states import RowState
from quotedesk.ui.looks.actions import act
from quotedesk.ui.looks.context_menu import ContextMenu
from quotedesk.ui.looks.menu import Menu
from quotedesk.ui.window.alert_menu import AlertMenu
from quotedesk.ui.window.edit_menu import EditMenu
from quotedesk.ui.window.positions_menu import PositionsMenu
from quotedesk.ui.window.watchlist_panel import WatchlistPanel


class RowMenu(QObject):
    """Shows them on the table of a panel, asked for by the mouse, the Menu key or Shift+F10."""

    def __init__(
        self, book: Book, panel: WatchlistPanel, edit: EditMenu, positions: PositionsMenu, alerts: AlertMenu
    ) -> None:
        super().__init__(panel)
        self._alerts = alerts
        self._book = book
        self._panel = panel
        self._edit = edit
        self._positions = positions
        for each in (panel.table, panel.table.viewport()):
            each.installEventFilter(self)
        panel.heat.menu_requested.connect(self._show)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QContextMenuEvent):
            if event.reason() is QContextMenuEvent.Reason.Mouse:
                self._show(self._panel.table.rowAt(event.pos().y()), event.globalPos())
            else:
                self._show_by_key()
            return True
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and (event.key(), event.modifiers()) == (Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
        ):
            self._show_by_key()
            return True
        return False

    def menu(self, row: int) -> ContextMenu:
        """The menu of a row that is shown; -1: of the place below the rows."""
        menu = ContextMenu(self._panel.table)
        each = self._panel.model.rows[row] if row >= 0 else None
        if isinstance(each, Section):
            self._fill_for_section(menu, each)
        elif each is not None:
            self._fill_for_row(menu, each)
        else:
            menu.addActions([self._edit.add, self._edit.paste])
            menu.addSeparator()
            menu.add("New section", self._panel.add_section)
        return menu

    # Inside

    def _fill_for_row(self, menu: ContextMenu, instrument: Instrument) -> None:
        edit = self._edit
        if known := self._meant(instrument):
            name = shown(known, self._panel.watchlist.feed)
            menu.add(f"Replace by {name}", lambda: self._panel.rows.push(Replace(instrument, known)))
            menu.addSeparator()
        menu.addActions([edit.edit, edit.flag])
        menu.borrow(edit.colours)
        menu.addActions([edit.note, self._positions.edit])
        for below in edit.below:
            menu.borrow(below)
        menu.addSeparator()
        self._alerts.fill(menu, instrument)
        menu.addSeparator()
        menu.addActions([edit.up, edit.down])
        others = [each for each in self._book.lists if each is not self._panel.watchlist]
        if others:
            menu.addMenu(self._lists("Move to list", others, copies=False, parent=menu))
            menu.addMenu(self._lists("Copy to list", others, copies=True, parent=menu))
        menu.add("New section above", self._panel.add_section)
        menu.addSeparator()
        menu.addActions([edit.copy, edit.paste])
        menu.addSeparator()
        menu.addAction(edit.remove)

    def _fill_for_section(self, menu: ContextMenu, section: Section) -> None:
        edit, rows = self._edit, self._panel.rows
        is_folded = section.key in self._panel.watchlist.folded
        menu.add("Rename section", self._panel.edit_current)
        menu.add("Unfold" if is_folded else "Fold", lambda: rows.fold(section, not is_folded))
        menu.add("Fold all sections", lambda: rows.fold_all(True))
        menu.add("Unfold all sections", lambda: rows.fold_all(False))
        menu.addSeparator()
        menu.addActions([edit.up, edit.down])
        menu.add("New section above", self._panel.add_section)
        menu.addSeparator()
        menu.addActions([edit.copy, edit.paste])
        menu.addSeparator()
        menu.add("Remove section, keep its rows", rows.remove_selected)

    def _lists(self, title: str, lists: list[Watchlist], *, copies: bool, parent: ContextMenu) -> Menu:
        """A menu of other lists, to which the chosen rows can go."""
        menu = Menu(title, parent)
        panel = self._panel
        for each in lists:
            act(menu, each.name.replace("&", "&&"), "", partial(self._take, each, copies))
        menu.setEnabled(bool(panel.selecting.rows()))
        return menu

    def _take(self, target: Watchlist, copies: bool) -> None:
        panel = self._panel
        panel.rows.take(panel.selecting.rows(), panel.watchlist, target, None, copies)

    def _meant(self, instrument: Instrument) -> Instrument | None:
        """The known symbol that one which the server refuses most likely is."""
        quotes = self._panel.model.quotes
        if quotes.state[quotes.slot(instrument)] != RowState.REFUSED:
            return None
        found = self._panel.model.reader.directories.of(instrument.feed).near(instrument.code, 1)
        known = Instrument(instrument.feed, found[0].listing.code) if found else None
        return known if known not in self._panel.watchlist else None  # type: ignore[operator]

    def _show_by_key(self) -> None:
        table = self._panel.table
        row = table.currentIndex().row()
        corner = table.row_rect(row).bottomLeft() + QPoint(24, 0) if row >= 0 else QPoint(24, 24)
        self._show(row, table.viewport().mapToGlobal(corner))

    def _show(self, row: int, at: QPoint) -> None:
        table = self._panel.table
        index = table.currentIndex()
        if row >= 0 and not table.selectionModel().isRowSelected(row):
            table.selectRow(row)
        elif row >= 0 and index.row() != row:
            table.selectionModel().setCurrentIndex(
                table.model().index(row, max(0, index.column())), table.selectionModel().SelectionFlag.NoUpdate
            )
        self.menu(row).popup(at)
