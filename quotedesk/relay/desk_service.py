"""Answers the desks: hello, want, last, lists. Who asks is known by the subject, which the server guards.

An answer goes only to an inbox of the desk that asked: a reply subject is the desk's own word.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeVar

import msgspec

from quotedesk import __version__
from quotedesk.codec.nats import Delivery
from quotedesk.codec.relay_requests import (
    MOST_LAST,
    MOST_ROWS,
    HelloAnswer,
    HelloRequest,
    LastAnswer,
    LastRequest,
    LastRow,
    ListGetRequest,
    ListPutRequest,
    ListsAnswer,
    ParkedRow,
    RelayedFeed,
    WantAnswer,
    WantRequest,
    read_request,
)
from quotedesk.codec.relay_wire import (
    LONGEST_MESSAGE,
    WIRE,
    changed_subject,
    inbox,
    message_of,
    size_of,
    untoken,
)
from quotedesk.market.clock import Clock
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import LONGEST_CODE, Instrument, check_code, split_feed
from quotedesk.market.states import RowState
from quotedesk.relay.cuts import Cuts
from quotedesk.relay.desk_keys import DeskKeys
from quotedesk.relay.desks import DeskKey, Desks
from quotedesk.relay.licence import Licence, day_of
from quotedesk.relay.list_store import POSITIONS, ListStore
from quotedesk.relay.publisher import Publisher, RelayOutlet
from quotedesk.relay.viewers import Viewers
from quotedesk.relay.wishes import Wishes

MOST_REQUESTS_PER_S = 50  # of one desk
_BYTES_A_REQUEST = 32 << 10  # of rows; a longer one counts as several: thousands of them take the relay some time
MOST_WISHES = 10_000  # rows that one request may name; of more, the last are not looked at
_MOST_IN_ANSWER = LONGEST_MESSAGE - 4_096  # bytes of its rows; a longer message costs the relay its connection
_Kind = TypeVar("_Kind", bound=msgspec.Struct)


class RelayIntroduction(msgspec.Struct, frozen=True):
    """What a relay says of itself: see HelloAnswer."""

    run: str
    relay: str
    feeds: tuple[RelayedFeed, ...]
    fingerprint: str


class DeskService:
    """`wishes_changed` is called when what all desks want may be another; `spawn` runs what takes a while.

    `keys_changed` has the server let in the desks and pairing codes as they are now; it raises QuotedeskError, OSError.
    `is_open`: desks are known by the server alone, as where it is a firm's own.

    Attributes:
        keys: see DeskKeys.
        cuts: see Cuts.
        seen_s: when a desk last said something, monotonic seconds.
        is_speaking: this relay leads; one that waits hears all wishes, and answers nothing.
    """

    def __init__(
        self,
        outlet: RelayOutlet,
        me: RelayIntroduction,
        desks: Desks,
        wishes: Wishes,
        publisher: Publisher,
        lists: ListStore,
        licence: Licence,
        viewers: Viewers,
        clock: Clock,
        *,
        wishes_changed: Callable[[], None],
        keys_changed: Callable[[], Awaitable[None]],
        spawn: Callable[[Coroutine[Any, Any, None], str], object],
        is_open: bool = False,
    ) -> None:
        self.cuts = Cuts(publisher.show_notice)
        self.seen_s: dict[str, float] = {}
        self.is_speaking = True
        self._outlet = outlet
        self._me = me
        self._desks = desks
        self._wishes = wishes
        self._publisher = publisher
        self._lists = lists
        self._licence = licence
        self._viewers = viewers
        self._clock = clock
        self._wishes_changed = wishes_changed
        self._spawn = spawn
        self._is_open = is_open
        self._feeds = frozenset(each.name for each in me.feeds)
        self._requests: Counter[str] = Counter()  # of this second
        self._viewers_fault = ""
        self.keys = DeskKeys(
            self._answer,
            desks,
            licence,
            clock,
            me.relay,
            me.fingerprint,
            gone=self._gone,
            keys_changed=keys_changed,
            tell=publisher.show_notice,
            spawn=spawn,
        )

    @property
    def subjects(self) -> dict[str, Callable[[Delivery], None]]:
        """What is to be subscribed, and who takes it."""
        return {
            "hello.*": self._hello,
            "want.*": self._want,
            "last.*": self._last,
            "lists.*.*.*": self._list,
            "pair": self.keys.pair,
        }

    def second(self) -> None:
        """Once a second: leases and codes run out."""
        self._requests.clear()
        if self._viewers.fault != self._viewers_fault:
            self._viewers_fault = self._viewers.fault
            if self._viewers_fault:
                self._publisher.show_notice(f"Who sees what cannot be noted: {self._viewers_fault}")
        now_s = self._clock.now_s()
        if self._wishes.elapsed(now_s):
            self._wishes_changed()
        self.keys.elapsed(now_s)

    def disconnected(self, key: str, name: str, reason: str) -> None:
        """The server says that a connection with that public key ended; `name` is the desk's own word for it."""
        desk = next((each for each in self._desks if each.key == key), None)
        self.cuts.count(key, desk, reason, self._clock.now_s())
        if desk is None:
            return
        word, _, session = name.partition("/")
        if word == desk.id and self._wishes.drop(desk.id, session, self._clock.now_s()):
            self._wishes_changed()

    def server_died(self) -> None:
        """All connections ended with it, and nobody tells of each."""
        self._wishes.expect_back(self._clock.now_s())

    # Requests

    def _hello(self, asked: Delivery) -> None:
        if (found := self._read(asked, HelloRequest)) is None:
            return
        desk, _ = found
        me, advice = self._me, self.cuts.advice(desk)
        self._answer(
            asked,
            desk.id,
            HelloAnswer(
                run=me.run,
                relay=me.relay,
                wire=WIRE,
                version=__version__,
                feeds=list(me.feeds),
                person=desk.person,
                desk=desk.name,
                advice=advice,
                is_slow_better=bool(advice),
                may_keep_positions=desk.keeps_positions,
                fault=self._fault_of(desk),
            ),
        )

    def _want(self, asked: Delivery) -> None:
        if (found := self._read(asked, WantRequest)) is None:
            return
        desk, said = found
        now_s = self._clock.now_s()
        session = said.session[:LONGEST_CODE]
        parked: list[ParkedRow] = []
        if said.rows is None:
            is_known = self._wishes.renew(desk.id, session, said.generation, now_s)
            answer = WantAnswer(said.generation, again=not is_known)
            if is_known:
                parked = self._parked(self._wishes.rows_of(desk.id, session))
        elif why := self._fault_of(desk):
            answer = WantAnswer(said.generation, fault=why)
        else:
            rows, refused = self._rows(said.rows[:MOST_WISHES])
            books = self._feeds.intersection(said.books)
            why = self._wishes.say(
                desk.id, session, said.generation, rows, now_s, books=books, is_slow=said.slow, before=said.before
            )
            answer = WantAnswer(said.generation, fault=why)
            if not why:
                self._wishes_changed()
                day = str(day_of(self._clock.utc_s(now_s)))
                for feed in {row.feed for row in rows}:
                    self._viewers.saw(day, feed, desk.person)
                parked = [*refused, *self._parked(rows)]
        parts = _in_parts(parked)
        self._answer_all(asked, desk.id, [msgspec.structs.replace(answer, parked=part) for part in parts])

    def _last(self, asked: Delivery) -> None:
        if (found := self._read(asked, LastRequest)) is None:
            return
        desk, said = found
        if why := self._fault_of(desk):
            self._answer(asked, desk.id, LastAnswer(fault=why))
            return
        rows = []
        for text in said.rows[:MOST_LAST]:
            code, feed = split_feed(text)
            row = Instrument(feed, code)
            quote, age_s = self._publisher.known_of(row)
            status = self._publisher.status_of(row)
            if quote is not None or status is not None:
                rows.append(LastRow(text, quote, age_s, status))
        self._answer_all(asked, desk.id, [LastAnswer(self._me.run, part) for part in _in_parts(rows)])

    def _list(self, asked: Delivery) -> None:
        _, person_word, word, verb = asked.subject.split(".")
        desk, person = self._desk(word), untoken(person_word)
        if not self.is_speaking or desk is None or (not self._is_open and desk.person != person):
            return
        if not self._may_ask(asked, desk):
            return
        if verb == "put":
            put = read_request(ListPutRequest, asked.payload)
            if not isinstance(put, ListPutRequest):
                self._answer(asked, desk.id, ListsAnswer(fault="that cannot be read"))
            elif put.key == POSITIONS and not desk.keeps_positions:
                self._answer(asked, desk.id, ListsAnswer(fault="this relay keeps no positions of this person"))
            else:
                self._spawn(self._put(asked, desk, person, put), "put a list")
            return
        get = read_request(ListGetRequest, asked.payload)
        if not isinstance(get, ListGetRequest) or (verb == "history" and get.key is None):
            self._answer(asked, desk.id, ListsAnswer(fault="that cannot be read"))
        elif verb == "history":
            self._spawn(self._history(asked, desk, person, get.key or ""), "history of a list")
        elif verb == "get":
            self._answer_all(asked, desk.id, self._lists.get(person, get.key))

    async def _put(self, asked: Delivery, desk: DeskKey, person: str, put: ListPutRequest) -> None:
        answer, news = await self._lists.put(person, desk.name, put)
        self._answer(asked, desk.id, answer)
        if news is not None:
            self._outlet.publish(changed_subject(person), message_of(news))

    async def _history(self, asked: Delivery, desk: DeskKey, person: str, key: str) -> None:
        self._answer_all(asked, desk.id, await self._lists.history(person, key))

    # Inside

    def _gone(self, desks: Sequence[DeskKey]) -> None:
        """These have no key any more."""
        for desk in desks:
            self._wishes.drop(desk.id, None, self._clock.now_s())
        self._wishes_changed()

    def _read(self, asked: Delivery, kind: type[_Kind]) -> tuple[DeskKey, _Kind] | None:
        """Who asks what; None where it is not to be answered."""
        desk = self._desk(asked.subject.partition(".")[2])
        if desk is None or not self._may_ask(asked, desk, 1 + len(asked.payload) // _BYTES_A_REQUEST):
            return None
        said = read_request(kind, asked.payload)
        return (desk, said) if isinstance(said, kind) else None

    def _desk(self, word: str) -> DeskKey | None:
        desk = self._desks.of(word)
        if desk is None and self._is_open:
            desk = DeskKey(word, untoken(word), untoken(word), "")
        return desk

    def _may_ask(self, asked: Delivery, desk: DeskKey, cost: int = 1) -> bool:
        self.seen_s[desk.id] = self._clock.now_s()
        self._requests[desk.id] += cost
        return asked.reply.startswith(inbox(desk.id)) and self._requests[desk.id] <= MOST_REQUESTS_PER_S

    def _fault_of(self, desk: DeskKey) -> str:
        """Why this desk may not see the quotes; its key may be one too many where the server alone knows desks."""
        if not self._is_open:
            return ""
        others = {word: known for word in self.seen_s if (known := self._desk(word))}
        utc_s = self._clock.utc_s(self._clock.now_s())
        return self._licence.fault_now([*({**others, desk.id: desk}).values()], utc_s)

    def _rows(self, texts: Sequence[str]) -> tuple[list[Instrument], list[ParkedRow]]:
        """The rows that texts name, and those that cannot be had here."""
        rows: list[Instrument] = []
        refused: list[ParkedRow] = []
        for text in texts:
            code, feed = split_feed(text)
            if feed not in self._feeds:
                refused.append(ParkedRow(text[:100], "refused", "This relay does not have that feed"))
                continue
            try:
                rows.append(Instrument(feed, check_code(code)))
            except QuotedeskError as fault:
                refused.append(ParkedRow(text[:100], "refused", str(fault)))
        why = f"a desk may have {MOST_ROWS:,} rows of a relay"
        refused += [ParkedRow(f"{row.code}@{row.feed}", "parked", why) for row in rows[MOST_ROWS:]]
        return rows[:MOST_ROWS], refused

    def _parked(self, rows: Iterable[Instrument]) -> list[ParkedRow]:
        found = []
        for row in rows:
            value = self._publisher.last.of(row)
            if value and value.status and value.status.state in (RowState.PARKED, RowState.REFUSED):
                status = self._publisher.status_of(row)
                assert status is not None
                found.append(ParkedRow(f"{row.code}@{row.feed}", status.state, status.reason))
        return found

    def _answer(self, asked: Delivery, desk: str, answer: msgspec.Struct) -> None:
        if self.is_speaking and asked.reply.startswith(inbox(desk)):
            self._outlet.publish(asked.reply, message_of(answer))

    def _answer_all(self, asked: Delivery, desk: str, answers: Sequence[msgspec.Struct]) -> None:
        for answer in answers:
            self._answer(asked, desk, answer)


def _in_parts(rows: list[_Kind]) -> list[list[_Kind]]:
    """The rows in as many answers as the longest message allows; at least one."""
    if len(rows) < 2 or size_of(rows) <= _MOST_IN_ANSWER:
        return [rows]
    half = len(rows) // 2
    return [*_in_parts(rows[:half]), *_in_parts(rows[half:])]
