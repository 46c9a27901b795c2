"""The seam to a provider: what a feed declares, the change it is asked to say, the messages it may return.

A *provider* has credentials and endpoints; a *feed* is a provider spoken in one dialect; a *codec* speaks it.
Codecs hold no clock and no socket, and nothing that a server sends makes one raise.
"""

import enum
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

import msgspec

from quotedesk.market.candle import Candle
from quotedesk.market.listing import Listing
from quotedesk.market.quote import Quote, Status, Update
from quotedesk.market.symbology import PlainSymbology, Symbology

_KEY = re.compile(r"[!-~]+")


class Proves(enum.Enum):
    """What an acknowledgement of a feed proves."""

    NOTHING = "nothing"  # none is awaited, what comes is ignored unless it refuses something
    REQUEST = "request"  # the server took the request; its symbols are proven by their first updates
    CODES = "codes"  # the symbols that the answer names
    LIST = "list"  # the answer names all that the server holds now: what was asked for and is not in it is refused


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How a feed wants to be talked to.

    Attributes:
        replaces: a subscribe replaces the list the server holds, and its answer proves it; else it adds, an
            unsubscribe takes away, and an update is the only proof.
        acknowledges: see Proves.
        greets: requests wait until the codec has said Ready on this connection.
        codes_per_frame: most symbols that one request may name; None for any number. Not for a replacing feed.
        most_codes: most symbols on one connection, as the provider documents it; None where it does not.
        has_books: order books are a subscription of their own on the same connection; see SpeaksBooks.
        in_order: updates of a symbol come in the order in which they happened: where a stamp runs back it is the
            stamp that is wrong. Else an older one is a late one.
        leaves_out: a plan may be too small for what is asked for, and the server say nothing of it.
        frame_gap_s: least time between two frames on one connection (WebSocket pings do not count): the inverse of
            frames per second. AllTick says 1 s, and 3 s for the next one: a tenth more is for the way there.
            (alltick/docs `getting-started/websocket-interface-limitations`, read 2026-06-30.)
        bucket: (frames, seconds): on one connection so many frames in a row, and then one in so many seconds; a beat
            counts, and does not wait. None where there is no such limit.
        link_gap_s: least time between frames on two connections of one token.
        beat_s: time between heartbeats, and from the open to the first; a frame of the feed where `beat_is_frame`,
            else a WebSocket ping.
        beat_is_frame: see beat_s.
        dead_after_s: no heartbeat answer for so long: the link is lost.
        answer_s: how long an answer is awaited.
        first_tick_s: how long a symbol may be silent before it is asked for once more.
        renew_after_s: a connection so old is renewed: the next is subscribed before this one goes; None for never.
        retry_min_s: least wait before dialling again.
        retry_most_s: longest wait, however often it was in vain.
    """

    replaces: bool
    beat_is_frame: bool
    acknowledges: Proves = Proves.REQUEST
    greets: bool = False
    codes_per_frame: int | None = None
    most_codes: int | None = None
    has_books: bool = False
    in_order: bool = False
    leaves_out: bool = True
    frame_gap_s: float = 1.1
    bucket: tuple[int, float] | None = None
    link_gap_s: float = 3.1
    beat_s: float = 10.0
    dead_after_s: float = 25.0
    answer_s: float = 5.0
    first_tick_s: float = 10.0
    renew_after_s: float | None = None
    retry_min_s: float
    retry_most_s: float = 60.0


class Change(msgspec.Struct, frozen=True):
    """One request to be said: where the wire's list is to go.

    A replacing feed says `wanted` (none: cancel). Any other says `dropped` or `added`, never both in one change.

    Attributes:
        wanted: the whole list after this change, most important first.
        added: codes that were not asked for before, or are asked for once more.
        dropped: codes that are held and no longer wanted.
        request_id: rises over a session's life, from 1; an answer may carry it back.
    """

    wanted: tuple[str, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    request_id: int

    def verb(self, *, replaces: bool) -> str:
        """What it is called where requests are counted."""
        if replaces:
            return "subscribe" if self.wanted else "cancel"
        return "unsubscribe" if self.dropped else "subscribe"


class Verdict(enum.Enum):
    """What an answer says of its request."""

    OK = "ok"
    CODE = "code"  # a symbol in it is unknown or not allowed
    PLAN = "plan"  # more symbols than the plan allows
    KEY = "key"  # the token is refused: stop and ask
    RATE = "rate"  # too many requests: it was not looked at
    FORM = "form"  # the server does not understand the request; asking again is no use


class Answer(msgspec.Struct, frozen=True):
    """A server's answer to a request.

    Attributes:
        request_id: of the request it answers; None where the server does not say (then: the oldest open one).
        verdict: see Verdict.
        words: the server's own text, for the user; untrusted.
        codes: the symbols it is about, as `Limits.acknowledges` has it; none where the server names none.
        fails_all: for these it took nothing of the request, its other symbols neither.
    """

    request_id: int | None
    verdict: Verdict
    words: str = ""
    codes: tuple[str, ...] = ()
    fails_all: bool = False


class Beat(msgspec.Struct, frozen=True):
    """A heartbeat was answered: the server is there.

    Attributes:
        request_id: of the heartbeat; None where the server does not say.
    """

    request_id: int | None = None


class Reply(msgspec.Struct, frozen=True):
    """The server is to be told something now: the answer to its own ping, a login it asked for.

    Attributes:
        frame: text or binary; goes before any request, as the pacer allows.
    """

    frame: str | bytes


class Ready(msgspec.Struct, frozen=True):
    """The greeting is over: requests may follow (only where `Limits.greets`)."""


class Unreadable(msgspec.Struct, frozen=True):
    """A message that says nothing to us.

    Attributes:
        reason: the kind, from a short fixed list, for counting.
        excerpt: how it begins, at most 120 characters; untrusted.
        code: the symbol whose price it was to be; "" where it names none.
    """

    reason: str
    excerpt: str
    code: str = ""


class Closing(msgspec.Struct, frozen=True):
    """The server will close this connection, as planned: another is to be subscribed before this one goes.

    Attributes:
        words: why, one plain line.
    """

    words: str


Message = Update | Answer | Beat | Status | Reply | Ready | Closing | Unreadable
Frames = tuple[str | bytes, ...]


class Codec(Protocol):
    """Speaks one feed's dialect on one connection; made anew for each, so what it remembers is of that connection."""

    def greet(self, key: str | None) -> Frames:
        """What is said as soon as the connection is up, before any request; none where the server speaks first."""

    def encode(self, change: Change) -> Frames:
        """The frames that ask for a change, at least one; each goes out as the pacer allows.

        An answer is to a change: where a server answers each of several frames, the codec names codes, or counts.
        """

    def heartbeat(self, request_id: int) -> str | bytes:
        """The heartbeat frame (only where `Limits.beat_is_frame`)."""

    def decode(self, data: bytes) -> Sequence[Message]:
        """What a frame says, in order. Never raises on input; what cannot be read is Unreadable."""


class SpeaksBooks(Protocol):
    """What a codec can as well where `Limits.has_books`."""

    def ask_books(self, codes: Sequence[str], request_id: int) -> str | bytes:
        """The frame that asks for the order books of these codes in place of those before; none: for no more."""


class SilentGreeting:
    """For codecs of feeds without a greeting."""

    def greet(self, key: str | None) -> Frames:
        return ()


class Request(msgspec.Struct, frozen=True):
    """One HTTP request for reference data, without a secret.

    Attributes:
        path: below the feed's `Reference.base`, with the leading slash.
        params: the query, in order, not yet escaped.
        body: JSON to POST; None for a GET.
        weight: what it costs of the budget.
        codes: the symbols that it asks for; of a snapshot it has to say them, as others are asked for by the next one.
        interface: requests of one name keep the budget's gap from one another, and from no others.
    """

    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    weight: int = 1
    codes: tuple[str, ...] = ()
    interface: str = ""


_Item = TypeVar("_Item")


class Page(msgspec.Struct, Generic[_Item], frozen=True):
    """What an answer to a Request says.

    Attributes:
        items: what could be read, in the order given below.
        following: the request for the next page; None for the last.
        fault: why it, or a part of it, could not be read: one plain line, may hold the server's words; "" for nothing.
    """

    items: tuple[_Item, ...] = ()
    following: Request | None = None
    fault: str = ""


class Budget(msgspec.Struct, frozen=True):
    """How much HTTP a feed bears.

    Attributes:
        windows: (weight, seconds): so much weight within any stretch of so many seconds.
        gap_s: least time between two requests of one interface.
    """

    windows: tuple[tuple[int, float], ...] = ()
    gap_s: float = 0.0


class Reference(Protocol):
    """What a feed tells by HTTP, sans-IO. A request of None: the feed has no such thing. Nothing here ever raises.

    Attributes:
        base: scheme and host, "https://api.example.com"; `--url FEED=BASE` puts its own host and port in its place.
        budget: see Budget.
        bars_s: lengths of the candles there are, seconds, rising; empty for none.
        most_candles: in one answer.
    """

    @property
    def base(self) -> str: ...
    @property
    def budget(self) -> Budget: ...
    @property
    def bars_s(self) -> Sequence[int]: ...
    @property
    def most_candles(self) -> int: ...

    def directory(self) -> Sequence[Request]:
        """What to ask for all symbols: the first page of each part; none where the feed has no directory."""

    def read_directory(self, data: bytes, asked: Request) -> Page[Listing]:
        """Symbols, in the feed's order."""

    def candles(self, code: str, bar_s: int, count: int, end_utc_s: float | None) -> Request | None:
        """The newest `count` candles, or those that end before a time."""

    def read_candles(self, data: bytes, asked: Request) -> Page[Candle]:
        """Candles, oldest first, each start once."""

    def snapshot(self, codes: Sequence[str]) -> Request | None:
        """What is known of symbols now: previous close, last price. As many of them as one request may name."""

    def read_snapshot(self, data: bytes, asked: Request) -> Page[Quote]:
        """One quote a symbol."""


class Relaying(enum.Enum):
    """To whom a relay may hand on a provider's quotes. The value says it to people."""

    OWN_DEVICES = "your own devices: three keys of one person"
    FIRM = "your own devices, or the people that a contract names"
    NEVER = "nobody"


class Provider(msgspec.Struct, frozen=True):
    """Whose servers, and whose key.

    Attributes:
        name: as `key set` takes it.
        title: as people know it.
        endpoints: name -> URL without a token.
        endpoint: the name of the endpoint that serves a code.
        needs_key: a token is required (except on a loopback server).
        key_in_url: the token is the address's `token` parameter; else the codec's greeting says it.
        key_parts: what the key is made of, in words; it is kept and given as one text, with colons between the parts.
        key_headers: the HTTP headers that say its parts, in their order; none where the address says it.
        hosts: domains that belong to the provider itself.
        refusals: HTTP status -> what to tell the user, with what to use instead: where it does not serve, 451 or 403.
        symbology: how others call its symbols, made of what its directory says of them (code -> EXCHANGE:TICKER).
        resources: the folder among the program's resources with its symbols.csv, sessions.toml and starter.txt, each
            of them optional; "" for none.
        relaying: see Relaying.
    """

    name: str
    title: str
    endpoints: Mapping[str, str]
    endpoint: Callable[[str], str]
    needs_key: bool
    key_in_url: bool = True
    key_parts: tuple[str, ...] = ("token",)
    key_headers: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    refusals: Mapping[int, str] = {}
    symbology: Callable[[Mapping[str, str]], Symbology] = PlainSymbology
    resources: str = ""
    relaying: Relaying = Relaying.OWN_DEVICES

    @property
    def key_form(self) -> str:
        """How the key is written: "TOKEN", "KEY_ID:SECRET_KEY"."""
        return ":".join(part.upper().replace(" ", "_") for part in self.key_parts)

    def secrets_in(self, key: str | None) -> tuple[str, ...]:
        """The parts of a key, in order; as many as `key_parts` only where it is whole."""
        return tuple(filter(None, (key or "").split(":", len(self.key_parts) - 1)))

    def fault_of(self, key: str) -> str:
        """Why a text cannot be the key, as a sentence for the user that does not repeat it; "" where it can."""
        if not _KEY.fullmatch(key):
            return "A token has no blanks and only plain characters"
        if len(self.secrets_in(key)) < len(self.key_parts):
            return f"{self.title} needs a {' and a '.join(self.key_parts)}, written {self.key_form}"
        return ""


class Feed(msgspec.Struct, frozen=True):
    """What `--feed` and `CODE@FEED` name.

    Attributes:
        name: as `--feed` takes it.
        title: for the window, plain words.
        provider: see Provider.
        limits: see Limits.
        codec: makes a codec for one connection.
        caution: what to tell the user on the provider's own hosts; empty for nothing.
        is_built_in: the program runs the server itself.
        reference: what it tells by HTTP; None for nothing.
        venue: what stands in the column Venue and beside a name: "Binance"; "" is the title.
        tells_sides: its stream says bid and ask of every symbol, without being asked for an order book.
    """

    name: str
    title: str
    provider: Provider
    limits: Limits
    codec: Callable[[], Codec]
    caution: str = ""
    is_built_in: bool = False
    reference: Reference | None = None
    venue: str = ""
    tells_sides: bool = False
