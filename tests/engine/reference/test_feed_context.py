"""What fails is told once, and only where somebody waits for it."""

from pathlib import Path

import pytest

from quotedesk.net.http import Fetched
from tests.fakes.reference_desk import desk

pytestmark = pytest.mark.anyio


async def test_what_fails_is_told_once_and_tried_again_calmly(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.reference.pages = 0
        here.http.answer = lambda path, params: Fetched(fault="api.test gave no answer in time", rest_s=30.0)
        here.want("A B C")
        await here.later(200)
        assert here.display.notices == [
            "venue: the past of the line could not be fetched: api.test gave no answer in time."
        ]
        assert len(here.http.asked) <= 8
        here.http.answer = here.answer
        await here.later(200)
        assert {*here.http.of("/candles")} == {"A", "B", "C"}
        assert here.line("C")[-1] == 100
        assert here.display.fetching[-1] == ""


async def test_what_fails_for_many_rows_among_good_ones_is_no_storm_of_notices(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.reference.pages = 0

        def answer(path: str, params: dict[str, str]) -> Fetched:
            if "BAD" in next(iter(params.values())):
                return Fetched(b'{"fault": "code invalid", "bars": []}')
            return here.answer(path, params)

        here.http.answer = answer
        here.want(" ".join(f"A{i} BAD{i}" for i in range(10)))
        await here.later(2000)
        assert here.line("A9")[-1] == 100
        assert 1 <= len(here.display.notices) <= 2, "one of each kind"


async def test_a_feed_that_was_only_searched_fails_without_a_word(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.http.answer = lambda path, params: (
            Fetched(fault="api.test gave no answer in time") if path == "/others" else here.answer(path, params)
        )
        here.want("A")
        here.data.need_directories(["other"])
        await here.later(3)
        assert here.http.of("/others") == ["1"]
        assert here.display.notices == []
