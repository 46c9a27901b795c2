"""Quotes for other programs: who reads what. A consumer of batches; it costs nothing while nobody reads."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

import msgspec

from quotedesk.codec import FEEDS
from quotedesk.engine.services import Services
from quotedesk.engine.serving import rpc
from quotedesk.engine.serving.reader_calls import MOST_ROWS, ReaderCalls
from quotedesk.engine.serving.reader_session import ReaderSession
from quotedesk.engine.serving.served_program import NoAlerts, ReaderAlerts, ServedProgram
from quotedesk.engine.serving.served_row import ServedRow
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.quote import Update
from quotedesk.market.states import LinkState, LinkStatus, RowState, RowStatus

MOST_READERS = 1_000
MOST_ROWS_OF_ALL = 20_000
UNSUBSCRIBED = "unsubscribed"  # in place of a row's state
_AT_ONCE = 200  # updates between two looks at the readers


class Readers(msgspec.Struct, frozen=True):
    """Who reads, for those who show it.

    Attributes:
        names: as the readers call themselves, each; "" where one did not say.
        rows: how many symbols they subscribed to, each counted once.
        dropped: how many updates slow ones got no line for.
    """

    names: tuple[str, ...] = ()
    rows: int = 0
    dropped: int = 0


class Serving:
    """All readers of one run. `services` need a store.

    Attributes:
        on_wanted: called when `wanted` is another than before.
        on_readers: called when who reads, or how much, is another than before.
        on_lines: called with a reader that has something to `take`.
        alerts: the rules, as far as somebody evaluates them.
    """

    def __init__(self, services: Services, program: ServedProgram) -> None:
        self.on_wanted: Callable[[], None] = _nothing
        self.on_readers: Callable[[], None] = _nothing
        self.alerts: ReaderAlerts = NoAlerts()
        self._program = program
        self._services = services
        self._readers: dict[ReaderSession, Callable[[], None]] = {}
        self._rows: dict[str, dict[str, ServedRow]] = {}
        self._links: dict[str, LinkStatus] = {}
        self._focus: Mapping[str, object] = {}
        self._dropped = 0  # of readers that are gone
        self._refused: Mapping[Instrument, str] = {}  # what readers want and the program cannot have beside its own
        self._calls = ReaderCalls(self, program)

    # Readers

    @property
    def wanted(self) -> list[Instrument]:
        """What readers subscribed to, and what rules of theirs need."""
        rows = [row.instrument for rows in self._rows.values() for row in rows.values()]
        return list(dict.fromkeys([*rows, *self.alerts.wanted()]))

    def beside(self, own: Iterable[Instrument]) -> list[Instrument]:
        """What readers want more than the program's `own`, which come first.

        One token speaks one dialect at a time: of a feed whose provider speaks another for the program nothing is
        wanted, and the rows say so.
        """
        held = dict.fromkeys(own)
        speaks: dict[str, str] = {}
        for name in dict.fromkeys(each.feed for each in held):
            if name in FEEDS and FEEDS[name].provider.needs_key:
                speaks.setdefault(FEEDS[name].provider.name, name)
        wanted, refused = list[Instrument](), dict[Instrument, str]()
        for each in self.wanted:
            provider = FEEDS[each.feed].provider
            other = speaks.get(provider.name, each.feed)
            if other != each.feed:
                refused[each] = f"{provider.title} takes one connection for a token, and {other} uses it here"
            elif each not in held:
                wanted.append(each)
        self._refuse({each: why for each, why in refused.items() if each not in self._refused})
        self._refused = refused
        return wanted

    @property
    def readers(self) -> Readers:
        """Who reads now."""
        return Readers(
            tuple(each.name for each in self._readers),
            len(self.wanted),
            self._dropped + sum(each.dropped for each in self._readers),
        )

    def join(self, flush: Callable[[], None]) -> ReaderSession | None:
        """A new reader; None where there are too many. `flush` is called when it has lines to be taken."""
        if len(self._readers) >= MOST_READERS:
            return None
        reader = ReaderSession(self)
        self._readers[reader] = flush
        self.on_readers()
        return reader

    def leave(self, reader: ReaderSession) -> None:
        """It is gone, and with it what nobody else wants."""
        if self._readers.pop(reader, None) is None:
            return
        self._dropped += reader.dropped
        self.alerts.forget(reader)
        self.on_wanted()
        self.unsubscribe(reader, list(reader.rows))
        self.on_readers()

    # What the program tells

    def consume(self, batch: Batch) -> None:
        """Tell readers what is new in a batch."""
        self.alerts.consume(batch)
        rows = self._rows.get(batch.feed)
        if not rows:
            return
        clock = self._services.clock
        received_utc_s = clock.utc_s(batch.received_s)
        updates = iter(batch.updates)
        while part := list(islice(updates, _AT_ONCE)):
            self._flush(self._take_updates(part, rows, received_utc_s))
        for seed in batch.seeds:
            if row := rows.get(seed.code):
                row.seed(seed)
        told: dict[ReaderSession, None] = {}
        for status in batch.statuses:
            row = rows.get(status.code)
            if row and row.stand(status, clock.utc_s(status.since_s)):
                line = rpc.notification("state", row.standing())
                for reader in row.readers:
                    reader.state(row, line)
                told |= row.readers
        self._flush(told)

    def second(self) -> None:
        """Once a second: rules look at what happens by nothing happening, and readers that take nothing are parked."""
        self.alerts.second()
        for reader in self._readers:
            reader.second()

    def show_links(self, links: Iterable[LinkStatus]) -> None:
        """The connections in use; one that is not among them is off."""
        now = {link.name: link for link in links}
        for name, before in self._links.items():
            if name not in now and before.state is not LinkState.OFF:
                now[name] = LinkStatus(before.feed, before.endpoint, LinkState.OFF)
        told = False
        for name, link in now.items():
            known = self._links.get(name)
            self._links[name] = link
            if known is None or (known.state, known.reason) != (link.state, link.reason):
                told = True
                for reader in self._readers:
                    reader.link(link)
        if told:
            self._flush(self._readers)

    def show_focus(self, instrument: Instrument | None, context: Mapping[str, object] | None = None) -> None:
        """The row that the user looks at; `context` tells it as FDC3 does."""
        said: dict[str, object] = {"symbol": None, "feed": None, "fdc3": None}
        if instrument is not None:
            said = {"symbol": instrument.code, "feed": instrument.feed, "fdc3": context}
        if said != self._focus:
            self._focus = said
            for reader in self._readers:
                reader.focus(said)
            self._flush(self._readers)

    def show_alert(self, params: Mapping[str, object], reader: ReaderSession | None = None) -> None:
        """A rule fired: one of the program, or of a reader."""
        told = list(self._readers) if reader is None else [reader] if reader in self._readers else []
        for each in told:
            each.alert(params)
        self._flush(told)

    # What readers ask

    def do(self, reader: ReaderSession, call: rpc.RpcCall) -> object:
        """See reader_session.Answering."""
        return self._calls.do(reader, call)

    def name(self, reader: ReaderSession, name: str, kinds: Iterable[str] | None) -> None:
        """What a reader calls itself, and which notifications it wants; None for all."""
        reader.name = name
        reader.kinds = reader.kinds if kinds is None else frozenset(kinds)
        self.on_readers()

    def subscribe(self, reader: ReaderSession, instruments: Sequence[Instrument]) -> list[ServedRow]:
        """Tell the reader of these from now on. Raises rpc.CallError where that is too much, and does nothing."""
        new = [each for each in instruments if each not in reader.rows]
        if len(reader.rows) + len(new) > MOST_ROWS:
            raise rpc.CallError(rpc.TOO_MUCH, f"A reader has room for {MOST_ROWS:,} symbols")
        unserved = [each for each in new if self._row(each) is None]
        if sum(map(len, self._rows.values())) + len(unserved) > MOST_ROWS_OF_ALL:
            raise rpc.CallError(rpc.TOO_MUCH, f"All readers together have room for {MOST_ROWS_OF_ALL:,} symbols")
        for each in new:
            row = self._row(each) or self._serve(each)
            row.readers[reader] = None
            reader.rows[each] = row
        if unserved:
            self.on_wanted()
            self.on_readers()
        return [reader.rows[each] for each in instruments]

    def unsubscribe(self, reader: ReaderSession, instruments: Iterable[Instrument]) -> None:
        """The reader wants these no longer."""
        is_less = False
        for each in [each for each in instruments if each in reader.rows]:
            row = reader.rows.pop(each)
            reader.forget(row)
            if row.leave(reader):
                del self._rows[each.feed][each.code]
                is_less = True
        if is_less:
            self.on_wanted()
            self.on_readers()

    def told_of(self, instrument: Instrument) -> Mapping[str, object]:
        """A row whoever wants it; of what nobody wants now the last that was known."""
        quotes = self._services.quotes
        assert quotes is not None
        if row := self._row(instrument):
            return row.whole()
        why = {"state": UNSUBSCRIBED, "reason": "Nobody wants it now: subscribe to it"}
        if not quotes.has_slot(instrument):
            return {"symbol": instrument.code, "feed": instrument.feed, **why}
        told = self._made(instrument).whole()
        return told if self._program.is_wanted(instrument) else {**told, **why}

    def watch_rules(self, reader: ReaderSession, rules: Sequence[str], feed: str) -> None:
        """Evaluate these for the reader, in place of those before; bare codes are of `feed`. Raises QuotedeskError."""
        self.alerts.watch(reader, rules, feed)
        self.on_wanted()
        self.on_readers()

    def begin(self, reader: ReaderSession) -> None:
        """See reader_session.Answering."""
        for link in self._links.values():
            if link.state is not LinkState.OFF:
                reader.link(link)
        if self._focus:
            reader.focus(self._focus)

    # Inside

    def _take_updates(
        self, updates: Sequence[Update], rows: Mapping[str, ServedRow], received_utc_s: float
    ) -> Mapping[ReaderSession, None]:
        """Tell each update to those who read its row; returns them."""
        told: dict[ReaderSession, None] = {}
        for update in updates:
            row = rows.get(update.code)
            if row is None:
                continue
            row.take(update, received_utc_s)
            if not row.readers:
                continue
            line = rpc.notification("quote", row.quote())
            for reader in row.readers:
                reader.quote(row, line)
            told |= row.readers
        return told

    def _refuse(self, instruments: Mapping[Instrument, str]) -> None:
        now_s = self._services.clock.now_s()
        for each, why in instruments.items():
            status = RowStatus(each.code, RowState.REFUSED, now_s, why)
            self._services.take(Batch(each.feed, [], now_s, (each.code,), (status,)))

    def _flush(self, readers: Iterable[ReaderSession]) -> None:
        for reader in list(readers):
            if not reader.is_behind and (flush := self._readers.get(reader)):
                flush()

    def _row(self, instrument: Instrument) -> ServedRow | None:
        return self._rows.get(instrument.feed, {}).get(instrument.code)

    def _serve(self, instrument: Instrument) -> ServedRow:
        row = self._rows.setdefault(instrument.feed, {})[instrument.code] = self._made(instrument)
        return row

    def _made(self, instrument: Instrument) -> ServedRow:
        quotes, clock = self._services.quotes, self._services.clock
        assert quotes is not None
        row = ServedRow(instrument, quotes, self._program.is_recorded(instrument.feed))
        row.received_utc_s = clock.utc_s(quotes.received_s.item(row.slot))
        row.since_utc_s = clock.utc_s(quotes.state_since_s.item(row.slot))
        return row


def _nothing() -> None:
    pass
