"""Quotes for other programs: who reads what. A consumer of batches; it costs nothing while nobody reads."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Protocol

import msgspec

from quotedesk import __version__
from quotedesk.codec import FEEDS
from quotedesk.engine.services import Services
from quotedesk.engine.serving import rpc
from quotedesk.engine.serving.line_splitter import LONGEST
from quotedesk.engine.serving.reader_session import KINDS, ReaderSession
from quotedesk.engine.serving.served_row import ServedRow
from quotedesk.engine.symbols import unique_instruments
from quotedesk.market.batch import Batch
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from quotedesk.market.quote import Update
from quotedesk.market.states import LinkState, LinkStatus

PROTOCOL = 1
MOST_READERS = 1_000
MOST_ROWS = 10_000  # of one reader
MOST_ROWS_OF_ALL = 20_000
UNSUBSCRIBED = "unsubscribed"  # in place of a row's state
_AT_ONCE = 200  # updates between two looks at the readers


class ServedProgram(Protocol):
    """What readers are told of the program that serves them."""

    def base_of(self, feed: str) -> str | None:
        """The server in place of the provider's own; None where that is dialled."""

    def is_recorded(self, feed: str) -> bool:
        """Are its prices those of a recording?"""

    def default_feed(self) -> str:
        """Whose symbol a bare code is."""

    def is_wanted(self, instrument: Instrument) -> bool:
        """Is it subscribed, or waits for that?"""


class ReaderAlerts(Protocol):
    """The rules of the program, for readers."""

    def listed(self) -> Sequence[Mapping[str, object]]:
        """Each rule with its state, as an object."""

    def watch(self, reader: ReaderSession, rules: Sequence[str], feed: str) -> Sequence[Instrument]:
        """Evaluate these for the reader, in place of those before; returns the symbols that they name.

        A bare code is of `feed`. Raises QuotedeskError.
        """

    def forget(self, reader: ReaderSession) -> None:
        """It is gone."""

    def consume(self, batch: Batch) -> None:
        """Every batch, before readers are told of it."""

    def second(self) -> None:
        """Once a second."""


class NoAlerts:
    """Where nobody evaluates rules."""

    def listed(self) -> Sequence[Mapping[str, object]]:
        return ()

    def watch(self, reader: ReaderSession, rules: Sequence[str], feed: str) -> Sequence[Instrument]:
        raise QuotedeskError("This program evaluates no rules")

    def forget(self, reader: ReaderSession) -> None:
        pass

    def consume(self, batch: Batch) -> None:
        pass

    def second(self) -> None:
        pass


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


class _Initialize(msgspec.Struct, forbid_unknown_fields=True):
    client: str = ""
    notifications: list[str] | None = None


class _Symbols(msgspec.Struct, forbid_unknown_fields=True):
    symbols: list[str]
    feed: str = ""


class _SymbolsOrAll(msgspec.Struct, forbid_unknown_fields=True):
    symbols: list[str] | None = None
    feed: str = ""


class _Rules(msgspec.Struct, forbid_unknown_fields=True):
    rules: list[str]
    feed: str = ""


class _Nothing(msgspec.Struct, forbid_unknown_fields=True):
    pass


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
        self._of_rules: dict[ReaderSession, Sequence[Instrument]] = {}
        self._links: dict[str, LinkStatus] = {}
        self._focus: Mapping[str, object] = {}
        self._dropped = 0  # of readers that are gone
        self._methods: Mapping[str, Callable[[ReaderSession, rpc.RpcCall], object]] = {
            "initialize": self._initialize,
            "quotes.snapshot": self._snapshot,
            "quotes.subscribe": self._subscribe,
            "quotes.unsubscribe": self._unsubscribe,
            "alerts.list": self._list_alerts,
            "alerts.watch": self._watch_alerts,
        }

    # Readers

    @property
    def wanted(self) -> list[Instrument]:
        """What readers subscribed to, and what rules of theirs need."""
        rows = [row.instrument for rows in self._rows.values() for row in rows.values()]
        return list(dict.fromkeys([*rows, *(each for needed in self._of_rules.values() for each in needed)]))

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
        if self._of_rules.pop(reader, None):
            self.on_wanted()
        self.alerts.forget(reader)
        self._let_go(reader, list(reader.rows))
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
        """Once a second: rules look at what happens by nothing happening."""
        self.alerts.second()

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
        method = self._methods.get(call.method)
        if method is None:
            raise rpc.CallError(rpc.NO_METHOD, f"There is no method {call.method[:40]!r}")
        return method(reader, call)

    def begin(self, reader: ReaderSession) -> None:
        """See reader_session.Answering."""
        for link in self._links.values():
            if link.state is not LinkState.OFF:
                reader.link(link)
        if self._focus:
            reader.focus(self._focus)

    def _initialize(self, reader: ReaderSession, call: rpc.RpcCall) -> object:
        asked = call.read(_Initialize)
        if asked.notifications is not None:
            if unknown := [each for each in asked.notifications if each not in KINDS]:
                raise rpc.CallError(rpc.BAD_PARAMS, f"There is no notification {unknown[0][:40]!r}")
            reader.kinds = frozenset(asked.notifications)
        reader.name = "".join(filter(str.isprintable, asked.client))[:40]
        self.on_readers()
        program = self._program
        return {
            "protocol": PROTOCOL,
            "name": "quotedesk",
            "version": __version__,
            "feed": program.default_feed(),
            "feeds": {
                name: {"title": feed.title, "server": program.base_of(name), "recorded": program.is_recorded(name)}
                for name, feed in FEEDS.items()
            },
            "methods": list(self._methods),
            "notifications": list(KINDS),
            "limits": {"line_bytes": LONGEST, "batch": rpc.LONGEST_BATCH, "symbols": MOST_ROWS},
        }

    def _snapshot(self, reader: ReaderSession, call: rpc.RpcCall) -> object:
        asked = call.read(_SymbolsOrAll)
        if asked.symbols is None:
            return {"quotes": [row.whole() for row in reader.rows.values()]}
        return {"quotes": [self._told_of(each) for each in self._instruments(asked.symbols, asked.feed)]}

    def _subscribe(self, reader: ReaderSession, call: rpc.RpcCall) -> object:
        asked = call.read(_Symbols)
        instruments = self._instruments(asked.symbols, asked.feed)
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
        return {"quotes": [reader.rows[each].whole() for each in instruments]}

    def _unsubscribe(self, reader: ReaderSession, call: rpc.RpcCall) -> object:
        asked = call.read(_Symbols)
        gone = [each for each in self._instruments(asked.symbols, asked.feed) if each in reader.rows]
        self._let_go(reader, gone)
        return {"symbols": len(reader.rows)}

    def _list_alerts(self, reader: ReaderSession, call: rpc.RpcCall) -> object:
        call.read(_Nothing)
        return {"alerts": list(self.alerts.listed())}

    def _watch_alerts(self, reader: ReaderSession, call: rpc.RpcCall) -> object:
        asked = call.read(_Rules)
        try:
            needed = self.alerts.watch(reader, asked.rules, self._feed(asked.feed))
        except QuotedeskError as fault:
            raise rpc.CallError(rpc.BAD_PARAMS, str(fault)) from None
        self._of_rules[reader] = needed
        self.on_wanted()
        self.on_readers()
        return {"rules": len(asked.rules)}

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
            line = rpc.notification("quote", row.quote())
            for reader in row.readers:
                reader.quote(row, line)
            told |= row.readers
        return told

    def _flush(self, readers: Iterable[ReaderSession]) -> None:
        for reader in list(readers):
            if not reader.is_behind and (flush := self._readers.get(reader)):
                flush()

    def _feed(self, feed: str) -> str:
        """Whose a bare code is, where `feed` was said."""
        if feed and feed not in FEEDS:
            raise rpc.CallError(rpc.BAD_PARAMS, f"There is no feed {feed[:40]!r}")
        return feed or self._program.default_feed()

    def _instruments(self, symbols: Sequence[str], feed: str) -> list[Instrument]:
        own = self._feed(feed)
        try:
            return unique_instruments(symbols, own)
        except QuotedeskError as fault:
            raise rpc.CallError(rpc.BAD_PARAMS, str(fault)) from None

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

    def _told_of(self, instrument: Instrument) -> Mapping[str, object]:
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

    def _let_go(self, reader: ReaderSession, instruments: Sequence[Instrument]) -> None:
        """The reader wants these no longer."""
        is_less = False
        for each in instruments:
            row = reader.rows.pop(each)
            reader.forget(row)
            del row.readers[reader]
            if not row.readers:
                del self._rows[each.feed][each.code]
                is_less = True
        if is_less:
            self.on_wanted()
            self.on_readers()


def _nothing() -> None:
    pass
