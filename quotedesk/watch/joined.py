"""The running program of a profile, joined as one of its readers: what it tells becomes what an engine would tell."""

import asyncio
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol, cast

import msgspec

from quotedesk.engine.serving import rpc
from quotedesk.engine.serving.line_splitter import LineSplitter
from quotedesk.market.batch import Batch
from quotedesk.market.clock import Clock
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import UNKNOWN, Number, number
from quotedesk.market.quote import NUMBERS_OF_QUOTE, Quote
from quotedesk.market.states import LinkState, LinkStatus, RowState, RowStatus
from quotedesk.net import local_socket
from quotedesk.quotes.fields import FIRST_SEEN

PROTOCOL = 1
_PATIENCE_S = 2.0
_LONGEST_LINE = 4 * rpc.LONGEST_ANSWER
_SYMBOLS_AT_ONCE = 200
_KINDS = ("quote", "state", "link", "alert")
_STATES = {state.word: state for state in reversed(RowState)}


class UtcClock:
    """A clock whose monotonic seconds are those since 1970 UTC: what is told is told with such times only."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now_s(self) -> float:
        return self._clock.utc_s(self._clock.now_s())

    def utc_s(self, at_s: float) -> float:
        return at_s


class JoinedDisplay(Protocol):
    """Whoever shows what is told; see printer and table."""

    def consume(self, batch: Batch) -> None: ...

    def show_links(self, links: tuple[LinkStatus, ...]) -> None: ...

    def count_from(self, instrument: Instrument, first: Number) -> None:
        """Change counts from this price, where the feed says of no other."""

    def miss(self, instrument: Instrument, count: int) -> None:
        """So many updates of it were dropped before they came here."""


class JoinedProgram(asyncio.Protocol):
    """A connection to it; see `join`.

    Attributes:
        on_gone: called when it ends.
        on_alert: called with what one of our rules tells.
    """

    def __init__(self) -> None:
        self.on_gone: Callable[[], None] = _nothing
        self.on_alert: Callable[[Mapping[str, object]], None] = _ignore
        self._transport: asyncio.Transport | None = None
        self._inbox = LineSplitter(_LONGEST_LINE)
        self._ids = itertools.count(1)
        self._awaited: dict[int, asyncio.Future[rpc.RpcLine]] = {}
        self._display: JoinedDisplay | None = None
        self._feeds: frozenset[str] = frozenset()
        self._links: dict[str, LinkStatus] = {}
        self._is_gone = False

    async def ask(self, method: str, params: Mapping[str, object]) -> Mapping[str, object]:
        """The result of a call. Raises QuotedeskError for a refusal, OSError where the program is gone."""
        if self._is_gone or self._transport is None:
            raise ConnectionResetError
        call_id = next(self._ids)
        waiting = self._awaited[call_id] = asyncio.get_running_loop().create_future()
        self._transport.write(rpc.request(call_id, method, params))
        try:
            told = await waiting
        finally:
            del self._awaited[call_id]
        if told.error is not None:
            raise QuotedeskError(told.error.message)
        return told.result if isinstance(told.result, dict) else {}

    async def show(self, instruments: Sequence[Instrument], display: JoinedDisplay) -> None:
        """Subscribe to these, and let `display` have what is told of them. Raises QuotedeskError, OSError."""
        self._display = display
        self._feeds = frozenset(each.feed for each in instruments)
        self._show_links()
        for start in range(0, len(instruments), _SYMBOLS_AT_ONCE):
            part = instruments[start : start + _SYMBOLS_AT_ONCE]
            said = await self.ask("quotes.subscribe", {"symbols": [f"{each.code}@{each.feed}" for each in part]})
            for quote in rpc.objects(said.get("quotes")):
                told = rpc.texts(quote)
                self._stand(told)
                if "received" in told:  # a price of this run
                    self._quote(told, 0)

    async def watch_rules(self, rules: Sequence[str], feed: str) -> None:
        """Have these evaluated there, on every update. Raises QuotedeskError, OSError."""
        await self.ask("alerts.watch", {"rules": list(rules), "feed": feed})

    def close(self) -> None:
        """Leave it."""
        self.on_gone = _nothing
        if self._transport is not None:
            self._transport.close()

    # asyncio's Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._inbox.feed(data)
        while (line := self._inbox.next()) is not None:
            if told := rpc.read_line(line):
                self._take(told)

    def connection_lost(self, fault: Exception | None) -> None:
        self._is_gone = True
        for each in self._awaited.values():
            if not each.done():
                each.set_exception(ConnectionResetError())
        self.on_gone()

    # Inside

    def _take(self, told: rpc.RpcLine) -> None:
        if not told.method:
            waiting = self._awaited.get(told.id) if isinstance(told.id, int) else None
            if waiting is not None and not waiting.done():
                waiting.set_result(told)
            return
        said = rpc.texts(told.params)
        if told.method == "link":
            self._link(said)
        elif told.method == "alert":
            if told.params.get("watched"):
                self.on_alert({name: each for name, each in told.params.items() if name != "watched"})
        elif self._display is not None and told.method == "quote":
            dropped = told.params.get("dropped")
            self._quote(said, dropped if isinstance(dropped, int) else 0)
        elif self._display is not None and told.method == "state":
            self._stand(said)

    def _quote(self, said: Mapping[str, str], dropped: int) -> None:
        assert self._display is not None
        instrument = Instrument(said.get("feed", ""), said.get("symbol", ""))
        if said.get("base") == FIRST_SEEN:
            self._display.count_from(instrument, number(said.get("base_price", "")))
        if dropped:
            self._display.miss(instrument, dropped)
        received_utc_s = _utc_s(said.get("received", ""))
        self._display.consume(Batch(instrument.feed, [quote_of(said)], received_utc_s))

    def _stand(self, said: Mapping[str, str]) -> None:
        state = _STATES.get(said.get("state", ""))
        if state is None or self._display is None:
            return
        status = RowStatus(said.get("symbol", ""), state, _utc_s(said.get("since", "")), said.get("reason", ""))
        self._display.consume(Batch(said.get("feed", ""), [], math.nan, statuses=(status,)))

    def _link(self, said: Mapping[str, str]) -> None:
        with suppress(ValueError):
            state = LinkState(said.get("state"))
            feed, endpoint, reason = (said.get(name, "") for name in ("feed", "endpoint", "reason"))
            link = LinkStatus(feed, endpoint, state, reason=reason, through=said.get("through", ""))
            self._links[link.name] = link
            self._show_links()

    def _show_links(self) -> None:
        if self._display is not None:
            links = [each for each in self._links.values() if each.feed in self._feeds or each.is_way_to_relay]
            self._display.show_links(tuple(links))


async def join(place: Path, instruments: Sequence[Instrument], urls: Mapping[str, str]) -> JoinedProgram | None:
    """The program that serves at a place; None where there is none that has these instruments' feeds, live, and room.

    `urls` gives feed -> the server that was asked for: one that has others is not joined.
    """
    made: list[JoinedProgram] = []

    def make() -> JoinedProgram:
        made.append(JoinedProgram())
        return made[-1]

    try:
        async with asyncio.timeout(_PATIENCE_S):
            await local_socket.connect(place, make)
            said = await made[0].ask("initialize", {"client": "watch", "notifications": list(_KINDS)})
    except (OSError, QuotedeskError):  # nobody is there, or too busy
        for each in made:
            each.close()
        return None
    feeds = said.get("feeds")
    facts = feeds.items() if isinstance(feeds, dict) else ()
    servers = {name: each.get("server") for name, each in facts if not each.get("recorded")}
    wanted = {each.feed for each in instruments}
    is_other = any(feed not in servers or servers[feed] != urls.get(feed, servers[feed]) for feed in wanted)
    limits = said.get("limits")
    most = limits.get("symbols", 0) if isinstance(limits, dict) else 0
    if said.get("protocol") != PROTOCOL or is_other or len(instruments) > most:
        made[0].close()
        return None
    return made[0]


def quote_of(said: Mapping[str, str]) -> Quote:
    """A quote of all that is known now: what is not told is unknown."""
    numbers = {name: number(said[name]) if name in said else UNKNOWN for name in NUMBERS_OF_QUOTE}
    bare = Quote(code=said.get("symbol", ""), time_utc_s=_utc_s(said.get("time", "")))
    return msgspec.structs.replace(bare, **numbers)


def _utc_s(text: str) -> float:
    """Seconds since 1970 UTC of a time as it is told; NaN for none."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        return math.nan


def _nothing() -> None:
    pass


def _ignore(said: Mapping[str, object]) -> None:
    pass
