"""What a run with a window records, and saves when it is asked to."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from quotedesk.app.process.loop import DeskLoop
from quotedesk.config.recording_store import RecordingReader
from quotedesk.ui.dialogs.recording_dialog import RecordingDialog
from tests.fakes.program import instruments, program_at_work, servers
from tests.fakes.replaying import Player

pytestmark = [pytest.mark.anyio, pytest.mark.qt_log_ignore("This plugin does not support")]


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)  # as the program does; else the loop ends with the window
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


async def test_the_last_minutes_are_looked_over_saved_and_played(tmp_path: Path) -> None:
    async with servers(tmp_path, "demo") as (server,):
        urls = {"demo": server.url}
        async with program_at_work(tmp_path / "p", urls=urls, symbols=instruments("A.US,B.US")) as here:
            await here.live("A.US B.US")
            here.window.requests.recording_saved.emit()
            (dialog,) = await here.until(lambda: here.window.findChildren(RecordingDialog))
            words = " ".join(label.text() for label in dialog.findChildren(QLabel))
            assert "A.US@demo, B.US@demo" in words
            assert "demo demo" not in words
            dialog._choose(str(tmp_path / "kept.qdrec"))
            await here.until(lambda: "Saved" in here.told())
            ring = here.profile.recording
            assert ring.exists()
            here.window.requests.recorder_sized.emit(0)
            await here.until(lambda: not ring.exists())
            here.window.requests.recording_saved.emit()
            await here.until(lambda: "Nothing is recorded" in here.told())
    player = Player(tmp_path / "kept.qdrec", tmp_path).play()
    assert {code for code, _ in player.trades} == {"A.US", "B.US"}


async def test_a_whole_run_is_recorded_to_a_file_of_the_user_s(tmp_path: Path) -> None:
    async with servers(tmp_path, "demo") as (server,):
        options = {"urls": {"demo": server.url}, "symbols": instruments("A.US"), "record": tmp_path / "run.qdrec"}
        async with program_at_work(tmp_path / "p", **options) as here:
            await here.live("A.US")
            await here.end()
            stats = here.stats()
        assert not here.profile.recording.exists()
    assert Player(tmp_path / "run.qdrec", tmp_path).play().rows()["A.US"][0] == stats["quotes"]["A.US"]["last"]


async def test_a_recorder_that_cannot_write_says_so_and_the_run_goes_on(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "recording.sqlite").write_text("dear diary")
    async with servers(tmp_path, "demo") as (server,):
        options = {"urls": {"demo": server.url}, "symbols": instruments("A.US")}
        async with program_at_work(tmp_path / "p", **options) as here:
            await here.until(lambda: "Nothing is recorded: " in here.told())
            await here.live("A.US")
    assert (tmp_path / "p" / "recording.sqlite").read_text() == "dear diary"


async def test_the_ring_goes_on_over_runs(tmp_path: Path) -> None:
    async with servers(tmp_path, "demo") as (server,):
        for _ in range(2):
            options = {"urls": {"demo": server.url}, "symbols": instruments("A.US")}
            async with program_at_work(tmp_path / "p", **options) as here:
                await here.live("A.US")
    path = here.profile.recording
    with RecordingReader(path) as reader:
        assert sum(page.is_key for page in reader.pages) == 2
    player = await asyncio.to_thread(lambda: Player(path, tmp_path).play())
    assert len(player.gaps) >= 1
