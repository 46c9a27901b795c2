"""The connections that the server cut: of desks that did not read, and those beyond what a key may have."""

import math
from collections import Counter
from collections.abc import Callable

from quotedesk.codec.relay_wire import KICKED
from quotedesk.relay.desks import DeskKey
from quotedesk.relay.key_connections import MOST_OF_CODE, MOST_OF_DESK

BEFORE_ADVICE = 2
KICKS_APART_S = 600.0  # after so long without one the next is told of


class Cuts:
    """`tell`: a line for people.

    Attributes:
        slow: how often a desk was cut that did not read, by its word.
        kicks: how many connections of a desk were too many, by its word.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.slow: Counter[str] = Counter()
        self.kicks: Counter[str] = Counter()
        self._tell = tell
        self._kicked_s: dict[str, float] = {}  # key -> when it last had a connection too many

    def count(self, key: str, desk: DeskKey | None, reason: str, now_s: float) -> None:
        """A connection ended. `desk`: whose public key it is; None where it is no desk's."""
        if desk and "Slow Consumer" in reason:
            self.slow[desk.id] += 1
        if reason != KICKED:
            return
        if desk:
            self.kicks[desk.id] += 1
        if now_s >= self._kicked_s.get(key, -math.inf) + KICKS_APART_S:  # once, however many there are
            self._tell(_told_of(desk))
        self._kicked_s[key] = now_s

    def advice(self, desk: DeskKey) -> str:
        """What the user of a desk should know; "" for nothing."""
        cuts = self.slow[desk.id]
        if cuts < BEFORE_ADVICE:
            return ""
        return f"The relay cut this desk {cuts} times, since it did not read; one value a second may suit it better"


def _told_of(desk: DeskKey | None) -> str:
    if desk is None:
        return f"A pairing code has more than {MOST_OF_CODE} connections; others are closed"
    return (
        f"The key of desk {desk.name} has more than {MOST_OF_DESK} connections; others are closed. "
        "If it was copied, quotedesk relay revoke takes it back"
    )
