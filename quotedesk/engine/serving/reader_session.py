"""One reader's conversation, without sockets: bytes or messages in, lines out, and how much of both is kept."""

from collections import deque
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from quotedesk.engine.serving import rpc
from quotedesk.engine.serving.line_splitter import LONGEST, LineSplitter
from quotedesk.engine.serving.served_row import ServedRow
from quotedesk.market.instrument import Instrument

if TYPE_CHECKING:
    from quotedesk.market.states import LinkStatus

KINDS = ("quote", "state", "link", "alert", "focus")
MOST_ALERTS = 1_000  # that wait for a reader
MOST_UNREADABLE = 20  # lines in a row: whoever sends more speaks something else
_MOST_OUT = 256 * 1024  # bytes between two looks at whether the reader takes them
_CAUGHT_UP_AT_ONCE = 50


class Answering(Protocol):
    """Whoever carries out what readers ask."""

    def do(self, reader: "ReaderSession", call: rpc.RpcCall) -> object:
        """The result, for JSON. Raises rpc.CallError."""

    def begin(self, reader: "ReaderSession") -> None:
        """It has asked for the first time, and was answered: tell it how things are."""


class ReaderSession:
    """What the reader is too slow for is told as the newest of each symbol; alerts wait, up to a number.

    Whoever moves the bytes calls `work` and `take` in turn after each `receive`, until there is nothing more, and
    `take` when something was told.

    Attributes:
        name: as the reader calls itself; "" where it did not say.
        rows: what it subscribed to, by instrument.
        kinds: which notifications it wants.
        has_begun: it said something that could be read; before, nothing is told.
        dropped: how many updates it got no line for.
        is_over: it speaks something else: hang up.
    """

    def __init__(self, answering: Answering) -> None:
        self.name = ""
        self.rows: dict[Instrument, ServedRow] = {}
        self.kinds = frozenset(KINDS)
        self.has_begun = self.is_over = False
        self.dropped = 0
        self._answering = answering
        self._inbox = LineSplitter()
        self._messages: deque[bytes] = deque()
        self._unreadable = 0
        self._out: list[bytes] = []
        self._out_bytes = 0
        self._is_behind = self._was_behind = False
        self._parked: dict[ServedRow, tuple[int, int]] = {}  # how many updates and states each row had then
        # What the reader was too slow for, the longest waiting first: rows, and by what they tell of, other lines.
        self._waiting: dict[ServedRow | str, _Waiting] = {}
        self._alerts: deque[Mapping[str, object]] = deque(maxlen=MOST_ALERTS)
        self._lost_alerts = 0

    # What the transport tells, and takes

    @property
    def is_behind(self) -> bool:
        """Does the reader take nothing now?"""
        return self._is_behind

    def receive(self, data: bytes) -> None:
        """Bytes of a stream; each line is a message."""
        self._inbox.feed(data)

    def receive_message(self, data: bytes) -> None:
        """A message of a transport that has such."""
        self._messages.append(data if len(data) <= LONGEST else b"")

    def fall_behind(self, *, on: bool) -> None:
        """The reader takes no more for now, or does again."""
        self._is_behind, self._was_behind = on, False
        if not on:
            self._unpark()

    def second(self) -> None:
        """Once a second: one that takes nothing at all is told nothing more, and costs nothing, until it does."""
        if self._is_behind and self._was_behind and not self._parked:
            for row in self.rows.values():
                self._parked[row] = row.seq, row.states
                row.parked[self] = row.readers.pop(self)
        self._was_behind = self._is_behind

    def work(self) -> bool:
        """Answer what was asked, as far as the reader takes answers; was there something?"""
        has_worked = False
        while not (self._is_behind or self.is_over) and self._out_bytes < _MOST_OUT:
            if (line := self._next_message()) is None:
                break
            has_worked = True
            self._answer(line)
        return has_worked

    def take(self) -> list[bytes]:
        """The next lines to be sent, each with its \\n; to be called until there are none."""
        if self._is_behind:
            return []
        if not self._out:
            self._catch_up()
        lines, self._out, self._out_bytes = self._out, [], 0
        return lines

    # What is to be told

    def quote(self, row: ServedRow, line: bytes) -> None:
        """The row has a new update; `line` tells it."""
        if "quote" not in self.kinds:
            return
        if self._is_slow:
            waiting = self._wait_for(row)
            waiting.quotes += 1
            waiting.is_state_newer = False
        else:
            self._put(line)

    def state(self, row: ServedRow, line: bytes) -> None:
        """The row's state is another."""
        if "state" not in self.kinds:
            return
        if self._is_slow:
            waiting = self._wait_for(row)
            waiting.has_state = waiting.is_state_newer = True
        else:
            self._put(line)

    def link(self, link: "LinkStatus") -> None:
        """A connection's state is another."""
        self._tell("link", link.name, {"feed": link.feed, "endpoint": link.endpoint, **_of_link(link)})

    def focus(self, params: Mapping[str, object]) -> None:
        """The user looks at another row."""
        self._tell("focus", "", params)

    def alert(self, params: Mapping[str, object]) -> None:
        """A rule fired. Where so many wait that one is dropped, the next tells how many."""
        if not self.has_begun or "alert" not in self.kinds:
            return
        if self._is_slow:
            self._lost_alerts += len(self._alerts) == MOST_ALERTS
            self._alerts.append(params)
            self._waiting.setdefault("alert", _Waiting())
        else:
            self._put(rpc.notification("alert", params))

    def forget(self, row: ServedRow) -> None:
        """It is subscribed no longer."""
        self._waiting.pop(row, None)
        self._parked.pop(row, None)

    # Inside

    @property
    def _is_slow(self) -> bool:
        """Does the reader want no more than the newest, now or since it was slow last?"""
        return self._is_behind or bool(self._waiting)

    def _unpark(self) -> None:
        """Let what happened meanwhile wait as if it had been told."""
        parked, self._parked = self._parked, {}
        for row, (seq, states) in parked.items():
            row.readers[self] = row.parked.pop(self)
            if row.seq > seq and "quote" in self.kinds:
                waiting = self._wait_for(row)
                waiting.quotes += row.seq - seq
                waiting.is_state_newer = False
            if row.states > states and "state" in self.kinds:
                waiting = self._wait_for(row)
                waiting.has_state, waiting.is_state_newer = True, row.is_state_newer

    def _wait_for(self, row: ServedRow) -> "_Waiting":
        if row not in self._waiting:
            self._waiting[row] = _Waiting()
        return self._waiting[row]

    def _tell(self, kind: str, about: str, params: Mapping[str, object]) -> None:
        if not self.has_begun or kind not in self.kinds:
            return
        line = rpc.notification(kind, params)
        if self._is_slow:
            self._waiting.setdefault(f"{kind} {about}", _Waiting()).line = line
        else:
            self._put(line)

    def _put(self, line: bytes) -> None:
        self._out.append(line)
        self._out_bytes += len(line)

    def _catch_up(self) -> None:
        """Put some of what waits."""
        for what in list(islice(self._waiting, _CAUGHT_UP_AT_ONCE)):
            waiting = self._waiting.pop(what)
            for line in self._lines_of(what, waiting):
                self._put(line)

    def _lines_of(self, what: ServedRow | str, waiting: "_Waiting") -> list[bytes]:
        """What is told late, in the order in which the newest of each kind came."""
        if what == "alert":
            alerts, lost = list(self._alerts), self._lost_alerts
            self._alerts.clear()
            self._lost_alerts = 0
            first = {**alerts[0], "dropped": lost} if lost else alerts[0]
            return [rpc.notification("alert", each) for each in (first, *alerts[1:])]
        if isinstance(what, str):
            return [waiting.line]
        lines = []
        if waiting.quotes:
            lines.append(rpc.notification("quote", what.quote(waiting.quotes - 1)))
            self.dropped += waiting.quotes - 1
        if waiting.has_state:
            lines.append(rpc.notification("state", what.standing()))
        return lines if waiting.is_state_newer else lines[::-1]

    def _next_message(self) -> bytes | None:
        return self._messages.popleft() if self._messages else self._inbox.next()

    def _answer(self, line: bytes) -> None:
        if line:
            answered, could_be_read = rpc.answer(line, self._do)
        else:
            answered = rpc.error(rpc.UNREADABLE, f"A line has at most {LONGEST:,} bytes; this one was passed over")
            could_be_read = False
        self._unreadable = 0 if could_be_read else self._unreadable + 1
        if answered:
            self._put(answered)
        if could_be_read and not self.has_begun:
            self.has_begun = True
            self._answering.begin(self)
        self.is_over = self._unreadable >= MOST_UNREADABLE

    def _do(self, call: rpc.RpcCall) -> object:
        return self._answering.do(self, call)


class _Waiting:
    """What of a row, a link or a kind waits.

    Attributes:
        quotes: so many updates.
        has_state: the state waits; `is_state_newer`: it came after the newest update that waits.
        line: the newest, of what is no row.
    """

    __slots__ = ("has_state", "is_state_newer", "line", "quotes")

    def __init__(self) -> None:
        self.quotes = 0
        self.has_state = self.is_state_newer = False
        self.line = b""


def _of_link(link: "LinkStatus") -> dict[str, object]:
    said: dict[str, object] = {"state": link.state.value, "reason": link.reason}
    return {**said, "through": link.through} if link.is_relayed else said
