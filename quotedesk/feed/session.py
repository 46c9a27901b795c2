"""One conversation on one connection, sans-IO: inputs carry the time, outputs are asked for, a timer is a number.

Inputs: want, dialling, opened, resumed, received, proven, lost, elapsed, second, retry_now. Outputs: take_frames,
take_ping, take_batches, take_events, deadline_s, dial_at_s. The wall clock is an input since in suspend the monotonic
clock stands still.
"""

import math
import random
from collections.abc import Collection, Iterable, Mapping, Sequence

from quotedesk.codec.base import Answer, Beat, Closing, Feed, Provider, Ready, Reply, Unreadable, Verdict
from quotedesk.feed.events import Counts, Event, LinkChanged, Notice, RenewalDue
from quotedesk.feed.full_list import FullList
from quotedesk.feed.heartbeat import Heartbeat
from quotedesk.feed.incremental import Incremental
from quotedesk.feed.intake import Intake
from quotedesk.feed.link import Link
from quotedesk.feed.news import News
from quotedesk.feed.outbox import Outbox
from quotedesk.feed.pace import Pace
from quotedesk.feed.quota import Quota
from quotedesk.feed.round_trip import RoundTrip
from quotedesk.feed.subscriptions import Subscriptions
from quotedesk.feed.symbol_status import SymbolStatuses
from quotedesk.market.batch import Batch
from quotedesk.market.hours import Hours
from quotedesk.market.quote import Status
from quotedesk.market.states import LinkState, LinkStatus, RowStatus

CALM_S = 30.0  # a link that held so long, with data, has earned a fresh start
LINGER_S = 60.0  # an endpoint without symbols keeps its connection so long
STATUSES_AT_ONCE = 500  # looking at thousands at once would hold up the loop


class Session:
    """The conversation with one endpoint of one feed. All times are monotonic seconds.

    Attributes:
        feed, endpoint: whom it talks to.
        link: its state, over all the connections that there are.
        counts, round_trip, traces, quota: see Counts, RoundTrip, Traces, Quota.
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
        self.counts = counts or Counts()
        self.linger_s = LINGER_S
        self.is_standby = False
        self.round_trip = RoundTrip()
        self.look_at_s = math.inf
        self._limits = feed.limits
        self._pace = pace
        self._hours = hours or Hours()
        self._rng = rng
        off = LinkStatus(feed.name, endpoint, LinkState.OFF)
        self.link = Link(off, self._limits.retry_min_s, self._limits.retry_most_s, rng, self._link_changed)
        self._codec = feed.codec()
        self.quota = quota or Quota(most=self._limits.most_codes)
        self._list: Subscriptions = (FullList if self._limits.replaces else Incremental)(self._limits, self.quota)
        self._events: list[Event] = []
        self._news = News()
        self._listed = listed
        self._statuses = SymbolStatuses(self._list, self._hours, listed)
        self._intake = Intake(self._list, self._statuses, self.counts, self._news, self._told)
        self.traces = self._statuses.traces
        self._heart = Heartbeat(feed.limits)
        self._out = Outbox(self._limits, pace, self._list, self._heart)
        self._is_ending = False  # the connection is to be renewed, and that was said
        self._opened_s = self._calm_at_s = self._idle_s = math.inf

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
        elif self.link.is_up:
            self._idle_s = min(self._idle_s, now_s)
        else:
            self.link.off()

    def dialling(self, now_s: float) -> None:
        """The client dials."""
        self.link.dialling()

    def opened(self, now_s: float, key: str | None = None) -> None:
        """The connection is up. `key`: for a feed whose greeting says it."""
        self.counts.opened += 1
        self._codec = self.feed.codec()
        self._out.open(self._codec, key)
        self._opened_s, self._calm_at_s = now_s, now_s + CALM_S
        self._heart.start(now_s)
        self._statuses.opened(now_s)
        self.link.opened(now_s)

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
        if self.link.status.state is not LinkState.UP:
            return  # what was on its way when the link was given up is no news
        look_at_s = self._intake.read(self._codec.decode, batch, now_s)
        if look_at_s < self.look_at_s:
            self.look_at_s = look_at_s
        if now_s >= self._calm_at_s and self._intake.took_s == now_s:
            self._calm_at_s = math.inf
            self.link.backoff.calm()

    def proven(self, now_s: float, pinged_s: float | None = None) -> None:
        """The server is there: it answered the WebSocket ping sent at `pinged_s`, or a heartbeat frame."""
        if self.link.is_up:
            self._heart.answered(now_s)
            if pinged_s is not None:
                self.round_trip.measured(pinged_s, now_s)
            self.link.proven(now_s)

    def lost(self, reason: str, now_s: float, *, is_denied: bool = False, retry_after_s: float = 0.0) -> None:
        """The connection is gone, or could not be made. `reason` is one plain line without secrets.

        is_denied: the key was refused (HTTP or ret 401): there is no next try before the user asks for one.
        retry_after_s: the server wants no try before so long, unless the user asks for one.
        """
        if not self.link.is_tried:
            return
        self._forget(now_s)
        if self._list.is_of_use:
            self.link.lost(reason, now_s, is_denied=is_denied, retry_after_s=retry_after_s)
        else:  # a server that cuts who asks for nothing would be dialled for ever
            self._rest(now_s)

    def hung_up(self, now_s: float) -> None:
        """A connection was closed from here: the provider counts its least wait from this moment."""
        self.link.ended(now_s)
        if self.status.state is LinkState.CONNECTING:
            self._begin(now_s)
        else:
            self.link.wait(now_s + self._limits.retry_min_s)

    def retry_now(self, now_s: float) -> None:
        """The user does not want to wait. The provider's least wait is kept all the same."""
        if self.status.state is LinkState.DENIED:
            self.quota.forget()  # another key may be another plan
        self.link.retry_now(now_s)

    def network_changed(self, now_s: float) -> None:
        """The computer is on another network: a connection may be dead without a word, a wait of no use."""
        if self.link.is_up:
            self._heart.hurry(now_s)
        else:
            self.link.network_changed(now_s)

    def elapsed(self, now_s: float, wall_s: float) -> None:
        """Time has passed; `wall_s` is the wall clock."""
        self.look_at_s = math.inf
        self._statuses.wall_ahead_s = wall_s - now_s
        slept = self.link.has_slept(now_s, wall_s)
        if not self.link.is_up:
            return
        if slept:
            self.lost("The computer was asleep", now_s)
        elif now_s >= self._heart.dead_at_s:
            silent = f"No answer to the heartbeat for {self._limits.dead_after_s:.0f} s"
            self.lost("The network changed, and the server is silent" if self._heart.is_hurried else silent, now_s)
        elif not self._out.is_ready and now_s >= self._opened_s + self._limits.dead_after_s:
            self.lost(f"The server did not answer the greeting for {self._limits.dead_after_s:.0f} s", now_s)
        elif now_s >= self._idle_s + self.linger_s:
            self._forget(now_s)
            self._rest(now_s)
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
        if self.link.is_up:
            self.link.silent(self._statuses.silent_since_s(now_s))

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
        return self.link.is_up and all(mine.has_ticked(code) for code in theirs.wanted if theirs.has_ticked(code))

    def take_over(self, before: "Session") -> None:
        """From now on this session speaks for the rows, and the one before no more. It will not be connected again."""
        self.is_standby, before.is_standby = False, True
        self._statuses.follow(before._statuses)
        self.link.follow(before.link)
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
    def status(self) -> LinkStatus:
        """The link as it is shown."""
        return self.link.status

    @property
    def outage_s(self) -> float:
        """How long the link was lost before this connection; NaN if it was not."""
        return self.link.outage_s

    @property
    def dial_at_s(self) -> float | None:
        """When to dial; None for not at all."""
        return self.link.dial_at_s

    def take_frames(self, now_s: float) -> list[str | bytes]:
        """What may be sent now: at most one frame. A due heartbeat goes before anything else."""
        if not self.link.is_up or (out := self._out.take(now_s)) is None:
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
        if self._limits.beat_is_frame or not self.link.is_up or now_s < self._heart.due_s:
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
        if not self.link.is_up:
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
        self.link.begin(now_s, f"{self.feed.provider.title} wants a pause between connections")

    def _rest(self, now_s: float) -> None:
        """No connection, as there is nothing to be asked for."""
        self.link.ended(now_s)
        self.link.off()

    def _forget(self, now_s: float) -> None:
        """What was true of the connection is true no more."""
        if self.link.is_up:
            self._news.cut(self._list.wanted, now_s)
        self._list.lost()
        self._out.close()
        self._intake.filter.forget_all_but(())
        self._statuses.lost(now_s)
        self._heart.stop()
        self.round_trip.stop()
        self._opened_s = self._calm_at_s = self._idle_s = math.inf
        self._is_ending = False

    def _told(self, message: object, now_s: float) -> bool:
        """Anything that is no update. Is there a connection still?"""
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
        return self.link.is_up

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

    def _link_changed(self, was_up: bool) -> None:
        self._events.append(LinkChanged(self.status, was_up))
        self._look_again(-math.inf)
        self._look_at_statuses()
