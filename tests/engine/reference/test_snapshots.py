"""What rows count from is asked for where the stream does not say it, and change waits for it, but not for ever."""

import math
from pathlib import Path

import pytest

from quotedesk.codec.base import Budget
from quotedesk.engine.reference.feed_context import STREAM_S
from quotedesk.engine.reference.snapshots import AWAITED_S
from quotedesk.market.batch import Batch
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Quote, Trade
from quotedesk.market.states import RowState
from quotedesk.net.client import Target
from quotedesk.net.http import Fetched
from tests.fakes.reference_desk import Desk, desk

pytestmark = pytest.mark.anyio


async def test_what_http_says_makes_no_row_look_live(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.want("A")
        await here.later(STREAM_S + 1)
        slot, quotes = here.slot("A"), here.quotes
        assert quotes["last"][slot] == 10
        assert quotes.received_s[slot] != quotes.received_s[slot], "nothing was received"
        assert math.isnan(quotes.last_prices.direction[slot]), "no arrow"
        assert (quotes.tick_count[slot], quotes.ticks) == (0, 0)
        assert quotes.state[slot] == RowState.PENDING
        assert here.services.first_quote_s is None
        assert here.consumer.updates == []
        here.services.take(Batch("venue", [Trade("A", number("11"))], here.clock.now_s()))
        assert math.isnan(quotes.last_prices.direction[slot]), "the first live price has none before it"
        assert quotes["last"][slot] - quotes.base_of(slot)[1].value == 2
        here.data.ask_again([Instrument("venue", "A")])
        await here.later(1)
        assert quotes["last"][slot] == 11, "what is live is not overwritten"


async def test_what_the_stream_says_is_not_asked_for(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.want("A B")
        await here.settle()
        said = Quote(code="A", last=number("5"), open_24h=number("4"))
        here.services.take(Batch("venue", [said, Trade("B", number("1"))], here.clock.now_s()))
        await here.later(STREAM_S + 1)
        assert here.http.of("/quotes") == ["B"]


def awaits(here: Desk, code: str) -> bool:
    return here.quotes.bases.is_awaited(here.slot(code))


def trade(here: Desk, *codes: str) -> None:
    here.services.take(Batch("venue", [Trade(code, number("12")) for code in codes], here.clock.now_s()))


async def test_change_is_unknown_while_what_it_counts_from_is_asked_for(tmp_path: Path) -> None:
    """Else it would count from the first price of the run for a moment, and then jump."""
    async with desk(tmp_path) as here:
        here.want("A B")
        await here.settle()
        trade(here, "A", "B")
        assert awaits(here, "A")
        assert not here.quotes.base_of(here.slot("A"))[1].is_known
        said = Quote(code="B", last=number("5"), open_24h=number("4"))
        here.services.take(Batch("venue", [said], here.clock.now_s()))
        assert here.quotes.base_of(here.slot("B")) == ("open_24h", number("4")), "the stream said it"
        await here.later(STREAM_S + 1)
        assert here.quotes.base_of(here.slot("A")) == ("prev_close", number("9"))
        here.want("A B C")
        await here.settle()
        assert [awaits(here, code) for code in "ABC"] == [False, False, True]


@pytest.mark.parametrize(
    "how", ["fails", "says nothing of it", "refuses", "is slow", "is stopped", "has no such thing"]
)
async def test_change_counts_from_the_first_price_where_http_does_not_say_what_else(tmp_path: Path, how: str) -> None:
    async with desk(tmp_path, Budget(((1, 1000.0),)) if how == "is slow" else None) as here:
        answers = {
            "fails": Fetched(fault="HTTP 500"),
            "says nothing of it": Fetched(b'{"quotes": []}'),
            "refuses": Fetched(b'{"quotes": [], "fault": "no"}'),
        }
        usual = here.http.answer
        here.http.answer = lambda path, params: (
            answers[how] if how in answers and path == "/quotes" else usual(path, params)
        )
        if how == "has no such thing":
            here.reference.snapshot_most = 0
        here.want("A")
        await here.settle()
        trade(here, "A")
        assert awaits(here, "A") is (how != "has no such thing")
        if how == "is stopped":
            here.data.cancel()
        elif how != "has no such thing":
            await here.later(AWAITED_S + 1)
        assert not awaits(here, "A")
        assert here.quotes.base_of(here.slot("A")) == ("first_seen", number("12"))
        assert here.display.wakes > 0


async def test_without_a_key_change_waits_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_key() -> Target:
        raise QuotedeskError("no key")

    async with desk(tmp_path) as here:
        monkeypatch.setattr(here.sources["venue"], "find_web", no_key)
        here.want("A")
        await here.later(1)
        trade(here, "A")
        assert here.quotes.base_of(here.slot("A"))[0] == "first_seen"
        assert not awaits(here, "A")
        here.want("A B")
        await here.settle()
        assert not awaits(here, "B")


async def test_a_server_that_fails_at_anything_is_waited_for_no_longer(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.http.answer = lambda path, params: Fetched(fault="HTTP 500")
        here.want("A")
        await here.settle()
        trade(here, "A")
        assert here.http.of("/candles"), "it was asked for the past of a line, and has failed"
        assert here.quotes.base_of(here.slot("A"))[0] == "first_seen"
        assert not awaits(here, "A")
        here.want("A B")
        await here.settle()
        assert not awaits(here, "B"), "nothing is asked for a while"


async def test_without_a_store_previous_closes_are_told_to_consumers(tmp_path: Path) -> None:
    async with desk(tmp_path, has_quotes=False) as here:
        here.want("A")
        await here.later(4)
        (seed,) = [each for batch in here.consumer.batches for each in batch.seeds]
        assert (seed.code, seed.prev_close and seed.prev_close.text) == ("A", "9")
        assert here.http.of("/candles") == []
