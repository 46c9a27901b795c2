"""What is wanted, held against what the wire holds: the part that both kinds of provider share.

Level-triggered: the whole wanted list goes in, requests come out. Whether a provider's subscribe replaces the list
(feed/replacing) or adds to it (feed/adding) decides what they look like.
"""

import abc
import math
from collections.abc import Collection, Iterable, Sequence

from quotedesk.codec.base import Answer, Change, Limits

SETTLE_S = 0.05  # edits closer together than this are one change


class Subscriptions(abc.ABC):
    """One connection's list. All times are monotonic seconds.

    Attributes:
        wanted: every code the user wants here, most important first.
        refused: code -> the server's words; asked for again only after the user took the code out.
        settled_at_s: edits made before this are one change; none is due before it.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.wanted: tuple[str, ...] = ()
        self.refused: dict[str, str] = {}
        self._wanted_set: frozenset[str] = frozenset()
        self.settled_at_s = -math.inf
        self._ticked: set[str] = set()  # of what the wire holds: proven on this connection
        self._requests = 0

    def want(self, codes: Iterable[str], now_s: float) -> None:
        """The list as the user has it now. A new order alone is no change for the wire."""
        self.wanted = tuple(dict.fromkeys(codes))
        wanted = frozenset(self.wanted)
        if wanted != self._wanted_set and now_s >= self.settled_at_s:
            self.settled_at_s = now_s + SETTLE_S
        self._wanted_set = wanted
        self.refused = {code: words for code, words in self.refused.items() if code in wanted}

    def ticked(self, code: str, now_s: float) -> None:
        """A wanted code ticked: proof that it is subscribed, if it was asked for."""
        if self._is_held(code):
            self._ticked.add(code)

    def strayed(self, code: str, now_s: float) -> bool:
        """A code ticked that is not wanted: late, or the server holds it still. True if something follows from it."""
        return False

    def has_ticked(self, code: str) -> bool:
        """Is this code proven to be subscribed on this connection?"""
        return code in self._ticked

    def is_wanted(self, code: str) -> bool:
        """Does the user want this code, as far as the server has it?"""
        return code in self._wanted_set and code not in self.refused

    def is_due(self, now_s: float) -> bool:
        """Is there something to ask for now?"""
        return now_s >= self.settled_at_s and self._plan(now_s) is not None

    def take(self, now_s: float) -> Change:
        """The next request, as good as sent. Raises AssertionError where none is due."""
        plan = self._plan(now_s)
        assert plan is not None, "nothing is due"
        wanted, added, dropped = plan
        change = Change(tuple(wanted), tuple(added), tuple(dropped), self.next_request_id())
        self._sent(change, now_s)
        return change

    def next_request_id(self) -> int:
        """A number no request of this session has had (1 to 2^31 - 1: servers keep it in 32 bits)."""
        self._requests = self._requests % (2**31 - 1) + 1
        return self._requests

    def deadline_s(self, now_s: float) -> float:
        """When to look again if nothing comes in; inf for never."""
        return min((at_s for at_s in (self.settled_at_s, *self._timers_s()) if at_s > now_s), default=math.inf)

    @abc.abstractmethod
    def lost(self) -> None:
        """The connection is gone: the server holds nothing. Refusals stay."""

    @abc.abstractmethod
    def answered(self, answer: Answer, now_s: float) -> Collection[str]:
        """The server answered a request; returns what it acknowledged."""

    @abc.abstractmethod
    def elapsed(self, now_s: float) -> None:
        """Time has passed: close what has waited long enough."""

    @abc.abstractmethod
    def _is_held(self, code: str) -> bool:
        """Was this code asked for, and is it not dropped or refused since?"""

    @abc.abstractmethod
    def _plan(self, now_s: float) -> tuple[Sequence[str], Sequence[str], Sequence[str]] | None:
        """(wanted, added, dropped) of the request that is due, or None."""

    @abc.abstractmethod
    def _sent(self, change: Change, now_s: float) -> None:
        """The request went out."""

    @abc.abstractmethod
    def _timers_s(self) -> Iterable[float]:
        """The times of this kind's own that matter; those in the past do not."""

    def _desired(self) -> list[str]:
        return [code for code in self.wanted if code not in self.refused]

    def _refuse(self, code: str, words: str) -> None:
        self.refused[code] = words
        self._ticked.discard(code)
