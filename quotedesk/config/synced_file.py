"""What this desk and the relay last agreed on: the base of a three-way merge, kept over restarts and days offline."""

from pathlib import Path

import msgspec

from quotedesk.config import kept_file
from quotedesk.config.kept_file import UntouchedError

FORMAT = 1


class Agreed(msgspec.Struct, frozen=True, omit_defaults=True):
    """The version of one key.

    Attributes:
        revision: the relay's.
        content: JSON; None: it was removed.
    """

    revision: int = 0
    content: str | None = None


class _File(msgspec.Struct):
    relay: str = ""
    keys: dict[str, Agreed] = {}
    format: int = FORMAT


def load(path: Path, relay: str) -> dict[str, Agreed]:
    """What was agreed with that relay; nothing where the file is another's, or cannot be read: then both sides stay."""
    try:
        file, _ = kept_file.load(path, _File, FORMAT)
    except (UntouchedError, OSError):
        return {}
    return file.keys if file is not None and file.relay == relay else {}


def save(path: Path, relay: str, keys: dict[str, Agreed]) -> None:
    """Write it. Raises OSError."""
    kept_file.save(path, _File(relay, keys))
