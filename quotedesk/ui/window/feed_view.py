"""What windows show of the feeds and their links, as one value: a new window is told it at once, as all others are."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from quotedesk.feed.subscription_trace import Continuity, Trace
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import LinkStatus

if TYPE_CHECKING:  # the first paint need not wait for it
    from quotedesk.ui.chart.chart_data import Charting

TraceOf = Callable[[Instrument], tuple[Trace | None, Continuity | None]]


def _no_trace(instrument: Instrument) -> tuple[Trace | None, Continuity | None]:
    return None, None


@dataclass(frozen=True, slots=True)
class FeedView:
    """The feeds as they are now.

    Attributes:
        links: the connections in use.
        used, slots, parked: symbols that are subscribed; how many the plans have room for (None: nobody knows); how
            many must wait.
        messages_per_s, round_trip_s: frames received a second, and the slowest link's round trip; NaN unknown.
        origins: feed -> where its key comes from, in words; empty until somebody has looked.
        fetching: what is being fetched beside the streams, in words; "" for nothing.
        readers: how many other programs read quotes here, in a few words, and who they are; "" for none.
        charting: whom charts ask; None where nobody keeps what they need.
        trace_of: what proves a row's subscription, and what became of its ticks; None where nothing is known.
    """

    links: tuple[LinkStatus, ...] = ()
    used: int = 0
    slots: int | None = None
    parked: int = 0
    messages_per_s: float = math.nan
    round_trip_s: float = math.nan
    origins: Mapping[str, str] = field(default_factory=dict)
    fetching: str = ""
    readers: tuple[str, str] = ("", "")
    charting: "Charting | None" = None
    trace_of: TraceOf = _no_trace
