"""What all feeds share: a batch goes to the store, then to every consumer."""

import math
from pathlib import Path

import pytest

from quotedesk.demo.server import DemoServer, ServerOptions
from quotedesk.engine.services import Services
from quotedesk.engine.tasks import Tasks
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Trade
from quotedesk.market.states import RowState, RowStatus
from quotedesk.quotes.quotes import Quotes
from tests.fakes.clock import FakeClock
from tests.fakes.engine import FakeConsumer, FakeDisplay, engine_at_work

ROW = Instrument("demo", "A.US")


def services(quotes: Quotes, *consumers: FakeConsumer) -> Services:
    return Services(FakeClock(), Tasks(lambda fault: None), quotes, FakeDisplay(), consumers=list(consumers))


class Looker(FakeConsumer):
    """Looks into the store when a batch comes."""

    def __init__(self, quotes: Quotes, name: str, said: list[tuple[str, float]]) -> None:
        super().__init__()
        self._quotes, self._name, self._said = quotes, name, said

    def consume(self, batch: Batch) -> None:
        super().consume(batch)
        self._said.append((self._name, float(self._quotes["last"][self._quotes.slot(ROW)])))


def test_the_store_has_it_when_consumers_get_it_one_after_the_other() -> None:
    quotes, said = Quotes(), []
    quotes.slots([ROW])
    here = services(quotes, Looker(quotes, "first", said), Looker(quotes, "second", said))
    for price in ("1.5", "2.5"):
        here.take(Batch("demo", [Trade("A.US", number(price))], 1000.0))
    assert said == [("first", 1.5), ("second", 1.5), ("first", 2.5), ("second", 2.5)]


def test_the_first_quote_has_its_time_and_a_state_is_none() -> None:
    quotes = Quotes()
    quotes.slots([ROW])
    here = services(quotes)
    here.take(Batch("demo", [], 999.0, (), (RowStatus("A.US", RowState.PENDING, 999.0),)))
    assert here.first_quote_s is None
    here.take(Batch("demo", [Trade("A.US", number("1"))], 1000.0))
    first_s = here.first_quote_s
    assert first_s is not None
    here.take(Batch("demo", [Trade("A.US", number("2"))], 1001.0))
    assert here.first_quote_s == first_s


def test_without_a_word_of_the_user_no_plan_is_known() -> None:
    assert services(Quotes()).plan("demo") is None


@pytest.mark.anyio
@pytest.mark.usefixtures("hurry")
async def test_every_update_of_a_server_is_in_the_store_before_a_consumer_sees_it(tmp_path: Path) -> None:
    async with DemoServer(ServerOptions()) as server, engine_at_work(tmp_path, {"demo": server.url}) as here:
        seen: list[bool] = []

        class Check:
            def consume(self, batch: Batch) -> None:
                for update in {update.code: update for update in batch.updates}.values():
                    assert isinstance(update, Trade)
                    slot = here.quotes.slot(Instrument(batch.feed, update.code))
                    received_s = here.quotes.received_s[slot]
                    seen.append(here.quotes.number("last", slot) == update.price and received_s == batch.received_s)
                    assert not math.isnan(received_s)

        here.services.consumers.append(Check())
        here.want("EURUSD GOLD BTCUSDT")
        await here.until(lambda: len(seen) > 20)
        assert all(seen)
        assert here.quotes.ticks == len(here.consumer.updates)
