"""What was spent of a budget by the day is remembered over runs."""

from pathlib import Path

import pytest

from quotedesk.codec.base import Budget
from tests.fakes.reference_desk import desk

pytestmark = pytest.mark.anyio


async def test_a_spent_day_stays_spent_over_a_restart(tmp_path: Path) -> None:
    budget = Budget(((3, 86_400.0),))
    async with desk(tmp_path, budget, is_kept=True) as here:
        here.want("A B C D")
        await here.later(10)
        assert len(here.http.asked) == 3
    async with desk(tmp_path, budget, is_kept=True) as again:
        again.clock.utc_at_0_s += 3600
        again.want("A B C D")
        await again.later(10)
        assert again.http.asked == []
        assert "missing, resumes in 23 h" in again.display.fetching[-1]
