"""The servers of a relay's cluster, as they name each other: which one to dial, and whether at once."""

import random
import re
from collections.abc import Sequence

MOST_SERVERS = 16
_HOST_PORT = re.compile(r"[A-Za-z0-9._:\[\]-]{1,255}:[0-9]{1,5}")


class RelayServers:
    """One round over all that are known goes without a wait; after it, and until a connection held, all wait.

    Attributes:
        current: the one to dial, as HOST:PORT; or as the user gave it, "" for the first of the user's addresses.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._tries = 0  # that failed or ended since a connection last held
        self._known = [""]  # the current one first; "" is the user's address whose turn it is
        self._users: tuple[str, ...] = ("",)
        self._turn = 0

    @property
    def current(self) -> str:
        return self._known[0] or self._users[self._turn % len(self._users)]

    def also(self, addresses: Sequence[str]) -> None:
        """The user gave these as well."""
        self._users = ("", *addresses)

    def told(self, names: Sequence[str]) -> None:
        """The server that we are on names those of its cluster, itself first; none where it is alone."""
        names = [name for name in names[:MOST_SERVERS] if _HOST_PORT.fullmatch(name)]
        others = names[1:]
        self._rng.shuffle(others)  # else all desks of a server that dies would go to the same one
        self._known = _with_users_address(list(dict.fromkeys([self._known[0], *others, *names[:1]])))

    def lost(self) -> bool:
        """The connection is gone, or could not be made: the next server is the current one. Is it to be dialled now?"""
        lost, *others = self._known
        self._known = _with_users_address([*others, lost])
        self._turn += not lost
        self._tries += 1
        return self._tries < len(self._known) + len(self._users) - 1

    def held(self) -> None:
        """The connection has been there for a while."""
        self._tries = 0

    def forget(self) -> None:
        """Begin with the user's first address again."""
        self._known, self._turn = [""], 0


def _with_users_address(names: Sequence[str]) -> list[str]:
    """It is the next after any other: what servers call themselves may be out of reach from here."""
    first, *others = names
    return [first, *([""] if first else []), *filter(None, others)]
