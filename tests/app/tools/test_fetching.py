"""How far trend lines reach back, and what charts are told of. What is fetched: tests/end_to_end/test_over_http."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop
from quotedesk.app.windows import Windows
from quotedesk.codec import FEEDS
from quotedesk.config.settings import TrendSpan, load
from quotedesk.market.instrument import Instrument
from quotedesk.ui.chart.chart_data import Charting
from tests.fakes.made_recording import MadeRecording
from tests.fakes.program import instruments, program_at_work, servers

pytestmark = [pytest.mark.anyio, pytest.mark.qt_log_ignore("This plugin does not support")]


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)  # as the program does; else the loop ends with the window
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


async def test_lines_reach_as_far_back_as_was_chosen_now_and_at_the_next_start(tmp_path: Path) -> None:
    async with servers(tmp_path, "demo") as (server,):
        start: dict[str, Any] = {"urls": {"demo": server.url}, "symbols": instruments("GOLD")}
        async with program_at_work(tmp_path / "p", **start) as here:
            await here.live("GOLD")
            history = here.program.quotes.history
            assert history.span_s == TrendSpan.QUARTER.seconds
            here.windows.requests.trend.emit(TrendSpan.DAY)
            assert history.span_s == TrendSpan.DAY.seconds
        assert load(tmp_path / "p/settings.toml")[0].trend is TrendSpan.DAY
        async with program_at_work(tmp_path / "p", **start) as again:
            await again.live("GOLD")
            assert again.program.quotes.history.span_s == TrendSpan.DAY.seconds


async def test_charts_have_what_a_feed_tells_of_the_past_and_of_a_recording_only_what_ticked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Charting] = []
    monkeypatch.setattr(Windows, "set_charting", lambda _, charting: made.append(charting))
    told = FEEDS["binance"].reference
    assert told is not None
    with MadeRecording(tmp_path / "tape.recording", ["BTCUSDT"]) as tape:
        tape.tick("BTCUSDT", 60_000, after_s=1.0)
    async with program_at_work(tmp_path / "r", replay=tmp_path / "tape.recording", replay_speed=20.0) as here:
        await here.until(lambda: here.program._replaying.replay.is_over)
        here.windows.requests.candles.emit(Instrument("binance", "BTCUSDT"), 60, 100)
    async with servers(tmp_path, "demo") as (server,):
        start: dict[str, Any] = {"urls": {"demo": server.url}, "symbols": instruments("GOLD")}
        async with program_at_work(tmp_path / "p", **start) as here:
            await here.live("GOLD")
    recorded, live = made
    assert recorded.candles_of("binance") == ((), 0)
    assert live.candles_of("binance") == (told.bars_s, told.most_candles)
    assert live.candles_of("gone") == ((), 0)
