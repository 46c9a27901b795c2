"""One conversation on one connection, sans-IO: inputs carry the time, outputs are asked for, a timer is a number.

Inputs: want, dialling, opened, resumed, received, proven, lost, elapsed, second, retry_now. Outputs: take_frames,
take_ping, take_batches, take_events, deadline_s, dial_at_s. The wall clock is an input since in suspend the monotonic
clock stands still.
"""

import math
import random
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from quotedesk.codec.base import Answer, Beat, Closing, Feed, Provider, Ready, Reply, Unreadable, Verdict
from quotedesk.feed.backoff import Backoff
from quotedesk.feed.events import Counts, Event, LinkChanged, Notice, RenewalDue
from quotedesk.feed.full_list import FullList
from quotedesk.feed.heartbeat import Heartbeat
from quotedesk.feed.incremental import Incremental
from quotedesk.feed.intake import Intake
from quotedesk.feed.news import News
from quotedesk.feed.outbox import Outbox
from quotedesk.feed.pace import Pace
from quotedesk.feed.quota import Quota
from quotedesk.feed.round_trip import RoundTrip
from quotedesk.feed.subscriptions import Subscriptions
from quotedesk.feed.symbol_status import SymbolStatuses
from quotedesk.feed.tick_filter import AHEAD_S
from quotedesk.market.batch import Batch
from quotedesk.market.hours import Hours
from quotedesk.market.quote import Quote, Status, Trade, Update
from quotedesk.market.states import LinkState, LinkStatus, RowStatus

CALM_S = 30.0  # a link that held so long, with data, has earned a fresh start
LINGER_S = 60.0  # an endpoint without symbols keeps its connection so long
SLEPT_S = 5.0  # wall time running ahead by more than this: the machine slept
STATUSES_AT_ONCE = 500  # looking at thousands at once would hold up the loop
PROOF_S = 0.1  # what first updates prove is looked at so late: of ten thousand rows a look is not free


class Session:
    """The conversation with one endpoint of one feed. All times are monotonic seconds.

    Attributes:
        feed, endpoint: whom it talks to.
        status: the link.
        counts, round_trip, traces, quota: see Counts, RoundTrip, Traces, Quota.
        outage_s: how long the link was lost before this connection; NaN if it was not.
        look_at_s: when the client is to look again what is to be sent, for what was heard since it last did; -inf is
            at once, inf never.
        linger_s: how long the connection is kept without symbols.
        is_standby: another session speaks for the rows: this one tells of updates, but not of what becomes of rows.
    """

    def __init__(
        self,
        feed: Feed,
        endpoint: str,
        pace: Pace,
        rng: random.Random,
        hours: Hours | None = None,
        quota: Quota | None = None,
        counts: Counts | None = None,
        listed: Mapping[str, Status] = {},
    ) -> None:
        """`listed`: see SymbolStatuses."""
        self.feed = feed
        self.endpoint = endpoint
        self.status = LinkStatus(feed.name, endpoint, LinkState.OFF)
        self.counts = counts or Counts()
        self.linger_s = LINGER_S
        self.is_standby = False
        self.round_trip = RoundTrip()
        self.outage_s = math.nan
        self.look_at_s = math.inf
        self._limits = feed.limits
        self._pace = pace
        self._hours = hours or Hours()
        self._rng = rng
        self._backoff = Backoff(self._limits.retry_min_s, self._limits.retry_most_s, rng)
        self._codec = feed.codec()
        self.quota = quota or Quota(most=self._limits.most_codes)
        self._list: Subscriptions = (FullList if self._limits.replaces else Incremental)(self._limits, self.quota)
        self._events: list[Event] = []
        self._news = News()
        self._listed = listed
        self._statuses = SymbolStatuses(self._list, self._hours, listed)
        self._intake = Intake(self._list, self._statuses, self.counts)
        self.traces = self._statuses.traces
        self._heart = Heartbeat(feed.limits)
        self._out = Outbox(self._limits, pace, self._list, self._heart)
        self._is_ending = False  # the connection is to be renewed, and that was said
        self._opened_s = math.inf
        self._lost_s = -math.inf
        self._left_alone_s = -math.inf  # the server asked for no try before
        self._idle_s = math.inf
        self._wall_ahead_s: float | None = None

    def want(self, codes: Iterable[str], now_s: float) -> None:
        """The codes the user wants here, in order. Nothing else ever changes what is subscribed."""
        self._list.want(codes, now_s)
        wanted = self._list.wanted
        if gone := self._statuses.want(wanted, now_s):
            # What is not subscribed is not known: a row that comes back has a gap and waits for its first update.
            self._news.cut(gone, now_s)
        self._intake.filter.forget_all_but(set(wanted))
        if wanted:
            self._idle_s = math.inf
            if self.status.state is LinkState.OFF and self._list.is_of_use:
                self._begin(now_s)
        elif self.status.state is LinkState.UP:
            self._idle_s = min(self._idle_s, now_s)
        else:
            self._set_link(LinkState.OFF)

    def dialling(self, now_s: float) -> None:
        """The client dials."""
        if self.status.state is not LinkState.CONNECTING:
            self._set_link(LinkState.CONNECTING, since_s=self.status.since_s, reason=self.status.reason)

    def opened(self, now_s: float, key: str | None = None) -> None:
        """The connection is up. `key`: for a feed whose greeting says it."""
        if self.status.is_lost:
            self.outage_s = now_s - self.status.since_s
        self.counts.opened += 1
        self._codec = self.feed.codec()
        self._out.open(self._codec, key)
        self._opened_s = now_s
        self._heart.start(now_s)
        self._statuses.opened(now_s)
        self._set_link(LinkState.UP, since_s=now_s)

    def resumed(self, now_s: float, key: str | None, refused: Mapping[str, str]) -> None:
        """The connection was up before anybody listened: it was greeted, and these codes were refused, with words."""
        self.opened(now_s, key)
        self._out.resume()
        self._list.refused.update({code: words for code, words in refused.items() if self._list.is_in_list(code)})
        self._list.want(self._list.wanted, now_s)
        self._look_at_statuses()

    def received(self, batch: Sequence[bytes], now_s: float) -> None:
        """Frames were read at `now_s`, in this order. The more at once, the less each one costs."""
        self.counts.frames_received += len(batch)
        if not self._is_up():
            return  # what was on its way when the link was given up is no news
        decode, reason_to_drop = self._codec.decode, self._intake.filter.reason_to_drop
        accepted: list[Update] = []
        statuses = self._statuses
        limit_utc_s = now_s + statuses.wall_ahead_s + AHEAD_S
        for data in batch:
            for message in decode(data):
                kind = type(message)
                if kind is Trade or kind is Quote:
                    if message.time_utc_s > limit_utc_s or statuses.doubts:  # type: ignore[union-attr]
                        message = statuses.doubt(message, limit_utc_s)  # type: ignore[arg-type]
                    if (reason := reason_to_drop(message)) is None:  # type: ignore[arg-type]
                        accepted.append(message)  # type: ignore[arg-type]
                    elif self._intake.drop(message, reason, now_s):  # type: ignore[arg-type]
                        self._look_again(-math.inf)
                else:
                    self._take(accepted, now_s)  # came before it, and may be a proof
                    accepted = []
                    self._told(message, now_s)
                    if not self._is_up():
                        return
        self._take(accepted, now_s)

    def proven(self, now_s: float, pinged_s: float | None = None) -> None:
        """The server is there: it answered the WebSocket ping sent at `pinged_s`, or a heartbeat frame."""
        if self.status.state is LinkState.UP:
            self._heart.answered(now_s)
            if pinged_s is not None:
                self.round_trip.measured(pinged_s, now_s)
            self.status = msgspec.structs.replace(self.status, proven_s=now_s)

    def lost(self, reason: str, now_s: float, *, is_denied: bool = False, retry_after_s: float = 0.0) -> None:
        """The connection is gone, or could not be made. `reason` is one plain line without secrets.

        is_denied: the key was refused (HTTP or ret 401): there is no next try before the user asks for one.
        retry_after_s: the server wants no try before so long, unless the user asks for one.
        """
        if self.status.state in (LinkState.OFF, LinkState.WAITING, LinkState.DENIED):
            return
        since_s = self.status.since_s if self.status.is_lost else now_s
        self._lost_s = now_s
        self._forget(now_s)
        if not self._list.is_of_use:  # a server that cuts who asks for nothing would be dialled for ever
            self._set_link(LinkState.OFF)
        elif is_denied:
            self._set_link(LinkState.DENIED, since_s=since_s, reason=reason)
        else:
            self._left_alone_s = now_s + retry_after_s
            retry_at_s = max(now_s + self._backoff.next_s(), self._left_alone_s)
            self._set_link(LinkState.WAITING, since_s=since_s, reason=reason, retry_at_s=retry_at_s)

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
        elif self.status.state is LinkState.WAITING and now_s >= self._left_alone_s:
            self.retry_now(now_s)

    def elapsed(self, now_s: float, wall_s: float) -> None:
        """Time has passed; `wall_s` is the wall clock."""
        self.look_at_s = math.inf
        ahead_s = wall_s - now_s
        slept = self._wall_ahead_s is not None and ahead_s - self._wall_ahead_s >= SLEPT_S
        self._wall_ahead_s = self._statuses.wall_ahead_s = ahead_s
        if self.status.state is not LinkState.UP:
            return
        if slept:
            # A socket that slept says it is open whether it is or not.
            self.lost("The computer was asleep", now_s)
        elif now_s >= self._heart.dead_at_s:
            silent = f"No answer to the heartbeat for {self._limits.dead_after_s:.0f} s"
            self.lost("The network changed, and the server is silent" if self._heart.is_hurried else silent, now_s)
        elif not self._out.is_ready and now_s >= self._opened_s + self._limits.dead_after_s:
            self.lost(f"The server did not answer the greeting for {self._limits.dead_after_s:.0f} s", now_s)
        elif now_s >= self._idle_s + self.linger_s:
            self._lost_s = now_s
            self._forget(now_s)
            self._set_link(LinkState.OFF)
        else:
            if now_s >= self._renew_at_s:
                self._end(f"The connection is {(now_s - self._opened_s) / 3_600:.0f} h old")
            self._list.elapsed(now_s)
            if now_s >= self._statuses.look_at_s() and self._statuses.look(now_s):
                self._look_at_statuses()

    def second(self, now_s: float) -> None:
        """Once a second: rows turn quiet by nothing happening, and a link may be silent."""
        self._statuses.second()
        self._look_at_statuses()
        if self.status.state is LinkState.UP:
            silent_since_s = self._statuses.silent_since_s(now_s)
            if silent_since_s != self.status.silent_since_s:
                self.status = msgspec.structs.replace(self.status, silent_since_s=silent_since_s)
                self._events.append(LinkChanged(self.status, was_up=True))

    def look_at(self, codes: Collection[str]) -> None:
        """How these are listed has changed."""
        self._statuses.look_at_all(codes)

    def successor(self) -> "Session":
        """The session of a connection that is to take this one's place; it knows what this one found out.

        It is on standby until `take_over`.
        """
        after = Session(
            self.feed, self.endpoint, self._pace, self._rng, self._hours, self.quota, self.counts, self._listed
        )
        after.is_standby = True
        after._list.refused.update(self._list.refused)
        return after

    def covers(self, other: "Session") -> bool:
        """Is whatever ticks on the other's connection proven on this one, too?"""
        mine, theirs = self._list, other._list
        return self._is_up() and all(mine.has_ticked(code) for code in theirs.wanted if theirs.has_ticked(code))

    def take_over(self, before: "Session") -> None:
        """From now on this session speaks for the rows, and the one before no more. It will not be connected again."""
        self.is_standby, before.is_standby = False, True
        self._statuses.follow(before._statuses)
        if self.status.state is LinkState.CONNECTING and before.status.is_lost:
            self._set_link(LinkState.CONNECTING, since_s=before.status.since_s, reason=before.status.reason)
        else:
            self._events.append(LinkChanged(self.status, was_up=self._is_up()))
            self._look_at_statuses()
        if self._is_ending:  # it was said when nobody listened
            self._is_ending = False
            self._end("The server restarts once more")

    def leave(self) -> None:
        """There will be no connection of this session any more."""
        self._out.leave()

    def has_proven(self, code: str) -> bool:
        """Has this code ticked on this connection?"""
        return self._list.has_ticked(code)

    def set_plan(self, symbols: int | None) -> None:
        """How many symbols one connection may have, by the user; None: it is found out. Tell `want` afterwards."""
        self.quota.set_to = symbols

    def want_books(self, *, on: bool) -> None:
        """Does somebody look at bids and asks? Only of a feed whose trades do not bring them."""
        self._out.books.are_wanted = on
        self._look_again(-math.inf)

    @property
    def provider(self) -> Provider:
        """Whose server it talks to."""
        return self.feed.provider

    @property
    def dial_at_s(self) -> float | None:
        """When to dial; None for not at all."""
        return -math.inf if self.status.state is LinkState.CONNECTING else self.status.retry_at_s

    def take_frames(self, now_s: float) -> list[str | bytes]:
        """What may be sent now: at most one frame. A due heartbeat goes before anything else."""
        if self.status.state is not LinkState.UP or (out := self._out.take(now_s)) is None:
            return []
        if out.change:
            self.traces.sent(out.change.added, now_s)
            self._look_at_statuses()  # what is not held any more is not proven
        if out.beat_id is not None:
            self.round_trip.sent(out.beat_id, now_s)
        self.counts.requests[out.kind] += 1
        return [out.frame]

    def take_ping(self, now_s: float) -> bool:
        """Is a WebSocket ping to be sent now?"""
        if self._limits.beat_is_frame or self.status.state is not LinkState.UP or now_s < self._heart.due_s:
            return False
        self._heart.sent(now_s)
        return True

    def take_events(self) -> list[Event]:
        """What happened to the link since the last call, in order."""
        events, self._events = self._events, []
        return events

    def take_batches(self, now_s: float) -> list[Batch]:
        """What came since the last call, a batch for each time of reading, and the statuses that changed.

        At most STATUSES_AT_ONCE codes are looked at: while `is_behind`, call again soon.
        """
        statuses: list[RowStatus] = []
        if self.is_behind:
            statuses, cut = self._statuses.collect(now_s, self.status, STATUSES_AT_ONCE)
            if cut:
                self._news.cut(cut, now_s)  # nothing comes in: that is a gap
        return self._news.take(self.feed.name, statuses, now_s)

    @property
    def is_behind(self) -> bool:
        """Are there more codes whose status may have changed?"""
        return self._statuses.is_due and not self.is_standby

    def deadline_s(self, now_s: float) -> float:
        """When to call `elapsed` and ask for frames again if nothing else happens; inf for never."""
        if self.status.state is not LinkState.UP:
            return math.inf
        return min(
            self._out.ready_s(now_s),
            self._list.deadline_s(now_s),
            self._out.books.deadline_s(now_s),
            self._out.beat_s if self._out.beat_s > now_s else math.inf,
            self._heart.dead_at_s,
            math.inf if self._is_ending else self._renew_at_s,
            math.inf if self._out.is_ready else self._opened_s + self._limits.dead_after_s,
            self._idle_s + self.linger_s,
            max(self._statuses.look_at_s(), now_s),
        )

    def status_of(self, code: str, now_s: float) -> RowStatus:
        """The status of a wanted code, as it is now."""
        return self._statuses.status(code, now_s, self.status)

    @property
    def lost_s(self) -> float:
        """When the last connection ended, monotonic seconds; -inf before one did."""
        return self._lost_s

    @property
    def parked(self) -> frozenset[str]:
        """The codes that the plan has no room for."""
        return self._list.parked

    @property
    def refused(self) -> Mapping[str, str]:
        """Code -> the server's words, of what it refused."""
        return self._list.refused

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
        if self.status.state is LinkState.UP:
            self._news.cut(self._list.wanted, now_s)
        self._list.lost()
        self._out.close()
        self._intake.filter.forget_all_but(())
        self._statuses.lost(now_s)
        self._heart.stop()
        self.round_trip.stop()
        self._opened_s = self._idle_s = math.inf
        self._is_ending = False

    def _is_up(self) -> bool:
        return self.status.state is LinkState.UP

    def _take(self, updates: list[Update], now_s: float) -> None:
        if not updates:
            return
        parked = self._list.parked
        self._statuses.spoke(now_s)
        if self._intake.take(updates, now_s):
            self._look_again(now_s + PROOF_S)
        self._news.add(updates, now_s)
        if parked:
            # The last ones before the server let them go: their price must not go on as a line.
            self._news.cut((update.code for update in updates if update.code in self._list.parked), now_s)
            if self._list.parked != parked:
                self._look_at_statuses()  # an update may tell that the plan has room for more
        if now_s >= self._opened_s + CALM_S:
            self._backoff.calm()

    def _told(self, message: object, now_s: float) -> None:
        """Anything that is no update."""
        match message:
            case Answer():
                self._answered(message, now_s)
            case Beat():
                self.round_trip.answered(message.request_id, now_s)
                self.proven(now_s)
            case Status():
                if self._list.is_wanted(message.code):
                    self._statuses.conditioned(message)
            case Reply():
                self._out.reply(message.frame)
                self._look_again(-math.inf)
            case Ready():
                self._out.is_ready = True
                self._look_again(-math.inf)
            case Closing():
                self._end(message.words)
            case Unreadable():
                self._unreadable(message)

    def _end(self, words: str) -> None:
        """This connection is to be renewed, which is said once."""
        if not self._is_ending:
            self._is_ending = True
            self._events.append(RenewalDue(words))
            self._look_again(-math.inf)

    @property
    def _renew_at_s(self) -> float:
        return self._opened_s + (math.inf if self._limits.renew_after_s is None else self._limits.renew_after_s)

    def _answered(self, answer: Answer, now_s: float) -> None:
        self._look_again(-math.inf)
        if answer.verdict is Verdict.KEY:
            self.lost(f"{self.feed.provider.title} refused the token ({answer.words})", now_s, is_denied=True)
            return
        if self._out.books.answered(answer, now_s):
            if answer.verdict is not Verdict.OK:
                told = f"{self.feed.provider.title} gives no order books now: {answer.words}"
                self._events.append(Notice(told, is_for_user=False))
            return
        self.traces.acknowledged(self._list.answered(answer, now_s), now_s)
        self._look_at_statuses()
        if answer.verdict in (Verdict.RATE, Verdict.FORM, Verdict.PLAN):
            self._events.append(Notice(f"{self.feed.provider.title} answered: {answer.words}"))

    def _unreadable(self, message: Unreadable) -> None:
        if not self.counts.unreadable[message.reason]:
            told = f"Ignored a message ({message.reason}); more like it are only counted"
            self._events.append(Notice(told, is_for_user=False))
        self.counts.unreadable[message.reason] += 1
        if message.code and self._list.is_wanted(message.code):
            self._statuses.unshown(message.code)

    def _look_again(self, at_s: float) -> None:
        self.look_at_s = min(self.look_at_s, at_s)

    def _look_at_statuses(self) -> None:
        self._statuses.look_at_all(self._list.wanted)

    def _set_link(
        self, state: LinkState, *, since_s: float = 0.0, reason: str = "", retry_at_s: float | None = None
    ) -> None:
        was_up = self.status.state is LinkState.UP
        self.status = LinkStatus(self.feed.name, self.endpoint, state, since_s, reason, retry_at_s)
        self._events.append(LinkChanged(self.status, was_up))
        self._look_again(-math.inf)
        self._look_at_statuses()
