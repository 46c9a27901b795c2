"""The desks that have a key of this relay: a file in the profile, with public keys only."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import msgspec

from quotedesk.codec.nkeys import is_public_key
from quotedesk.codec.relay_wire import token
from quotedesk.config import kept_file, private
from quotedesk.market.errors import QuotedeskError

LONGEST_NAME = 60


class DeskKey(msgspec.Struct, frozen=True):
    """A desk that may connect.

    Attributes:
        id: its word in subjects; a token.
        name: for people.
        person: whose lists it reads and writes.
        key: its public nkey.
        paired: the day, as in 2026-11-29.
        keeps_positions: it may put the person's positions among the lists; set by hand in the file.
    """

    id: str
    name: str
    person: str
    key: str
    paired: str = ""
    keeps_positions: bool = False


class _DesksFile(msgspec.Struct):
    desks: list[DeskKey] = []
    format: int = kept_file.FORMAT


class Desks:
    """Those of a file, in the order of their pairing.

    Attributes:
        report: what the user should know of the file; "" for nothing.
    """

    def __init__(self, path: Path) -> None:
        """Raises UntouchedError, and OSError where a broken file cannot be set aside."""
        self._path = path
        file, self.report = kept_file.load(path, _DesksFile)
        self._desks = {each.id: each for each in (file.desks if file else []) if _is_sound(each)}

    def __iter__(self) -> Iterator[DeskKey]:
        return iter(list(self._desks.values()))

    def __len__(self) -> int:
        return len(self._desks)

    def of(self, desk: str) -> DeskKey | None:
        """The desk of that word in subjects."""
        return self._desks.get(desk)

    @property
    def persons(self) -> set[str]:
        """Whose desks they are."""
        return {each.person for each in self._desks.values()}

    def add(self, name: str, person: str, key: str, day: str) -> DeskKey:
        """Take in a desk. Raises OSError where that cannot be kept, QuotedeskError for what is no key."""
        if not is_public_key(key) or any(each.key == key for each in self._desks.values()):
            raise QuotedeskError("That is no key of a new desk")
        names = {each.name for each in self._desks.values()}
        name = plain_name(name) or "desk"
        unique = next(
            each for each in (name, *(f"{name} {number}" for number in range(2, 10_000))) if each not in names
        )
        desk = DeskKey(f"d{secrets.token_hex(4)}", unique, person, key, day)
        self._save({**self._desks, desk.id: desk})
        return desk

    def revoke(self, name: str) -> list[DeskKey]:
        """Take out the desk of that name or word, or all of a person; returns them. Raises OSError."""
        gone = [each for each in self._desks.values() if name in (each.name, each.id)]
        gone = gone or [each for each in self._desks.values() if each.person == name]
        if gone:
            self._save({each.id: each for each in self._desks.values() if each not in gone})
        return gone

    def _save(self, desks: dict[str, DeskKey]) -> None:
        private.make_folder(self._path.parent)
        kept_file.save(self._path, _DesksFile(list(desks.values())))
        self._desks = desks


def plain_name(text: str) -> str:
    """A name as people write it, on one line and not endless."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:LONGEST_NAME].strip()


def _is_sound(desk: DeskKey) -> bool:
    return token(desk.id) == desk.id and is_public_key(desk.key) and bool(plain_name(desk.person))
