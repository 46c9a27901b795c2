"""What a recording holds: records of what passed below the codec, in the order in which it happened.

A page is a run of records, MessagePack in zlib. Times are monotonic seconds of the run that recorded them; what the
wall clock says beside them is in Began, Wall and Checkpoint. A record that a newer version made is left out.
"""

import zlib
from collections.abc import Sequence

import msgspec

from quotedesk.market.number import Number
from quotedesk.market.quote import Quote, Status, Trade
from quotedesk.market.states import RowStatus

Named = tuple[str, str]  # (feed, code)

_FASTEST = 1  # of zlib: a quarter of the size for a hundredth of the bytes' time on the wire
_MOST_PAGE_BYTES = 256 * 1024 * 1024  # what one page may become: a file may be made to burst


class Record(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Something that happened.

    Attributes:
        at_s: when; for frames when they were read or written.
    """

    at_s: float


class Began(Record, frozen=True, array_like=True, tag="began"):
    """A run of the program begins: no connection is open, and the monotonic clock may be another.

    Attributes:
        utc_s: the wall clock, seconds since 1970.
        version: of the program.
    """

    utc_s: float
    version: str = ""


class Wall(Record, frozen=True, array_like=True, tag="wall"):
    """The wall clock is not where it was expected: it was set, or the machine slept."""

    utc_s: float


class Wanted(Record, frozen=True, array_like=True, tag="wanted"):
    """All that is wanted from now on, the most important first."""

    instruments: tuple[Named, ...]


class BooksWanted(Record, frozen=True, array_like=True, tag="books"):
    """Of these feeds somebody looks at bids and asks."""

    feeds: tuple[str, ...]


class Plan(Record, frozen=True, array_like=True, tag="plan"):
    """How many symbols one connection of a feed may have, as the user set it; None: it is found out."""

    feed: str
    symbols: int | None


class Linked(Record, frozen=True, array_like=True, tag="link"):
    """A connection to an endpoint will be made; its records name `link`, a number that rises over the run."""

    link: int
    feed: str
    endpoint: str


class Dialled(Record, frozen=True, array_like=True, tag="dial"):
    """The connection is being made."""

    link: int


class Opened(Record, frozen=True, array_like=True, tag="open"):
    """It is up."""

    link: int


class Came(Record, frozen=True, array_like=True, tag="in"):
    """Frames were read, in this order."""

    link: int
    frames: list[bytes]


class Went(Record, frozen=True, array_like=True, tag="out"):
    """A frame was written."""

    link: int
    frame: bytes


class Ponged(Record, frozen=True, array_like=True, tag="pong"):
    """The server answered the WebSocket ping that was sent then."""

    link: int
    sent_s: float


class Lost(Record, frozen=True, array_like=True, tag="lost"):
    """It is gone, or could not be made; see Session.lost."""

    link: int
    reason: str
    is_denied: bool = False
    retry_after_s: float = 0.0


class HungUp(Record, frozen=True, array_like=True, tag="hung-up"):
    """It was closed from here, as planned."""

    link: int


class Skipped(Record, frozen=True, array_like=True, tag="missed"):
    """What happened just before is not known: a page could not be read."""


class Retried(Record, frozen=True, array_like=True, tag="retry"):
    """The user did not want to wait for the next try."""


class NetworkChanged(Record, frozen=True, array_like=True, tag="network"):
    """The computer was on another network."""


class Seeded(Record, frozen=True, array_like=True, tag="seeds"):
    """What HTTP told of rows: previous closes and the like."""

    feed: str
    quotes: tuple[Quote, ...]


class Listed(Record, frozen=True, array_like=True, tag="listed"):
    """How codes trade by the feed's directory."""

    feed: str
    statuses: tuple[Status, ...]


class TickSize(Record, frozen=True, array_like=True, tag="ticks"):
    """The least step of a row's prices, by the feed's directory."""

    feed: str
    code: str
    tick_size: Number


class PastTold(Record, frozen=True, array_like=True, tag="past"):
    """What HTTP told of a row's line before it was watched.

    Attributes:
        bars: as quotes.history.Bar has them: start and length in seconds, open, high, low, close.
    """

    feed: str
    code: str
    bars: tuple[tuple[float, float, float, float, float, float], ...]


class RelayStood(Record, frozen=True, array_like=True, tag="relay"):
    """From now on a relay stands in for feeds, whose rows no connection of ours brings.

    Attributes:
        feeds: these; None while it has not said which: all. Without any: none does.
        state, reason: the way to it, as LinkStatus has them.
    """

    feeds: tuple[str, ...] | None
    state: str = ""
    reason: str = ""


class ToldUpdate(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One of both."""

    trade: Trade | None = None
    quote: Quote | None = None


class Relayed(Record, frozen=True, array_like=True, tag="relayed"):
    """What a relay told of a feed's rows, decoded, as a Batch has it; seeds are in Seeded.

    Attributes:
        received_s: when the updates came, monotonic as `at_s`, and the times of statuses.
    """

    feed: str
    received_s: float
    updates: tuple[ToldUpdate, ...] = ()
    gaps: tuple[str, ...] = ()
    statuses: tuple[RowStatus, ...] = ()


class KnownLink(msgspec.Struct, frozen=True, array_like=True):
    """A connection at a checkpoint.

    Attributes:
        is_up: it is open; else it is being made, or waits for its next try.
        refused: code -> the server's words.
        most: how many symbols the plan has room for; None where nobody knows.
    """

    link: int
    feed: str
    endpoint: str
    is_up: bool
    refused: dict[str, str] = {}
    most: int | None = None


class Checkpoint(Record, frozen=True, array_like=True, tag="checkpoint"):
    """All that was true at a moment: a page that begins with it can be played without those before it.

    Attributes:
        known: by feed what rows showed, with the time of their newest update.
        relay: for which feeds a relay stands in; None: for none.
        relayed: how rows of those are, by feed.
    """

    utc_s: float
    wanted: tuple[Named, ...]
    links: tuple[KnownLink, ...] = ()
    books: tuple[str, ...] = ()
    known: dict[str, list[Quote]] = {}
    version: str = ""
    relay: RelayStood | None = None
    relayed: dict[str, tuple[RowStatus, ...]] = {}


AnyRecord = (
    Began
    | Wall
    | Wanted
    | BooksWanted
    | Plan
    | Linked
    | Dialled
    | Opened
    | Came
    | Went
    | Ponged
    | Lost
    | HungUp
    | Skipped
    | Retried
    | NetworkChanged
    | Seeded
    | Listed
    | TickSize
    | PastTold
    | RelayStood
    | Relayed
    | Checkpoint
)
_encode = msgspec.msgpack.Encoder().encode
_records = msgspec.msgpack.Decoder(list[AnyRecord])
_raw = msgspec.msgpack.Decoder(list[msgspec.Raw])
_record = msgspec.msgpack.Decoder(AnyRecord)
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def encoded(records: Sequence[AnyRecord]) -> bytes:
    """What a page of these records holds, before it is made small."""
    return _encode(records)


def compressed(data: bytes) -> bytes:
    """A page of what `encoded` gave."""
    return zlib.compress(data, _FASTEST)


def page_of(records: Sequence[AnyRecord]) -> bytes:
    """A page of these records."""
    return compressed(encoded(records))


def records_of(page: bytes) -> tuple[list[AnyRecord], int]:
    """The records of a page, and how many of it cannot be read. Raises ValueError where none can."""
    try:
        inflater = zlib.decompressobj()
        data = inflater.decompress(page, _MOST_PAGE_BYTES)
    except zlib.error as fault:
        raise ValueError("a page is damaged") from fault
    if not inflater.eof:
        raise ValueError("a page is cut off, or too large")
    try:
        return _records.decode(data), 0
    except _UNREADABLE:
        pass
    try:
        parts = _raw.decode(data)
    except _UNREADABLE as fault:
        raise ValueError("a page is damaged") from fault
    found: list[AnyRecord] = []
    for part in parts:
        try:
            found.append(_record.decode(part))
        except _UNREADABLE:
            continue
    return found, len(parts) - len(found)
