"""A desk's conversation with a relay, for the rows of all feeds that the relay has. Sans-IO, as feed/session.

Here are the greeting, what ends a connection, and where each message goes. The wire is in codec/relay_wire and
relay_requests.
"""

import math
import random
from collections.abc import Callable, Mapping, Sequence

from quotedesk.codec import nats
from quotedesk.codec.base import Provider, Unreadable
from quotedesk.codec.relay_key import read_key
from quotedesk.codec.relay_requests import LEASE_S, HelloAnswer, HelloRequest, ListEntry, read_request
from quotedesk.codec.relay_wire import (
    KICKED,
    TOO_MANY_CONNECTIONS,
    WIRE,
    changed_subject,
    inbox,
    message_of,
    read_beat,
    row_of,
    untoken,
)
from quotedesk.feed.events import Event, LinkChanged, Notice
from quotedesk.feed.link import Link
from quotedesk.feed.relay_connection import DEAD_AFTER_S, Reader, RelayConnection
from quotedesk.feed.relay_servers import RelayServers
from quotedesk.feed.relayed_list import RelayedList
from quotedesk.feed.relayed_rows import RelayedRows
from quotedesk.feed.round_trip import RoundTrip
from quotedesk.market.states import NOT_TRUSTED, RELAY, LinkState, LinkStatus

PROVIDER = Provider(
    name=RELAY,
    title="The relay",
    endpoints={"relay": ""},
    endpoint=lambda code: "relay",
    needs_key=True,
    key_in_url=False,
    key_parts=("key",),
)
RETRY_MIN_S, RETRY_MOST_S = 0.2, 1.0  # a relay is one's own: it is looked for all the time
AGAIN_S = 1.0  # it is greeted so often at most
CALM_S = 10.0
REFUSED_S = 1.0  # a key that was refused is tried once more after so long
_CODE = ", with a code of quotedesk relay code"
_KEY_REFUSED = ("Authorization Violation", "User Authentication Expired", "User Authentication Revoked")


class RelaySession:
    """All times are monotonic seconds. `rows_of` makes the rows of a feed.

    Attributes:
        provider: for whoever dials.
        list: the rows of all feeds.
        feeds: those that the relay has, by name, with their titles; None before it said so.
        hello: what the relay said of itself; None before.
        round_trip: the way to the relay and back.
        look_at_s: see Session.
        servers: those of the relay's cluster; the client dials the current one.
    """

    def __init__(self, rows_of: Callable[[str], RelayedRows], rng: random.Random, version: str) -> None:
        self.provider = PROVIDER
        self.list = RelayedList(rows_of)
        self.feeds: Mapping[str, str] | None = None
        self.hello: HelloAnswer | None = None
        self.round_trip = RoundTrip()
        self.look_at_s = math.inf
        self.servers = RelayServers(rng)
        self._rng = rng
        self._version = version
        status = LinkStatus(PROVIDER.name, RELAY, LinkState.CONNECTING)
        self._link = Link(status, RETRY_MIN_S, RETRY_MOST_S, rng, self._link_changed)
        self._connection: RelayConnection | None = None
        self._events: list[Event] = []
        self._changed: list[ListEntry] = []
        self._refusals = 0  # of the key, one after the other
        self._opened_s = self._hello_s = math.inf  # the connection, and when the relay was greeted last on it

    # For the one who shows

    @property
    def status(self) -> LinkStatus:
        """The way to the relay."""
        return self._link.status

    @property
    def links(self) -> tuple[LinkStatus, ...]:
        """The way to the relay, and the relay's own connections."""
        return (self.status, *self.list.links)

    def retry_now(self, now_s: float) -> None:
        """The user does not want to wait for the next try."""
        self._link.retry_now(now_s)

    def network_changed(self, now_s: float) -> None:
        """The computer is on another network."""
        if self._connection is not None:
            self._connection.ping(now_s)
            self._look_again(-math.inf)
        elif self.status.lacking == NOT_TRUSTED:
            self._link.retry_now(now_s)  # on another network the same address may be that of another
        else:
            self._link.network_changed(now_s)

    @property
    def is_bound(self) -> bool:
        """May things of the person be asked for and put?"""
        return self._connection is not None and self._connection.is_welcome

    def ask(self, what: str, payload: bytes, read: Reader, now_s: float) -> None:
        """Ask for the person's lists ("get", "put", "history"); `read` gets each answer. Only while `is_bound`."""
        assert self._connection is not None
        connection = self._connection
        key = connection.key
        connection.ask(f"lists.{key.person}.{key.desk}.{what}", payload, read, now_s, has_many=True)

    def take_changed(self) -> list[ListEntry]:
        """What of the person's lists another desk has put since the last call."""
        changed, self._changed = self._changed, []
        return changed

    def take_events(self) -> list[Event]:
        """What happened to the link since the last call, in order."""
        events, self._events = self._events, []
        return events

    # For the client

    @property
    def dial_at_s(self) -> float | None:
        return self._link.dial_at_s

    def dialling(self, now_s: float) -> None:
        """The client dials."""
        self._link.dialling()

    def opened(self, now_s: float, key: str | None = None) -> None:
        """The connection is there; the server speaks first."""
        if (known := read_key(key or "")) is None:
            self.lost(f"This desk has no key of the relay. Pair it{_CODE}", now_s, is_denied=True)
            return
        self._connection = RelayConnection(known, f"{self._rng.getrandbits(48):012x}", now_s)
        self._opened_s, self._hello_s = now_s, math.inf
        self._link.opened(now_s)
        self.list.opened(self._connection, now_s)

    def received(self, batch: Sequence[bytes], now_s: float) -> None:
        """Frames were read at `now_s`, in this order."""
        if (connection := self._connection) is None:
            return  # what was on its way when the link was given up is no news
        for message in connection.read(batch, now_s):
            if type(message) is nats.Delivery:
                self._deliver(connection, message, now_s)
            else:
                self._told(connection, message, now_s)
            if self._connection is None:
                return
        if self.list.rows:
            next(iter(self.list.rows.values())).counts.frames_received += len(batch)
        if now_s >= self._opened_s + CALM_S:
            self._link.backoff.calm()
            self.servers.held()
        self._look_again(-math.inf if connection.is_due else self.list.holes_at_s)

    def proven(self, now_s: float, pinged_s: float | None = None) -> None:
        """A WebSocket ping was answered; the NATS ones are the proof."""

    def lost(self, reason: str, now_s: float, *, is_denied: bool = False, retry_after_s: float = 0.0) -> None:
        """The connection is gone, or could not be made."""
        if not self._link.is_tried:
            return
        if KICKED in reason:
            reason, retry_after_s = TOO_MANY_CONNECTIONS, LEASE_S
        reason = reason if "relay" in reason.casefold() else f"Relay: {reason[:1].lower()}{reason[1:]}"
        self._connection = None
        self.round_trip.stop()
        if self.servers.current and reason.startswith(NOT_TRUSTED):
            is_denied = False  # one of a cluster may have its own: at the address that the user gave it counts
        if is_denied:
            self.servers.forget()
        is_at_once = not is_denied and self.servers.lost()
        self._link.lost(reason, now_s, is_denied=is_denied, retry_after_s=retry_after_s, is_at_once=is_at_once)
        self.list.lost(reason, now_s)

    def hung_up(self, now_s: float) -> None:
        """The connection was closed from here."""
        self._link.ended(now_s)

    def elapsed(self, now_s: float, wall_s: float) -> None:
        """Time has passed; `wall_s` is the wall clock."""
        self.look_at_s = math.inf
        slept = self._link.has_slept(now_s, wall_s)
        if (connection := self._connection) is None:
            return
        if slept:
            self.lost("The computer was asleep", now_s)
        elif now_s >= connection.dead_at_s:
            self.lost(f"No sign of life from the relay for {DEAD_AFTER_S:.0f} s", now_s)
        elif now_s >= self._welcome_at_s:
            self.lost(f"The relay did not answer the greeting for {DEAD_AFTER_S:.0f} s", now_s)
        else:
            connection.elapsed(now_s)
            self.list.elapsed(now_s)

    def take_frames(self, now_s: float) -> list[str | bytes]:
        """What is to be sent now."""
        return [self._connection.take()] if self._connection is not None and self._connection.is_due else []

    def take_ping(self, now_s: float) -> bool:
        """No WebSocket pings: NATS has its own."""
        return False

    def deadline_s(self, now_s: float) -> float:
        """When to call `elapsed` if nothing else happens."""
        if self._connection is None:
            return math.inf
        return min(self._connection.deadline_s, self.list.deadline_s, self._welcome_at_s)

    # Inside

    @property
    def _welcome_at_s(self) -> float:
        """Until when the greeting has to be answered; inf where it is."""
        return math.inf if self.is_bound else self._opened_s + DEAD_AFTER_S

    def _told(self, connection: RelayConnection, message: nats.ServerMessage, now_s: float) -> None:
        """The server speaks for itself."""
        match message:
            case nats.Info():
                self.servers.told(message.connect_urls)
                if self._hello_s == math.inf:
                    connection.connect(message, now_s)
                    self._greet(connection, now_s)
                    if self.feeds is not None:
                        self.list.listen(connection)
            case nats.ServerPing():
                connection.pong()
            case nats.ServerPong():
                if (pinged_s := connection.ponged()) is not None:
                    self.round_trip.measured(pinged_s, now_s)
                self._link.proven(now_s)
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

    def _greet(self, connection: RelayConnection, now_s: float) -> None:
        """Greet the relay behind the server."""
        key = connection.key
        self._hello_s = now_s
        connection.listen(f"{inbox(key.desk)}>")
        connection.listen("link.>")
        connection.listen(changed_subject(untoken(key.person)))
        said = HelloRequest(connection.name, WIRE, self._version)
        connection.ask(f"hello.{key.desk}", message_of(said), self._welcomed, now_s)

    def _welcomed(self, data: bytes, now_s: float) -> Unreadable | None:
        said = read_request(HelloAnswer, data)
        if isinstance(said, Unreadable):
            return said
        if self.is_bound or not (said.run or said.fault):  # an empty one would be a relay without any feed
            return None
        if said.fault:
            self.lost(f"The relay answered: {said.fault}", now_s)
            return None
        assert self._connection is not None
        self._connection.is_welcome = True
        self.hello = said
        self.feeds = {feed.name: feed.title for feed in said.feeds}
        self._link.named(said.relay)
        if said.wire > WIRE:
            told = "The relay is newer than this desk, which may not understand all that it says: update quotedesk"
            self._events.append(Notice(told))
        if said.advice:
            self._events.append(Notice(f"The relay says: {said.advice}"))
        if said.is_slow_better and not self.list.is_slow:
            told = "The relay finds this line too slow for every update. Settings, Relay: one value a second"
            self._events.append(Notice(told))
        self._link_changed(was_up=True)
        self.list.welcomed(self._connection, said, now_s)
        return None

    def _deliver(self, connection: RelayConnection, message: nats.Delivery, now_s: float) -> None:
        subject, payload = message.subject, message.payload
        if subject.startswith(("q.", "s.", "slow.")):
            if (fault := self.list.row_told(subject, payload, now_s)) is not None:
                row = row_of(subject)
                self._unreadable(fault, row[0] if row is not None else "")
        elif subject.startswith("link."):
            if not connection.is_welcome and now_s >= self._hello_s + AGAIN_S:
                self._greet(connection, now_s)  # the relay that speaks now was not the one when we came
            feed, beat = untoken(subject[5:]), read_beat(payload)
            if isinstance(beat, Unreadable):
                self._unreadable(beat, feed)
            elif self.list.beat(feed, beat, now_s):
                self._link_changed(was_up=True)
        elif subject.startswith("_INBOX."):
            self._answered(connection, message, now_s)
        elif subject.startswith("changed."):
            entry = read_request(ListEntry, payload)
            if isinstance(entry, Unreadable):
                self._unreadable(entry)
            else:
                self._changed.append(entry)

    def _answered(self, connection: RelayConnection, message: nats.Delivery, now_s: float) -> None:
        if nats.status_of(message.headers) == 503:
            if connection.unheard(message.subject) and not connection.is_welcome:
                self.lost("The relay's server is there, and the relay is not", now_s)
        elif (fault := connection.answered(message.subject, message.payload, now_s)) is not None:
            self._unreadable(fault)
        elif self.list.fault:
            # What the others with this key want is not this desk's to see.
            self.lost(f"The relay takes no list of this desk: {self.list.fault}", now_s, retry_after_s=LEASE_S)

    def _unreadable(self, message: Unreadable, feed: str = "") -> None:
        """What cannot be read is counted, among the rows of its feed where it is of one, and told of once."""
        rows = self.list.rows.get(feed) or next(iter(self.list.rows.values()), None)
        if rows is None:
            return
        if not rows.counts.unreadable[message.reason]:
            told = f"Ignored a message ({message.reason}); more like it are only counted"
            self._events.append(Notice(told, is_for_user=False))
        rows.counts.unreadable[message.reason] += 1

    def _look_again(self, at_s: float) -> None:
        self.look_at_s = min(self.look_at_s, at_s)

    def _link_changed(self, was_up: bool) -> None:
        self._events.append(LinkChanged(self.status, was_up))
        self._look_again(-math.inf)
