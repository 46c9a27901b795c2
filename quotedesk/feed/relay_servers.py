"""The servers of a relay's cluster, as they name each other: which one to dial, and whether at once."""

import random
import re
from collections.abc import Sequence

MOST_SERVERS = 16
_HOST_PORT = re.compile(r"[A-Za-z0-9._:\[\]-]{1,255}:[0-9]{1,5}")


class RelayServers:
    """One round over all that are known goes without a wait; after it, and until a connection held, all wait.

    Attributes:
        current: HOST:PORT of the one to dial; "" for the address that the user gave.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._tries = 0  # that failed or ended since a connection last held
        self._known = [""]  # the current one first

    @property
    def current(self) -> str:
        return self._known[0]

    def told(self, names: Sequence[str]) -> None:
        """The server that we are on names those of its cluster, itself first; none where it is alone."""
        names = [name for name in names[:MOST_SERVERS] if _HOST_PORT.fullmatch(name)]
        others = names[1:]
        self._rng.shuffle(others)  # else all desks of a server that dies would go to the same one
        self._known = _with_users_address(list(dict.fromkeys([self.current, *others, *names[:1]])))

    def lost(self) -> bool:
        """The connection is gone, or could not be made: the next server is the current one. Is it to be dialled now?"""
        lost, *others = self._known
        self._known = _with_users_address([*others, lost])
        self._tries += 1
        return self._tries < len(self._known)

    def held(self) -> None:
        """The connection has been there for a while."""
        self._tries = 0

    def forget(self) -> None:
        """Begin with the user's address again."""
        self._known = [""]


def _with_users_address(names: Sequence[str]) -> list[str]:
    """It is the next after any other: what servers call themselves may be out of reach from here."""
    first, *others = names
    return [first, *([""] if first else []), *filter(None, others)]
