"""What a double of a venue is made of: its side of one connection, and the venue that all connections share.

No socket and no clock in here: `venue_server` brings frames, requests and times. What a provider documents stands in
the module of its dialect, with where that was read.
"""

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from quotedesk.demo.faults import AHEAD_S, ServerFaults
from quotedesk.demo.tickers import MadeInstrument, Ticker, TickerMarket
from quotedesk.demo.wire import Allowance, HttpAnswer, HttpAsked, WireFrame

Fields = Mapping[str, str]
NEVER_S = math.inf


class Venue(ABC):
    """A venue: what it lists, what it allows, what it answers by HTTP.

    Attributes:
        title: as people know it.
        paths: of its WebSocket addresses.
        ping_s, pong_s: WebSocket pings that the server sends, and how long it waits for the answer; None for none.
        age_s: how long a connection may live.
        dials: how many connections may be opened; None where nothing is documented.
        is_single: a second connection to the same address is against the rules.
        refusals: HTTP status -> body, where the provider is known to say more than the status.
        halted, trading: how the directory calls an instrument that does not trade now, and one that does.
    """

    title: ClassVar[str]
    paths: ClassVar[tuple[str, ...]]
    ping_s: ClassVar[float | None] = None
    pong_s: ClassVar[float | None] = None
    age_s: ClassVar[float] = NEVER_S
    is_single: ClassVar[bool] = False
    refusals: ClassVar[Mapping[int, object]] = {}
    halted: ClassVar[str] = ""
    trading: ClassVar[str] = ""

    def __init__(self, faults: ServerFaults, seed: int, more: int = 0) -> None:
        """`more`: made-up instruments beside the real ones, for load tests."""
        self.faults = faults
        self.instruments: dict[str, MadeInstrument] = {
            each.key: each for each in (*self.listed(), *self._invented(more))
        }
        self.market = TickerMarket(seed, self.instruments)
        self.dials: Allowance | None = None

    @abstractmethod
    def listed(self) -> Sequence[MadeInstrument]:
        """What is traded here."""

    @abstractmethod
    def invented(self, base: str) -> MadeInstrument:
        """An instrument on a coin that does not exist."""

    @abstractmethod
    def talk(self, path: str, query: Mapping[str, str], now_s: float) -> "VenueTalk":
        """A connection was opened."""

    @abstractmethod
    def http(self, asked: HttpAsked, now_s: float, utc_s: float) -> HttpAnswer | None:
        """The answer to a request; None where there is no such path."""

    @abstractmethod
    def error(self) -> object:
        """What the provider says with HTTP 200 where it could not answer; None where it has no such thing."""

    def serves(self, path: str) -> bool:
        """Is this one of its WebSocket addresses?"""
        return path in self.paths

    def refuses(self, query: Mapping[str, str]) -> HttpAnswer | None:
        """What a connection with this query is refused with; None where it is taken."""
        return None

    def planned(self, utc_s: float) -> object | None:
        """The frame that tells a planned close; None where the venue has none."""
        return None

    def status(self, made: MadeInstrument) -> str:
        """How the directory says that it trades."""
        return self.halted if made.symbol in self.faults.halt else self.trading

    def trades(self, made: MadeInstrument) -> bool:
        """Has it prices now?"""
        return made.symbol not in self.faults.halt

    def shows(self, made: MadeInstrument) -> bool:
        """Is a first quote sent of it where the venue has one?"""
        faults = self.faults
        return not (faults.no_snapshot or faults.stall or faults.half_open) and self.trades(made)

    def newest(self, made: MadeInstrument, utc_s: float) -> tuple[Ticker, dict[str, str], float]:
        """The newest of an instrument with the fields and the time that this server tells."""
        ticker, faults = self.market.ticker(made.key), self.faults
        fields = ticker.fields()
        fields["last"] = faults.price(made.symbol, fields["last"])
        return ticker, fields, utc_s + faults.skew_s + (AHEAD_S if faults.takes_ahead(made.symbol) else 0.0)

    def find(self, symbol: str, board: str = "") -> MadeInstrument | None:
        """The instrument of this spelling, unless it is to be unknown."""
        if symbol in self.faults.refuse:
            return None
        return self.instruments.get(f"{board}:{symbol}" if board else symbol)

    def _invented(self, count: int) -> Iterator[MadeInstrument]:
        for number in range(count):
            letters = ""
            rest = number
            for _ in range(4):
                rest, letter = divmod(rest, 26)
                letters = chr(ord("A") + letter) + letters
            yield self.invented(f"Q{letters}")


class VenueTalk(ABC):
    """One connection to a venue: what came in, what goes out, what it holds.

    Attributes:
        held: the keys of the instruments that tick on it.
        out: frames to send, the oldest first; whoever sends them clears it.
        breaches: (rule, detail) of what broke a documented rule; is cleared with it.
        closing: code and reason of the close that follows the frames; None for none.
        is_second: there was another one of its kind when it was opened.
        ends_s: when it is to be closed; `end`: with which code and reason.
    """

    def __init__(self, venue: Venue, now_s: float) -> None:
        self.held: dict[str, None] = {}
        self.out: list[WireFrame] = []
        self.breaches: list[tuple[str, object]] = []
        self.closing: tuple[int, str] | None = None
        self.is_second = False
        self.ends_s = NEVER_S
        self.end = (1001, "going away")
        self.opened_s = now_s

    def is_of(self, other: "VenueTalk") -> bool:
        """Do both count as one where only one is allowed?"""
        return True

    def greet(self, now_s: float, utc_s: float) -> None:  # noqa: B027 - most say nothing
        """The connection is open."""

    @abstractmethod
    def receive(self, text: str, now_s: float, utc_s: float) -> None:
        """A frame came."""

    @abstractmethod
    def quote(self, ticker: Ticker, fields: Fields, now_s: float, utc_s: float) -> list[WireFrame]:
        """The frames for the newest of an instrument. `utc_s`: the time they are to tell."""

    def elapsed(self, now_s: float, utc_s: float) -> None:  # noqa: B027 - most have nothing to do
        """Do what is due."""

    @property
    def due_s(self) -> float:
        """When to call `elapsed`, at the latest."""
        return NEVER_S

    def say(self, body: object, kind: str = "answer") -> None:
        self.out.append(WireFrame(body, kind))

    def breach(self, rule: str, detail: object) -> None:
        self.breaches.append((rule, detail))

    def close(self, code: int, reason: str) -> None:
        self.closing = self.closing or (code, reason)


def parsed(text: str) -> Any:
    """A frame's JSON; None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def texts(value: Any) -> list[str] | None:
    """A list of texts; None if it is anything else."""
    return value if isinstance(value, list) and all(isinstance(each, str) for each in value) else None


def number(text: str) -> float:
    """A number that goes out as one, whole where its text is."""
    return int(text) if text.removeprefix("-").isdigit() else float(text)


def whole(query: Mapping[str, str], name: str, default: int) -> int:
    """A whole number of a query, or the default where it is none."""
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else default
