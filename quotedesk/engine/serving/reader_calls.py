"""The methods that readers call: what their parameters are, and what each answers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from quotedesk import __version__
from quotedesk.codec import FEEDS
from quotedesk.engine.serving import rpc
from quotedesk.engine.serving.line_splitter import LONGEST
from quotedesk.engine.serving.reader_session import KINDS, ReaderSession
from quotedesk.engine.serving.served_program import ReaderAlerts, ServedProgram
from quotedesk.engine.serving.served_row import ServedRow
from quotedesk.engine.symbols import unique_instruments
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument

PROTOCOL = 1
MOST_ROWS = 10_000  # of one reader


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


class Called(Protocol):
    """Whoever carries calls out; see serving.Serving."""

    alerts: ReaderAlerts

    def name(self, reader: ReaderSession, name: str, kinds: Sequence[str] | None) -> None: ...

    def subscribe(self, reader: ReaderSession, instruments: Sequence[Instrument]) -> list[ServedRow]: ...

    def unsubscribe(self, reader: ReaderSession, instruments: Sequence[Instrument]) -> None: ...

    def told_of(self, instrument: Instrument) -> Mapping[str, object]: ...

    def watch_rules(self, reader: ReaderSession, rules: Sequence[str], feed: str) -> None: ...


class ReaderCalls:
    """`called` carries them out, `program` is what they are told of."""

    def __init__(self, called: Called, program: ServedProgram) -> None:
        self._called = called
        self._program = program
        self._methods: Mapping[str, Callable[[ReaderSession, rpc.RpcCall], object]] = {
            "initialize": self._initialize,
            "quotes.snapshot": self._snapshot,
            "quotes.subscribe": self._subscribe,
            "quotes.unsubscribe": self._unsubscribe,
            "alerts.list": self._list_alerts,
            "alerts.watch": self._watch_alerts,
        }

    def do(self, reader: ReaderSession, call: rpc.RpcCall) -> object:
        """The result, for JSON. Raises rpc.CallError."""
        method = self._methods.get(call.method)
        if method is None:
            raise rpc.CallError(rpc.NO_METHOD, f"There is no method {call.method[:40]!r}")
        return method(reader, call)

    # The methods

    def _initialize(self, reader: ReaderSession, call: rpc.RpcCall) -> object:
        asked = call.read(_Initialize)
        if unknown := [each for each in asked.notifications or () if each not in KINDS]:
            raise rpc.CallError(rpc.BAD_PARAMS, f"There is no notification {unknown[0][:40]!r}")
        self._called.name(reader, "".join(filter(str.isprintable, asked.client))[:40], asked.notifications)
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
        return {"quotes": [self._called.told_of(each) for each in self._instruments(asked.symbols, asked.feed)]}

    def _subscribe(self, reader: ReaderSession, call: rpc.RpcCall) -> object:
        asked = call.read(_Symbols)
        rows = self._called.subscribe(reader, self._instruments(asked.symbols, asked.feed))
        return {"quotes": [row.whole() for row in rows]}

    def _unsubscribe(self, reader: ReaderSession, call: rpc.RpcCall) -> object:
        asked = call.read(_Symbols)
        self._called.unsubscribe(reader, self._instruments(asked.symbols, asked.feed))
        return {"symbols": len(reader.rows)}

    def _list_alerts(self, reader: ReaderSession, call: rpc.RpcCall) -> object:
        call.read(_Nothing)
        return {"alerts": list(self._called.alerts.listed())}

    def _watch_alerts(self, reader: ReaderSession, call: rpc.RpcCall) -> object:
        asked = call.read(_Rules)
        try:
            self._called.watch_rules(reader, asked.rules, self._feed(asked.feed))
        except QuotedeskError as fault:
            raise rpc.CallError(rpc.BAD_PARAMS, str(fault)) from None
        return {"rules": len(asked.rules)}

    # Inside

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
