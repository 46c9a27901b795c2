"""One running program per profile."""

from PySide6.QtCore import QLockFile

from quotedesk.config.paths import Profile
from quotedesk.market.errors import QuotedeskError


class InUseError(QuotedeskError):
    """Another quotedesk runs on the profile."""


def hold(profile: Profile) -> QLockFile:
    """Take the profile; held as long as the result lives, and freed by the system's death of the holder.

    Raises InUseError, or OSError where the folder cannot be written to.
    """
    lock = QLockFile(str(profile.lock))
    # Whatever stands in the file may be stale (a power cut leaves it empty, a number goes to another process): Qt
    # removes only what the system's own lock on the open file, which ends with its holder, does not protect.
    lock.setStaleLockTime(1)
    if lock.tryLock(0):
        return lock
    if lock.error() is QLockFile.LockError.LockFailedError:
        raise InUseError(
            f"quotedesk already runs on {profile.folder}. Use its window, or another folder with --profile."
        )
    raise PermissionError(f"{profile.folder} cannot be written to. Choose another folder with --profile.")
