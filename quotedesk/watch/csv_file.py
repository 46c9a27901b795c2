"""Rows in a CSV file that is written anew once a second, whole or not at all: what a spreadsheet links to."""

import csv
import io
import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from quotedesk.engine.settling import Settling
from quotedesk.market.batch import Batch
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import Number
from quotedesk.market.states import LinkStatus
from quotedesk.quotes.figures import NUMBERS
from quotedesk.watch.table import TableRow

EVERY_S = 1.0
_COLUMNS = ("symbol", "feed", "state", "reason", *NUMBERS, "change", "change_pct", "base", "time", "received")
_FORMULA = ("=", "+", "-", "@")  # with which a spreadsheet begins to calculate


class CsvFile:
    """A consumer of batches and the engine's display. Needs the running loop.

    What is unknown is an empty cell. `tell` takes notices, and why the file cannot be written, once.
    """

    def __init__(
        self, path: Path, instruments: Sequence[Instrument], clock: Clock, tell: Callable[[str], None]
    ) -> None:
        self._path = path
        self._clock = clock
        self._tell = tell
        self._rows = {instrument: TableRow(instrument) for instrument in instruments}
        self._fault = ""
        self._next = Settling(EVERY_S, self._write)
        self._write()

    def consume(self, batch: Batch) -> None:
        """Take a batch; it is in the file soon."""
        for update in batch.updates:
            if row := self._rows.get(Instrument(batch.feed, update.code)):
                row.figures.take(update)
                row.received_s = batch.received_s
        for seed in batch.seeds:
            if row := self._rows.get(Instrument(batch.feed, seed.code)):
                row.figures.seed(seed)
        for status in batch.statuses:
            if row := self._rows.get(Instrument(batch.feed, status.code)):
                row.state, row.reason = status.state, status.reason
        self._next.note()

    def count_from(self, instrument: Instrument, first: Number) -> None:
        """See joined.JoinedDisplay."""
        if row := self._rows.get(instrument):
            row.figures.first_seen = first

    def miss(self, instrument: Instrument, count: int) -> None:
        """See joined.JoinedDisplay. A file has the newest anyway."""

    def show_links(self, links: tuple[LinkStatus, ...]) -> None:
        """The rows say how they are."""

    def show_plan(self, used: int, slots: int | None, parked: int) -> None:
        """The rows say which are parked."""

    def show_traffic(self, messages_per_s: float, round_trip_s: float) -> None:
        """Nothing of that is written."""

    def show_notice(self, text: str, *, is_error: bool = False) -> None:
        """See engine.services.Display."""
        self._tell(text)

    def show_fetching(self, words: str) -> None:
        """Nothing of that is written."""

    def wake(self) -> None:
        """What changed was noted already."""

    def close(self) -> None:
        """Write for the last time; the file stays."""
        self._next.cancel()
        self._write()

    def _write(self) -> None:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(_COLUMNS)
        for row in self._rows.values():
            utc_s = self._clock.utc_s(row.received_s) if row.received_s == row.received_s else math.nan
            reason = f"'{row.reason}" if row.reason.startswith(_FORMULA) else row.reason
            said = {"symbol": row.instrument.code, "feed": row.instrument.feed}
            said |= {"state": row.state.word, "reason": reason, **row.figures.fields(utc_s)}
            writer.writerow([said.get(column, "") for column in _COLUMNS])
        beside = self._path.with_name(f".{self._path.name}.new")
        try:
            beside.write_bytes(text.getvalue().encode())
            os.replace(beside, self._path)
        except OSError as fault:  # on Windows also while the spreadsheet reads it
            before, self._fault = self._fault, fault.strerror or str(fault)
            if self._fault != before:
                self._tell(f"{self._path} could not be written: {self._fault}. It is tried again each second.")
            self._next.note()
        else:
            self._fault = ""
