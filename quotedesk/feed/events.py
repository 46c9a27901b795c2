"""What a session has to tell beside its batches: events for the window and the log, and counts."""

from collections import Counter

import msgspec

from quotedesk.market.states import LinkStatus


class LinkChanged(msgspec.Struct, frozen=True):
    """The link changed.

    Attributes:
        status: as it is now.
        was_up: it was up just before.
    """

    status: LinkStatus
    was_up: bool


class Notice(msgspec.Struct, frozen=True):
    """A line for the log, and for the user where they can do something; may hold the server's words."""

    text: str
    is_for_user: bool = True


class RenewalDue(msgspec.Struct, frozen=True):
    """This connection will end as planned: another is to be subscribed before it goes. Said once a connection.

    Attributes:
        words: why, one plain line.
    """

    words: str


Event = LinkChanged | Notice | RenewalDue


class Counts(msgspec.Struct):
    """What happened since the start, for the statistics. Applied + dropped = all updates received."""

    frames_received: int = 0
    opened: int = 0
    applied: Counter[str] = msgspec.field(default_factory=Counter)  # by code
    dropped: Counter[str] = msgspec.field(default_factory=Counter)  # by reason
    unreadable: Counter[str] = msgspec.field(default_factory=Counter)  # by reason
    requests: Counter[str] = msgspec.field(
        default_factory=Counter
    )  # subscribe, unsubscribe, cancel, heartbeat, greeting
