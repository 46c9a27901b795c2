"""Whom readers are told by, apart from the quotes: the program, and whoever evaluates rules for them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from quotedesk.engine.serving.reader_session import ReaderSession
from quotedesk.market.batch import Batch
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument


class ServedProgram(Protocol):
    """What readers are told of the program that serves them."""

    def base_of(self, feed: str) -> str | None:
        """The server in place of the provider's own; None where that is dialled."""

    def is_recorded(self, feed: str) -> bool:
        """Are its prices those of a recording?"""

    def default_feed(self) -> str:
        """Whose symbol a bare code is."""

    def is_wanted(self, instrument: Instrument) -> bool:
        """Is it subscribed, or waits for that?"""


class ReaderAlerts(Protocol):
    """The rules of the program, for readers."""

    def listed(self) -> Sequence[Mapping[str, object]]:
        """Each rule with its state, as an object."""

    def watch(self, reader: ReaderSession, rules: Sequence[str], feed: str) -> None:
        """Evaluate these for the reader, in place of those before. A bare code is of `feed`. Raises QuotedeskError."""

    def wanted(self) -> Sequence[Instrument]:
        """The symbols that rules of readers name now."""

    def book_feeds(self) -> set[str]:
        """The feeds of whose symbols rules of readers need bids and asks."""

    def forget(self, reader: ReaderSession) -> None:
        """It is gone."""

    def consume(self, batch: Batch) -> None:
        """Every batch, before readers are told of it."""

    def second(self) -> None:
        """Once a second."""


class NoAlerts:
    """Where nobody evaluates rules."""

    def listed(self) -> Sequence[Mapping[str, object]]:
        return ()

    def wanted(self) -> Sequence[Instrument]:
        return ()

    def book_feeds(self) -> set[str]:
        return set()

    def watch(self, reader: ReaderSession, rules: Sequence[str], feed: str) -> None:
        raise QuotedeskError("This program evaluates no rules")

    def forget(self, reader: ReaderSession) -> None:
        pass

    def consume(self, batch: Batch) -> None:
        pass

    def second(self) -> None:
        pass
