"""Each letter that leads somewhere with Alt leads to one place, in all windows, dialogs and menus that there are."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from quotedesk.app.process.failed_start import FailedStart
from quotedesk.app.process.loop import DeskLoop
from quotedesk.market.instrument import Instrument
from quotedesk.ui.alerts.alerts_window import AlertsWindow
from quotedesk.ui.dialogs.versions_dialog import VersionsDialog
from quotedesk.ui.exchange.import_dialog import ImportDialog
from quotedesk.ui.looks.actions import actions_of
from quotedesk.ui.window.tab_menu import tab_menu
from tests.fakes.mnemonics import doubled
from tests.fakes.program import ProgramAtWork, instruments, program_at_work, servers

pytestmark = [pytest.mark.anyio, pytest.mark.qt_log_ignore("This plugin does not support")]
PACKAGE = Path(__file__).parents[2] / "quotedesk"
ROW = Instrument("demo", "NVDA.US")
HELD = "Symbol\tQuantity\tPrice\nNVDA.US\t5\t3\n"
OPENED = (
    *("Settings", "Note", "New URL template", "Position", "Choose columns", "New formula column", "Mini strip"),
    *("Feeds", "New alert", "All alerts", "Keys", "Diagnostics", "Licences", "About quotedesk", "Report a problem"),
    "Save the last 10 minutes",
)


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


def open_all(one: ProgramAtWork) -> list[QWidget]:
    """Open what the menus lead to, and what opens by itself; returns what nothing else keeps."""
    window = one.window
    window.panel.selecting.select([ROW])
    named = {
        each.text().replace("&", "").rstrip("\N{HORIZONTAL ELLIPSIS}"): each for each in actions_of(window.menuBar())
    }
    for name in OPENED:
        named[name].trigger()
    window.positions_menu.read(HELD, "held.tsv")
    alone: list[QWidget] = [
        FailedStart("why"),
        VersionsDialog("Watchlist", window),
        ImportDialog("list.txt", "list", "Watchlist", window.appearance, window),
    ]
    for each in alone:
        each.show()
    return alone


def tab_menu_of(one: ProgramAtWork) -> QMenu:
    """The menu of the shown list's tab."""
    window = one.window
    return tab_menu(window.list_menu, one.program.book, window.watchlist, {"demo": "Demo feed"}, window)


def windows() -> list[QWidget]:
    """All that are open, menus apart."""
    return [each for each in QApplication.topLevelWidgets() if each.isVisible() and not isinstance(each, QMenu)]


def clashes(pages: list[QWidget]) -> Mapping[str, Mapping[str, list[str]]]:
    """Window or menu -> the letters that lead to two places there."""
    found = {f"{type(each).__name__} {each.windowTitle()}": doubled(each) for each in pages}
    return {name: letters for name, letters in found.items() if letters}


async def test_each_letter_leads_to_one_place(tmp_path: Path) -> None:
    async with (
        servers(tmp_path, "demo") as (server,),
        program_at_work(tmp_path / "one", symbols=instruments("NVDA.US"), urls={"demo": server.url}) as one,
    ):
        await one.live("NVDA.US")
        for menu in one.window.findChildren(QMenu):
            menu.aboutToShow.emit()
            assert doubled(menu) == {}, menu.title()
        for context in (one.window._row_menu.menu(0), one.window._row_menu.menu(-1), tab_menu_of(one)):
            assert doubled(context) == {}, "brought by the right button"
            context.deleteLater()
        alone = open_all(one)
        dialogs = {
            name for path in PACKAGE.rglob("*.py") for name in re.findall(r"class (\w+)\(QDialog\)", path.read_text())
        }
        await one.until(lambda: dialogs <= {type(each).__name__ for each in windows()})
        assert clashes(windows()) == {}
        settings = one.program._preferences.open()
        for at in range(settings.edited.count()):
            settings.edited.setCurrentIndex(at)
            settings.edited.activated.emit(at)
            assert doubled(settings) == {}
            settings.offer_use(settings.edited.itemData(at))
            assert doubled(settings) == {}, "where there is no keyring"
        (alerts,) = [each for each in windows() if isinstance(each, AlertsWindow)]
        alerts.show_log()
        assert doubled(alerts) == {}
        for each in alone:
            each.close()
