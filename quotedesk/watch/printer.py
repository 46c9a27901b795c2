"""Prints a line for each update, state and link; where the reader is slow, the newest of each symbol and how many it
stands for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Protocol

import msgspec

from quotedesk.alerts.firing import Firing
from quotedesk.engine.firing_fields import firing_fields
from quotedesk.market.batch import Batch
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import Number
from quotedesk.market.quote import Update
from quotedesk.market.states import LinkState, LinkStatus, RowState
from quotedesk.quotes.figures import Figures
from quotedesk.watch.outlet import Outlet

_AT_ONCE = 200  # updates between two looks at the reader
_CAUGHT_UP_AT_ONCE = 20  # rows
_encode = msgspec.json.Encoder().encode


class LineForm(Protocol):
    """How a line looks, its end included."""

    def quote(self, instrument: Instrument, fields: Mapping[str, str], dropped: int) -> bytes:
        """An update: what is known of the instrument with it, and how many before it this line stands for."""

    def state(self, instrument: Instrument, state: RowState, reason: str) -> bytes:
        """An instrument's row state is another."""

    def link(self, link: LinkStatus) -> bytes:
        """A connection's state is another."""


class JsonLines:
    """NDJSON: an object a line. What is unknown is absent."""

    def quote(self, instrument: Instrument, fields: Mapping[str, str], dropped: int) -> bytes:
        said = {"type": "quote", "symbol": instrument.code, "feed": instrument.feed, **fields}
        return _line({**said, "dropped": dropped} if dropped else said)

    def state(self, instrument: Instrument, state: RowState, reason: str) -> bytes:
        said = {"type": "state", "symbol": instrument.code, "feed": instrument.feed}
        return _line({**said, "state": state.word, "reason": reason})

    def alert(self, rule: str, firing: Firing) -> bytes:
        """A rule has a reason; `rule` as the user wrote it. The time is the exchange's where the feed says it."""
        return self.told_alert(firing_fields(rule, firing))

    def told_alert(self, fields: Mapping[str, object]) -> bytes:
        """The same, of what is told already."""
        return _line({"type": "alert", **fields})

    def link(self, link: LinkStatus) -> bytes:
        said = {"type": "link", "feed": link.feed, "endpoint": link.endpoint}
        said |= {"through": link.through} if link.is_relayed else {}
        return _line({**said, "state": link.state.value, "reason": link.reason})


class Printer:
    """A consumer of batches, and the engine's display, that writes lines of one form to an outlet.

    `tell` takes notices: they are no lines.

    Attributes:
        came, dropped: how many updates of its instruments came, and how many of them got no line of their own.
    """

    def __init__(
        self,
        form: LineForm,
        outlet: Outlet,
        clock: Clock,
        instruments: Sequence[Instrument],
        tell: Callable[[str], None],
    ) -> None:
        self.came = self.dropped = 0
        self._tell = tell
        self._form = form
        self._outlet = outlet
        self._clock = clock
        self._rows: dict[str, dict[str, _WatchedRow]] = {}
        self._links: dict[str, LinkStatus] = {}
        # What the reader was too slow for, the longest waiting first: rows, and names of links. While there is some,
        # all goes here; while there is none, all goes to the outlet.
        self._waiting: dict[_WatchedRow | str, None] = {}
        outlet.on_empty = self._catch_up
        for instrument in instruments:
            row = self._rows.setdefault(instrument.feed, {}).setdefault(instrument.code, _WatchedRow(instrument))
            self._outlet.put([self._form.state(instrument, *row.state)])

    def consume(self, batch: Batch) -> None:
        """Print what is new in a batch."""
        rows = self._rows.get(batch.feed, {})
        received_utc_s = self._clock.utc_s(batch.received_s)
        updates = iter(batch.updates)
        while part := list(islice(updates, _AT_ONCE)):
            if self._is_slow():
                self._keep(part, rows, received_utc_s)
            else:
                self._outlet.put(self._lines(part, rows, received_utc_s))
        for seed in batch.seeds:
            if row := rows.get(seed.code):
                row.figures.seed(seed)
        for status in batch.statuses:
            row = rows.get(status.code)
            if row and row.state != (status.state, status.reason):
                row.state = (status.state, status.reason)
                row.has_state = row.is_state_newer = True
                self._put(row)

    def count_from(self, instrument: Instrument, first: Number) -> None:
        """See joined.JoinedDisplay."""
        if row := self._rows.get(instrument.feed, {}).get(instrument.code):
            row.figures.first_seen = first

    def miss(self, instrument: Instrument, count: int) -> None:
        """See joined.JoinedDisplay: the next line of it stands for them, too."""
        if row := self._rows.get(instrument.feed, {}).get(instrument.code):
            self.came += count
            self.dropped += count
            row.missed += count

    def show_notice(self, text: str, *, is_error: bool = False) -> None:
        """See engine.services.Display."""
        self._tell(text)

    def show_links(self, links: Sequence[LinkStatus]) -> None:
        """Print which links are other than before; one that is not among `links` is off."""
        now = {link.name: link for link in links}
        for name, before in self._links.items():
            if name not in now and before.state is not LinkState.OFF:
                now[name] = LinkStatus(before.feed, before.endpoint, LinkState.OFF)
        for name, link in now.items():
            known = self._links.get(name)
            if known is None or (known.state, known.reason) != (link.state, link.reason):
                self._links[name] = link
                self._put(name)

    def show_plan(self, used: int, slots: int | None, parked: int) -> None:
        """Nothing of that is printed."""

    def show_traffic(self, messages_per_s: float, round_trip_s: float) -> None:
        """Nothing of that is printed."""

    def show_fetching(self, words: str) -> None:
        """Nothing of that is printed."""

    def wake(self) -> None:
        """All is printed already."""

    def close(self) -> None:
        """Nothing is left to print."""

    def _is_slow(self) -> bool:
        """Does the reader want no more than the newest, now or since it was slow last?"""
        return bool(self._waiting) or self._outlet.is_behind()

    def _put(self, what: "_WatchedRow | str") -> None:
        if self._is_slow():
            self._waiting[what] = None
        else:
            self._outlet.put(self._lines_of(what))

    def _lines(self, updates: list[Update], rows: "dict[str, _WatchedRow]", received_utc_s: float) -> Iterator[bytes]:
        """A line for each update."""
        quote = self._form.quote
        for update in updates:
            row = rows.get(update.code)
            if row:
                self.came += 1
                row.figures.take(update)
                yield quote(row.instrument, row.figures.fields(received_utc_s), row.missed)
                row.missed = 0

    def _keep(self, updates: list[Update], rows: "dict[str, _WatchedRow]", received_utc_s: float) -> None:
        """Lines that have to wait: of a row only the newest will be written."""
        for update in updates:
            row = rows.get(update.code)
            if row:
                self.came += 1
                row.figures.take(update)
                row.received_utc_s = received_utc_s
                row.kept += 1
                row.is_state_newer = False
                self._waiting[row] = None

    def _catch_up(self) -> None:
        """Write what waits, as far as the reader takes it."""
        while self._waiting and self._outlet.is_empty and not self._outlet.is_gone:
            part = list(islice(self._waiting, _CAUGHT_UP_AT_ONCE))
            for each in part:
                del self._waiting[each]
            self._outlet.put(line for each in part for line in self._lines_of(each))

    def _lines_of(self, what: "_WatchedRow | str") -> list[bytes]:
        """What is to be said of a link or a row, in the order in which the newest of each kind came."""
        if isinstance(what, str):
            return [self._form.link(self._links[what])]
        row, lines = what, []
        if row.kept:
            fields = row.figures.fields(row.received_utc_s)
            lines.append(self._form.quote(row.instrument, fields, row.missed + row.kept - 1))
            self.dropped += row.kept - 1
            row.kept = row.missed = 0
        if row.has_state:
            lines.append(self._form.state(row.instrument, *row.state))
            row.has_state = False
        return lines if row.is_state_newer else lines[::-1]


class _WatchedRow:
    """What is known of one instrument, and what of it waits for the reader.

    Attributes:
        state: the newest, with its reason.
        kept: so many updates wait.
        missed: so many before the next line never came here.
        has_state: the state waits.
        is_state_newer: it came after the newest update that waits.
        received_utc_s: when the newest update that waits was read.
    """

    __slots__ = ("figures", "has_state", "instrument", "is_state_newer", "kept", "missed", "received_utc_s", "state")

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.figures = Figures()
        self.state = (RowState.PENDING, "")
        self.kept = self.missed = 0
        self.has_state = self.is_state_newer = False
        self.received_utc_s = 0.0


def _line(said: Mapping[str, object]) -> bytes:
    return _encode(said) + b"\n"
