"""What a session has to tell: events, the state of a row, and counts."""

from collections import Counter

import msgspec

from quotedesk.market.states import LinkStatus, RowState
from quotedesk.market.tick import Tick


class Accepted(msgspec.Struct, frozen=True):
    """Ticks of wanted codes, in order of arrival."""

    ticks: list[Tick]


class StatusesChanged(msgspec.Struct, frozen=True):
    """The state of rows changed by more than a newer price: ask `row` again.

    Attributes:
        codes: which rows; None for all, it may be.
    """

    codes: frozenset[str] | None = None


class LinkChanged(msgspec.Struct, frozen=True):
    """The link changed.

    Attributes:
        status: as it is now.
        was_up: it was up just before.
    """

    status: LinkStatus
    was_up: bool


class Notice(msgspec.Struct, frozen=True):
    """A line for the status bar and the log; may hold the server's words."""

    text: str


Event = Accepted | StatusesChanged | LinkChanged | Notice


class Row(msgspec.Struct, frozen=True):
    """What is known of one wanted code.

    Attributes:
        state: see RowState.
        since_s: since when (pending: wanted, or the link came up; live: the last tick).
        words: the server's words where refused, else empty.
    """

    state: RowState
    since_s: float
    words: str = ""


class Counts(msgspec.Struct):
    """What happened since the start, for the statistics. Applied + dropped = all ticks received."""

    frames_received: int = 0
    opened: int = 0
    applied: Counter[str] = msgspec.field(default_factory=Counter)  # by code
    dropped: Counter[str] = msgspec.field(default_factory=Counter)  # by reason
    unreadable: Counter[str] = msgspec.field(default_factory=Counter)  # by reason
    requests: Counter[str] = msgspec.field(default_factory=Counter)  # subscribe, unsubscribe, cancel, heartbeat
