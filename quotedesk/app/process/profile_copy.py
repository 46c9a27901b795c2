"""A copy of a profile for a run beside the program that holds it: a look at a recording needs no more."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from quotedesk.app.process import instance
from quotedesk.config.paths import Profile
from quotedesk.market.errors import QuotedeskError

_PREFIX = "replay-"  # folders in the profile: what is copied is as private as that


@contextmanager
def copy_of(profile: Profile) -> Iterator[Profile]:
    """What a replay reads of a profile, in a folder of its own that goes at the end. Raises OSError."""
    for left in profile.folder.glob(f"{_PREFIX}*"):  # by a run that was killed
        _remove_left(left)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=profile.folder, ignore_cleanup_errors=True) as folder:
        copy = Profile(Path(folder))
        copy.make()
        lock = instance.hold(copy)
        try:
            for name in ("settings", "window", "formulas", "alerts", "positions"):
                with suppress(FileNotFoundError):
                    shutil.copyfile(getattr(profile, name), getattr(copy, name))
            with suppress(sqlite3.Error):  # there is none, or it is of no use: names are missing then
                _copy_database(profile.directories, copy.directories)
            yield copy
        finally:
            lock.unlock()


def _remove_left(folder: Path) -> None:
    with suppress(QuotedeskError, OSError):
        instance.hold(Profile(folder)).unlock()
        shutil.rmtree(folder, ignore_errors=True)


def _copy_database(path: Path, to: Path) -> None:
    """Whole, though another program may write to it now."""
    with (
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as kept,
        closing(sqlite3.connect(to)) as made,
    ):
        kept.backup(made)
