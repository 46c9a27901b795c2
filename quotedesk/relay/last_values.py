"""What is known of each row, for whoever connects or has missed something: the newest of each number, no history."""

from collections.abc import Collection

import msgspec

from quotedesk.codec.relay_wire import RelayedQuote, relayed
from quotedesk.market.instrument import Instrument
from quotedesk.market.quote import NUMBERS_OF_QUOTE, Quote, Trade, Update
from quotedesk.market.states import RowStatus


class LastValue(msgspec.Struct):
    """One row.

    Attributes:
        quote: all that is known, merged; its `n` is the number of the newest update.
        received_s: when that was read, monotonic seconds; None: only a seed has come.
        status: see RowStatus.
    """

    quote: RelayedQuote
    received_s: float | None = None
    status: RowStatus | None = None


class LastValues:
    """By feed and code."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, LastValue]] = {}

    def of(self, row: Instrument) -> LastValue | None:
        """What is known of a row."""
        return self._rows.get(row.feed, {}).get(row.code)

    def take(self, feed: str, update: Update, received_s: float) -> RelayedQuote:
        """An update came; returns how it is told."""
        value = self._value(feed, update.code)
        kept = value.quote
        kept.n += 1
        value.received_s = received_s
        told = relayed(update, kept.n)
        if type(update) is Trade:
            kept.last = told.price
            if told.size is not None:
                kept.size = told.size
        else:
            _merge(kept, told)
        if told.time is not None:
            kept.time = told.time
        kept.seq = told.seq
        return told

    def seed(self, feed: str, seed: Quote) -> RelayedQuote:
        """What was asked for beside the stream fills what no update has said; returns how it is told."""
        value = self._value(feed, seed.code)
        kept = value.quote
        kept.n += 1
        told = relayed(seed, kept.n, is_seed=True)
        for name in NUMBERS_OF_QUOTE:
            if getattr(kept, name) is None:
                setattr(kept, name, getattr(told, name))
        return told

    def mark(self, feed: str, status: RowStatus) -> None:
        """A row's state is another."""
        self._value(feed, status.code).status = status

    def forget_all_but(self, rows: Collection[Instrument]) -> None:
        """Of rows that are wanted no more nothing is known; numbers begin anew should they come back."""
        kept: dict[str, dict[str, LastValue]] = {}
        for row in rows:
            if value := self.of(row):
                kept.setdefault(row.feed, {})[row.code] = value
        self._rows = kept

    def _value(self, feed: str, code: str) -> LastValue:
        rows = self._rows.setdefault(feed, {})
        if (value := rows.get(code)) is None:
            value = rows[code] = LastValue(RelayedQuote(0))
        return value


def _merge(kept: RelayedQuote, told: RelayedQuote) -> None:
    for name in NUMBERS_OF_QUOTE:
        if (text := getattr(told, name)) is not None:
            setattr(kept, name, text)
