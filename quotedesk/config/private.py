"""Folders and files that are their owner's alone: what somebody holds, watches and is told is no other user's business.

On Windows a user's own folders are closed to others already.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600
_OF_OTHERS = 0o077


def make_folder(path: Path) -> None:
    """Make it where there is none; one that is there keeps its rights. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(FOLDER_MODE, exist_ok=True)


def make_file(path: Path) -> None:
    """Make it, empty, where there is none; of one that is there others lose their rights. Raises OSError.

    To be called before SQLite opens it: what SQLite puts beside it has the same rights.
    """
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
    except FileExistsError:
        narrow(path)


def narrow(path: Path) -> None:
    """Take their rights from others, where it is ours and can be done; what a link leads to stays as it is."""
    if os.name != "posix":
        return
    with suppress(OSError):
        found = path.lstat()
        if not stat.S_ISLNK(found.st_mode) and found.st_uid == os.geteuid() and found.st_mode & _OF_OTHERS:
            path.chmod(stat.S_IMODE(found.st_mode) & ~_OF_OTHERS)
