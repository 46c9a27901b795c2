"""The wire between a relay and its desks: NATS subjects, what streams on them, and the rules. Requests: relay_requests.

A desk speaks NATS in binary WebSocket frames over TLS (codec/nats), and proves who it is with an nkey
(codec/relay_key).
FEED, CODE, DESK, PERSON below are tokens: letters, digits, _ and - as they are, any other byte of UTF-8 as =XX.

| subject | from | says |
|---|---|---|
| q.FEED.CODE | relay | RelayedQuote: one update as the feed sent it, numbered per code |
| slow.FEED.CODE | relay | RelayedQuote: all that is known of the code, once a second where it changed |
| s.FEED.CODE | relay | RelayedStatus: the row's state is another |
| link.FEED | relay | LinkBeat: once a second for each feed that the relay has, and at once when a link is another |
| changed.PERSON | relay | ListEntry: one of the person's lists was put |
| hello.DESK, want.DESK, last.DESK | desk, with a reply subject | see relay_requests |
| lists.PERSON.DESK.get, .put, .history | desk, with a reply subject | see relay_requests |
| pair | a desk without a key, see relay_key | see relay_requests |

A reply subject begins with _INBOX.DESK. (pairing: _INBOX.PUBLIC_KEY.), or the request is not answered. A desk may
subscribe to q.> s.> slow.> link.> changed.PERSON and _INBOX.DESK.>, and publish the requests of its own DESK and
PERSON.

A connection: INFO; CONNECT (name: DESK/SESSION, the session a word that the desk makes up per connection) and PING; the
PONG is the proof that the key was taken. SUB for its inbox, link.>, changed.PERSON, then `hello`; SUB for q and s of
each row; `want`; `last`. After an edit: SUB (UNSUB), `want`, and `last` of the rows that are new. An answer of status
503 (nobody listens) means that the server is there before the relay: ask again. An "Authorization Violation" may be the
moment in which the server reads its keys anew: dial once more after a second before the key is called refused. A
connection that is too many for one key is closed with the reason "Kicked": say so, and dial again after a lease.

Numbers: `n` of a code rises by one with each q. Any other number than the last one known plus one is a hole: take
the update, and ask `last` for the code (a second apart at most). On slow.* holes are meant. `run` of a LinkBeat is
another than before: the relay started anew; ask `last` for all, and say the whole `want`.
Silence: no LinkBeat of a feed for SILENT_S: the relay is silent, and its rows are offline. An empty `links` means that
nobody wants anything of that feed.
Times in the stream are ages (seconds before the message was sent), since clocks differ: only `time` of an update is
UTC, as the provider said it. Whoever reads ignores fields that it does not know; `wire` above WIRE means that this desk
is too old to be sure of what it reads: say so, go on. Numbers are texts as the feed wrote them, "" is: no longer known.
"""

import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Annotated, TypeVar

import msgspec

from quotedesk.codec.base import Unreadable
from quotedesk.codec.reading import excerpt, plausible, words
from quotedesk.market.number import UNKNOWN, Number, number
from quotedesk.market.quote import NUMBERS_OF_QUOTE, Quote, Trade, Update
from quotedesk.market.states import RowState

WIRE = 1
FIRST_WIRE = 1  # of a message that says none: never another, as a newer one would else be left out where it is said
BEAT_S = 1.0  # between two LinkBeats of a feed
SILENT_S = 3.0  # without one: the relay is silent
KICKED = "Kicked"  # in what the server says when it closes a connection; see above
TOO_MANY_CONNECTIONS = "The relay has too many connections with this key: give each desk a key of its own"
LONGEST_MESSAGE = 1 << 20  # of the server, its max_payload
LONGEST_LINE = 400  # characters of what people are to read

# What is beyond these is not of the relay's form.
Age = Annotated[float, msgspec.Meta(ge=0, le=1e9)]  # s
Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]
Ordinal = Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPE = re.compile(r"=([0-9A-F]{2})")
_T = TypeVar("_T")


@lru_cache(maxsize=65_536)
def token(text: str) -> str:
    """A text as one token of a subject: ".DJI.US" is "=2EDJI=2EUS". "" is "=", which stands for nothing else."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(
        each if _PLAIN.fullmatch(each) else "".join(f"={byte:02X}" for byte in each.encode("utf-8", "replace"))
        for each in text
    ) or ("=")


@lru_cache(maxsize=65_536)
def untoken(text: str) -> str:
    """The text of a token. What is none gives what can be read of it: see `token`, which it is checked against."""
    if "=" not in text:
        return text
    parts = _ESCAPE.split(text)
    data = b"".join(bytes([int(each, 16)]) if at % 2 else each.encode() for at, each in enumerate(parts))
    return "" if text == "=" else data.decode("utf-8", "replace")


def quote_subject(feed: str, code: str) -> str:
    return f"q.{token(feed)}.{token(code)}"


def slow_subject(feed: str, code: str) -> str:
    return f"slow.{token(feed)}.{token(code)}"


def status_subject(feed: str, code: str) -> str:
    return f"s.{token(feed)}.{token(code)}"


def link_subject(feed: str) -> str:
    return f"link.{token(feed)}"


def changed_subject(person: str) -> str:
    return f"changed.{token(person)}"


def inbox(desk: str) -> str:
    """What the reply subjects of a desk begin with; `desk` is a token already."""
    return f"_INBOX.{desk}."


def row_of(subject: str) -> tuple[str, str] | None:
    """Feed and code of a q, slow or s subject; None for another one."""
    parts = subject.split(".")
    if len(parts) != 3 or parts[0] not in ("q", "slow", "s"):
        return None
    return untoken(parts[1]), untoken(parts[2])


def line(text: str) -> str:
    """What people are to read, as one line that is not endless."""
    return text if len(text) <= LONGEST_LINE and text.isprintable() else words(text)


class RelayedQuote(msgspec.Struct, omit_defaults=True, gc=False):
    """An update. One with `price` is a Trade of `size`, any other a Quote; see market.quote for the rest.

    Attributes:
        n: the number, see above.
        seed: it was asked for beside the stream: it fills what no update has said, and is no sign of life.
        time: the provider's, seconds since 1970 UTC.
    """

    n: Ordinal
    price: str | None = None
    last: str | None = None
    size: str | None = None
    bid: str | None = None
    ask: str | None = None
    bid_size: str | None = None
    ask_size: str | None = None
    open: str | None = None
    high: str | None = None
    low: str | None = None
    open_24h: str | None = None
    prev_close: str | None = None
    volume: str | None = None
    turnover: str | None = None
    time: float | None = None
    seq: int | None = None
    seed: bool = False


class RelayedTrace(msgspec.Struct, omit_defaults=True, gc=False):
    """See feed.subscription_trace.Trace: how long ago, in seconds; None for not yet."""

    wanted: Age | None = None
    sent: Age | None = None
    together: Count = 0
    acknowledged: Age | None = None
    first_tick: Age | None = None


class RelayedStatus(msgspec.Struct, omit_defaults=True, gc=False):
    """A row's state at the relay.

    Attributes:
        state: the name of a RowState in small letters: "live", "limit_up".
        age: since when, seconds before this was sent.
        reason: one plain line for the user.
        desks: how many desks want the code.
        gap: its unbroken stretch of updates ends here.
        trace: the proof that the relay is subscribed to it.
    """

    state: str
    age: Age = 0.0
    reason: str = ""
    desks: Count = 0
    gap: bool = False
    trace: RelayedTrace | None = None

    def __post_init__(self) -> None:
        self.reason = line(self.reason)

    @property
    def row_state(self) -> RowState:
        """See RowState; what a newer relay says and we do not know is pending."""
        return _ROW_STATES.get(self.state, RowState.PENDING)


class RelayedLink(msgspec.Struct, omit_defaults=True):
    """One connection of the relay to a provider; see market.states.LinkStatus. Ages in seconds, `retry` is ahead."""

    endpoint: str
    state: str
    age: Age = 0.0
    reason: str = ""
    retry: Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)] | None = None
    proven: Age | None = None
    silent: Age | None = None

    def __post_init__(self) -> None:
        self.endpoint, self.reason = line(self.endpoint), line(self.reason)


class RelayedPlan(msgspec.Struct, omit_defaults=True):
    """How many codes of all desks are subscribed, for how many there is room (None: nobody knows), how many wait."""

    used: Count = 0
    slots: Count | None = None
    parked: Count = 0


class LinkBeat(msgspec.Struct, omit_defaults=True):
    """The relay lives, and so are its connections of a feed.

    Attributes:
        run: a word of this run of the relay.
        relay: the relay's name, for people.
        wire: see above.
        links: those in use.
        desks: how many desks are connected.
    """

    run: str
    relay: str = ""
    wire: int = FIRST_WIRE
    links: list[RelayedLink] = []
    plan: RelayedPlan | None = None
    desks: Count = 0

    def __post_init__(self) -> None:
        self.run, self.relay = line(self.run), line(self.relay)


_ROW_STATES = {state.name.lower(): state for state in RowState}
_encode = msgspec.json.Encoder().encode
_decode_quote = msgspec.json.Decoder(RelayedQuote).decode
_decode_status = msgspec.json.Decoder(RelayedStatus).decode
_decode_beat = msgspec.json.Decoder(LinkBeat).decode


def message_of(value: msgspec.Struct) -> bytes:
    """Any struct of the wire as it is sent."""
    return _encode(value)


def size_of(values: Sequence[msgspec.Struct]) -> int:
    """How many bytes they are in a message."""
    return len(_encode(values))


def relayed(update: Update, n: int, *, is_seed: bool = False) -> RelayedQuote:
    """An update as the wire has it."""
    time = update.time_utc_s if math.isfinite(update.time_utc_s) else None
    if type(update) is Trade:
        size = update.size.text or None
        return RelayedQuote(n, update.price.text, None, size, time=time, seq=update.seq, seed=is_seed)
    said = {name: value.text for name in NUMBERS_OF_QUOTE if (value := getattr(update, name)) is not None}
    return RelayedQuote(n, time=time, seq=update.seq, seed=is_seed, **said)


def update_of(code: str, said: RelayedQuote) -> Update | None:
    """The update that a message is; None for a trade without a price."""
    time_utc_s = math.nan if said.time is None else plausible(said.time)
    if said.price is not None:
        price = number(said.price)
        size = number(said.size) if said.size else UNKNOWN
        return Trade(code, price, size, time_utc_s, said.seq) if price.is_known else None
    numbers: dict[str, Number] = {
        name: number(text) if text else UNKNOWN
        for name in NUMBERS_OF_QUOTE
        if (text := getattr(said, name)) is not None
    }
    return Quote(code=code, time_utc_s=time_utc_s, seq=said.seq, **numbers)


def read_quote(data: bytes) -> RelayedQuote | Unreadable:
    """A message on q or slow."""
    return read_message(_decode_quote, data)


def read_status(data: bytes) -> RelayedStatus | Unreadable:
    """A message on s."""
    return read_message(_decode_status, data)


def read_beat(data: bytes) -> LinkBeat | Unreadable:
    """A message on link."""
    return read_message(_decode_beat, data)


def read_message(decode: Callable[[bytes], _T], data: bytes) -> _T | Unreadable:
    """A message by a msgspec decoder; garbage is Unreadable."""
    try:
        return decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return Unreadable("not of the relay's form", excerpt(data))
