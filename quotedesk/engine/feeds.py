"""All feeds side by side: what is wanted is split by feed, each runs by itself, one connection per endpoint in use."""

import asyncio
import contextlib
import math
from collections.abc import Awaitable, Callable, Iterable, Sequence

from quotedesk.codec.base import Feed
from quotedesk.config.recording import RelayStood
from quotedesk.engine.feed_runner import FeedRunner
from quotedesk.engine.rate import Rate
from quotedesk.engine.relay_runner import RelayRunner
from quotedesk.engine.relayed import PlayedRelay
from quotedesk.engine.services import Services
from quotedesk.engine.source import Source
from quotedesk.feed.pace import Pace
from quotedesk.feed.plan_use import plan_use
from quotedesk.feed.relayed_rows import RelayedRows
from quotedesk.feed.session import LINGER_S, Session
from quotedesk.feed.subscription_trace import Continuity, Trace
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.quote import Status
from quotedesk.market.states import LinkState, LinkStatus, RowState, RowStatus
from quotedesk.net.client import Target

_GOODBYE_S = 2.0


class Feeds:
    """`find_source(name)` gives the source of a feed that is first wanted; it raises KeyError for one that is unknown.

    One token speaks one dialect at a time: of two feeds of one provider that needs a key the one that runs goes on, the
    other's rows are refused and say so.

    Attributes:
        runners: by feed; made when a feed is first wanted, and kept.
        messages: frames received, a second.
        relay: what stands in for the feeds that a relay has; None where nothing does.
        played_relay: what did so in a recording that is played.
    """

    def __init__(self, services: Services, find_source: Callable[[str], Source]) -> None:
        self.runners: dict[str, FeedRunner] = {}
        self.messages = Rate()
        self.relay: RelayRunner | None = None
        self.played_relay: PlayedRelay | None = None
        self._services = services
        self._find_source = find_source
        self._with_books: frozenset[str] = frozenset()
        self._paces: dict[str, Pace] = {}  # provider -> of its token
        self._speaks: dict[str, str] = {}  # provider -> the feed that uses its token
        self._wanted: dict[Instrument, None] = {}
        self._turned_away: dict[Instrument, str] = {}  # rows that no session has, and why
        self._goodbyes: set[asyncio.Task[None]] = set()  # of runners that are no longer among `runners`

    def use_relay(self, find_target: Callable[[], Awaitable[Target]]) -> None:
        """From now on a relay stands in for the feeds that it has. Call `want` afterwards. Needs the running loop."""
        assert self.relay is None
        for runner in self.runners.values():
            if runner.source.feed.provider.needs_key:
                runner.linger(0.0)  # it may be the relay's token
        self.relay = RelayRunner(self._services, find_target, self._relay_changed)
        self._record_relay()

    async def leave_relay(self) -> None:
        """Every feed is dialled from here again."""
        if self.relay is not None:
            relay, self.relay = self.relay, None
            self._record_relay()
            for runner in self.runners.values():
                runner.linger(LINGER_S)
            self.want(self._wanted)
            await relay.close()

    @property
    def sessions(self) -> list[Session | RelayedRows]:
        """Those of all feeds."""
        own = [session for runner in self.runners.values() for session in runner.sessions.values()]
        return [*own, *(self.relay.rows if self.relay else ())]

    @property
    def links(self) -> tuple[LinkStatus, ...]:
        """The connections in use."""
        own = tuple(link for runner in self.runners.values() for link in runner.links)
        relay = self.relay or self.played_relay
        return own + (relay.links if relay else ())

    @property
    def addresses(self) -> dict[str, str]:
        """Link -> the URL that was dialled last, without the key."""
        return {
            session.status.name: address
            for runner in self.runners.values()
            for endpoint, session in runner.sessions.items()
            if (address := runner.source.addresses.get(endpoint))
        }

    def want(self, instruments: Iterable[Instrument]) -> None:
        """All that is wanted of all feeds, the most important first. Needs the running loop."""
        self._wanted = dict.fromkeys(instruments)
        if (recorder := self._services.recorder) is not None:
            recorder.want(tuple(self._wanted))
        if (quotes := self._services.quotes) is not None:
            quotes.slots(self._wanted)  # made in this order
        by_feed: dict[str, list[str]] = {}
        relayed: list[Instrument] = []
        for instrument in self._wanted:
            if self.relay is not None and self.relay.has(instrument.feed):
                relayed.append(instrument)
            elif self.played_relay is None or not self.played_relay.has(instrument.feed):
                by_feed.setdefault(instrument.feed, []).append(instrument.code)
        turned_away = self._turn_away(by_feed)
        for name, runner in self.runners.items():
            if name not in by_feed:
                runner.want(())
        for name, codes in by_feed.items():
            self.runners[name].want(codes)
        if self.relay is not None:
            self.relay.want(relayed)
        self._tell_turned_away(turned_away)
        if self._services.reference is not None:
            elsewhere = turned_away.keys() | set(relayed)  # a relay tells what it knows
            self._services.reference.want(each for each in self._wanted if each not in elsewhere)
        self._show_plan()
        self._services.display.wake()

    def play_relay(self, record: RelayStood) -> None:
        """In the recording a relay stands in for these feeds from now on."""
        self.played_relay = PlayedRelay(record)
        self.want(self._wanted)
        self._show_links()

    def is_wanted(self, instrument: Instrument) -> bool:
        """Is it among what is wanted now?"""
        return instrument in self._wanted

    def second(self) -> None:
        """Once a second: rows turn quiet, figures are looked at, feeds that nobody wants any more are let go."""
        if self._services.recorder is not None:
            self._services.recorder.second()
        for runner in self.runners.values():
            runner.second()
            if runner.is_idle:
                runner.source.let_go(self._services.tasks)
        if self.relay is not None:
            self.relay.hear()
        if self._services.reference is not None:
            self._services.reference.second()
        sessions = self.sessions
        self._show_links()  # with the newest sign of life
        self.messages.add(sum(each.counts.frames_received for each in sessions), self._services.clock.now_s())
        trips_s = [each.round_trip.last_s for each in sessions]
        self._show_plan()
        self._services.display.show_traffic(self.messages.per_s, max((s for s in trips_s if s == s), default=math.nan))
        self._services.display.wake()

    def retry_now(self) -> None:
        """The user does not want to wait for the next try."""
        if self._services.recorder is not None:
            self._services.recorder.retried()
        for runner in self.runners.values():
            runner.retry_now()
        if self.relay is not None:
            self.relay.retry_now()
        if self._services.reference is not None:
            self._services.reference.retry_now()

    def network_changed(self) -> None:
        """The computer is on another network."""
        if self._services.recorder is not None:
            self._services.recorder.network_changed()
        for runner in self.runners.values():
            runner.network_changed()
        if self.relay is not None:
            self.relay.network_changed()
        if self._services.reference is not None:
            self._services.reference.network_changed()

    def take_listed(self, feed: str, conditions: Sequence[Status]) -> None:
        """How these codes of a feed trade, by its directory."""
        if self._services.recorder is not None:
            self._services.recorder.listed(feed, conditions)
        if runner := self.runners.get(feed):
            runner.take_listed(conditions)

    def set_plan(self, feed: str, symbols: int | None) -> None:
        """How many symbols one connection of a feed may have, by the user; None: it is found out."""
        if self._services.recorder is not None:
            self._services.recorder.set_plan(feed, symbols)
        if runner := self.runners.get(feed):
            runner.set_plan(symbols)
            self.want(self._wanted)

    def want_books(self, feeds: Iterable[str]) -> None:
        """Of these feeds somebody looks at bids and asks: where they are a subscription of their own it is made."""
        with_books = frozenset(feeds)
        if self._services.recorder is not None and with_books != self._with_books:
            self._services.recorder.want_books(with_books)
        self._with_books = with_books
        for name, runner in self.runners.items():
            runner.want_books(on=name in self._with_books)
        if self.relay is not None:
            self.relay.want_books(self._with_books)

    def trace_of(self, instrument: Instrument) -> tuple[Trace | None, Continuity | None]:
        """What proves that a row is subscribed, and what became of its updates."""
        if self.relay is not None and self.relay.has(instrument.feed):
            return self.relay.trace_of(instrument)
        runner = self.runners.get(instrument.feed)
        return runner.trace_of(instrument.code) if runner else (None, None)

    def state_word(self, instrument: Instrument) -> str:
        """A row's state, as statistics name it. Needs the store."""
        quotes = self._services.quotes
        assert quotes is not None
        return RowState(int(quotes.state[quotes.slot(instrument)])).word

    def is_connected(self, provider: str) -> bool:
        """Is a provider in use, and all its links up?"""
        own = [link for runner in self.runners.values() for link in runner.links]
        states = [link.state for link in own if self.runners[link.feed].source.feed.provider.name == provider]
        return bool(states) and all(state is LinkState.UP for state in states)

    def tear(self) -> None:
        """What came last and what comes next are not neighbours: a recording lacks what was between."""
        now_s = self._services.clock.now_s()
        for name in dict.fromkeys([*self.runners, *(each.feed for each in self._wanted)]):
            gaps = tuple(each.code for each in self._wanted if each.feed == name)
            self._services.take(Batch(name, [], now_s, gaps))

    def forget(self) -> None:
        """Nothing of before goes on: of a recording another run begins, or another place. Tell `want` afterwards."""
        self.tear()
        self.runners.clear()
        self._paces.clear()
        self._speaks.clear()
        self._turned_away.clear()
        self.played_relay = None
        self._wanted = {}
        self.messages = Rate()
        self._show_links()

    async def close(self) -> None:
        """Say goodbye to every server, and end those of ours."""
        runners = list(self.runners.values())
        if self._services.reference is not None:
            await self._services.reference.close()
        ending: list[FeedRunner | RelayRunner] = [*runners, *([self.relay] if self.relay else ())]
        await asyncio.gather(*(_say_goodbye(each) for each in ending), *self._goodbyes)
        for runner in runners:
            await asyncio.to_thread(runner.source.stop)

    # Inside

    def _turn_away(self, by_feed: dict[str, list[str]]) -> dict[Instrument, str]:
        """Take out of `by_feed` what cannot run, and see to it that there is a runner for the rest."""
        turned_away: dict[Instrument, str] = {}
        for name in list(by_feed):
            try:
                runner = self._runner(name)
            except KeyError:
                why = f"There is no feed {name}"
            else:
                why = self._other_dialect(runner.source.feed, by_feed)
            if why:
                turned_away |= {Instrument(name, code): why for code in by_feed.pop(name)}
        return turned_away

    def _runner(self, name: str) -> FeedRunner:
        """Raises KeyError for a feed that is unknown."""
        if name not in self.runners:
            source = self._find_source(name)
            limits, provider = source.feed.limits, source.feed.provider.name
            pace = Pace(limits.frame_gap_s, limits.link_gap_s, limits.bucket)
            if self._services.tape is not None:  # which says when each frame went
                pace = Pace(0.0, 0.0)
            pace = self._paces.setdefault(provider, pace)
            self.runners[name] = FeedRunner(source, self._services, pace, self._show_links)
            self.runners[name].want_books(on=name in self._with_books)
        return self.runners[name]

    def _other_dialect(self, feed: Feed, by_feed: dict[str, list[str]]) -> str:
        """Why a feed may not use its provider's token now; "" where it may."""
        provider = feed.provider
        if not provider.needs_key:
            return ""
        speaks = self._speaks.get(provider.name)
        if speaks is None or speaks == feed.name:
            self._speaks[provider.name] = feed.name
            return ""
        if speaks not in by_feed:  # nobody wants the other one any more
            self._speaks[provider.name] = feed.name
            self._hand_over(self.runners.pop(speaks), self.runners[feed.name])
            return ""
        return (
            f"{provider.title} takes one connection for a token, and {speaks} uses it. "
            f"Remove the rows of {speaks}, or take this symbol from there"
        )

    def _hand_over(self, before: FeedRunner, after: FeedRunner) -> None:
        """The token goes to another dialect, which dials when the one before has hung up, and not too soon after it."""
        before.want(())  # what it served has a gap from here on
        after.hung_up(before.used_s())

        async def hang_up() -> None:
            await _say_goodbye(before)
            before.source.stop()
            after.hung_up(before.used_s())

        goodbye = self._services.tasks.spawn(hang_up(), f"goodbye to {before.source.feed.name}")
        self._goodbyes.add(goodbye)
        goodbye.add_done_callback(self._goodbyes.discard)
        after.source.take_token(before.source, goodbye)
        self._show_links()

    def _tell_turned_away(self, turned_away: dict[Instrument, str]) -> None:
        now_s = self._services.clock.now_s()
        new = {each: why for each, why in turned_away.items() if self._turned_away.get(each) != why}
        self._turned_away = turned_away
        by_feed: dict[str, list[RowStatus]] = {}
        for instrument, why in new.items():
            by_feed.setdefault(instrument.feed, []).append(RowStatus(instrument.code, RowState.REFUSED, now_s, why))
        for feed, statuses in by_feed.items():
            self._services.take(Batch(feed, [], now_s, tuple(each.code for each in statuses), tuple(statuses)))
        if new:
            self._services.display.show_notice(f"{next(iter(new.values()))}.", is_error=True)

    def _relay_changed(self) -> None:
        """Its link is another, or it said which feeds it has."""
        assert self.relay is not None
        self._record_relay()
        self._show_links()
        if any(self.relay.has(each.feed) != (each in self.relay.wanted) for each in self._wanted):
            self.want(self._wanted)

    def _record_relay(self) -> None:
        if self._services.recorder is not None:
            self._services.recorder.set_relay(self.relay)

    def _show_links(self) -> None:
        self._services.display.show_links(self.links)

    def _show_plan(self) -> None:
        used = slots = parked = 0
        is_known = False
        for runner in self.runners.values():
            if (plan := plan_use(runner.sessions.values())) is None:
                continue
            parked += plan.parked
            if plan.slots is not None:
                is_known = True
                slots += plan.slots
                used += plan.used
        for rows in self.relay.rows if self.relay else ():
            parked += len(rows.parked_codes)
            if rows.wanted and rows.plan is not None and rows.plan.slots is not None:
                is_known = True
                slots += rows.plan.slots
                used += rows.plan.used
        self._services.display.show_plan(
            used if is_known else len(self._wanted) - parked, slots if is_known else None, parked
        )


async def _say_goodbye(runner: FeedRunner | RelayRunner) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_GOODBYE_S):
            await runner.close()
