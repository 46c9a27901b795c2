"""One running program per profile."""

import errno
import os
import tempfile
from pathlib import Path

from PySide6.QtCore import QLockFile

from quotedesk.config.paths import Profile
from quotedesk.market.errors import QuotedeskError


class InUseError(QuotedeskError):
    """Another quotedesk runs on the profile."""


class LeftLockError(QuotedeskError):
    """The lock cannot be had, and not since a quotedesk of this user runs."""


def hold(profile: Profile) -> QLockFile:
    """Take the profile; held as long as the result lives, and freed by the system's death of the holder.

    Raises InUseError, LeftLockError, or OSError where the folder cannot be written to.
    """
    if os.path.lexists(profile.lock) and not profile.lock.is_file():  # Qt would wait for a pipe
        raise LeftLockError(f"{profile.lock} is no file, and quotedesk needs one of that name. Move it away.")
    lock = QLockFile(str(profile.lock))
    # Whatever stands in the file may be stale (a power cut leaves it empty, a number goes to another process): Qt
    # removes only what the system's own lock on the open file, which ends with its holder, does not protect.
    lock.setStaleLockTime(1)
    if lock.tryLock(0):
        return lock
    if lock.error() is not QLockFile.LockError.LockFailedError:
        raise _fault_of(profile.folder)
    if why := _why_left(profile.lock):
        raise LeftLockError(why)
    raise InUseError(
        f"quotedesk already runs on {profile.folder}. "
        "Use its window (or end it, if it only serves), or another folder with --profile."
    )


def _why_left(path: Path) -> str:
    """Why a lock does not say that a quotedesk of this user runs; "" where it does say so."""
    try:
        found = path.stat()
    except OSError:
        return ""
    if os.name == "posix" and found.st_uid != os.geteuid() and not os.access(path, os.W_OK):
        other = _user(found.st_uid)
        return (
            f"{path} is a lock of {other}: quotedesk may run there as that user. "
            "Use another folder with --profile, or remove the lock if nothing runs."
        )
    return ""


def _user(number: int) -> str:
    import pwd

    try:
        return f"the user {pwd.getpwuid(number).pw_name}"
    except KeyError:
        return f"another user ({number})"


def _fault_of(folder: Path) -> OSError:
    """Why nothing can be written to a folder: Qt's lock knows only that."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        return OSError(fault.errno, fault.strerror, str(folder))
    return OSError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
