"""What a feed's session has to say at once: updates with the time their bytes were read, row states, gaps."""

import msgspec

from quotedesk.market.quote import Quote, Update
from quotedesk.market.states import RowStatus


class Batch(msgspec.Struct, frozen=True):
    """What one feed says. Whoever gets it takes updates first, then gaps, statuses and seeds.

    Attributes:
        feed: the feed's name.
        updates: of wanted codes, in order of arrival; filtered.
        received_s: when the bytes of all updates were read, monotonic seconds; now, where there are no updates.
        gaps: codes whose unbroken stretch of updates ends here: the link was lost, or they are no longer subscribed.
        statuses: of the codes whose row state changed, the newest of each.
        seeds: what was asked for beside the stream: it fills what no update has said, and is no sign of life.
    """

    feed: str
    updates: list[Update]
    received_s: float
    gaps: tuple[str, ...] = ()
    statuses: tuple[RowStatus, ...] = ()
    seeds: tuple[Quote, ...] = ()
