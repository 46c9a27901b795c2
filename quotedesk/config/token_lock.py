"""One process per token and profile: a provider serves one connection per token, and a second one ends the first."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from quotedesk.config import private
from quotedesk.config.paths import Profile
from quotedesk.market.errors import QuotedeskError

_MOST_DIGITS = 20
_held: dict[Path, "TokenLock"] = {}  # the system's lock is of a process, and so is this


class TokenInUseError(QuotedeskError):
    """Another process holds the profile's connection of a token."""

    def __init__(self, provider: str, pid: int | None) -> None:
        who = "Another quotedesk" if pid is None else f"Another quotedesk (process {pid})"
        super().__init__(
            f"{who} holds the connection to {provider} of this profile, and a token serves one at a time. "
            "End that one, or use another folder with --profile."
        )


class TokenLock:
    """The right to connect with one provider's token, until `release` or the end of the process, however it ends."""

    def __init__(self, path: Path, file: int) -> None:
        self._path = path
        self._file: int | None = file
        self._holders = 1

    def hold(self) -> None:
        """Hold it once more, in the same process: it then takes one `release` more."""
        self._holders += 1

    def release(self) -> None:
        """Let others have it."""
        self._holders -= 1
        if self._holders <= 0 and self._file is not None:
            file, self._file = self._file, None
            _held.pop(self._path, None)
            os.close(file)  # and with it the lock; the file stays, so that nobody locks one that is gone


def hold(profile: Profile, provider: str) -> TokenLock:
    """Take the token of a provider for this process.

    Raises TokenInUseError where another process has it, OSError where the profile's folder cannot be written to.
    """
    path = (profile.folder / "locks" / f"{provider}.lock").absolute()
    if lock := _held.get(path):
        lock.hold()
        return lock
    profile.make_folder()
    private.make_folder(path.parent)
    file = os.open(path, os.O_RDWR | os.O_CREAT, private.FILE_MODE)  # no child inherits it
    if not _lock(file):
        pid = _read_pid(file)
        os.close(file)
        raise TokenInUseError(provider, pid)
    with suppress(OSError):  # a full disk: the lock holds all the same
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
    lock = _held[path] = TokenLock(path, file)
    return lock


if sys.platform == "win32":
    import msvcrt

    _PLACE = 1 << 30  # beyond the text, which others may then read

    def _lock(file: int) -> bool:
        os.lseek(file, _PLACE, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(file, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _read_pid(file: int) -> int | None:
    """Who holds the lock, as far as the file says; for a message only."""
    try:
        text = os.read(file, _MOST_DIGITS).strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None
