"""One conversation on one connection, sans-IO: inputs carry the time, outputs are asked for, a timer is a number.

Inputs: want, dialling, opened, received, proven, lost, elapsed, retry_now. Outputs: take_frames, take_ping,
take_events, deadline_s, dial_at_s. The wall clock is an input since in suspend the monotonic clock stands still.
"""

import math
import random
from collections.abc import Iterable, Sequence

import msgspec

from quotedesk.codec.base import Answer, Beat, Feed, Unreadable, Verdict
from quotedesk.feed.backoff import Backoff
from quotedesk.feed.events import Accepted, Counts, Event, LinkChanged, Notice, Row, StatusesChanged
from quotedesk.feed.full_list import FullList
from quotedesk.feed.heartbeat import Heartbeat
from quotedesk.feed.incremental import Incremental
from quotedesk.feed.intake import Intake
from quotedesk.feed.pace import Pace
from quotedesk.feed.quota import Quota
from quotedesk.feed.round_trip import RoundTrip
from quotedesk.feed.subscriptions import Subscriptions
from quotedesk.feed.symbol_status import SymbolStatuses
from quotedesk.market.hours import Hours
from quotedesk.market.states import LinkState, LinkStatus
from quotedesk.market.tick import Tick

CALM_S = 30.0  # a link that held so long, with data, has earned a fresh start
LINGER_S = 60.0  # an endpoint without symbols keeps its connection so long
SLEPT_S = 5.0  # wall time running ahead by more than this: the machine slept


class Session:
    """The conversation with one endpoint of one feed. All times are monotonic seconds.

    Attributes:
        feed, endpoint: whom it talks to.
        status: the link.
        counts, round_trip, traces, quota: see Counts, RoundTrip, Traces, Quota.
        outage_s: how long the link was lost before this connection; NaN if it was not.
    """

    def __init__(
        self,
        feed: Feed,
        endpoint: str,
        pace: Pace,
        rng: random.Random,
        hours: Hours | None = None,
        quota: Quota | None = None,
    ) -> None:
        self.feed = feed
        self.endpoint = endpoint
        self.status = LinkStatus(endpoint, LinkState.OFF)
        self.counts = Counts()
        self.round_trip = RoundTrip()
        self.outage_s = math.nan
        self._limits = feed.limits
        self._pace = pace
        self._backoff = Backoff(self._limits.retry_min_s, rng)
        self._codec = feed.codec()
        self.quota = quota or Quota()
        self._list: Subscriptions = (FullList if self._limits.replaces else Incremental)(self._limits, self.quota)
        self._events: list[Event] = []
        self._rows = SymbolStatuses(self._list, hours or Hours())
        self._intake = Intake(self._list, self._rows, self.counts)
        self.traces = self._rows.traces
        self._due_s: float | None = None  # since when a request waits for the pacer
        self._heart = Heartbeat(feed.limits)
        self._opened_s = math.inf
        self._lost_s = -math.inf
        self._idle_s = math.inf
        self._wall_ahead_s: float | None = None

    def want(self, codes: Iterable[str], now_s: float) -> None:
        """The codes the user wants here, in order. Nothing else ever changes what is subscribed."""
        self._list.want(codes, now_s)
        wanted = self._list.wanted
        self._rows.want(wanted, now_s)
        self._intake.door.forget_all_but(set(wanted))
        if wanted:
            self._idle_s = math.inf
            if self.status.state is LinkState.OFF:
                self._begin(now_s)
        elif self.status.state is LinkState.UP:
            self._idle_s = min(self._idle_s, now_s)
        else:
            self._set_link(LinkState.OFF)
        self._events.append(StatusesChanged())

    def dialling(self, now_s: float) -> None:
        """The client dials."""
        if self.status.state is not LinkState.CONNECTING:
            self._set_link(LinkState.CONNECTING, since_s=self.status.since_s, reason=self.status.reason)

    def opened(self, now_s: float) -> None:
        """The connection is up."""
        if self.status.is_lost:
            self.outage_s = now_s - self.status.since_s
        self.counts.opened += 1
        self._opened_s = now_s
        self._heart.start(now_s)
        self._rows.opened(now_s)
        self._set_link(LinkState.UP, since_s=now_s)
        self._events.append(StatusesChanged())

    def received(self, batch: Sequence[bytes], now_s: float) -> None:
        """Frames came, in this order. The more at once, the less each one costs."""
        self.counts.frames_received += len(batch)
        decode, reason_to_drop = self._codec.decode, self._intake.door.reason_to_drop
        accepted: list[Tick] = []
        for data in batch:
            for message in decode(data):
                if isinstance(message, Tick):
                    if (reason := reason_to_drop(message)) is None:
                        accepted.append(message)
                    elif self._intake.drop(message, reason, now_s):
                        self._events.append(StatusesChanged())
                elif isinstance(message, Answer):
                    self._take(accepted, now_s)  # came before it, and may be a trace
                    accepted = []
                    self._answered(message, now_s)
                elif isinstance(message, Beat):
                    self.round_trip.answered(message.request_id, now_s)
                    self.proven(now_s)
                else:
                    self._unreadable(message)
        self._take(accepted, now_s)

    def proven(self, now_s: float, pinged_s: float | None = None) -> None:
        """The server is there: it answered the WebSocket ping sent at `pinged_s`, or a heartbeat frame."""
        if self.status.state is LinkState.UP:
            self._heart.answered(now_s)
            if pinged_s is not None:
                self.round_trip.measured(pinged_s, now_s)
            self.status = msgspec.structs.replace(self.status, proven_s=now_s)

    def lost(self, reason: str, now_s: float, *, is_denied: bool = False) -> None:
        """The connection is gone, or could not be made. `reason` is one plain line without secrets.

        is_denied: the key was refused (HTTP or ret 401): there is no next try before the user asks for one.
        """
        if self.status.state in (LinkState.OFF, LinkState.WAITING, LinkState.DENIED):
            return
        since_s = self.status.since_s if self.status.is_lost else now_s
        self._lost_s = now_s
        self._forget(now_s)
        if not self._list.wanted:
            self._set_link(LinkState.OFF)
        elif is_denied:
            self._set_link(LinkState.DENIED, since_s=since_s, reason=reason)
        else:
            self._set_link(LinkState.WAITING, since_s=since_s, reason=reason, retry_at_s=now_s + self._backoff.next_s())
        self._events.append(StatusesChanged())

    def hung_up(self, now_s: float) -> None:
        """A connection was closed from here: the provider counts its least wait from this moment."""
        self._lost_s = now_s
        retry_at_s = now_s + self._limits.retry_min_s
        status = self.status
        if status.state is LinkState.CONNECTING:
            self._begin(now_s)
        elif status.state is LinkState.WAITING and status.retry_at_s is not None and status.retry_at_s < retry_at_s:
            self._set_link(LinkState.WAITING, since_s=status.since_s, reason=status.reason, retry_at_s=retry_at_s)

    def retry_now(self, now_s: float) -> None:
        """The user does not want to wait. The provider's least wait is kept all the same."""
        if self.status.state in (LinkState.WAITING, LinkState.DENIED):
            if self.status.state is LinkState.DENIED:
                self.quota.forget()  # another key may be another plan
            at_s, status = max(now_s, self._lost_s + self._limits.retry_min_s), self.status
            self._set_link(LinkState.WAITING, since_s=status.since_s, reason=status.reason, retry_at_s=at_s)

    def network_changed(self, now_s: float) -> None:
        """The computer is on another network: a connection may be dead without a word, a wait of no use."""
        if self.status.state is LinkState.UP:
            self._heart.hurry(now_s)
        elif self.status.state is LinkState.WAITING:
            self.retry_now(now_s)

    def elapsed(self, now_s: float, wall_s: float) -> None:
        """Time has passed; `wall_s` is the wall clock."""
        ahead_s = wall_s - now_s
        slept = self._wall_ahead_s is not None and ahead_s - self._wall_ahead_s >= SLEPT_S
        self._wall_ahead_s = self._rows.wall_ahead_s = ahead_s
        if self.status.state is not LinkState.UP:
            return
        if slept:
            # A socket that slept says it is open whether it is or not.
            self.lost("The computer was asleep", now_s)
        elif now_s >= self._heart.dead_at_s:
            silent = f"No answer to the heartbeat for {self._limits.dead_after_s:.0f} s"
            self.lost("The network changed, and the server is silent" if self._heart.is_hurried else silent, now_s)
        elif now_s >= self._idle_s + LINGER_S:
            self._lost_s = now_s
            self._forget(now_s)
            self._set_link(LinkState.OFF)
        else:
            self._list.elapsed(now_s)
            if now_s >= self._rows.look_at_s() and self._rows.look(now_s):
                self._events.append(StatusesChanged())

    @property
    def dial_at_s(self) -> float | None:
        """When to dial; None for not at all."""
        return -math.inf if self.status.state is LinkState.CONNECTING else self.status.retry_at_s

    def take_frames(self, now_s: float) -> list[str]:
        """What may be sent now. A due heartbeat goes before anything else."""
        if self.status.state is not LinkState.UP or self._ready_s(now_s) > now_s:
            return []
        if self._is_beat_due(now_s):
            request_id = self._list.next_request_id()
            frame, kind = self._codec.heartbeat(request_id), "heartbeat"
            self._heart.sent(now_s)
            self.round_trip.sent(request_id, now_s)
        else:
            change = self._list.take(now_s)
            self.traces.sent(change.added, now_s)
            frame, kind = self._codec.encode(change), change.verb(replaces=self._limits.replaces)
            self._due_s = None
        self.counts.requests[kind] += 1
        self._pace.sent(self, now_s)
        return [frame]

    def take_ping(self, now_s: float) -> bool:
        """Is a WebSocket ping to be sent now?"""
        if self._limits.beat_is_frame or self.status.state is not LinkState.UP or now_s < self._heart.due_s:
            return False
        self._heart.sent(now_s)
        return True

    def take_events(self) -> list[Event]:
        """What happened since the last call, in order."""
        events, self._events = self._events, []
        return events

    def deadline_s(self, now_s: float) -> float:
        """When to call `elapsed` and ask for frames again if nothing else happens; inf for never."""
        if self.status.state is not LinkState.UP:
            return math.inf
        return min(
            self._ready_s(now_s),
            self._list.deadline_s(now_s),
            self._beat_s if self._beat_s > now_s else math.inf,
            self._heart.dead_at_s,
            self._idle_s + LINGER_S,
            max(self._rows.look_at_s(), now_s),
        )

    def row(self, code: str, now_s: float) -> Row:
        """What is known of a wanted code."""
        return self._rows.row(code, now_s, self.status)

    def is_live(self, code: str) -> bool:
        """Does a tick that comes now make the row live? Not where nothing proves it, or the feed says it is halted."""
        return self._rows.is_live(code)

    @property
    def is_asking(self) -> bool:
        """May an answer come, whose time is told?"""
        return self.round_trip.is_open or self._list.is_asking

    @property
    def parked(self) -> frozenset[str]:
        """The codes that the plan has no room for."""
        return self._list.parked

    @property
    def wanted(self) -> tuple[str, ...]:
        """The codes wanted here."""
        return self._list.wanted

    def _begin(self, now_s: float) -> None:
        """Dial now, or as soon as the provider allows after a connection that ended a moment ago."""
        if now_s >= (retry_at_s := self._lost_s + self._limits.retry_min_s):
            self._set_link(LinkState.CONNECTING)
        else:
            reason = f"{self.feed.provider.title} wants a pause between connections"
            self._set_link(LinkState.WAITING, since_s=now_s, reason=reason, retry_at_s=retry_at_s)

    def _forget(self, now_s: float) -> None:
        """What was true of the connection is true no more."""
        self._list.lost()
        self._pace.rest(self)
        self._intake.door.forget_all_but(())
        self._rows.lost(now_s)
        self._due_s = None
        self._heart.stop()
        self.round_trip.stop()
        self._opened_s = self._idle_s = math.inf

    def _ready_s(self, now_s: float) -> float:
        """When the next frame may go out; inf where none is due."""
        if self._is_beat_due(now_s):
            return self._pace.ready_s(self, self._heart.due_s, is_beat=True)
        if self._list.is_due(now_s):
            self._due_s = now_s if self._due_s is None else self._due_s
            return self._pace.ready_s(self, self._due_s)
        if self._due_s is not None and now_s < self._list.settled_at_s:
            # One more edit joins a change that waits already: that does not cost its turn.
            return max(self._pace.ready_s(self, self._due_s), self._list.settled_at_s)
        self._due_s = None
        self._pace.rest(self)
        return math.inf

    @property
    def _beat_s(self) -> float:
        """From when on a heartbeat may go out: where it is a frame and others may be in its way, a little early."""
        return self._heart.due_s - (self._pace.slack_s(self) if self._limits.beat_is_frame else 0.0)

    def _is_beat_due(self, now_s: float) -> bool:
        return self._limits.beat_is_frame and now_s >= self._beat_s

    def _take(self, ticks: list[Tick], now_s: float) -> None:
        if not ticks:
            return
        parked = self._list.parked
        if news := self._intake.take(ticks, now_s):
            self._events.append(StatusesChanged(frozenset(news)))
        if self._list.parked != parked:
            self._events.append(StatusesChanged())  # a tick may tell that the plan has room for more
        if self._events and isinstance(last := self._events[-1], Accepted):
            last.ticks.extend(ticks)  # nobody has looked yet: all that come in a turn are one batch
        else:
            self._events.append(Accepted(ticks))
        if now_s >= self._opened_s + CALM_S:
            self._backoff.calm()

    def _answered(self, answer: Answer, now_s: float) -> None:
        if answer.verdict is Verdict.KEY:
            self.lost(f"{self.feed.provider.title} refused the key ({answer.words})", now_s, is_denied=True)
            return
        self.traces.acknowledged(self._list.answered(answer, now_s), now_s)
        self._events.append(StatusesChanged())
        if answer.verdict in (Verdict.RATE, Verdict.FORM, Verdict.PLAN):
            self._events.append(Notice(f"{self.feed.provider.title} answered: {answer.words}"))

    def _unreadable(self, message: Unreadable) -> None:
        if not self.counts.unreadable[message.reason]:
            self._events.append(Notice(f"Ignored a message ({message.reason}); more like it are only counted"))
        self.counts.unreadable[message.reason] += 1

    def _set_link(
        self, state: LinkState, *, since_s: float = 0.0, reason: str = "", retry_at_s: float | None = None
    ) -> None:
        was_up = self.status.state is LinkState.UP
        self.status = LinkStatus(self.endpoint, state, since_s, reason, retry_at_s)
        self._events.append(LinkChanged(self.status, was_up))
