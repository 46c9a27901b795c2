"""A run is recorded from the moment on, and whoever runs it hears in the loop that it is no more."""

import asyncio
from pathlib import Path

import pytest

from quotedesk.engine.flight_recording import record
from quotedesk.market.batch import Batch
from quotedesk.market.number import number
from quotedesk.market.quote import Quote
from tests.fakes.engine import engine_at_work
from tests.fakes.replaying import Player

pytestmark = pytest.mark.anyio


async def test_what_is_told_from_now_on_is_in_the_file(tmp_path: Path) -> None:
    async with engine_at_work(tmp_path) as engine:
        recorder = record(engine.services, tmp_path / "run.qdrec", None, pytest.fail)
        engine.feeds.set_plan("demo", 5)
        close = Quote(code="A", prev_close=number("5"))
        engine.services.take(Batch("demo", [], engine.clock.now_s(), seeds=(close,)))
        await asyncio.to_thread(recorder.close)
    player = Player(tmp_path / "run.qdrec", tmp_path).play()
    (told,) = [each for batch in player.batches for each in batch.seeds]
    assert (told.code, told.prev_close) == ("A", close.prev_close)
    assert player.services.plan("demo") == 5


async def test_a_file_that_is_none_of_ours_is_left_and_said(tmp_path: Path) -> None:
    path = tmp_path / "diary"
    path.write_text("dear diary")
    told: list[str] = []
    async with engine_at_work(tmp_path) as engine:
        recorder = record(engine.services, path, 1_000_000, told.append)
        await engine.until(lambda: told)
        await asyncio.to_thread(recorder.close)
    assert "Nothing is recorded:" in told[0]
    assert path.read_text() == "dear diary"
