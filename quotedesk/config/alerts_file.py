"""The user's alert rules: one line of text each."""

from pathlib import Path

import msgspec

from quotedesk.config import kept_file

FORMAT = 1


class _File(msgspec.Struct):
    rules: tuple[str, ...] = ()
    format: int = FORMAT


def load(path: Path) -> tuple[tuple[str, ...], str]:
    """The lines, as they stand there, and a report for the user.

    With a report ("" where all is well) the file is a newer program's, or the user's to mend: it is left as it is, and
    must not be written.
    """
    file, report = kept_file.load_untouched(path, _File, FORMAT, "alerts")
    if file is None:
        return (), report
    return file.rules, report


def save(path: Path, rules: tuple[str, ...]) -> None:
    """Write them. Raises OSError."""
    kept_file.save(path, _File(rules))
