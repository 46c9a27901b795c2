"""What is missing is asked for once each, and a fault costs no more than what it is of."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from quotedesk.codec import FEEDS
from quotedesk.codec.base import Budget
from quotedesk.config.paths import Profile
from quotedesk.config.reference_store import ReferenceStore
from quotedesk.engine.options import SourceOptions
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.reference.feed_context import STREAM_S
from quotedesk.engine.reference_data import ReferenceData
from quotedesk.engine.services import Services
from quotedesk.engine.source import Source
from quotedesk.engine.tasks import Tasks
from quotedesk.market.candle import Candle
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from quotedesk.net.client import Target
from quotedesk.net.http import Fetched
from quotedesk.quotes.quotes import Quotes
from tests.fakes.clock import FakeClock
from tests.fakes.engine import FakeDisplay
from tests.fakes.reference_desk import FakeFetcher, desk, until

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


# -- the demo feed: asked as any other, answered by the program itself

COIN, SHARE = Instrument("demo", "BTCUSDT"), Instrument("demo", "NVDA.US")


class _Desk:
    """ReferenceData over the demo feed, with a network that nobody may use."""

    def __init__(self, folder: Path, **options: object) -> None:
        self.clock, self.http, self.display = FakeClock(), FakeFetcher(), FakeDisplay()
        self.quotes, self.faults = Quotes(), list[BaseException]()
        self.store = ReferenceStore(folder / "fetched.sqlite")
        self.source = Source(FEEDS["demo"], Profile(folder), SourceOptions(**options), Redactor())  # type: ignore[arg-type]
        services = Services(self.clock, Tasks(self.faults.append), self.quotes, self.display)
        self.data = ReferenceData(services, lambda name: self.source, self.http, None, self.store)  # type: ignore[arg-type]
        self.told: dict[tuple[str, int], tuple[list[Candle], str]] = {}

    def take(self, instrument: Instrument, bar_s: int, candles: Sequence[Candle], fault: str, is_last: bool) -> None:
        self.told[instrument.code, bar_s] = list(candles), fault


@pytest.mark.parametrize("bar_s", [60, 300, 1800, 14_400, 86_400])
async def test_a_chart_of_the_demo_feed_gets_candles_without_a_network_and_a_server(tmp_path: Path, bar_s: int) -> None:
    here = _Desk(tmp_path)
    for instrument in (COIN, SHARE):
        here.data.ask_candles(instrument, bar_s, 261, here.take)
        await until(lambda: (instrument.code, bar_s) in here.told)  # noqa: B023
        here.clock.advance(1)
        here.data.second()
    utc_s = here.clock.utc_s(here.clock.now_s())
    candles, fault = here.told[COIN.code, bar_s]
    assert (len(candles), fault) == (261, "")
    assert candles[-1].start_utc_s == utc_s // bar_s * bar_s, "the newest runs"
    assert here.told[SHARE.code, bar_s][0], "the last that there were"
    assert here.told[SHARE.code, bar_s][0][-1].close != candles[-1].close
    assert here.http.asked == []
    assert not here.store.path.exists(), "what is made is not kept"
    await here.data.close()
    assert here.faults == []


async def test_the_lines_of_its_rows_have_a_past_and_nobody_is_told_of_it(tmp_path: Path) -> None:
    here = _Desk(tmp_path)
    slot = int(here.quotes.slots([COIN])[0])
    here.data.want([COIN])
    here.data.second()
    await until(lambda: here.quotes.history.seeds.get(slot))
    assert here.quotes.history.reach_s(slot, here.clock.now_s()) > 800
    assert set(here.display.fetching) <= {""}, "nothing is fetched: it is here"
    here.data.need_directories(["binance"])
    assert here.http.asked == [], "who has the demo feed alone has chosen no market"
    await here.data.close()


async def test_a_demo_server_that_is_not_ours_has_no_past(tmp_path: Path) -> None:
    here = _Desk(tmp_path, urls={"demo": "ws://127.0.0.1:9"})
    assert here.source.reference is None
    here.data.ask_candles(COIN, 300, 90, here.take)
    assert here.told[COIN.code, 300] == ([], "the feed tells none")
    await here.data.close()
