"""What is wanted, held against what the wire holds: the part that both kinds of provider share.

Level-triggered: the whole wanted list goes in, requests come out. Whether a provider's subscribe replaces the list
(feed/full_list) or adds to it (feed/incremental) decides what they look like.
"""

import abc
import math
from collections.abc import Collection, Iterable, Sequence

from quotedesk.codec.base import Answer, Change, Limits
from quotedesk.feed.quota import Quota

SETTLE_S = 0.05  # edits closer together than this are one change


class Subscriptions(abc.ABC):
    """One connection's list. All times are monotonic seconds.

    Attributes:
        wanted: every code the user wants here, most important first.
        refused: code -> the server's words; asked for again only after the user took the code out.
        parked: wanted, but more than the plan has room for.
        settled_at_s: edits made before this are one change; none is due before it.
    """

    def __init__(self, limits: Limits, quota: Quota | None = None) -> None:
        self.limits = limits
        self.quota = quota or Quota(most=limits.most_codes)
        self.parked: frozenset[str] = frozenset()
        self._no_room: frozenset[str] = frozenset()  # those of them that are not even asked for
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
        self._fit()

    def ticked(self, code: str, now_s: float) -> None:
        """A wanted code ticked: trace that it is subscribed, if it was asked for."""
        if self._is_held(code):
            self._ticked.add(code)
            if code in self.parked and not self._is_late(code, now_s):
                self.ends(None)  # it is served after all

    def ends(self, size: int | None) -> None:
        """Ticks end after so many symbols of the list, as far as can be seen; None for nowhere."""
        self.quota.seen = size
        self._fit()

    def strayed(self, code: str, now_s: float) -> bool:
        """A code ticked that is not wanted: late, or the server holds it still. True if something follows from it."""
        return False

    def has_ticked(self, code: str) -> bool:
        """Is this code proven to be subscribed on this connection?"""
        return code in self._ticked

    def is_mute(self, code: str, now_s: float) -> bool:
        """Was this code asked for long ago, and has no update come?"""
        return False

    def is_in_list(self, code: str) -> bool:
        """Does the user want this code, whatever the server says?"""
        return code in self._wanted_set

    def is_wanted(self, code: str) -> bool:
        """Does the user want this code, as far as the server and the plan have it?"""
        return code in self._wanted_set and code not in self.refused and code not in self._no_room

    @property
    def is_of_use(self) -> bool:
        """Is there a code that a connection would be asked for?"""
        return any(map(self.is_wanted, self.wanted))

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

    @abc.abstractmethod
    def stamp(self, at_s: float) -> None:
        """The newest request is out as a whole at `at_s`, from where its answer is awaited; inf: not yet."""

    def next_request_id(self) -> int:
        """A number no request of this session has had (1 to 2^31 - 1: servers keep it in 32 bits)."""
        self._requests = self._requests % (2**31 - 1) + 1
        return self._requests

    def deadline_s(self, now_s: float) -> float:
        """When to look again if nothing comes in; inf for never."""
        return min((at_s for at_s in (self.settled_at_s, *self._timers_s()) if at_s > now_s), default=math.inf)

    @property
    @abc.abstractmethod
    def wire_order(self) -> Sequence[str]:
        """The codes that the wire holds, in the order in which a plan that is too small would take them."""

    @property
    @abc.abstractmethod
    def unchanged_s(self) -> float:
        """Since when the wire holds the list that is wanted; inf where it does not, or something is still asked."""

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

    @abc.abstractmethod
    def _is_late(self, code: str, now_s: float) -> bool:
        """Was a tick of this code perhaps on its way before the server had the newest list?"""

    def _desired(self) -> list[str]:
        return [code for code in self.wanted if code not in self.refused][: self.quota.room]

    def _served(self) -> list[str]:
        """Those that the plan has room for, as far as is known."""
        return [code for code in self.wanted if code not in self.refused and code not in self.parked]

    def _fit(self) -> None:
        """Park what the plan has no room for, from the bottom of the list."""
        if self.quota.limit is None:
            self.parked = self._no_room = frozenset()
            return
        codes = [code for code in self.wanted if code not in self.refused]
        self.parked = frozenset(codes[self.quota.limit :])
        self._no_room = frozenset() if self.quota.room is None else frozenset(codes[self.quota.room :])

    def _refuse(self, code: str, words: str) -> None:
        self.refused[code] = words
        self._ticked.discard(code)
        self._fit()
