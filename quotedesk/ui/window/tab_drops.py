"""Drops on the tabs: rows of another list, and what comes from elsewhere, go to the end of the tab's list."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from quotedesk.lists.book_edits import On
from quotedesk.lists.edits import append, named
from quotedesk.lists.parsed_list import ParsedList
from quotedesk.lists.watchlist import Watchlist
from quotedesk.ui.exchange.drop_preview import DropPreview
from quotedesk.ui.exchange.drop_target import brought, copies
from quotedesk.ui.exchange.mime_in import incoming, may_hold
from quotedesk.ui.exchange.row_drag import CHIP_PX, RowDrag
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.window.tab_strip import ListTabs
from quotedesk.ui.window.watchlist_panel import WatchlistPanel


class TabDrops(QObject):
    """Minds the drags over the tabs of one window. `over` is what the preview may lie on."""

    def __init__(self, tabs: ListTabs, panel: WatchlistPanel, appearance: Appearance, over: QWidget) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._panel = panel
        self._over = over
        self._aimed: Watchlist | None = None
        self._understood: ParsedList | None = None
        self.preview = DropPreview(appearance, over)
        tabs.accepts = self._accepts
        tabs.dropped.connect(self._drop)
        tabs.left.connect(self._leave)

    def _accepts(self, watchlist: Watchlist, event: QDropEvent) -> bool:
        drag = RowDrag.of(event)
        if drag is not None and drag.watchlist is watchlist:
            self._leave()
            return False
        if drag is None and not may_hold(event.mimeData()):
            return False
        if watchlist is not self._aimed:  # a text is not read again at each move
            self._aimed, self._understood = watchlist, self._read(watchlist, event)
        if drag is not None:
            verb = "Copy" if copies(event) else "Move"
            ends = "" if copies(event) else " Ctrl copies."
            hint = f"{verb} {named(drag.rows)} to {watchlist.name}.{ends}"
        elif self._understood is None or self._understood.rows:
            hint = f"Add to {watchlist.name}."
        else:
            hint = "A drop changes nothing."
        self.preview.tell(self._understood, hint)
        self.preview.place(self._tabs.mapTo(self._over, event.position().toPoint()), CHIP_PX if drag else 0)
        return True

    def _drop(self, watchlist: Watchlist, event: QDropEvent) -> None:
        drag, parsed = RowDrag.of(event), self._understood
        came = None if drag is not None else incoming(event.mimeData(), self._panel.reader.beside(watchlist).found)
        self._leave()
        if drag is not None:
            self._panel.rows.take(drag.rows, drag.watchlist, watchlist, None, copies(event))
        elif came is not None and came.parsed is None:
            self._panel.files_brought.emit(came.files)
        elif parsed is not None:
            if parsed.rows:
                self._panel.undo.push(On(watchlist, append(watchlist, parsed.rows)))
            self._panel.tell_added(parsed, f"{watchlist.name}: {parsed.words}")

    def _read(self, watchlist: Watchlist, event: QDropEvent) -> ParsedList | None:
        if drag := RowDrag.of(event):
            return brought(drag.rows, watchlist)
        return incoming(event.mimeData(), self._panel.reader.beside(watchlist).found).parsed

    def _leave(self) -> None:
        self._aimed = self._understood = None
        self.preview.hide()
