"""Windows open as they are wanted."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from quotedesk.app import start
from quotedesk.app.options import Options
from quotedesk.app.process.loop import DeskLoop
from quotedesk.app.tools.opening import looks_of
from quotedesk.config.paths import Profile
from quotedesk.config.settings import Direction, Settings, load, save
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.source import Sources
from quotedesk.ui.dialogs.settings_dialog import SettingsDialog
from tests.fakes.program import instruments, program_at_work, servers

pytestmark = [pytest.mark.anyio, pytest.mark.qt_log_ignore("This plugin does not support")]


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)  # as the program does; else the loop ends with the window
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


async def test_saving_power_is_shown_while_it_is_on(tmp_path: Path) -> None:
    async with servers(tmp_path, "demo") as (server,):
        begin: dict[str, Any] = {"urls": {"demo": server.url}, "symbols": instruments("A.US")}
        (tmp_path / "p").mkdir()
        save(tmp_path / "p/settings.toml", Settings(saves_power=True))
        async with program_at_work(tmp_path / "p", **begin) as here:
            await here.live("A.US")
            assert "Saving power" in here.window.status_bar.words()
            here.windows.requests.settings.emit()
            (dialog,) = here.window.findChildren(SettingsDialog)
            dialog.power_set.emit(False)
            assert "Saving power" not in here.window.status_bar.words()
            assert not load(tmp_path / "p/settings.toml")[0].saves_power


@pytest.mark.parametrize("is_new", [True, False])
async def test_only_the_first_start_takes_the_colours_that_are_usual_where_the_user_lives(
    is_new: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quotedesk.app.tools.opening.usual_direction", lambda territory: Direction.RED_UP)
    profile, options = Profile(tmp_path), Options(profile=tmp_path, relay="ws://127.0.0.1:9")  # starts no server
    if not is_new:
        save(profile.settings, Settings(direction=Direction.BLUE_UP))
    looks = looks_of(start.prepare(profile, options, Sources(profile, options, Redactor()), Redactor()))
    assert looks.direction is (Direction.RED_UP if is_new else Direction.BLUE_UP)
