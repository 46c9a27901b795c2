"""From one run to the next, without the runs."""

import math
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from quotedesk.app.options import Options
from quotedesk.app.restore import MOST_WINDOWS, Restore
from quotedesk.config import window_file
from quotedesk.config.paths import Profile
from quotedesk.config.window_file import DesktopState, GroupLink, WindowState
from quotedesk.lists.book import Book
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Trade
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table.columns import sorting
from tests.fakes.clock import FakeClock
from tests.fakes.windows import book_of, windows_on

CODES = ("B.US", "A.US", "C.US")
FEEDS = ("demo", "alltick")


class Run:
    """What a run of the program has, of what is remembered."""

    def __init__(self, profile: Profile, qtbot: QtBot, book: Book | None = None, **options) -> None:
        self.clock = FakeClock()
        self.quotes = Quotes()
        self.book = book or book_of("demo", CODES)
        self.windows = windows_on(self.book, self.quotes, self.clock)
        self.remembered = Restore(profile, self.quotes)
        self.reports = [
            self.remembered.open_windows(self.windows, Options(**options)),
            self.remembered.recall("demo"),
        ]
        self.window = self.windows.all[0]
        for window in self.windows.all:
            window.allow_close()
            qtbot.addWidget(window)

    def slot(self, code: str) -> int:
        return self.quotes.slot(Instrument("demo", code))

    def value(self, field: str, code: str) -> float:
        return float(self.quotes[field][self.slot(code)])

    def end(self) -> None:
        self.remembered.keep_windows(self.windows)
        self.remembered.keep_prices("demo", self.book.wanted())


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    profile = Profile(tmp_path)
    profile.make()
    return profile


def test_size_columns_and_order_come_back(profile: Profile, qtbot: QtBot) -> None:
    first = Run(profile, qtbot)
    assert first.reports == ["", ""]
    first.window.resize(611, 433)
    first.window.show()  # what has no room is not shown, and an unshown window has none
    header = first.window.table.header
    header.resizeSection(1, 123)
    first.window.sort("symbol:desc")
    first.end()
    second = Run(profile, qtbot)
    before, after = first.window.state(), second.window.state()
    assert (after.widths_px, after.sorts) == (before.widths_px, before.sorts)
    assert (second.window.width(), second.window.height()) == (611, 433)
    second.window.show()
    assert second.window.table.header.sectionSize(1) == 123
    assert [each.code for each in second.window.table.model().rows] == ["C.US", "B.US", "A.US"]
    assert [each.code for each in second.book.wanted()] == list(CODES)


def test_what_the_command_line_says_wins(profile: Profile, qtbot: QtBot) -> None:
    first = Run(profile, qtbot)
    first.window.resize(611, 433)
    first.window.sort("Last:desc")
    first.end()
    second = Run(profile, qtbot, size_px=(700, 400), sort="symbol")
    assert (second.window.width(), second.window.height()) == (700, 400)
    assert second.window.table.model().sorted_by == sorting("Symbol")


def test_nothing_is_written_while_nothing_changes(profile: Profile, qtbot: QtBot) -> None:
    run = Run(profile, qtbot)
    run.remembered.keep_windows(run.windows)
    written = profile.window.stat().st_mtime_ns
    run.remembered.keep_windows(run.windows)
    assert profile.window.stat().st_mtime_ns == written
    run.window.sort("Last")
    run.remembered.keep_windows(run.windows)
    assert 'Watchlist = "Last"' in profile.window.read_text()


def test_a_newer_programs_file_is_told_and_left_alone(profile: Profile, qtbot: QtBot) -> None:
    profile.window.write_text("format = 99\n")
    run = Run(profile, qtbot)
    assert "newer" in run.reports[0]
    run.window.sort("Last")
    run.end()
    assert profile.window.read_text() == "format = 99\n"


@pytest.mark.parametrize(
    "text",
    [
        'format = 1\ngeometry = "no base64!"\ncolumns = ["Gone", "Time", "Time"]\nsort = "Gone:desc"\n',
        'format = 1\ngeometry = "\u00fc"\nsort = "Last:sideways"\n[widths_px]\nGone = 3\nState = -5\nSize = 999999\n',
    ],
)
def test_what_makes_no_sense_any_more_is_passed_over(profile: Profile, qtbot: QtBot, text: str) -> None:
    profile.window.write_text(text, encoding="utf-8")
    run = Run(profile, qtbot)
    assert run.reports == ["", ""]
    header = run.window.table.header
    assert header.order()[0] == "Symbol"
    assert len(set(header.order())) == 8
    assert all(header.minimumSectionSize() <= width <= 2000 for width in header.widths_px().values())
    assert run.window.table.model().sorted_by is None


def test_prices_come_back_and_are_no_ticks(profile: Profile, qtbot: QtBot) -> None:
    first = Run(profile, qtbot)
    ticks = [Trade("A.US", number("178.46"), number("100"), 1_764_000_000.0), Trade("B.US", number("1.16427"))]
    first.quotes.apply(Batch("demo", ticks, first.clock.now_s()))
    first.end()
    second = Run(profile, qtbot)
    assert second.value("last", "A.US") == 178.46
    assert second.quotes.number("last", second.slot("B.US")).text == "1.16427"
    assert second.quotes.time_utc_s[second.slot("A.US")] == 1_764_000_000.0
    assert math.isnan(second.quotes.time_utc_s[second.slot("B.US")])
    assert math.isnan(second.value("last", "C.US"))
    assert math.isnan(second.value("size", "A.US"))
    second.end()  # without a tick
    assert Run(profile, qtbot).value("last", "A.US") == 178.46


def test_each_feed_has_its_own_prices(profile: Profile, qtbot: QtBot) -> None:
    first = Run(profile, qtbot)
    for feed, price in (("demo", "1.5"), ("alltick", "2.50")):
        first.quotes.slot(Instrument(feed, "A.US"))
        first.quotes.apply(Batch(feed, [Trade("A.US", number(price))], first.clock.now_s()))
        first.remembered.keep_prices(feed, [Instrument(feed, "A.US"), Instrument(feed, "NEVER.US")])
    second = Run(profile, qtbot)
    assert second.remembered.recall("alltick") == ""
    texts = [second.quotes.number("last", second.quotes.slot(Instrument(feed, "A.US"))).text for feed in FEEDS]
    assert texts == ["1.5", "2.50"]


def test_what_cannot_be_written_costs_nothing(profile: Profile, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(profile, qtbot)

    def full(*_) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("quotedesk.config.window_file.save", full)
    monkeypatch.setattr("quotedesk.config.prices_file.save", full)
    run.window.sort("Last")
    run.end()


def test_a_file_of_the_release_before_gives_its_only_window(profile: Profile, qtbot: QtBot) -> None:
    profile.window.write_text('format = 1\ncolumns = ["Symbol", "Time"]\nsort = "Last:desc"\n[widths_px]\nSize = 99\n')
    run = Run(profile, qtbot)
    assert run.reports == ["", ""]
    assert len(run.windows.all) == 1
    assert run.window.table.header.order()[:2] == ("Symbol", "Time")
    assert run.window.table.header.widths_px()["Size"] == 99
    assert run.window.table.model().sorted_by == sorting("Last:desc")


def test_all_windows_come_back_each_with_its_list_and_that_lists_order(profile: Profile, qtbot: QtBot) -> None:
    first = Run(profile, qtbot)
    metals = first.window.list_menu.add("Metals", [Instrument("demo", "GOLD")])
    first.window.sort("Last")
    other = first.windows.open()
    other.allow_close()
    qtbot.addWidget(other)
    other.list_menu.show_list(first.book.lists[0])
    other.resize(700, 300)
    first.end()
    second = Run(profile, qtbot, first.book)
    assert second.reports == ["", ""]
    assert [each.watchlist for each in second.windows.all] == [metals, first.book.lists[0]]
    assert second.windows.all[0].table.model().sorted_by == sorting("Last")
    assert second.windows.all[1].table.model().sorted_by is None
    assert second.windows.all[1].width() == 700


def test_prices_of_a_newer_program_are_told_and_left_alone(profile: Profile, qtbot: QtBot) -> None:
    path = profile.prices("demo")
    path.write_bytes(b'{"format": 2, "prices": "otherwise"}')
    run = Run(profile, qtbot)
    assert "newer quotedesk" in run.reports[1]
    run.quotes.apply(Batch("demo", [Trade("A.US", number("1.5"))], run.clock.now_s()))
    run.end()
    assert path.read_bytes() == b'{"format": 2, "prices": "otherwise"}'


def test_of_300_windows_some_open_and_all_are_kept(profile: Profile, qtbot: QtBot) -> None:
    kept = tuple(WindowState(shown=f"List {number}") for number in range(300))
    window_file.save(profile.window, DesktopState(kept))
    run = Run(profile, qtbot)
    assert len(run.windows.all) == MOST_WINDOWS
    assert f"{MOST_WINDOWS} of 300 windows are open" in run.reports[0]
    run.end()
    desktop, report = window_file.load(profile.window)
    states = desktop.windows
    assert report == ""
    assert len(states) == 300
    assert states[MOST_WINDOWS:] == kept[MOST_WINDOWS:]


def test_the_strip_and_the_link_groups_come_back(profile: Profile, qtbot: QtBot) -> None:
    first = Run(profile, qtbot)
    first.windows.show()
    metals = first.window.list_menu.add("Metals", [Instrument("demo", "GOLD")])
    first.windows.requests.strip.choose(is_open=True, shown="Metals", columns=("Bid",), edges=("left", "top"))
    assert first.windows.strip is not None
    first.windows.strip.resize(280, 170)
    first.windows.strip.link.part.choose(GroupLink(2))
    first.window.link.part.choose(GroupLink(5, follows=False))
    first.window.chart.link.choose(GroupLink(2, sends=False))
    first.window.link.part.send(Instrument("demo", "GOLD"))
    first.end()
    second = Run(profile, qtbot, first.book)
    second.windows.show()
    strip = second.windows.strip
    assert strip is not None
    assert strip.isVisible()
    assert (strip.watchlist, strip.size().toTuple(), strip.pos().toTuple()) == (metals, (280, 170), (0, 0))
    assert [each.title for each in strip.model.columns] == ["Symbol", "State", "Bid"]
    assert strip.link.part.link == GroupLink(2)
    assert second.window.link.part.link == GroupLink(5, follows=False)
    assert second.window.chart.link.link == GroupLink(2, sends=False)
    assert second.windows.requests.groups.symbol(5) == Instrument("demo", "GOLD")
    second.windows.close_all()
