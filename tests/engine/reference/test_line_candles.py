"""Lines begin in the past: with what was kept, and what the server has."""

import json
from pathlib import Path

import pytest

from quotedesk.net.http import Fetched
from tests.fakes.reference_desk import desk, until

pytestmark = pytest.mark.anyio


async def test_candles_are_kept_and_there_at_once_at_the_next_start(tmp_path: Path) -> None:
    async with desk(tmp_path, is_kept=True) as here:
        here.want("A")
        await here.later(2)
        store = here.data.store
        assert store is not None
        await until(lambda: store.candles("venue https://api.test", ["A"], 60, 0.0))
    async with desk(tmp_path, is_kept=True) as again:
        again.http.answer = lambda path, params: Fetched(fault="api.test cannot be reached", rest_s=600.0)
        again.clock.utc_at_0_s += 120
        again.want("A")
        await again.later(2)
        assert again.line("A")[-1] == 99, "the last whole minute of before"


async def test_lines_of_a_day_take_longer_bars(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.reference.pages = 0
        here.want("A")
        await here.later(1)
        here.data.set_span(86_400.0)
        await here.later(1)
        asked = [params for path, params, _ in here.http.asked if path == "/candles"]
        assert [(each["bar"], each["count"]) for each in asked] == [("60", "16"), ("300", "289")]


async def test_candles_from_the_future_are_left_out(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        utc_s = here.clock.utc_s(here.clock.now_s())
        said = {"bars": [(utc_s - 120, 5), (utc_s + 3600, 77)]}
        here.http.answer = lambda path, params: Fetched(json.dumps(said).encode())
        here.reference.pages = here.reference.snapshot_most = 0
        here.want("A")
        await here.later(1)
        assert 77.0 not in here.line("A")
        assert here.line("A")[-1] == 5
