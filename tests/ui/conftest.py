"""A window on made-up quotes, with a clock that stands still."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import math
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from quotedesk.codec.alltick_symbology import AllTickSymbology
from quotedesk.lists.book import Book
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument, split_feed
from quotedesk.market.number import UNKNOWN, of_float
from quotedesk.market.quote import Trade
from quotedesk.market.states import RowState, RowStatus
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.editing.symbol_editor import words
from quotedesk.ui.message import as_message
from quotedesk.ui.table import sparkline_shape as line_shape
from quotedesk.ui.undo import Undo
from quotedesk.ui.window.feed_view import FeedView, TraceOf
from quotedesk.ui.window.window import Window
from tests.fakes.clock import FakeClock

FEED = "demo"
FEEDS = {FEED: "Demo feed: made-up prices", "alltick": "AllTick", "other": "Another feed"}
NAMES = {"NVDA.US": "NVIDIA", "Silver": "Silver spot", "BRK.B.US": "Berkshire B", "HTML.US": "<b>bold</b>"}
OTHER_NAMES = {"BTC-USD": "Bitcoin", "Silver": "Silver coin"}


def directory_of(feed: str) -> SymbolDirectory:
    """The known symbols of a feed of these tests."""
    return SymbolDirectory(NAMES, AllTickSymbology()) if feed == FEED else SymbolDirectory(OTHER_NAMES)


def texts(noticed) -> list[str]:
    """What the notices of a signal say, as they come."""
    told: list[str] = []
    noticed.connect(lambda message: told.append(as_message(message).text))
    return told


class Desk:
    """Everything a test of the window needs, and short words for what the engine does; a code may say its @feed."""

    def __init__(self, codes: tuple[str, ...], qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.clock = FakeClock()
        self.quotes = Quotes()
        self.book = Book(Instrument(feed or FEED, code) for code, feed in map(split_feed, codes))
        self.undo = Undo(self.book)
        directories = Directories(FEEDS, directory_of)
        self.window = Window(self.book, self.undo, self.quotes, self.clock, directories)
        self.window.resize(1000, 640)  # whatever the screen has room for
        self._view = FeedView()
        self.table = self.window.table
        self.add_line = self.window.add_line

    @property
    def watchlist(self) -> Watchlist:
        """The list that is shown."""
        return self.window.watchlist

    @property
    def codes(self) -> list[str]:
        return [words(row, self.watchlist.feed) for row in self.watchlist]

    @property
    def current(self) -> str:
        return self.codes[self.table.currentIndex().row()]

    @property
    def selected(self) -> list[str]:
        return [self.codes[row] for row in sorted(i.row() for i in self.table.selectionModel().selectedRows())]

    def select(self, *rows: int) -> None:
        self.table.clearSelection()
        model = self.table.selectionModel()
        flag = type(model).SelectionFlag
        for row in rows:
            index = self.table.model().index(row, 0)
            model.select(index, flag.Select | flag.Rows)
            model.setCurrentIndex(index, flag.NoUpdate)

    def slots(self, *codes: str):
        return self.quotes.slots(Instrument(FEED, code) for code in codes)

    def tick(
        self,
        code: str,
        price: float,
        decimals: int = 2,
        size: float = math.nan,
        time_s: float = math.nan,
        feed: str = FEED,
    ) -> None:
        now_s = self.clock.now_s()
        trade = Trade(code, of_float(price, decimals), of_float(size, 0) if size == size else UNKNOWN, time_s)
        status = RowStatus(code, RowState.LIVE, now_s)
        self.quotes.apply(Batch(feed, [trade], now_s, (), (status,)))
        self.window.wake()

    def mark(
        self, state: RowState, *codes: str, feed: str = FEED, reason: str = "", since_s: float | None = None
    ) -> None:
        now_s = self.clock.now_s()
        statuses = tuple(RowStatus(code, state, now_s if since_s is None else since_s, reason) for code in codes)
        self.quotes.apply(Batch(feed, [], now_s, (), statuses))
        self.window.wake()

    def show_feeds(self, **changes: object) -> None:
        """Tell the window of the feeds; see FeedView."""
        self._view = replace(self._view, **changes)
        self.window.show_view(self._view)

    def show_plan(self, used: int, slots: int | None, parked: int) -> None:
        self.show_feeds(used=used, slots=slots, parked=parked)

    def set_trace_of(self, trace_of: TraceOf) -> None:
        self.show_feeds(trace_of=trace_of)

    @property
    def messages(self) -> list[str]:
        """What is told at the lower left, from the oldest."""
        return [toast.message.text for toast in self.window.toasts.shown]

    def settle(self) -> None:
        """Let everything that is due by now happen."""
        for _ in range(4):
            self.table.repaint_news(self.clock.now_s())
            self.qtbot.wait(1)

    def show(self) -> "Desk":
        with self.qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()
        self.table.setFocus()
        self.settle()
        return self

    def image(self):
        return self.table.viewport().grab().toImage()


@pytest.fixture
def open_desk(qtbot: QtBot) -> Iterator:
    line_shape.load()
    opened = []

    def make(*codes: str, show: bool = True) -> Desk:
        desk = Desk(codes or ("A.US", "B.US", "C.US", "D.US"), qtbot)
        opened.append(desk)
        return desk.show() if show else desk

    yield make
    for desk in opened:
        desk.window.allow_close()
        desk.window.close()
        desk.window.deleteLater()


@pytest.fixture(autouse=True)
def _no_button_stays_down() -> Iterator[None]:
    """Buttons are Qt's for all tests of a process: one that stays down keeps a later test's rows from being sorted."""
    yield
    assert QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton
