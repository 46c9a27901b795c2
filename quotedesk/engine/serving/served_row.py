"""What is known of one instrument that readers subscribed to, and the lines that tell it."""

import math
from typing import TYPE_CHECKING

from quotedesk.market.instrument import Instrument
from quotedesk.market.quote import Quote, Update
from quotedesk.market.states import RowState, RowStatus
from quotedesk.quotes.figures import NUMBERS, Figures, fields_of, rfc3339

if TYPE_CHECKING:  # it brings numpy
    from quotedesk.engine.serving.reader_session import ReaderSession
    from quotedesk.quotes.quotes import Quotes

STREAM, KEPT, RECORDING = "stream", "kept", "recording"


class ServedRow:
    """Begins with what the store has, and takes each update from then on: the store has only the newest of a batch.

    Attributes:
        seq: which update of the instrument in this run of the program the newest one is; 0 before the first.
        source: where the newest price comes from: this run's stream, an earlier run, or a recording.
        state, reason, since_utc_s: of the row, as the window shows it.
        received_utc_s: when the newest update was read, seconds since 1970 UTC; NaN before the first.
        states: how often the state was another, or its reason.
        is_state_newer: it changed after the newest update.
        readers: who subscribed to it, and is told each update.
        parked: who subscribed to it, and takes nothing.
    """

    __slots__ = (
        *("_base_of", "figures", "instrument", "is_state_newer", "parked", "readers", "reason", "received_utc_s"),
        *("seq", "since_utc_s", "slot", "source", "state", "states"),
    )

    def __init__(self, instrument: Instrument, quotes: "Quotes", is_recorded: bool) -> None:
        self.instrument = instrument
        self.readers: dict[ReaderSession, None] = {}
        self.parked: dict[ReaderSession, None] = {}
        self.states = 0
        self.is_state_newer = False
        self.slot = slot = quotes.slot(instrument)
        self._base_of = quotes.base_of
        self.figures = Figures()
        self.figures.numbers = {name: known for name in NUMBERS if (known := quotes.number(name, slot)).text}
        self.figures.time_utc_s = quotes.time_utc_s.item(slot)
        self.seq = quotes.tick_count.item(slot)
        self.source = RECORDING if is_recorded else STREAM if self.seq else KEPT
        self.state, self.reason = RowState(quotes.state.item(slot)), quotes.reason(slot)
        self.since_utc_s = self.received_utc_s = math.nan

    def take(self, update: Update, received_utc_s: float) -> None:
        """The next update, in order of arrival."""
        if self.source is KEPT:
            self.source = STREAM
        self.figures.take(update)
        self.received_utc_s = received_utc_s
        self.seq += 1
        self.is_state_newer = False

    def seed(self, quote: Quote) -> None:
        """What was asked for beside the stream."""
        self.figures.seed(quote)

    def stand(self, status: RowStatus, since_utc_s: float) -> bool:
        """Take the row's state; is it another, or its reason?"""
        is_new = (status.state, status.reason) != (self.state, self.reason)
        self.state, self.reason, self.since_utc_s = status.state, status.reason, since_utc_s
        if is_new:
            self.states += 1
            self.is_state_newer = True
        return is_new

    def leave(self, reader: "ReaderSession") -> bool:
        """It is subscribed no longer; is nobody left?"""
        self.readers.pop(reader, None)
        self.parked.pop(reader, None)
        return not (self.readers or self.parked)

    def quote(self, dropped: int = 0) -> dict[str, object]:
        """What a notification tells of the newest update; `dropped`: for how many before it it stands."""
        said: dict[str, object] = {
            "symbol": self.instrument.code,
            "feed": self.instrument.feed,
            "seq": self.seq,
            "source": self.source,
            **self._fields(),
        }
        return {**said, "dropped": dropped} if dropped else said

    def standing(self) -> dict[str, object]:
        """What a notification tells of the row's state."""
        said = {"symbol": self.instrument.code, "feed": self.instrument.feed}
        said |= {"state": self.state.word, "reason": self.reason}
        return {**said, "since": since} if (since := rfc3339(self.since_utc_s)) else {**said}

    def whole(self) -> dict[str, object]:
        """State and newest figures in one."""
        said = self.quote()
        return {**said, **self.standing()} if self.figures.numbers else {**self.standing(), "seq": self.seq}

    def _fields(self) -> dict[str, str]:
        base = self._base_of(self.slot)  # the window's: it knows when a trading day is over
        fields = fields_of(self.figures.numbers, base, self.figures.time_utc_s, self.received_utc_s)
        return {**fields, "base_price": base[1].text} if "base" in fields else fields
