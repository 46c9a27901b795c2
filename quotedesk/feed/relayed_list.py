"""The rows of all feeds that a desk wants of a relay: the list that is said to it, and what it tells of the rows.

The list is one, ordered, over all feeds; what becomes of each row is the relay's word. A change of it is SUB, UNSUB,
`want` and `last`, in one frame, whatever it is.
"""

import math
from collections.abc import Callable, Iterable, Sequence

from quotedesk.codec.base import Unreadable
from quotedesk.codec.relay_requests import (
    MOST_LAST,
    RENEW_S,
    HelloAnswer,
    LastAnswer,
    LastRequest,
    WantAnswer,
    WantRequest,
    read_request,
)
from quotedesk.codec.relay_wire import (
    LinkBeat,
    message_of,
    quote_subject,
    read_quote,
    read_status,
    row_of,
    slow_subject,
    status_subject,
)
from quotedesk.feed.relay_connection import RelayConnection
from quotedesk.feed.relayed_rows import RelayedRows
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import LinkState, LinkStatus

HOLES_S = 1.0  # holes are asked for so often at most


class RelayedList:
    """All times are monotonic seconds. `rows_of` makes the rows of a feed.

    Attributes:
        rows: by feed; made when a feed is first wanted here.
        wanted: all rows, the most important first.
        is_slow: one value a second is wanted, for a far desk.
        books: the feeds of whose rows bid and ask are looked at.
        fault: why the relay takes no list on this connection; "" where it does.
        holes_at_s: when holes are asked for; inf where there are none.
    """

    def __init__(self, rows_of: Callable[[str], RelayedRows]) -> None:
        self.rows: dict[str, RelayedRows] = {}
        self.wanted: tuple[Instrument, ...] = ()
        self.is_slow = False
        self.books: tuple[str, ...] = ()
        self.fault = ""
        self._rows_of = rows_of
        self._generation = 0
        self._connection: RelayConnection | None = None
        self._taken_on = ""  # the connection on which the relay last took the list
        self._why_lost = ""  # there was a connection, or should have been one
        self._renew_at_s = self.holes_at_s = math.inf
        self._asked_holes_s = -math.inf

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
                if self._connection is not None:
                    rows.opened(now_s)
                elif self._why_lost:
                    rows.cut_off(self._why_lost, now_s)
            came, went = self.rows[feed].want(codes, now_s)
            new += [Instrument(feed, code) for code in came]
            gone += [Instrument(feed, code) for code in went]
        self._change(new, gone, now_s)

    def be_slow(self, is_slow: bool, now_s: float) -> None:
        """One value a second of each row, for a slow line; or every update."""
        if is_slow != self.is_slow:
            self.is_slow = is_slow
            self._change(self.wanted, self.wanted, now_s)

    def want_books(self, feeds: Iterable[str], now_s: float) -> None:
        """Of these feeds somebody looks at bids and asks."""
        if (books := tuple(sorted(feeds))) != self.books:
            self.books = books
            self._change((), (), now_s)

    @property
    def links(self) -> tuple[LinkStatus, ...]:
        """The relay's own connections, of what is wanted."""
        return tuple(link for rows in self.rows.values() if rows.wanted for link in rows.links)

    def take_batches(self, now_s: float) -> list[Batch]:
        """What came since the last call, of all feeds."""
        return [batch for rows in self.rows.values() for batch in rows.take_batches(now_s)]

    # For the session

    def opened(self, connection: RelayConnection, now_s: float) -> None:
        """There is a connection to the relay's server."""
        self._connection = connection
        self.fault = ""
        self._renew_at_s = self.holes_at_s = math.inf
        self._asked_holes_s = -math.inf
        for rows in self.rows.values():
            rows.opened(now_s)

    def listen(self, connection: RelayConnection) -> None:
        """The relay is known: quotes go on before it has answered the greeting."""
        self._listen(connection, self.wanted)

    def welcomed(self, connection: RelayConnection, said: HelloAnswer, now_s: float) -> None:
        """The relay has answered the greeting: it gets the list, and is asked what it knows of the rows."""
        for feed in said.feeds:
            if (rows := self.rows.get(feed.name)) is not None:
                rows.greeted(said.run, said.relay, now_s)
        self._say(connection, self.wanted, now_s)

    def lost(self, reason: str, now_s: float) -> None:
        """There is no connection any more, or none could be made."""
        self._connection = None
        self._why_lost = reason
        for rows in self.rows.values():
            rows.cut_off(reason, now_s)

    def row_told(self, subject: str, payload: bytes, now_s: float) -> Unreadable | None:
        """The relay tells of a row, on q, slow or s. Returns what cannot be read."""
        if (row := row_of(subject)) is None or (rows := self.rows.get(row[0])) is None:
            return None
        if subject[1] == "." and subject[0] == "s":
            status = read_status(payload)
            if isinstance(status, Unreadable):
                return status
            rows.seen(row[1], status, now_s)
            return None
        quote = read_quote(payload)
        if isinstance(quote, Unreadable):
            return quote
        rows.quote(row[1], quote, now_s, skips=subject[0] == "s")
        if rows.holes and self.holes_at_s == math.inf:
            self.holes_at_s = self._asked_holes_s + HOLES_S
        return None

    def beat(self, feed: str, beat: LinkBeat, now_s: float) -> bool:
        """The relay lives. Are its connections of a feed others than before?"""
        if (rows := self.rows.get(feed)) is None:
            return False
        before, connection = rows.links, self._connection
        if rows.beat(beat, now_s) and connection is not None and connection.is_welcome:  # it started anew
            self._ask_last(connection, [Instrument(feed, code) for code in rows.wanted], now_s)
            self._wish(connection, now_s, is_whole=True)
        return [_state(link) for link in before] != [_state(link) for link in rows.links]

    def elapsed(self, now_s: float) -> None:
        """Time has passed."""
        for rows in self.rows.values():
            rows.look(now_s)
        if (connection := self._connection) is None:
            return
        if now_s >= self._renew_at_s:
            self._wish(connection, now_s, is_whole=False)
        if now_s >= self.holes_at_s:
            holes = [Instrument(feed, code) for feed, rows in self.rows.items() for code in rows.holes]
            for rows in self.rows.values():
                rows.holes.clear()
            self.holes_at_s, self._asked_holes_s = math.inf, now_s
            self._ask_last(connection, holes, now_s)

    @property
    def deadline_s(self) -> float:
        """When to call `elapsed` if nothing else happens."""
        silent_at_s = min((rows.silent_at_s for rows in self.rows.values()), default=math.inf)
        return min(self._renew_at_s, self.holes_at_s, silent_at_s)

    # Inside

    def _change(self, new: Sequence[Instrument], gone: Sequence[Instrument], now_s: float) -> None:
        """The list is another: these are to be heard from now on, and these were up to now."""
        self._generation += 1
        if (connection := self._connection) is None:
            return
        for each in gone:
            for subject_of in (quote_subject, slow_subject, status_subject):
                connection.ignore(subject_of(each.feed, each.code))
        if connection.is_welcome:
            self._say(connection, new, now_s)

    def _say(self, connection: RelayConnection, new: Sequence[Instrument], now_s: float) -> None:
        self._listen(connection, new)
        self._wish(connection, now_s, is_whole=True)
        self._ask_last(connection, new, now_s)

    def _listen(self, connection: RelayConnection, instruments: Iterable[Instrument]) -> None:
        quotes = slow_subject if self.is_slow else quote_subject
        for each in instruments:
            connection.listen(quotes(each.feed, each.code))
            connection.listen(status_subject(each.feed, each.code))

    def _wish(self, connection: RelayConnection, now_s: float, *, is_whole: bool) -> None:
        """Say the whole list, or only that it still is the one."""
        rows = [f"{each.code}@{each.feed}" for each in self.wanted] if is_whole else None
        before = self._taken_on if is_whole and self._taken_on != connection.name else ""
        said = WantRequest(connection.name, self._generation, rows, list(self.books), self.is_slow, before)
        self._renew_at_s = now_s + RENEW_S
        connection.ask(f"want.{connection.key.desk}", message_of(said), self._wished, now_s)

    def _wished(self, data: bytes, now_s: float) -> Unreadable | None:
        said = read_request(WantAnswer, data)
        if isinstance(said, Unreadable):
            return said
        if said.fault:
            self.fault = said.fault
        elif said.again and self._connection is not None:
            self._wish(self._connection, now_s, is_whole=True)
        elif said.generation == self._generation:
            self._taken_on = self._connection.name if self._connection is not None else self._taken_on
            for parked in said.parked:
                code, _, feed = parked.row.rpartition("@")
                if rows := self.rows.get(feed):
                    rows.parked(code, parked, now_s)
        return None

    def _ask_last(self, connection: RelayConnection, instruments: Sequence[Instrument], now_s: float) -> None:
        for first in range(0, len(instruments), MOST_LAST):
            said = LastRequest([f"{each.code}@{each.feed}" for each in instruments[first : first + MOST_LAST]])
            connection.ask(f"last.{connection.key.desk}", message_of(said), self._got_last, now_s)

    def _got_last(self, data: bytes, now_s: float) -> Unreadable | None:
        said = read_request(LastAnswer, data)
        if isinstance(said, Unreadable):
            return said
        for row in said.rows:
            code, _, feed = row.row.rpartition("@")
            if rows := self.rows.get(feed):
                rows.known(row, code, now_s)
        return None


def _state(link: LinkStatus) -> tuple[str, LinkState, str]:
    """What makes it another for the user."""
    return link.endpoint, link.state, link.reason
