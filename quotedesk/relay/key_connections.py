"""How many connections have each key, and which are too many. Pure.

NATS bounds the connections of a server and of an account, but not those of a key: with one key, or one pairing code,
somebody could take every place that there is.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from quotedesk.codec.relay_requests import MOST_SESSIONS

MOST_OF_DESK = 2 * MOST_SESSIONS  # all of a key may come back while the server does not know that they were gone
MOST_OF_CODE = 4  # one is enough; who tries a stolen code twice hears that it is spent


class KeyConnections:
    """`most_of` says how many a key may have. Connections have the numbers that the server gives them."""

    def __init__(self, most_of: Callable[[str], float]) -> None:
        self._most_of = most_of
        self.forget()

    def forget(self) -> None:
        """What happens is not heard any more: until `known` tells, only what came since then is counted."""
        self._kept: defaultdict[str, set[int]] = defaultdict(set)  # those that are too many are never among them
        self._ended: set[int] | None = set()  # since then; None: all is known

    def opened(self, key: str, number: int) -> bool:
        """A connection came; is it one too many?"""
        kept = self._kept[key]
        if number not in kept and len(kept) >= self._most_of(key):
            return True
        kept.add(number)
        return False

    def closed(self, key: str, number: int) -> None:
        """A connection ended."""
        self._kept[key].discard(number)
        if not self._kept[key]:
            del self._kept[key]
        if self._ended is not None:
            self._ended.add(number)

    def known(self, connections: Iterable[tuple[str, int]]) -> list[int]:
        """All that were there when it was asked for, after `forget`; returns those that are too many."""
        ended, self._ended = self._ended or set(), None
        return [number for key, number in sorted(connections) if number not in ended and self.opened(key, number)]
