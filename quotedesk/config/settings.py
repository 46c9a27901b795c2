"""What the user chose. A new setting is one documented, defaulted attribute, its unit in its name."""

from pathlib import Path

import msgspec

from quotedesk.config import kept_file


class Settings(msgspec.Struct):
    """The settings of a profile.

    Attributes:
        format: of the file; a newer one is not touched.
        feed: the feed that was used last, as `--feed` takes it.
    """

    format: int = kept_file.FORMAT
    feed: str = "demo"


def load(path: Path) -> tuple[Settings, str]:
    """The settings, and a report for the user ("" where all is well). Raises NewerFileError."""
    settings, report = kept_file.load(path, Settings)
    return settings or Settings(), report


def save(path: Path, settings: Settings) -> None:
    """Write them. Raises OSError."""
    kept_file.save(path, settings)
