"""What a desk asks a relay, and the answers: JSON both ways. An answer with a `fault` says why there is no other.

The subjects are in relay_wire. Every answer may have more fields than are known here.
"""

from functools import partial
from typing import Annotated, TypeVar

import msgspec

from quotedesk.codec.base import Unreadable
from quotedesk.codec.relay_wire import FIRST_WIRE, Age, Ordinal, RelayedQuote, RelayedStatus, line, read_message

LEASE_S = 30.0  # wishes are void so long after they were last said
RENEW_S = 10.0  # how often they are said
MOST_ROWS = 2_000  # of one desk
MOST_LAST = 1_000  # codes in one request for last values
MOST_SESSIONS = 8  # connections with one key that may wish at once
LONGEST_CONTENT = 512 << 10  # bytes of one list
LONGEST_KEY = 200  # characters

_Kind = TypeVar("_Kind", bound=msgspec.Struct)


class HelloRequest(msgspec.Struct, omit_defaults=True):
    """hello.DESK: who connects.

    Attributes:
        session: a word of this connection, as in CONNECT's name.
        desk_version: of quotedesk, for the relay's log.
    """

    session: str
    wire: int = FIRST_WIRE
    desk_version: str = ""


class RelayedFeed(msgspec.Struct, omit_defaults=True):
    """A feed that the relay has. `rights`: what may be relayed, for people; "" where nothing is to be said."""

    name: str
    title: str = ""
    rights: str = ""

    def __post_init__(self) -> None:
        self.title, self.rights = line(self.title), line(self.rights)


class HelloAnswer(msgspec.Struct, omit_defaults=True):
    """Welcome.

    Attributes:
        person, desk: whose key it is, and the desk's name for people.
        advice: one plain line for the user, "" for nothing: "This desk was cut twice for not reading; ...".
        is_slow_better: the relay thinks that this desk is better off with one value a second.
        may_keep_positions: the person's positions may be put among the lists.
    """

    run: str = ""
    relay: str = ""
    wire: int = FIRST_WIRE
    version: str = ""
    feeds: list[RelayedFeed] = []
    person: str = ""
    desk: str = ""
    lease: float = LEASE_S
    most_rows: int = MOST_ROWS
    advice: str = ""
    is_slow_better: bool = False
    may_keep_positions: bool = False
    fault: str = ""

    def __post_init__(self) -> None:
        self.relay, self.person, self.desk = line(self.relay), line(self.person), line(self.desk)
        self.advice, self.fault = line(self.advice), line(self.fault)


class WantRequest(msgspec.Struct, omit_defaults=True):
    """want.DESK: the whole ordered list of this connection, CODE@FEED each, the most important first.

    Said at each change, and each RENEW_S. Where nothing has changed `rows` may be left out: where the relay does not
    know that generation it answers `again`.

    Attributes:
        generation: rises with each change; one that is not newer than what the relay has changes nothing.
        books: feeds of whose rows bid and ask are looked at.
        slow: this desk listens on slow.*; see relay_wire.
        before: the session of the desk's connection before this one: what it wanted there it wants here now.
    """

    session: str
    generation: int
    rows: list[str] | None = None
    books: list[str] = []
    slow: bool = False
    before: str = ""


class ParkedRow(msgspec.Struct):
    """A wished row that is not served now: parked or refused, why (it says how many desks share the plan)."""

    row: str
    state: str
    reason: str

    def __post_init__(self) -> None:
        self.reason = line(self.reason)


class WantAnswer(msgspec.Struct, omit_defaults=True):
    """What became of it. States change later by s.FEED.CODE.

    Attributes:
        again: say all rows, the relay does not know this generation.
        parked: as it is now.
        fault: no wish of this connection counts, e.g. too many connections have this key.
    """

    generation: int = 0
    again: bool = False
    parked: list[ParkedRow] = []
    fault: str = ""

    def __post_init__(self) -> None:
        self.fault = line(self.fault)


class LastRequest(msgspec.Struct):
    """last.DESK: what is known of these rows, CODE@FEED each, at most MOST_LAST."""

    rows: list[str]


class LastRow(msgspec.Struct, omit_defaults=True):
    """One row. `quote` is all that is known, merged, as a Quote; its `n` is that of the newest update.

    Attributes:
        age: seconds since the newest update came; None where none did.
        status: None where nobody wants the code yet.
    """

    row: str
    quote: RelayedQuote | None = None
    age: Age | None = None
    status: RelayedStatus | None = None


class LastAnswer(msgspec.Struct, omit_defaults=True):
    """Rows of which something is known, in the order of the request."""

    run: str = ""
    rows: list[LastRow] = []
    fault: str = ""


class ListEntry(msgspec.Struct, omit_defaults=True):
    """A version of one thing that a person keeps: a list, flags, notes, alert rules.

    Attributes:
        key: what the desks call it, any text of at most 200 characters: "list Metals", "flags". The key "positions" is
            refused unless the person may keep them.
        revision: rises with each version, over all keys; 0 for one that was never there.
        content: JSON of the desks' own, which the relay does not look into; null is: removed.
        by: the desk that put it, as people call it.
        utc_s: when the server took it.
        lost: it was put upon an old revision and lost: it is kept here alone, and can be brought back from here.
    """

    key: Annotated[str, msgspec.Meta(max_length=LONGEST_KEY)]
    revision: Ordinal = 0
    content: msgspec.Raw = msgspec.Raw(b"null")
    by: str = ""
    utc_s: Annotated[float, msgspec.Meta(ge=0, le=1e11)] = 0.0
    lost: bool = False

    def __post_init__(self) -> None:
        self.by = line(self.by)


class ListGetRequest(msgspec.Struct, omit_defaults=True):
    """lists.PERSON.DESK.get (one key; None: all that are there) and .history (one key)."""

    key: str | None = None


class ListPutRequest(msgspec.Struct):
    """lists.PERSON.DESK.put: a new version in place of that of `revision` (0: there was none), or nothing at all."""

    key: str
    revision: Ordinal
    content: msgspec.Raw


class ListsAnswer(msgspec.Struct, omit_defaults=True):
    """get: the newest versions; history: all versions of the key, the newest first. Large ones come in several answers.

    put: one entry, as it is now. `conflict`: it is another's, newer than the put one, which is kept as `lost`: merge
    the two and put again.

    Attributes:
        more: another answer to the same request follows on the same reply subject.
    """

    entries: list[ListEntry] = []
    conflict: bool = False
    more: bool = False
    fault: str = ""

    def __post_init__(self) -> None:
        self.fault = line(self.fault)


class PairRequest(msgspec.Struct, omit_defaults=True):
    """pair: a new desk hands in its public key; see relay_key for how it gets this far.

    Attributes:
        key: public nkey of the desk, "U...": its seed never leaves the desk.
        name: of the desk, for people: the computer's name.
    """

    key: str
    name: str
    wire: int = FIRST_WIRE


class PairAnswer(msgspec.Struct, omit_defaults=True):
    """The desk has its key: what else belongs into its RelayKey. The pairing code is spent now."""

    desk: str = ""
    person: str = ""
    relay: str = ""
    fault: str = ""


def read_request(kind: type[_Kind], data: bytes) -> _Kind | Unreadable:
    """A request or an answer of this kind; garbage is Unreadable."""
    return read_message(partial(msgspec.json.decode, type=kind), data)
