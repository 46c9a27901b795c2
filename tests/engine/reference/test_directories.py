"""A directory is fetched whole, kept for a day, and says how rows are shown."""

from pathlib import Path

import pytest

from quotedesk.engine.reference.directories import DIRECTORY_S
from quotedesk.market.listing import Listing
from quotedesk.market.quote import Condition, Status
from quotedesk.net.http import Fetched
from tests.fakes.reference_desk import desk, until

pytestmark = pytest.mark.anyio


async def test_a_directory_is_fetched_page_by_page_and_kept_for_a_day(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.want("A")
        await here.later(4)
        assert here.http.of("/symbols") == ["1", "2"]
        await until(lambda: here.directories.listing("venue", "S22"))
        await here.later(60)
        assert here.http.of("/symbols") == ["1", "2"]
        first_utc_s = here.directories.fetched_utc_s("venue")
        await here.later(DIRECTORY_S, DIRECTORY_S / 4)
        await here.settle()
        assert here.http.of("/symbols") == ["1", "2", "1", "2"]
        await until(lambda: here.directories.fetched_utc_s("venue") != first_utc_s)  # a thread keeps it
    async with desk(tmp_path) as again:
        again.clock.utc_at_0_s += DIRECTORY_S + 100
        again.want("A")
        await again.later(4)
        assert again.http.of("/symbols") == [], "that of the day before is still good"


async def test_rows_have_the_decimals_that_the_directory_says(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.want("S11 OTHER")
        await here.later(4)
        await until(lambda: here.quotes.decimals_of("last", here.slot("S11")) == 4)
        assert here.quotes.decimals_of("last", here.slot("OTHER")) == 0


async def test_how_rows_trade_by_the_directory_is_told(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        told: list[tuple[str, list[Status]]] = []
        here.data.listed = lambda feed, conditions: told.append((feed, list(conditions)))
        here.reference.conditions["S11"] = Condition.CANCEL_ONLY
        here.want("S11 S12 OTHER")
        await here.later(4)
        await until(lambda: told)
        assert told[-1] == ("venue", [Status("S11", Condition.CANCEL_ONLY), Status("S12", Condition.NORMAL)])


async def test_a_directory_that_breaks_off_leaves_the_old_one(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.directories.replace("venue", [Listing(code="OLD")], 5.0, "https://api.test")
        here.http.answer = lambda path, params: (
            Fetched(fault="api.test broke off its answer") if params.get("page") == "2" else here.answer(path, params)
        )
        here.want("A")
        await here.later(10)
        assert here.directories.listing("venue", "OLD") is not None
        assert here.display.notices == ["venue: the symbols could not be fetched: api.test broke off its answer."]
