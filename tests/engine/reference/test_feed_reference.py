"""What is missing is asked for once each, and a fault costs no more than what it is of."""

from pathlib import Path

import pytest

from quotedesk.codec.base import Budget
from quotedesk.engine.reference.feed_context import STREAM_S
from quotedesk.market.errors import QuotedeskError
from quotedesk.net.client import Target
from quotedesk.net.http import Fetched
from tests.fakes.reference_desk import desk

pytestmark = pytest.mark.anyio


async def test_lines_and_previous_closes_are_asked_for_in_the_order_of_the_rows(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.reference.pages = 0
        here.want("A B C D E")
        await here.settle()
        assert here.http.of("/candles") == ["A", "B", "C", "D", "E"]
        assert here.http.of("/quotes") == [], "the stream may say it"
        await here.later(STREAM_S + 1)
        assert here.http.of("/quotes") == ["A,B,C", "D,E"]
        assert here.quotes.base_of(here.slot("A"))[0] == "prev_close"
        assert here.line("E")[-1] == 100
        await here.later(60)
        assert len(here.http.asked) == 7, "once each"


async def test_it_can_be_stopped_and_new_rows_are_asked_for(tmp_path: Path) -> None:
    async with desk(tmp_path, Budget((), 10.0)) as here:
        here.want("A B C D")
        await here.later(5)
        here.data.cancel()
        assert here.display.fetching[-1] == ""
        await here.later(60)
        assert here.http.of("/candles") == ["A"]
        here.want("A B C D E")
        await here.later(30)
        assert here.http.of("/candles") == ["A", "E"]


async def test_an_answer_with_an_error_inside_costs_one_row_and_not_the_others(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.reference.pages = 0

        def answer(path: str, params: dict[str, str]) -> Fetched:
            if "BAD" in next(iter(params.values())).split(","):
                return Fetched(b'{"fault": "code invalid", "bars": []}')
            return here.answer(path, params)

        here.http.answer = answer
        here.want("A BAD C")
        await here.later(120)
        assert here.line("C")[-1] == 100
        assert {name: here.quotes.base_of(here.slot(name))[0] for name in ("A", "BAD", "C")} == {
            "A": "prev_close",
            "BAD": "first_seen",
            "C": "prev_close",
        }
        assert len(here.display.notices) <= 2
        assert here.display.fetching[-1] == ""


async def test_without_a_key_nothing_is_said_to_be_missing_and_with_one_it_is_fetched_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def find_web() -> Target:
        raise QuotedeskError("No token yet")

    async with desk(tmp_path) as here:
        with monkeypatch.context() as without:
            without.setattr(here.sources["venue"], "find_web", find_web)
            here.want("A B")
            await here.later(STREAM_S + 1)
            assert here.http.asked == []
            assert here.display.fetching[-1:] in ([], [""])
        here.data.retry_now()
        await here.later(1)
        assert here.http.of("/candles") == ["A", "B"]
        assert here.http.of("/quotes") == ["A,B"]
