"""From a tick to a notice and back: rules of the profile, firings, the chart's levels, the log."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel, QObject, Qt, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from quotedesk.app.process.sound import SOUNDS
from quotedesk.app.tools.alerting import AlertDesk
from quotedesk.app.windows import Windows
from quotedesk.config import alerts_file
from quotedesk.config.paths import Profile
from quotedesk.config.settings import Settings, SettingsFile
from quotedesk.engine.services import Services
from quotedesk.engine.tasks import Tasks
from quotedesk.lists.positions import Held
from quotedesk.market.batch import Batch
from quotedesk.market.hours import Hours
from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position
from quotedesk.market.states import RowState, RowStatus
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.alerts.alerts_window import AlertsWindow
from quotedesk.ui.alerts.rules_model import LAST
from quotedesk.ui.dialogs.alert_settings import AlertSettings
from tests.fakes.clock import FakeClock
from tests.fakes.trades import trade
from tests.fakes.waiting import until
from tests.fakes.windows import book_of, windows_on

pytestmark = [pytest.mark.anyio, pytest.mark.qt_log_ignore("This plugin does not support")]
BTC = Instrument("demo", "BTC")
KEEP = "import sys; open(sys.argv[1], 'ab').write(sys.stdin.buffer.read())"
UP = "BTC@demo last crosses-up 60000 repeat 1s"


class Notices(QObject):
    opened = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[tuple[str, str, str]] = []
        self.prepared = False

    def show(self, title: str, text: str, key: str = "", answer: Any = None) -> None:
        self.shown.append((title, text, key))

    def prepare(self) -> None:
        self.prepared = True


class Run:
    """A desk with one window, fed by the test."""

    def __init__(self, folder: Path, *, silent: bool = False) -> None:
        self.profile = Profile(folder)
        self.profile.make()
        self.failed: list[BaseException] = []
        self.tasks = Tasks(self.failed.append)
        self.clock = FakeClock()
        self.quotes = Quotes()
        self.book = book_of("demo", ["BTC", "ETH"])
        self.windows: Windows = windows_on(self.book, self.quotes, self.clock)
        self.window = self.windows.open()
        self.window.show()
        self.services = Services(self.clock, self.tasks, self.quotes, self.windows)
        self.notices = Notices()
        command = (sys.executable, "-c", KEEP, str(folder / "ran"))
        settings = SettingsFile(
            self.profile.settings, Settings(alert_sound="none", alert_runs=True, alert_command=command)
        )
        self.desk = AlertDesk(
            *(self.services, self.windows, settings, self.profile, self.book, self.quotes),
            lambda feed: Hours({}),
            self.notices,
            silent=silent,
        )

    def tick(self, price: float, code: str = "BTC") -> None:
        self.clock.advance(1.0)
        now_s = self.clock.now_s()
        ticked = trade(code, price, 2, time_utc_s=self.clock.utc_s(now_s))
        self.services.take(Batch("demo", [ticked], now_s, (), (RowStatus(code, RowState.LIVE, now_s),)))

    @property
    def told(self) -> list[str]:
        return [toast.message.text for toast in self.window.toasts.shown]

    async def end(self) -> None:
        await self.desk.flush()
        await self.tasks.stop()
        self.windows.close_all()
        self.window.deleteLater()
        assert self.failed == []


@pytest.fixture
async def begun(tmp_path: Path, qapp: object) -> AsyncIterator[Callable[..., Any]]:
    running: list[Run] = []

    async def begin(*rules: str, silent: bool = False) -> Run:
        for each in running:
            await each.end()
        running.clear()
        run = Run(tmp_path, silent=silent)
        if rules:
            alerts_file.save(run.profile.alerts, rules)
        await run.desk.begin()
        running.append(run)
        return run

    yield begin
    for each in running:
        await each.end()


async def test_a_tick_becomes_a_notice_a_bell_and_a_line_in_the_log_that_stays(begun) -> None:
    run = await begun(UP)
    assert run.notices.prepared
    for price in (59_998.4, 60_001.2):
        run.tick(price)
    assert run.desk.alerts.rings(BTC)
    assert run.window.alert_menu.banner.isVisible()
    await until(lambda: run.notices.shown)
    title, text, key = run.notices.shown[0]
    assert title.startswith("BTC@demo rose to 60,000 at ")
    assert text == "60,001.20 (59,998.40 before)"
    run.notices.opened.emit(key, "")
    assert not run.desk.alerts.rings(BTC)
    assert run.window.chart.is_open
    again = await begun()
    assert [each.value.text for each in again.desk.alerts.source.log] == ["60001.20"]
    assert again.notices.shown == []
    again.windows.requests.alert_log.emit(again.profile.folder / "log.csv")
    await until(lambda: "The log was saved as log.csv" in again.told)
    assert "60001.20,59998.40" in (again.profile.folder / "log.csv").read_text()
    again.windows.requests.alert_log.emit(again.profile.folder / "none" / "log.csv")
    await until(lambda: any("could not be saved" in text for text in again.told))


async def test_edits_are_kept_and_what_cannot_be_read_stays_in_the_file(begun) -> None:
    run = await begun(UP, "BTC@demo lats crosses 5")
    assert len(run.told) == 1
    assert "do you mean last?" in run.told[0]
    run.desk.alerts.add(run.desk.alerts.read("ETH last >= 5", "demo"))
    run.windows.undo.stack.undo()
    run.windows.undo.stack.redo()
    again = await begun()
    lines, report = alerts_file.load(again.profile.alerts)
    assert (lines, report) == ((UP, "ETH@demo last >= 5", "BTC@demo lats crosses 5"), "")
    assert [rule.text for rule in again.desk.alerts.rules] == [UP, "ETH@demo last >= 5"]
    assert again.desk.engine.wanted() == [BTC, Instrument("demo", "ETH")]


async def test_a_file_of_a_newer_program_is_left_as_it_is(begun, tmp_path: Path) -> None:
    path = Profile(tmp_path).alerts
    path.write_text('format = 99\nrules = ["x"]\n')
    run = await begun()
    run.desk.alerts.add(run.desk.alerts.read("ETH last >= 5", "demo"))
    assert "not kept" in run.told[0]
    await run.desk.flush()
    assert path.read_text() == 'format = 99\nrules = ["x"]\n'


async def test_a_recording_does_nothing_outside_and_keeps_nothing(begun, tmp_path: Path) -> None:
    run = await begun(silent=True)
    run.desk.alerts.add(run.desk.alerts.read(UP, "demo"))
    for price in (59_000.0, 61_000.0):
        run.tick(price)
    await asyncio.sleep(0.05)
    assert run.desk.alerts.rings(BTC)
    assert run.notices.shown == []
    await run.desk.flush()
    assert not Profile(tmp_path).alerts.exists()
    assert not Profile(tmp_path).firings.exists()


async def test_what_lies_after_a_place_that_is_sought_is_yet_to_come(begun) -> None:
    run = await begun(UP, silent=True)
    replay = SimpleNamespace(each_second=[], sought=[], now_utc_s=0.0)
    run.desk.follow(replay)
    for price in (59_000.0, 61_000.0):
        run.tick(price)
    run.desk.alerts.acknowledge()
    run.window.alert_menu.show_rules()
    shown = run.window.findChild(AlertsWindow)
    assert shown.rules.model().index(0, LAST).data()
    assert shown.log.model().rowCount() == 1
    run.quotes.forget()
    replay.sought[0]()
    assert not shown.rules.model().index(0, LAST).data()
    assert shown.log.model().rowCount() == 0


async def test_a_chart_makes_an_alert_and_drags_it(begun) -> None:
    run = await begun()
    run.tick(60_000.0)
    run.windows.requests.alert_at.emit(BTC, 61_000.5)
    (level,) = run.desk.levels(BTC)
    assert (level.price, level.text, level.is_armed) == (61_000.5, "Rises to 61,000.5", True)
    run.windows.requests.alert_at.emit(BTC, 61_000.5)
    assert "there is this rule already" in run.told[-1]
    run.windows.requests.alert_moved.emit(level.key, 58_000.0)
    (level,) = run.desk.levels(BTC)
    assert level.text == "Falls to 58,000", "beyond the price it is reached from the other side"
    run.windows.requests.alert_moved.emit("no such rule", 5.0)
    run.windows.undo.stack.undo()
    assert [each.price for each in run.desk.levels(BTC)] == [61_000.5]
    assert run.desk.levels(Instrument("demo", "ETH")) == []


async def test_a_desk_without_sound_says_so_once_in_passing_and_in_the_settings(begun, qtbot) -> None:
    run = await begun(f"{UP} sound ping")
    sounds = run.desk.outlets.sounds
    sounds._backends = ("JACK",)  # there is none here
    for _ in range(2):
        for price in (59_998.4, 60_001.2):
            run.tick(price)
        await until(lambda: sounds.fault and not sounds._is_playing)
    assert run.told == ["No sound: no sound device can be opened. The system's bell rings instead."]
    assert not run.window.toasts.shown[0].message.is_error, "it leaves by itself, and nothing is red for good"
    home = QWidget()
    qtbot.addWidget(home)
    part = AlertSettings(Settings(), SOUNDS, QFormLayout(home), home)
    run.desk.outlets.serve(part, lambda **_: None)
    home.show()
    assert run.told[0] in [label.text() for label in home.findChildren(QLabel) if label.isVisible()]


async def test_a_level_that_is_passed_already_is_said_and_does_not_sound(begun) -> None:
    run = await begun()
    run.tick(60_000.0)
    run.desk.alerts.add(run.desk.alerts.read("BTC last crosses-up 50000", "demo"))
    run.tick(60_001.0)
    await until(lambda: run.told)
    assert "beyond 50,000 already" in run.told[-1]
    for level in range(1, 300):
        run.desk.alerts.add(run.desk.alerts.read(f"BTC last crosses-up {level}", "demo"))
    run.tick(60_002.0)
    await asyncio.sleep(0.05)
    assert len(run.told) + len(run.window.toasts.waiting) <= 2, "three hundred are told as one"
    assert run.notices.shown == []
    assert run.desk.alerts.unseen == ()


def everything(model: QAbstractItemModel) -> str:
    """All that a table shows and tells."""
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
    cells = [model.index(row, column) for row in range(model.rowCount()) for column in range(model.columnCount())]
    return "\n".join(str(cell.data(role)) for cell in cells for role in roles)


async def test_while_amounts_are_hidden_no_alert_shows_or_sends_one(begun, tmp_path: Path) -> None:
    run = await begun("BTC@demo total_pl crosses-up 1234 repeat 1s do run")
    held = Held({BTC: Position(Decimal(2), Decimal(50_000))}, is_hidden=True)
    run.book.hold(held)
    run.windows.edited.emit()
    run.window.alert_menu.show_rules()
    shown = run.window.findChild(AlertsWindow)
    banner = run.window.alert_menu.banner
    for price in (50_500.0, 50_777.0):
        run.tick(price)
    ran = tmp_path / "ran"
    await until(lambda: ran.exists() and ran.read_text())  # it is there before it is written to
    await until(lambda: run.notices.shown)

    def told() -> str:
        windows = everything(shown.rules.model()) + everything(shown.log.model())
        words = [*banner.words(), *run.desk.alerts.words(BTC), *(each for one in run.notices.shown for each in one)]
        return windows + "\n".join(words)

    amounts = ("1234", "1,234", "1554", "1,554", "1000", "1,000")
    assert [each for each in amounts if each in told() + ran.read_text()] == []
    assert '"value":"hidden"' in ran.read_text()
    assert not shown.rules.model().flags(shown.rules.model().index(0, 1)) & Qt.ItemFlag.ItemIsEditable
    run.windows.requests.alert_log.emit(tmp_path / "hidden.csv")
    await until((tmp_path / "hidden.csv").exists)
    await until(lambda: "The log was saved as hidden.csv" in run.told)
    assert [each for each in amounts if each in (tmp_path / "hidden.csv").read_text()] == []
    run.book.hold(Held(held.positions))
    run.windows.edited.emit()
    assert banner.words()[1] == "1,554.00 (1,000.00 before)"
    assert "1,554" in everything(shown.log.model()), "the log on disk and in memory keeps them"
    run.tick(50_000.0)
    run.clock.advance(2.0)
    run.tick(50_888.0)
    await until(lambda: len(run.notices.shown) == 2)
    assert "1,776" in run.notices.shown[1][1]
