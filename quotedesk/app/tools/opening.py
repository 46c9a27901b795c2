"""The windows of a run as they open: as they were left, as the settings want them, and the command line."""

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QLocale

from quotedesk.app.prepared import Prepared
from quotedesk.app.restore import Restore
from quotedesk.app.windows import Windows
from quotedesk.lists.book import Book
from quotedesk.lists.symbol_directory import Directories
from quotedesk.market.clock import Clock
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.looks.appearance import Appearance, usual_direction
from quotedesk.ui.undo import Undo
from quotedesk.ui.window.requests import Requests
from quotedesk.ui.window.window import Window

if TYPE_CHECKING:
    from quotedesk.ui.window.mini_strip import MiniStrip


def looks_of(prepared: Prepared) -> Appearance:
    """How all windows look. Which colour means up is chosen at the first start, as usual where the user lives."""
    settings = prepared.settings
    if prepared.is_new:
        usual = usual_direction(QLocale.system().territory())
        settings.chosen = msgspec.structs.replace(settings.chosen, direction=usual)
    chosen = settings.chosen
    return Appearance(chosen.theme, chosen.direction, chosen.density, chosen.motion)


def open_windows(
    prepared: Prepared,
    looks: Appearance,
    restore: Restore,
    book: Book,
    quotes: Quotes,
    clock: Clock,
    directories: Directories,
) -> Windows:
    """All of them, not shown yet."""

    def make_window(undo: Undo, requests: Requests) -> Window:
        return Window(book, undo, quotes, clock, directories, looks, requests)

    def make_strip(undo: Undo, requests: Requests) -> "MiniStrip":
        from quotedesk.ui.window.mini_strip import MiniStrip  # the first paint need not wait for it

        return MiniStrip(book, undo, quotes, clock, directories, looks, requests)

    windows = Windows(Undo(book), make_window, make_strip)
    prepared.report(restore.open_windows(windows, prepared.options))
    if watchlist := book.named(prepared.lists.shown):
        windows.front.list_menu.show_list(watchlist)
    if missing := windows.front.icons.missing:
        prepared.report(f"Icons could not be read: {', '.join(missing)}. Buttons show words.")
    chosen = prepared.settings.chosen
    windows.set_paint_rate(chosen.paints_per_s)
    windows.set_power_saving(chosen.saves_power)
    windows.set_new_feed(prepared.feed)
    return windows
