"""One endpoint's conversation, against strict venues: rows to the last digit, limits, refusals, losses, renewals."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import msgspec
import pytest

from quotedesk.codec import FEEDS
from quotedesk.market.quote import Quote, Trade
from quotedesk.market.states import LinkState, RowState
from tests.fakes.engine import EngineAtWork, engine_at_work
from tests.fakes.venues import BinanceVenue, BybitVenue, KrakenVenue, Venue, said

pytestmark = pytest.mark.anyio

FIELDS = ("last", "bid", "ask", "bid_size", "ask_size", "open_24h", "high", "low", "volume")


@dataclass(frozen=True)
class Kind:
    """One dialect on one address.

    Attributes:
        feed: as `--feed` takes it.
        venue: makes its server.
        codes: ten; `wire` makes of a code the server's word for it.
        unknown: a code that the server does not know.
    """

    feed: str
    venue: type[Venue]
    codes: tuple[str, ...]
    unknown: str

    def wire(self, code: str) -> str:
        return code.replace("/", "") if self.feed == "bybit" else code


KINDS = {
    "binance": Kind("binance", BinanceVenue, tuple(f"A{n}USDT" for n in range(400)), "NOPE"),
    "kraken": Kind("kraken", KrakenVenue, tuple(f"A{n}/USD" for n in range(400)), "NO/PE"),
    "bybit": Kind("bybit", BybitVenue, tuple(f"A{n}USDT" for n in range(400)), "NOPE"),
    "bybit spot": Kind("bybit", BybitVenue, tuple(f"A{n}/USDT" for n in range(400)), "NO/PE"),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


class Rows:
    """Rows of one feed at a venue."""

    def __init__(self, kind: Kind, venue: Venue, here: EngineAtWork) -> None:
        self.kind = kind
        self.venue = venue
        self.here = here
        self.runner = here.runner(kind.feed)

    def want(self, *codes: str) -> None:
        self.here.want(" ".join(codes), self.runner)

    def state(self, code: str) -> RowState:
        return self.here.state(f"{code}@{self.kind.feed}")

    def reason(self, code: str) -> str:
        return self.here.reason(f"{code}@{self.kind.feed}")

    def number(self, code: str, field: str) -> str:
        return self.here.quotes.number(field, self.here.slot(f"{code}@{self.kind.feed}")).text

    async def until(self, *codes: str, state: RowState = RowState.LIVE, patience_s: float = 20.0) -> None:
        await self.here.until(lambda: all(self.state(code) is state for code in codes), patience_s)

    def lasts(self, code: str) -> list[str]:
        """The last prices that consumers were given, in order."""
        found = []
        for _, update in self.here.consumer.updates:
            if update.code == code:
                last = update.price if isinstance(update, Trade) else update.last
                found += [last.text] if last is not None else []
        return found

    def statuses(self, code: str) -> list[RowState]:
        """The states that consumers were told, in order."""
        told = [status for batch in self.here.consumer.batches for status in batch.statuses]
        return [status.state for status in told if status.code == code]

    def seconds(self) -> None:
        self.runner.second()


def exact(rows: Rows, code: str) -> dict[str, str]:
    """What the venue said last of a code, in its own digits."""
    return {field: text for field, text in said(rows.venue.numbers[rows.kind.wire(code)]).items() if field in FIELDS}


@pytest.fixture
async def rows(kind: Kind, tmp_path: Path) -> AsyncIterator[Rows]:
    async with kind.venue() as venue, engine_at_work(tmp_path, {kind.feed: venue.url}) as here:
        yield Rows(kind, venue, here)
        assert venue.breaches == []


async def test_every_field_of_a_row_is_what_was_sent_last(rows: Rows) -> None:
    codes = rows.kind.codes[:3]
    rows.want(*codes)
    await rows.until(*codes)
    # Binance says the 24 hours with every fifth tick only.
    await rows.here.until(lambda: all(rows.venue.numbers[rows.kind.wire(code)] >= 5 for code in codes))
    rows.venue.is_silent = True
    for code in codes:
        name = rows.kind.wire(code)
        rows.venue.numbers[name] += -rows.venue.numbers[name] % 5 + 4
        rows.venue.tick(name)
    await rows.here.until(
        lambda: all({field: rows.number(code, field) for field in FIELDS} == exact(rows, code) for code in codes)
    )
    assert len(rows.venue.opened_s) == 1


async def test_an_edit_adds_and_takes_away_on_the_same_connection(rows: Rows) -> None:
    first, second, third = rows.kind.codes[:3]
    rows.want(first, second)
    await rows.until(first, second)
    rows.want(second, third)
    await rows.until(second, third)
    wire = rows.kind.wire
    await rows.here.until(lambda: sorted(rows.venue.codes(rows.venue.open[0])) == sorted(map(wire, (second, third))))
    assert len(rows.venue.opened_s) == 1
    assert set(rows.venue.asked.values()) == {1}


async def test_one_unknown_among_20_is_asked_for_at_most_twice_and_the_others_live(rows: Rows) -> None:
    codes = rows.kind.codes[:19]
    rows.want(*codes[:9], rows.kind.unknown, *codes[9:])
    await rows.until(*codes)
    if rows.kind.feed != "binance":
        await rows.until(rows.kind.unknown, state=RowState.REFUSED)
        assert "not" in rows.reason(rows.kind.unknown)
    changes = [each for each in rows.venue.requests if "instrument" not in str(each)]
    assert rows.venue.asked[rows.kind.wire(rows.kind.unknown)] <= 2
    assert len([each for each in changes if "ping" not in each.values()]) <= 8


async def test_several_unknown_ones_cost_no_other_row_its_data(rows: Rows) -> None:
    codes = rows.kind.codes[:6]
    wire = rows.kind.wire
    rows.venue._unknown = frozenset(map(wire, codes[1:4]))
    rows.want(*codes)
    await rows.until(codes[0], *codes[4:])
    if rows.kind.feed != "binance":
        await rows.until(*codes[1:4], state=RowState.REFUSED)


async def test_300_symbols_at_once_are_live_in_15_s_within_every_limit(rows: Rows) -> None:
    codes = rows.kind.codes[:300]
    began_s = time.monotonic()
    rows.want(*codes)
    rows.venue._rate = 2.0
    await rows.until(*codes, patience_s=15.0)
    assert time.monotonic() - began_s < 15
    assert len(rows.venue.opened_s) == 1


async def test_after_a_cut_rows_are_offline_and_come_back_without_hammering(rows: Rows) -> None:
    code = rows.kind.codes[0]
    rows.want(code)
    await rows.until(code)
    dialled = len(rows.venue.opened_s)
    await rows.venue.stop()
    await rows.until(code, state=RowState.OFFLINE)
    await rows.venue.restart()
    await rows.until(code)
    assert len(rows.venue.opened_s) - dialled <= 2


async def test_a_place_that_is_not_served_is_told_in_plain_words_and_left_alone(rows: Rows) -> None:
    rows.venue.upgrade = HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS
    code = rows.kind.codes[0]
    rows.want(code)
    await rows.until(code, state=RowState.OFFLINE)
    reason = rows.reason(code)
    assert reason.startswith(f"{FEEDS[rows.kind.feed].provider.title} does not serve your region")
    assert "@" in reason
    assert reason.endswith("(HTTP 451)")
    (link,) = rows.runner.links
    assert link.retry_at_s is not None
    assert link.retry_at_s > time.monotonic() + 50


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch, kind: Kind) -> None:
    """A connection is to be renewed after half a second."""
    feed = FEEDS[kind.feed]
    limits = msgspec.structs.replace(feed.limits, renew_after_s=0.5)
    monkeypatch.setitem(FEEDS, kind.feed, msgspec.structs.replace(feed, limits=limits))


@pytest.mark.usefixtures("brief")
async def test_an_old_connection_is_renewed_and_no_row_sees_it(rows: Rows) -> None:
    codes = rows.kind.codes[:12]
    rows.want(*codes)
    await rows.until(*codes)
    await rows.here.until(lambda: len(rows.venue.opened_s) >= 3 and len(rows.venue.open) == 1)
    for code in codes:
        lasts = [each for each in rows.lasts(code) if each != "100.00"]
        said_once = list(dict.fromkeys(lasts))
        numbers = [round(100 * (float(each) - 100)) for each in said_once]
        assert numbers == list(range(numbers[0], numbers[-1] + 1)), "each once, in order, none lost"
        if rows.kind.feed == "kraken":
            assert lasts == said_once
        told = rows.statuses(code)
        assert RowState.OFFLINE not in told
        assert told[told.index(RowState.LIVE) :].count(RowState.PENDING) == 0
    assert max(rows.venue.most_open.values()) == 2
    assert [link.state for link in rows.runner.links] == [LinkState.UP]
    gaps = [code for batch in rows.here.consumer.batches for code in batch.gaps]
    assert gaps == []


class TestThePlannedCloseOfBinance:
    """It is announced, with no time promised."""

    @pytest.fixture
    def kind(self) -> Kind:
        return KINDS["binance"]

    async def test_the_next_connection_is_subscribed_before_the_one_before_goes(self, rows: Rows) -> None:
        assert isinstance(rows.venue, BinanceVenue)
        codes = rows.kind.codes[:5]
        rows.want(*codes)
        await rows.until(*codes)
        (before,) = rows.venue.open
        rows.venue.shut_down()
        await rows.here.until(lambda: rows.venue.open and before not in rows.venue.open)
        trades = [each for _, each in rows.here.consumer.updates if isinstance(each, Trade)]
        for code in codes:
            numbers = [each.seq for each in trades if each.code == code]
            assert numbers == list(range(1, len(numbers) + 1))
            assert rows.statuses(code) == [RowState.PENDING, RowState.LIVE]
        assert len(rows.venue.opened_s) == 2

    async def test_an_edit_while_a_connection_is_renewed_reaches_both(self, rows: Rows) -> None:
        assert isinstance(rows.venue, BinanceVenue)
        first, second, third = rows.kind.codes[:3]
        rows.want(first, second)
        await rows.until(first, second)
        rows.venue.shut_down()
        await rows.here.until(lambda: len(rows.venue.open) == 2)
        rows.want(second, third)
        await rows.until(second, third)
        await rows.here.until(lambda: len(rows.venue.open) == 1)
        await rows.here.until(lambda: sorted(rows.venue.codes(rows.venue.open[0])) == [second, third])

    async def test_a_server_that_hangs_up_at_once_leaves_the_next_connection_to_bring_the_rows_back(
        self, rows: Rows
    ) -> None:
        assert isinstance(rows.venue, BinanceVenue)
        code = rows.kind.codes[0]
        rows.want(code)
        await rows.until(code)
        rows.venue.upgrade = HTTPStatus.SERVICE_UNAVAILABLE
        rows.venue.shut_down()
        await rows.here.until(lambda: len(rows.venue.opened_s) == 2)
        await rows.venue.stop()
        await rows.until(code, state=RowState.OFFLINE)
        rows.venue.upgrade = None
        await rows.venue.restart()
        await rows.until(code)
        assert rows.runner.sessions["binance"].counts.opened == 2
        assert max(rows.venue.most_open.values()) == 1

    async def test_a_row_that_stays_silent_does_not_hold_a_renewal_up(
        self, rows: Rows, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert isinstance(rows.venue, BinanceVenue)
        first, second = rows.kind.codes[:2]
        rows.want(first, second)
        await rows.until(first, second)
        rows.venue._unknown = frozenset({second})
        rows.venue.shut_down()
        await rows.here.until(lambda: len(rows.venue.open) == 2)
        after = rows.runner._endpoints["binance"]._next
        assert after is not None
        await rows.here.until(lambda: after.has_proven(first))
        rows.seconds()
        assert rows.runner.sessions["binance"] is not after
        after.link.status = msgspec.structs.replace(after.status, since_s=after.status.since_s - 60)
        rows.seconds()
        assert rows.runner.sessions["binance"] is after
        await rows.here.until(lambda: len(rows.venue.open) == 1)
        assert (rows.state(first), rows.state(second)) == (RowState.LIVE, RowState.PENDING)

    async def test_to_close_in_the_middle_of_a_renewal_leaves_no_connection(self, rows: Rows) -> None:
        assert isinstance(rows.venue, BinanceVenue)
        code = rows.kind.codes[0]
        rows.want(code)
        await rows.until(code)
        rows.venue.is_silent = True
        rows.venue.shut_down()
        await rows.here.until(lambda: len(rows.venue.open) == 2)
        await rows.runner.close()
        await rows.here.until(lambda: rows.venue.open == [])
        assert [task for task in asyncio.all_tasks() if "client" in task.get_name()] == []


async def test_a_pair_that_may_only_be_cancelled_says_so_though_it_does_not_tick(tmp_path: Path) -> None:
    kind = KINDS["kraken"]
    async with KrakenVenue(unknown=frozenset()) as venue, engine_at_work(tmp_path, {"kraken": venue.url}) as here:
        rows = Rows(kind, venue, here)
        rows.want("HALT/USD")
        await rows.until("HALT/USD", state=RowState.HALTED)
        assert rows.reason("HALT/USD").startswith("Cancel only")
        quotes = [update for _, update in here.consumer.updates if isinstance(update, Quote)]
        assert quotes != []
