"""It is asked in the order of the rows, and not for those that wait."""

import math
from pathlib import Path

import pytest

from quotedesk.codec.base import Budget
from quotedesk.engine.reference.wanted_rows import RETRY_S, DueTimes, WantedRows
from quotedesk.market.batch import Batch
from quotedesk.market.states import RowState, RowStatus
from tests.fakes.reference_desk import desk

pytestmark = pytest.mark.anyio


async def test_a_row_that_comes_to_the_top_is_asked_for_next(tmp_path: Path) -> None:
    async with desk(tmp_path, Budget((), 10.0)) as here:
        here.want("A B C D")
        await here.later(1)
        here.want("D C B A")
        await here.later(10)
        assert here.http.of("/candles") == ["A", "D"]
        here.want("B")
        await here.later(30)
        assert here.http.of("/candles") == ["A", "D", "B"], "what is not wanted any more is not asked for"


async def test_rows_that_are_refused_or_parked_wait(tmp_path: Path) -> None:
    async with desk(tmp_path, Budget((), 10.0)) as here:
        here.want("A B C")
        statuses = (RowStatus("B", RowState.REFUSED, 0.0, "no"), RowStatus("C", RowState.PARKED, 0.0, "plan"))
        here.services.take(Batch("venue", [], here.clock.now_s(), (), statuses))
        await here.later(40)
        assert here.http.of("/candles") == ["A"]
        assert here.http.of("/quotes") == ["A"]
        assert here.display.fetching[-1] == ""
        here.services.take(Batch("venue", [], here.clock.now_s(), (), (RowStatus("C", RowState.PENDING, 0.0, ""),)))
        await here.later(3)
        assert here.http.of("/candles") == ["A", "C"]


def test_times_are_cancelled_when_due_and_hastened_when_soon() -> None:
    times = DueTimes({"A": 5.0, "B": 20.0, "C": 10.0 + RETRY_S, "D": 7.0})
    times.keep_only(frozenset("ABC"))
    assert times.next_s(10.0) == 20.0
    times.retry(10.0)
    assert times == {"A": 10.0, "B": 10.0, "C": 10.0 + RETRY_S}
    times.cancel(10.0)
    assert times == {"C": 10.0 + RETRY_S}
    assert DueTimes().next_s(10.0) == math.inf


def test_only_a_row_that_was_held_back_is_freed() -> None:
    rows = WantedRows()
    assert rows.want(["B", "A"]) == ["B", "A"]
    assert rows.want(["C", "A", "B"]) == ["C"]
    assert not rows.hear([RowStatus("A", RowState.REFUSED, 0.0, ""), RowStatus("B", RowState.PENDING, 0.0, "")])
    assert list(rows.due({"A": 1.0, "B": 2.0, "C": 1.0}, 2.0)) == ["C", "B"]
    assert rows.hear([RowStatus("A", RowState.PENDING, 0.0, "")])
    assert list(rows.due({"A": 1.0, "B": 2.0, "C": 3.0}, 2.0)) == ["A", "B"]
