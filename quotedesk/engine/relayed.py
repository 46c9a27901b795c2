"""Rows that a relay brings, recorded and played: as what it told of them, since no frame of their feed came here."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

import msgspec

from quotedesk.config.recording import Relayed, RelayStood, ToldUpdate
from quotedesk.market.batch import Batch
from quotedesk.market.quote import Trade
from quotedesk.market.states import LinkState, LinkStatus, RowStatus

_LINK_STATES = {state.value: state for state in LinkState}


class RecordedRelay(Protocol):
    """What stands in for feeds; see RelayRunner."""

    @property
    def stands_for(self) -> tuple[str, ...] | None:
        """The feeds; None while it has not said which: all."""

    @property
    def link(self) -> LinkStatus:
        """The way to it."""

    @property
    def statuses(self) -> Mapping[str, tuple[RowStatus, ...]]:
        """How rows are that it brings, by feed."""


class ToldBatch(NamedTuple):
    """A batch of a relay's, which the recorder's thread makes a record of."""

    at_s: float
    batch: Batch

    def record(self) -> Relayed:
        """The record of it."""
        batch = self.batch
        updates = tuple(
            ToldUpdate(trade=each) if type(each) is Trade else ToldUpdate(quote=each)  # type: ignore[arg-type]
            for each in batch.updates
        )
        return Relayed(self.at_s, batch.feed, batch.received_s, updates, batch.gaps, batch.statuses)


def stood(relay: RecordedRelay | None, now_s: float) -> RelayStood:
    """For which feeds it stands in now; None: there is no relay."""
    if relay is None:
        return RelayStood(now_s, ())
    return RelayStood(now_s, relay.stands_for, relay.link.state.value, relay.link.reason)


def batch_of(record: Relayed, shift_s: float) -> Batch:
    """The batch of a record, on a clock that is so far ahead of the recording's."""
    updates = [each.trade or each.quote for each in record.updates]
    return Batch(
        record.feed,
        [each for each in updates if each is not None],
        record.received_s + shift_s,
        record.gaps,
        tuple(msgspec.structs.replace(each, since_s=each.since_s + shift_s) for each in record.statuses),
    )


class PlayedRelay:
    """A relay of a recording: its rows come from there, so no session of their feeds is made."""

    def __init__(self, record: RelayStood) -> None:
        self._feeds = record.feeds
        self._state = _LINK_STATES.get(record.state)
        self._reason = record.reason
        self._since_s = record.at_s

    def has(self, feed: str) -> bool:
        """Does it stand in for this feed?"""
        return self._feeds is None or feed in self._feeds

    @property
    def links(self) -> tuple[LinkStatus, ...]:
        """The way to it; none where there is no relay."""
        if self._state is None:
            return ()
        return (LinkStatus("relay", "relay", self._state, self._since_s, self._reason),)
