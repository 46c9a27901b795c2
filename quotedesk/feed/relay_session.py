"""A desk's conversation with a relay, for the rows of all feeds that the relay has. Sans-IO, as feed/session.

The wire is in codec/relay_wire and relay_requests. Wishes are one ordered list over all feeds; what becomes of each row
is the relay's word. A change of the list is SUB, UNSUB, `want` and `last`, in one frame, whatever it is.
"""

import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from quotedesk.codec import nats
from quotedesk.codec.base import Provider, Unreadable
from quotedesk.codec.relay_key import RelayKey, read_key
from quotedesk.codec.relay_requests import (
    LEASE_S,
    MOST_LAST,
    RENEW_S,
    HelloAnswer,
    HelloRequest,
    LastAnswer,
    LastRequest,
    ListEntry,
    WantAnswer,
    WantRequest,
    read_request,
)
from quotedesk.codec.relay_wire import (
    KICKED,
    TOO_MANY_CONNECTIONS,
    WIRE,
    changed_subject,
    inbox,
    message_of,
    quote_subject,
    read_beat,
    read_quote,
    read_status,
    row_of,
    slow_subject,
    status_subject,
    untoken,
)
from quotedesk.feed.backoff import Backoff
from quotedesk.feed.events import Event, LinkChanged, Notice
from quotedesk.feed.relay_servers import RelayServers
from quotedesk.feed.relayed_rows import RelayedRows
from quotedesk.feed.round_trip import RoundTrip
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RELAY, LinkState, LinkStatus

PROVIDER = Provider(
    name=RELAY,
    title="The relay",
    endpoints={"relay": ""},
    endpoint=lambda code: "relay",
    needs_key=True,
    key_in_url=False,
    key_parts=("key",),
)
BEAT_S, DEAD_AFTER_S = 5.0, 15.0
RETRY_MIN_S, RETRY_MOST_S = 0.2, 1.0  # a relay is one's own: it is looked for all the time
ANSWER_S = 5.0
AGAIN_S = 1.0  # holes are asked for so often at most, and the relay is greeted
SLEPT_S = 5.0
CALM_S = 10.0
REFUSED_S = 1.0  # a key that was refused is tried once more after so long
_CODE = ", with a code of quotedesk relay code"
_KEY_REFUSED = ("Authorization Violation", "User Authentication Expired", "User Authentication Revoked")


class RelaySession:
    """All times are monotonic seconds.

    Attributes:
        provider: for whoever dials.
        status: the way to the relay.
        rows: by feed; made when a feed is first wanted here.
        feeds: those that the relay has, by name, with their titles; None before it said so.
        hello: what the relay said of itself; None before.
        round_trip: the way to the relay and back.
        look_at_s: see Session.
        is_slow: one value a second is wanted, for a far desk.
        wanted: all rows, the most important first.
        servers: those of the relay's cluster; the client dials the current one.
        books: the feeds of whose rows bid and ask are looked at.
    """

    def __init__(self, rows_of: Callable[[str], RelayedRows], rng: random.Random, version: str) -> None:
        """`rows_of` makes the rows of a feed."""
        self.provider = PROVIDER
        self.status = LinkStatus(PROVIDER.name, "relay", LinkState.CONNECTING)
        self.rows: dict[str, RelayedRows] = {}
        self.feeds: Mapping[str, str] | None = None
        self.hello: HelloAnswer | None = None
        self.round_trip = RoundTrip()
        self.outage_s = math.nan
        self.look_at_s = math.inf
        self.is_slow = False
        self.books: tuple[str, ...] = ()
        self._rows_of = rows_of
        self._rng = rng
        self._version = version
        self.servers = RelayServers(rng)
        self._backoff = Backoff(RETRY_MIN_S, RETRY_MOST_S, rng)
        self._events: list[Event] = []
        self.wanted: tuple[Instrument, ...] = ()
        self._generation = 0
        self._changed: list[ListEntry] = []
        self._lost_s = -math.inf
        self._wall_ahead_s: float | None = None
        self._refusals = 0  # of the key, one after the other
        self._forget()

    def _forget(self) -> None:
        """What was true of the connection is true no more."""
        self._reader = nats.NatsReader()
        self._key: RelayKey | None = None
        self._name = ""  # of this connection
        self._out: list[bytes] = []
        self._has_greeted = self._is_welcome = False
        self._subjects: dict[str, int] = {}
        self._next_number = 1
        self._asked: dict[str, tuple[Callable[[bytes, float], None], float]] = {}  # reply subject: what reads it, since
        self._next_reply = 1
        self._pings: list[float] = []
        self._beat_at_s = self._renew_at_s = self._holes_at_s = math.inf
        self._opened_s = self._hello_s = math.inf
        self._heard_s = math.inf
        self.round_trip.stop()

    # For the one who shows

    def want(self, instruments: Iterable[Instrument], now_s: float) -> None:
        """All rows that the relay is to serve, the most important first."""
        self.wanted = tuple(instruments)
        by_feed: dict[str, list[str]] = {feed: [] for feed in self.rows}
        for each in self.wanted:
            by_feed.setdefault(each.feed, []).append(each.code)
        new: list[Instrument] = []
        gone: list[Instrument] = []
        for feed, codes in by_feed.items():
            if feed not in self.rows:
                rows = self.rows[feed] = self._rows_of(feed)
                if self.status.is_lost:
                    rows.cut_off(self._why_away, now_s)
                elif self.status.state is LinkState.UP:
                    rows.opened(now_s)
            came, went = self.rows[feed].want(codes, now_s)
            new += [Instrument(feed, code) for code in came]
            gone += [Instrument(feed, code) for code in went]
        self._generation += 1
        for each in gone:
            self._unsubscribe(each)
        if self._is_welcome:
            self._subscribe(new)
            self._wish(now_s, is_whole=True)
            self._ask_last(new, now_s)

    def be_slow(self, is_slow: bool, now_s: float) -> None:
        """One value a second of each row, for a slow line; or every update."""
        if is_slow == self.is_slow:
            return
        self.is_slow = is_slow
        self._generation += 1
        for each in self.wanted:
            self._unsubscribe(each)
        if self._is_welcome:
            self._subscribe(self.wanted)
            self._wish(now_s, is_whole=True)
            self._ask_last(self.wanted, now_s)

    def retry_now(self, now_s: float) -> None:
        """The user does not want to wait for the next try."""
        if self.status.state in (LinkState.WAITING, LinkState.DENIED):
            status = self.status
            self._set_link(LinkState.WAITING, status.since_s, status.reason, max(now_s, self._lost_s + RETRY_MIN_S))

    def network_changed(self, now_s: float) -> None:
        """The computer is on another network."""
        if self.status.state is LinkState.UP:
            self._beat_at_s = now_s
            self._look_again(-math.inf)
        elif self.status.state is LinkState.WAITING:
            self.retry_now(now_s)

    @property
    def links(self) -> tuple[LinkStatus, ...]:
        """The way to the relay, and the relay's own connections."""
        return (self.status, *(link for rows in self.rows.values() if rows.wanted for link in rows.links))

    @property
    def is_bound(self) -> bool:
        """May things of the person be asked for and put?"""
        return self._is_welcome

    def ask(self, what: str, payload: bytes, read: Callable[[bytes, float], None], now_s: float) -> None:
        """Ask for the person's lists ("get", "put", "history"); `read` gets each answer. Only while `is_bound`."""
        assert self._key is not None
        self._request(f"lists.{self._key.person}.{self._key.desk}.{what}", payload, read, now_s, lasts=True)

    def take_changed(self) -> list[ListEntry]:
        """What of the person's lists another desk has put since the last call."""
        changed, self._changed = self._changed, []
        return changed

    def take_batches(self, now_s: float) -> list[Batch]:
        """What came since the last call, of all feeds."""
        return [batch for rows in self.rows.values() for batch in rows.take_batches(now_s)]

    def take_events(self) -> list[Event]:
        """What happened to the link since the last call, in order."""
        events, self._events = self._events, []
        return events

    # For the client

    @property
    def dial_at_s(self) -> float | None:
        return -math.inf if self.status.state is LinkState.CONNECTING else self.status.retry_at_s

    def dialling(self, now_s: float) -> None:
        """The client dials."""
        if self.status.state is not LinkState.CONNECTING:
            self._set_link(LinkState.CONNECTING, self.status.since_s, self.status.reason)

    def opened(self, now_s: float, key: str | None = None) -> None:
        """The connection is there; the server speaks first."""
        self._forget()
        self._key = read_key(key or "")
        self._name = f"{self._rng.getrandbits(48):012x}"
        self._opened_s = self._heard_s = now_s
        self._beat_at_s = now_s + BEAT_S
        if self.status.is_lost:
            self.outage_s = now_s - self.status.since_s
        self._set_link(LinkState.UP, now_s)
        for rows in self.rows.values():
            rows.opened(now_s)

    def received(self, batch: Sequence[bytes], now_s: float) -> None:
        """Frames were read at `now_s`, in this order."""
        self._heard_s = now_s
        frames = len(batch)
        for data in batch:
            for message in self._reader.read(data):
                if type(message) is nats.Delivery:
                    self._deliver(message, now_s)
                else:
                    self._told(message, now_s)
                if self.status.state is not LinkState.UP:
                    return
        if self.rows:
            next(iter(self.rows.values())).counts.frames_received += frames
        if now_s >= self._opened_s + CALM_S:
            self._backoff.calm()
            self.servers.held()
        if any(rows.holes for rows in self.rows.values()) and self._holes_at_s == math.inf:
            self._holes_at_s = now_s
            self._look_again(-math.inf)

    def proven(self, now_s: float, pinged_s: float | None = None) -> None:
        """A WebSocket ping was answered; the NATS ones are the proof."""

    def lost(self, reason: str, now_s: float, *, is_denied: bool = False, retry_after_s: float = 0.0) -> None:
        """The connection is gone, or could not be made."""
        if self.status.state in (LinkState.OFF, LinkState.WAITING, LinkState.DENIED):
            return
        since_s = self.status.since_s if self.status.is_lost else now_s
        if KICKED in reason:
            reason, retry_after_s = TOO_MANY_CONNECTIONS, LEASE_S
        reason = reason if "relay" in reason.casefold() else f"Relay: {reason[:1].lower()}{reason[1:]}"
        self._lost_s = now_s
        self._forget()
        if is_denied:
            self.servers.forget()
            self._set_link(LinkState.DENIED, since_s, reason)
        else:
            is_at_once = self.servers.lost()
            wait_s = self._backoff.next_s()
            retry_at_s = now_s + max(0.0 if is_at_once else wait_s, retry_after_s)
            self._set_link(LinkState.WAITING, since_s, reason, retry_at_s)
        for rows in self.rows.values():
            rows.cut_off(self._why_away, now_s)

    def hung_up(self, now_s: float) -> None:
        """The connection was closed from here."""
        self._lost_s = now_s

    def elapsed(self, now_s: float, wall_s: float) -> None:
        """Time has passed; `wall_s` is the wall clock."""
        self.look_at_s = math.inf
        ahead_s = wall_s - now_s
        slept = self._wall_ahead_s is not None and ahead_s - self._wall_ahead_s >= SLEPT_S
        self._wall_ahead_s = ahead_s
        if self.status.state is not LinkState.UP:
            return
        if slept:
            self.lost("The computer was asleep", now_s)
        elif now_s >= self._heard_s + DEAD_AFTER_S:
            self.lost(f"No sign of life from the relay for {DEAD_AFTER_S:.0f} s", now_s)
        elif not self._is_welcome and now_s >= self._opened_s + DEAD_AFTER_S:
            self.lost(f"The relay did not answer the greeting for {DEAD_AFTER_S:.0f} s", now_s)
        else:
            self._do_what_is_due(now_s)

    def take_frames(self, now_s: float) -> list[str | bytes]:
        """What is to be sent now."""
        if self.status.state is not LinkState.UP or not self._out:
            return []
        frame, self._out = b"".join(self._out), []
        return [frame]

    def take_ping(self, now_s: float) -> bool:
        """No WebSocket pings: NATS has its own."""
        return False

    def deadline_s(self, now_s: float) -> float:
        """When to call `elapsed` if nothing else happens."""
        if self.status.state is not LinkState.UP:
            return math.inf
        silent_at_s = min((rows.silent_at_s for rows in self.rows.values()), default=math.inf)
        return min(
            self._beat_at_s,
            self._renew_at_s,
            self._holes_at_s,
            silent_at_s,
            self._heard_s + DEAD_AFTER_S,
            math.inf if self._is_welcome else self._opened_s + DEAD_AFTER_S,
        )

    # Inside

    def _do_what_is_due(self, now_s: float) -> None:
        for rows in self.rows.values():
            rows.look(now_s)
        if now_s >= self._beat_at_s:
            self._beat_at_s = now_s + BEAT_S
            self._ping(now_s)
        if now_s >= self._renew_at_s:
            self._wish(now_s, is_whole=False)
        if now_s >= self._holes_at_s:
            holes = [Instrument(feed, code) for feed, rows in self.rows.items() for code in rows.holes]
            for rows in self.rows.values():
                rows.holes.clear()
            self._holes_at_s = now_s + AGAIN_S if holes else math.inf
            self._ask_last(holes, now_s)
        for reply, (_, since_s) in list(self._asked.items()):
            if now_s >= since_s + ANSWER_S:
                del self._asked[reply]

    def _told(self, message: nats.ServerMessage, now_s: float) -> None:
        match message:
            case nats.Info():
                self.servers.told(message.connect_urls)
                if not self._has_greeted:
                    self._greet(message, now_s)
            case nats.ServerPing():
                self._out.append(nats.PONG)
                self._look_again(-math.inf)
            case nats.ServerPong():
                if self._pings:
                    self.round_trip.measured(self._pings.pop(0), now_s)
                self.status = msgspec.structs.replace(self.status, proven_s=now_s)
                self._refusals = 0
            case nats.Complaint(words):
                if words.startswith(_KEY_REFUSED):
                    # One alone may be the moment in which the server reads its keys anew, see codec/relay_wire.
                    self._refusals += 1
                    told = f"The relay refused this desk's key ({words}). Pair it again{_CODE}"
                    self.lost(told, now_s, is_denied=self._refusals > 1, retry_after_s=REFUSED_S)
                else:
                    self._events.append(Notice(f"The relay complained: {words}", is_for_user=False))
            case nats.Garbled(excerpt):
                self.lost(f"What answers there is no relay: it said {excerpt!r}", now_s)

    def _greet(self, info: nats.Info, now_s: float) -> None:
        """The server has introduced itself: say who we are, and greet the relay behind it, in one frame."""
        if self._key is None:
            self.lost(f"This desk has no key of the relay. Pair it{_CODE}", now_s, is_denied=True)
            return
        self._has_greeted = True
        self._out.append(nats.connect(info, f"{self._key.desk}/{self._name}", self._key.seed))
        self._ping(now_s)
        self._ask_hello(now_s)
        if self.feeds is not None:  # it is known: quotes go on before it has answered
            self._subscribe(self.wanted)

    def _ping(self, now_s: float) -> None:
        self._pings.append(now_s)
        self._out.append(nats.PING)
        self._look_again(-math.inf)

    def _ask_hello(self, now_s: float) -> None:
        assert self._key is not None
        self._hello_s = now_s
        self._listen(f"{inbox(self._key.desk)}>")
        self._listen("link.>")
        self._listen(changed_subject(untoken(self._key.person)))
        said = HelloRequest(self._name, WIRE, self._version)
        self._request(f"hello.{self._key.desk}", message_of(said), self._welcomed, now_s)

    def _welcomed(self, data: bytes, now_s: float) -> None:
        said = read_request(HelloAnswer, data)
        if isinstance(said, Unreadable):
            self._unreadable(said)
            return
        if self._is_welcome or not (said.run or said.fault):  # an empty one would be a relay without any feed
            return
        if said.fault:
            self.lost(f"The relay answered: {said.fault}", now_s)
            return
        self.hello, self._is_welcome = said, True
        self.status = msgspec.structs.replace(self.status, through=said.relay)
        self.feeds = {feed.name: feed.title for feed in said.feeds}
        if said.wire > WIRE:
            told = "The relay is newer than this desk, which may not understand all that it says: update quotedesk"
            self._events.append(Notice(told))
        if said.advice:
            self._events.append(Notice(f"The relay says: {said.advice}"))
        if said.is_slow_better and not self.is_slow:
            told = "The relay finds this line too slow for every update. Settings, Prices from: one value a second"
            self._events.append(Notice(told))
        self._events.append(LinkChanged(self.status, was_up=True))
        for feed in self.feeds:
            if feed in self.rows:
                self.rows[feed].greeted(said.run, said.relay, now_s)
        self._subscribe(self.wanted)
        self._wish(now_s, is_whole=True)
        self._ask_last(self.wanted, now_s)

    def _deliver(self, message: nats.Delivery, now_s: float) -> None:
        subject, payload = message.subject, message.payload
        if subject.startswith("link."):
            beat = read_beat(payload)
            if not self._is_welcome and now_s >= self._hello_s + AGAIN_S:
                self._ask_hello(now_s)  # the relay that speaks now was not the one when we came
            rows = self.rows.get(untoken(subject[5:]))
            if isinstance(beat, Unreadable):
                self._unreadable(beat, rows)
                return
            if rows is None:
                return
            before = rows.links
            if rows.beat(beat, now_s):
                self._ask_last([Instrument(rows.feed.name, code) for code in rows.wanted], now_s)
                self._wish(now_s, is_whole=True)
            if [(link.endpoint, link.state, link.reason) for link in before] != [
                (link.endpoint, link.state, link.reason) for link in rows.links
            ]:
                self._events.append(LinkChanged(self.status, was_up=True))
        elif subject.startswith("_INBOX."):
            self._answered(subject, payload, message.headers, now_s)
        elif subject.startswith("changed."):
            entry = read_request(ListEntry, payload)
            if isinstance(entry, Unreadable):
                self._unreadable(entry)
            else:
                self._changed.append(entry)
        elif (row := row_of(subject)) is not None and (rows := self.rows.get(row[0])) is not None:
            if subject[0] == "s" and subject[1] == ".":
                status = read_status(payload)
                if isinstance(status, Unreadable):
                    self._unreadable(status, rows)
                else:
                    rows.seen(row[1], status, now_s)
                return
            quote = read_quote(payload)
            if isinstance(quote, Unreadable):
                self._unreadable(quote, rows)
            else:
                rows.quote(row[1], quote, now_s, skips=subject.startswith("slow."))

    def _answered(self, subject: str, payload: bytes, headers: bytes, now_s: float) -> None:
        asked = self._asked.get(subject)
        if asked is None:
            return
        if nats.status_of(headers) == 503:  # the server is there, and the relay is not
            del self._asked[subject]
            if not self._is_welcome:
                self.lost("The relay's server is there, and the relay is not", now_s)
            return
        asked[0](payload, now_s)
        self._look_again(-math.inf)

    def _request(
        self, subject: str, payload: bytes, read: Callable[[bytes, float], None], now_s: float, *, lasts: bool = False
    ) -> None:
        """`lasts`: its answers may be many."""
        assert self._key is not None
        reply = f"{inbox(self._key.desk)}{self._name}.{self._next_reply}"
        self._next_reply += 1
        self._asked[reply] = read, now_s + (60.0 if lasts else 0.0)
        self._out.append(nats.publish(subject, payload, reply))
        self._look_again(-math.inf)

    def _listen(self, subject: str) -> None:
        if subject not in self._subjects:
            self._subjects[subject] = self._next_number
            self._out.append(nats.subscribe(subject, self._next_number))
            self._next_number += 1

    def _subscribe(self, instruments: Iterable[Instrument]) -> None:
        quotes = slow_subject if self.is_slow else quote_subject
        for each in instruments:
            self._listen(quotes(each.feed, each.code))
            self._listen(status_subject(each.feed, each.code))

    def _unsubscribe(self, each: Instrument) -> None:
        for subject_of in (quote_subject, slow_subject, status_subject):
            number = self._subjects.pop(subject_of(each.feed, each.code), None)
            if number is not None:
                self._out.append(nats.unsubscribe(number))

    def _wish(self, now_s: float, *, is_whole: bool) -> None:
        """Say the whole list, or only that it still is the one."""
        assert self._key is not None
        rows = [f"{each.code}@{each.feed}" for each in self.wanted] if is_whole else None
        said = WantRequest(self._name, self._generation, rows, list(self.books), self.is_slow)
        self._renew_at_s = now_s + RENEW_S
        self._request(f"want.{self._key.desk}", message_of(said), self._wished, now_s)

    def _wished(self, data: bytes, now_s: float) -> None:
        said = read_request(WantAnswer, data)
        if isinstance(said, Unreadable):
            self._unreadable(said)
            return
        if said.fault:
            # What the others with this key want is not this desk's to see.
            self.lost(f"The relay takes no list of this desk: {said.fault}", now_s, retry_after_s=LEASE_S)
        elif said.again:
            self._wish(now_s, is_whole=True)
        elif said.generation == self._generation:
            for parked in said.parked:
                code, _, feed = parked.row.rpartition("@")
                if rows := self.rows.get(feed):
                    rows.parked(code, parked, now_s)

    def _ask_last(self, instruments: Sequence[Instrument], now_s: float) -> None:
        assert self._key is not None
        for first in range(0, len(instruments), MOST_LAST):
            rows = [f"{each.code}@{each.feed}" for each in instruments[first : first + MOST_LAST]]
            self._request(f"last.{self._key.desk}", message_of(LastRequest(rows)), self._got_last, now_s)

    def _got_last(self, data: bytes, now_s: float) -> None:
        said = read_request(LastAnswer, data)
        if isinstance(said, Unreadable):
            self._unreadable(said)
            return
        for row in said.rows:
            code, _, feed = row.row.rpartition("@")
            if rows := self.rows.get(feed):
                rows.known(row, code, now_s)

    def _unreadable(self, message: Unreadable, rows: RelayedRows | None = None) -> None:
        """What cannot be read is counted, among the rows of its feed where it is of one, and told of once."""
        rows = rows or next(iter(self.rows.values()), None)
        if rows is None:
            return
        if not rows.counts.unreadable[message.reason]:
            told = f"Ignored a message ({message.reason}); more like it are only counted"
            self._events.append(Notice(told, is_for_user=False))
        rows.counts.unreadable[message.reason] += 1

    @property
    def _why_away(self) -> str:
        return self.status.reason or "the relay is not heard"

    def _look_again(self, at_s: float) -> None:
        self.look_at_s = min(self.look_at_s, at_s)

    def _set_link(
        self, state: LinkState, since_s: float = 0.0, reason: str = "", retry_at_s: float | None = None
    ) -> None:
        was_up = self.status.state is LinkState.UP
        proven_s, through = self.status.proven_s, self.hello.relay if self.hello else ""
        self.status = LinkStatus(PROVIDER.name, RELAY, state, since_s, reason, retry_at_s, proven_s, through=through)
        self._events.append(LinkChanged(self.status, was_up))
        self._look_again(-math.inf)
