"""The two state words. A new one: a member here, its transition in feed/symbol_status (of a row) or feed/session (of a
link), its look in ui/looks/theme.
"""

import enum

import msgspec


class RowState(enum.IntEnum):
    """How far a row's price may be believed, and why. Refused and parked win over offline, offline over the rest."""

    PENDING = 0  # wanted, no tick yet on this connection
    LIVE = 1  # ticking
    QUIET = 2  # no tick for longer than usual, on a link that is proven alive
    CLOSED = 3  # quiet, and its market is closed
    STALE = 4  # no tick for much longer than usual, while its market is open
    OFFLINE = 5  # the link is down
    REFUSED = 6  # the server does not take this symbol
    PARKED = 7  # more symbols are wanted than the plan has room for
    DELAYED = 8  # the feed says that it is behind the market
    HALTED = 9  # the feed says that the exchange stopped trading it
    LIMIT_UP = 10  # the feed says that it is at the day's highest price allowed
    LIMIT_DOWN = 11  # the same, lowest

    @property
    def word(self) -> str:
        """The state as statistics and tests name it."""
        return "limit" if self in (RowState.LIMIT_UP, RowState.LIMIT_DOWN) else self.name.lower()


NO_TOKEN = "No token yet"  # noqa: S105 - so begins the reason of a link that is denied because nobody has given a token
NOT_PAIRED = "Not paired yet"  # the same, of the way to a relay
NOT_TRUSTED = "Not trusted"  # so it begins where it is this desk that denies: the relay shows another certificate
RELAY = "relay"  # what stands for the feed of the way to a relay


class RowStatus(msgspec.Struct, frozen=True):
    """How far one row's price may be believed, since when, and why.

    Attributes:
        code: the symbol, in the feed's spelling.
        state: see RowState.
        since_s: since when, monotonic seconds (pending: wanted, or the link came up; live: the last update).
        reason: one plain line, of the server or ours; "" where the state says it all.
    """

    code: str
    state: RowState
    since_s: float
    reason: str = ""


class LinkState(enum.Enum):
    """The state of one connection."""

    OFF = "off"  # nothing wanted here
    CONNECTING = "connecting"
    UP = "up"
    WAITING = "waiting"  # lost; the next try is timed
    DENIED = "denied"  # the server refused the key: no try before the user asks


class LinkStatus(msgspec.Struct, frozen=True):
    """One connection as the window shows it. Times are monotonic seconds.

    Attributes:
        feed: the feed's name.
        endpoint: which of the provider's addresses ("stock", "other", "demo").
        state: see LinkState.
        since_s: when the link last went up (UP) or was lost (WAITING, DENIED, CONNECTING after a loss).
        reason: why it is not up, one plain line; empty while up or off.
        retry_at_s: when the next try is due (WAITING); None otherwise.
        proven_s: the last sign of life from the server; None before the first.
        silent_since_s: since when no price came though the link is up; None while they come, or are not expected.
        through: the name of the relay whose connection it is, or to which it is the way; "" for one of our own.
    """

    feed: str
    endpoint: str
    state: LinkState
    since_s: float = 0.0
    reason: str = ""
    retry_at_s: float | None = None
    proven_s: float | None = None
    silent_since_s: float | None = None
    through: str = ""

    @property
    def name(self) -> str:
        """The link in one or two words: "demo", "alltick stock"."""
        return self.feed if self.endpoint == self.feed else f"{self.feed} {self.endpoint}"

    @property
    def is_lost(self) -> bool:
        """Was up or should be, and is not: rows are offline and a banner says why."""
        return self.state in (LinkState.WAITING, LinkState.DENIED) or (
            self.state is LinkState.CONNECTING and self.reason != ""
        )

    @property
    def is_silent(self) -> bool:
        """Is it up, and does it bring no prices where some should come?"""
        return self.state is LinkState.UP and self.silent_since_s is not None

    @property
    def lacking(self) -> str:
        """What is wrong with the key of a link that is denied, as its reason begins: NO_TOKEN, NOT_PAIRED,
        NOT_TRUSTED; "" where that is not why.
        """
        if self.state is not LinkState.DENIED:
            return ""
        known = (NO_TOKEN, NOT_PAIRED, NOT_TRUSTED)
        return next((words for words in known if self.reason.startswith(words)), "")

    @property
    def is_way_to_relay(self) -> bool:
        """Is it the way to a relay?"""
        return self.feed == RELAY

    @property
    def is_relayed(self) -> bool:
        """Is it a relay's own connection, of which nothing can be done here?"""
        return bool(self.through) and not self.is_way_to_relay
