"""The rows of one feed as a relay tells of them: its updates, its row states, its proofs, and what cuts them off."""

import math
from collections.abc import Iterable
from typing import Any

from quotedesk.codec.base import Feed
from quotedesk.codec.relay_requests import LastRow, ParkedRow
from quotedesk.codec.relay_wire import (
    SILENT_S,
    LinkBeat,
    RelayedPlan,
    RelayedQuote,
    RelayedStatus,
    RelayedTrace,
    update_of,
)
from quotedesk.feed.events import Counts
from quotedesk.feed.news import News
from quotedesk.feed.quota import Quota
from quotedesk.feed.round_trip import RoundTrip
from quotedesk.feed.subscription_trace import Trace, Traces
from quotedesk.market.batch import Batch
from quotedesk.market.quote import Quote, Update
from quotedesk.market.states import LinkState, LinkStatus, RowState, RowStatus

AGE_STEP = 1.1  # what the relay has known for about as long comes as one batch
_LINK_STATES = {state.value: state for state in LinkState}


class RelayedRows:
    """All times are monotonic seconds.

    Attributes:
        feed: whose rows.
        wanted: their codes, the most important first.
        counts, traces, quota: as those of a Session. Continuity is that of this desk, proofs are the relay's.
        status: the desk's own way to the relay.
        round_trip: of the way to the relay; shared by the rows of all feeds.
        plan: of the relay, for all desks together; None where it says none.
        relay: the relay's name; "" before it said it.
        holes: codes of which updates went lost: their last values are to be asked for.
    """

    endpoint = "relay"

    def __init__(self, feed: Feed, round_trip: RoundTrip) -> None:
        self.feed = feed
        self.wanted: tuple[str, ...] = ()
        self.counts = Counts()
        self.traces = Traces()
        self.quota = Quota()
        self.round_trip = round_trip
        self.status = LinkStatus(feed.name, self.endpoint, LinkState.OFF)
        self.outage_s = math.nan
        self.relay = ""
        self.plan: RelayedPlan | None = None
        self.holes: dict[str, None] = {}
        self._run = ""
        self._here: dict[str, None] = {}
        self._seeds: list[Quote] = []
        self._news = News()
        self._lasts: list[tuple[float, Update]] = []  # what was asked for, and when it came to the relay
        self._numbers: dict[str, int] = {}  # code -> of its newest update
        self._said: dict[str, RowStatus] = {}  # by the relay
        self._proofs: dict[str, Trace] = {}
        self._told: dict[str, RowStatus] = {}
        self._to_tell: dict[str, None] = {}
        self._cut_s, self._cut_reason = 0.0, ""  # since when the relay is not heard; reason "": it is
        self._beat_s = math.inf
        self._upstream: tuple[LinkStatus, ...] = ()

    # What the session hears

    def want(self, codes: Iterable[str], now_s: float) -> tuple[list[str], list[str]]:
        """These are wanted, and no others. Returns those that are new, and those that are gone."""
        before = dict.fromkeys(self.wanted)
        here = self._here = dict.fromkeys(codes)
        self.wanted = tuple(here)
        new, gone = [code for code in here if code not in before], [code for code in before if code not in here]
        for code in gone:
            kept: dict[str, Any]
            for kept in (self._numbers, self._said, self._proofs, self._told, self._to_tell, self.holes):
                kept.pop(code, None)
        if gone:
            self._news.cut(gone, now_s)
        self.traces.want(self.wanted, now_s)
        self._to_tell.update(dict.fromkeys(new))
        return new, gone

    def quote(self, code: str, said: RelayedQuote, now_s: float, *, skips: bool = False) -> None:
        """An update was relayed. `skips`: those between are left out on purpose, for a slow line."""
        if code not in self._here:
            self.counts.dropped["not wanted"] += 1
            return
        known = self._numbers.get(code)
        if known is not None and said.n <= known:
            self.counts.dropped["duplicate"] += 1
            self.traces.repeated(code)
            return
        if known is not None and said.n > known + 1 and not skips:  # something between them is missing
            self.holes[code] = None
            self._news.cut((code,), now_s)
        self._numbers[code] = said.n
        update = update_of(code, said)
        if said.seed:
            self._seeds += [update] if isinstance(update, Quote) else []
        else:
            self._take(code, update, now_s)

    def seen(self, code: str, said: RelayedStatus, now_s: float) -> None:
        """The relay says how a row is."""
        if code not in self._here:
            return
        if said.gap:
            self._news.cut((code,), now_s)
        self._said[code] = RowStatus(code, said.row_state, now_s - max(0.0, said.age), said.reason)
        if said.trace is not None:
            self._proofs[code] = _trace(said.trace, now_s)
        self._to_tell[code] = None

    def known(self, row: LastRow, code: str, now_s: float) -> None:
        """What the relay knows of a row."""
        if code not in self._here:
            return
        self.holes.pop(code, None)
        if row.status is not None:
            self.seen(code, row.status, now_s)
        if row.quote is None or row.quote.n == self._numbers.get(code):
            return  # a lower number is another numbering: whoever is asked answers after all that it said before
        self._numbers[code] = row.quote.n
        if (update := update_of(code, row.quote)) is not None:
            self._lasts.append((now_s - max(0.0, row.age or 0.0), update))

    def parked(self, code: str, row: ParkedRow, now_s: float) -> None:
        """A row has no place at the provider now, or is refused there."""
        if code in self._here:
            self._said[code] = RowStatus(code, RelayedStatus(row.state).row_state, now_s, row.reason)
            self._to_tell[code] = None

    def beat(self, beat: LinkBeat, now_s: float) -> bool:
        """The relay lives. Did it start anew since the last beat, so that all has to be asked for again?"""
        is_new_run = self._run not in ("", beat.run)
        if is_new_run:
            self._numbers.clear()
            self._news.cut(self.wanted, now_s)
        self._run, self.relay = beat.run, beat.relay
        self._beat_s = now_s
        if self._cut_reason:
            self._heard(now_s)
        self.plan = beat.plan
        self.quota.set_to = beat.plan.slots if beat.plan is not None else None
        through = beat.relay or "a relay"
        self._upstream = tuple(
            LinkStatus(
                self.feed.name,
                link.endpoint,
                _LINK_STATES.get(link.state, LinkState.WAITING),
                now_s - link.age,
                link.reason,
                None if link.retry is None else now_s + link.retry,
                None if link.proven is None else now_s - link.proven,
                None if link.silent is None else now_s - link.silent,
                through,
            )
            for link in beat.links
        )
        return is_new_run

    def cut_off(self, reason: str, now_s: float) -> None:
        """The relay is not heard any more."""
        if not self._cut_reason:
            self._cut_s = now_s
            self._news.cut(self.wanted, now_s)
            self.traces.lost(now_s)
        self._cut_reason = reason or "the relay is not heard"
        self._upstream = tuple(_unknown(link) for link in self._upstream)
        self._to_tell.update(dict.fromkeys(self.wanted))

    def opened(self, now_s: float) -> None:
        """There is a connection to the relay: its first beat is awaited from now on.

        Of a row that nobody wanted meanwhile the numbers may have begun anew.
        """
        self._numbers.clear()
        self.counts.opened += 1
        self._beat_s = now_s

    def look(self, now_s: float) -> None:
        """Is the relay silent?"""
        if now_s >= self._beat_s + SILENT_S and not self._cut_reason:
            self.cut_off(f"the relay is silent, though connected: no sign of life for {SILENT_S:.0f} s", now_s)

    @property
    def silent_at_s(self) -> float:
        """When it will be silent if nothing comes; inf while it is cut off."""
        return math.inf if self._cut_reason or not self.wanted else self._beat_s + SILENT_S

    # What the session tells

    @property
    def links(self) -> tuple[LinkStatus, ...]:
        """The relay's own connections of this feed, as it says."""
        return self._upstream

    @property
    def parked_codes(self) -> frozenset[str]:
        """Those that the plan has no room for."""
        return frozenset(code for code, said in self._said.items() if said.state is RowState.PARKED)

    def trace_of(self, code: str) -> Trace | None:
        """The relay's proof that it is subscribed; what this desk knows, before it told."""
        return self._proofs.get(code) or self.traces.of(code)

    def take_batches(self, now_s: float) -> list[Batch]:
        """What came since the last call."""
        batches = self._old(now_s)
        statuses = []
        for code in self._to_tell:
            status = self._status(code, now_s)
            if self._told.get(code) != status:
                self._told[code] = status
                statuses.append(status)
        self._to_tell.clear()
        batches += self._news.take(self.feed.name, statuses, now_s)
        if self._seeds:
            batches.append(Batch(self.feed.name, [], now_s, seeds=tuple(self._seeds)))
            self._seeds = []
        return batches

    def _old(self, now_s: float) -> list[Batch]:
        """What was asked for: the oldest first, and what is about as old together."""
        lasts, self._lasts = sorted(self._lasts, key=lambda each: each[0]), []
        batches: list[Batch] = []
        for came_s, update in lasts:
            newest = batches[-1] if batches else None
            if newest is None or now_s - newest.received_s > AGE_STEP * (now_s - came_s) + 0.01:
                newest = Batch(self.feed.name, [], came_s)
                batches.append(newest)
            newest.updates.append(update)
        return batches

    def _take(self, code: str, update: Update | None, now_s: float) -> None:
        if update is None:
            self.counts.unreadable["no price"] += 1
            return
        self._news.add((update,), now_s)
        self.counts.applied[code] += 1
        self.traces.ticked(code, now_s)
        if code not in self._said:  # the relay will say so in a moment
            self._said[code] = RowStatus(code, RowState.LIVE, now_s)
            self._to_tell[code] = None

    def _status(self, code: str, now_s: float) -> RowStatus:
        said = self._said.get(code)
        if said is not None and said.state in (RowState.REFUSED, RowState.PARKED):
            return said  # they win over offline
        if self._cut_reason:
            return RowStatus(code, RowState.OFFLINE, self._cut_s, self._cut_reason)
        if said is None:
            trace = self.traces.of(code)
            return RowStatus(code, RowState.PENDING, trace.wanted_s if trace else now_s)
        return said

    def _heard(self, now_s: float) -> None:
        self.outage_s = now_s - self._cut_s
        self._cut_reason = ""
        self._to_tell.update(dict.fromkeys(self.wanted))


def _unknown(link: LinkStatus) -> LinkStatus:
    """A connection of a relay that is not heard: whose it is stays known, and nothing else."""
    return LinkStatus(link.feed, link.endpoint, LinkState.OFF, through=link.through)


def _trace(said: RelayedTrace, now_s: float) -> Trace:
    def at(age: float | None) -> float:
        return math.nan if age is None else now_s - age

    wanted_s = now_s if said.wanted is None else now_s - said.wanted
    return Trace(wanted_s, at(said.sent), said.together, at(said.acknowledged), at(said.first_tick))
