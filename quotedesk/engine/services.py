"""What all feeds share: the store, the clock, the tasks, who shows and who consumes what the feeds say."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from quotedesk.engine.redactor import Redactor
from quotedesk.engine.tasks import Tasks
from quotedesk.feed.frame_log import FrameLog
from quotedesk.market.batch import Batch
from quotedesk.market.clock import Clock
from quotedesk.market.states import LinkStatus

if TYPE_CHECKING:  # they bring numpy, a third of the start of what does without, or are seldom needed
    from quotedesk.engine.recorder import Recorder
    from quotedesk.engine.reference_data import ReferenceData
    from quotedesk.net.tape import FrameTape
    from quotedesk.quotes.quotes import Quotes


class Display(Protocol):
    """Whoever shows what the engine does: windows, a terminal, a relay, a test. Nothing here may block."""

    def show_links(self, links: tuple[LinkStatus, ...]) -> None:
        """The connections in use, as they are now."""

    def show_plan(self, used: int, slots: int | None, parked: int) -> None:
        """How many symbols are subscribed, for how many the plans have room (None: nobody knows), how many wait."""

    def show_traffic(self, messages_per_s: float, round_trip_s: float) -> None:
        """Once a second: frames received a second, and the slowest connection's round trip; NaN is unknown."""

    def show_notice(self, text: str, *, is_error: bool = False) -> None:
        """One plain line for the user; an error is not to leave by itself."""

    def show_fetching(self, words: str) -> None:
        """What is being fetched beside the streams, in a few words; "" for nothing."""

    def wake(self) -> None:
        """Rows changed in the store."""


class Consumer(Protocol):
    """Gets every batch just after the store applied it, in order. It may not block."""

    def consume(self, batch: Batch) -> None:
        """Take a batch; it is not to be changed."""


def _no_plan(feed: str) -> int | None:
    return None


def _call_later(after_s: float, do: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(after_s, do)


@dataclass(slots=True)
class Services:
    """What a feed runner stands on.

    Attributes:
        quotes: the store; None where nobody looks back at what the consumers were told.
        plan: feed -> how many symbols one connection may have, as the user set it; None where it is found out.
        consumers: in the order in which they get each batch.
        first_quote_s: monotonic time of the first update of the run; None before it.
        reference: what the feeds tell by HTTP; None where nobody asks for it.
        recorder: is told what passes on connections and what is wanted; None where nothing is recorded.
        tape: recorded frames in place of sockets; None in life.
        call_later: do something after so many seconds by `clock`.
    """

    clock: Clock
    tasks: Tasks
    quotes: "Quotes | None"
    display: Display
    redactor: Redactor = field(default_factory=Redactor)
    frames: FrameLog = field(default_factory=FrameLog)
    plan: Callable[[str], int | None] = _no_plan
    consumers: list[Consumer] = field(default_factory=list)
    first_quote_s: float | None = None
    reference: "ReferenceData | None" = None
    recorder: "Recorder | None" = None
    tape: "FrameTape | None" = None
    call_later: Callable[[float, Callable[[], None]], object] = _call_later

    def take(self, batch: Batch) -> None:
        """A feed has something to say: the store first, then every consumer."""
        if self.quotes is not None:
            self.quotes.apply(batch)
        if self.first_quote_s is None and batch.updates:
            self.first_quote_s = self.clock.now_s()
        for consumer in self.consumers:
            consumer.consume(batch)
