"""The state of one link, as a state machine: when to dial, since when it is lost and why, when the next try is due."""

import math
import random
from collections.abc import Callable

import msgspec

from quotedesk.feed.backoff import Backoff
from quotedesk.market.states import LinkState, LinkStatus

SLEPT_S = 5.0  # wall time running ahead by more than this: the machine slept
_NOT_TRIED = (LinkState.OFF, LinkState.WAITING, LinkState.DENIED)


class Link:
    """One way to a server, over all the connections that there are of it. All times are monotonic seconds.

    `changed` is called after each change of the state, and told whether the link was up just before. No try follows
    the end of a connection sooner than `retry_min_s` after it.

    Attributes:
        status: as it is shown.
        backoff: what the waits grow by.
        ended_s: when the last connection ended; -inf before one did.
        outage_s: how long the link was lost before this connection; NaN if it was not.
    """

    def __init__(
        self,
        status: LinkStatus,
        retry_min_s: float,
        retry_most_s: float,
        rng: random.Random,
        changed: Callable[[bool], None],
    ) -> None:
        self.status = status
        self.backoff = Backoff(retry_min_s, retry_most_s, rng)
        self.ended_s = -math.inf
        self.outage_s = math.nan
        self._changed = changed
        self._left_alone_s = -math.inf  # the server asked for no try before
        self._wall_ahead_s: float | None = None

    @property
    def is_up(self) -> bool:
        """Is there a connection?"""
        return self.status.state is LinkState.UP

    @property
    def is_tried(self) -> bool:
        """Is there a connection, or is one being made?"""
        return self.status.state not in _NOT_TRIED

    @property
    def dial_at_s(self) -> float | None:
        """When to dial; None for not at all."""
        return -math.inf if self.status.state is LinkState.CONNECTING else self.status.retry_at_s

    def begin(self, now_s: float, why_wait: str) -> None:
        """Dial now, or as soon as the server's least wait after a connection that ended a moment ago is over."""
        if now_s >= (retry_at_s := self.ended_s + self.backoff.minimum_s):
            self._set(LinkState.CONNECTING)
        else:
            self._set(LinkState.WAITING, now_s, why_wait, retry_at_s)

    def dialling(self) -> None:
        """The client dials."""
        if self.status.state is not LinkState.CONNECTING:
            self._set(LinkState.CONNECTING, self.status.since_s, self.status.reason)

    def opened(self, now_s: float) -> None:
        """The connection is up."""
        if self.status.is_lost:
            self.outage_s = now_s - self.status.since_s
        self._set(LinkState.UP, now_s)

    def lost(
        self,
        reason: str,
        now_s: float,
        *,
        is_denied: bool = False,
        retry_after_s: float = 0.0,
        is_at_once: bool = False,
    ) -> None:
        """The connection is gone, or could not be made; see Session.lost. `is_at_once`: another server is dialled."""
        since_s = self.status.since_s if self.status.is_lost else now_s
        self.ended_s = now_s
        if is_denied:
            self._set(LinkState.DENIED, since_s, reason)
        else:
            wait_s = self.backoff.next_s()
            self._left_alone_s = now_s + retry_after_s
            retry_at_s = max(now_s if is_at_once else now_s + wait_s, self._left_alone_s)
            self._set(LinkState.WAITING, since_s, reason, retry_at_s)

    def ended(self, now_s: float) -> None:
        """A connection was closed from here: the least wait is counted from this moment."""
        self.ended_s = now_s

    def off(self) -> None:
        """No connection is wanted."""
        self._set(LinkState.OFF)

    def wait(self, least_at_s: float) -> None:
        """A try that is due sooner is due then."""
        status = self.status
        if status.state is LinkState.WAITING and status.retry_at_s is not None and status.retry_at_s < least_at_s:
            self._set(LinkState.WAITING, status.since_s, status.reason, least_at_s)

    def retry_now(self, now_s: float) -> None:
        """The user does not want to wait. The server's least wait is kept all the same."""
        if self.status.state in (LinkState.WAITING, LinkState.DENIED):
            at_s, status = max(now_s, self.ended_s + self.backoff.minimum_s), self.status
            self._set(LinkState.WAITING, status.since_s, status.reason, at_s)

    def network_changed(self, now_s: float) -> None:
        """The computer is on another network: a wait is of no use, unless the server asked for it."""
        if self.status.state is LinkState.WAITING and now_s >= self._left_alone_s:
            self.retry_now(now_s)

    def follow(self, before: "Link") -> None:
        """This link is tried in place of one that is lost, if that is: it has been lost since then."""
        if self.status.state is LinkState.CONNECTING and before.status.is_lost:
            self._set(LinkState.CONNECTING, before.status.since_s, before.status.reason)
        else:
            self._changed(self.is_up)

    def proven(self, now_s: float) -> None:
        """The server gave a sign of life."""
        self.status = msgspec.structs.replace(self.status, proven_s=now_s)

    def silent(self, since_s: float | None) -> None:
        """Since when it brings no prices though it is up; None: it brings them."""
        if since_s != self.status.silent_since_s:
            self.status = msgspec.structs.replace(self.status, silent_since_s=since_s)
            self._changed(self.is_up)

    def named(self, relay: str) -> None:
        """What the relay is called that it leads to."""
        self.status = msgspec.structs.replace(self.status, through=relay)

    def has_slept(self, now_s: float, wall_s: float) -> bool:
        """Did the machine sleep since the last look? A socket that slept says it is open whether it is or not.

        In suspend the monotonic clock stands still, and the wall clock does not.
        """
        before_s, self._wall_ahead_s = self._wall_ahead_s, wall_s - now_s
        return before_s is not None and self._wall_ahead_s - before_s >= SLEPT_S

    def _set(self, state: LinkState, since_s: float = 0.0, reason: str = "", retry_at_s: float | None = None) -> None:
        was_up, was = self.is_up, self.status
        self.status = LinkStatus(
            was.feed, was.endpoint, state, since_s, reason, retry_at_s, was.proven_s, through=was.through
        )
        self._changed(was_up)
