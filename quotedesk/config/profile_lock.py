"""The lock on a profile without Qt: what the window holds as a QLockFile, and who writes its lists by command.

QLockFile's lock is the system's own (flock) on the file, whatever stands in it, so both sides see each other.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from quotedesk.config.paths import Profile
from quotedesk.market.errors import QuotedeskError

_ADVICE = (
    ", and would not see the new rows. "
    "Import there with Ctrl+O, or close its windows first, or name another folder with --profile."
)


class ProfileInUseError(QuotedeskError):
    """A window, or a program that serves, runs on the profile."""

    def __init__(self, profile: Profile, advice: str) -> None:
        super().__init__(f"quotedesk runs on {profile.folder}{advice}")


@contextmanager
def hold(profile: Profile, advice: str = _ADVICE) -> Iterator[None]:
    """Hold the profile, so that no window starts on it meanwhile. Raises ProfileInUseError or OSError.

    `advice` goes on where "quotedesk runs on FOLDER" ends.
    """
    profile.make_folder()
    try:
        descriptor = os.open(profile.lock, os.O_RDWR | os.O_CREAT, 0o644)
    except PermissionError:
        if sys.platform == "win32":  # there QLockFile lets nobody else open it
            raise ProfileInUseError(profile, advice) from None
        raise
    try:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ProfileInUseError(profile, advice) from None
        try:
            yield
        finally:
            with suppress(OSError):
                profile.lock.unlink()
    finally:
        os.close(descriptor)
