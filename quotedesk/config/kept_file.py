"""Files of a profile that survive: written by rename with the version before kept, set aside where they cannot be read.

A link is written through: where somebody keeps the file elsewhere, there it stays. All others are the user's alone.
"""

import codecs
import errno
import os
import shutil
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from quotedesk.config import private
from quotedesk.market.errors import QuotedeskError

FORMAT = 1
MOST_BYTES = 256_000_000
Kept = TypeVar("Kept", bound=msgspec.Struct)


class UntouchedError(QuotedeskError):
    """A file that may well be good, and cannot be used: it is left as it is."""


class NewerFileError(UntouchedError):
    """A newer quotedesk wrote the file."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} was written by a newer quotedesk and is left untouched. "
            "Start that version, or use another folder with --profile."
        )


class NoRightsError(UntouchedError):
    """The user may not read the file."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} may not be read by you, and is left untouched. "
            "Give yourself the right to, or use another folder with --profile."
        )


class _Numbered(msgspec.Struct):
    format: int


def load(
    path: Path, kind: type[Kept], newest: int = FORMAT, older: Mapping[int, Callable[[str], Kept]] = {}
) -> tuple[Kept | None, str]:
    """What the file holds, and a report for the user ("" where all is well).

    `newest` is the format that `kind` has, `older` reads the text of a format before it.
    (None, "") where there is none. A file that cannot be read is set aside under a new name, never lost, and the
    version before it is taken where that can be read. Raises UntouchedError, and OSError where it cannot be set aside.
    """
    reports: list[str] = []
    for candidate in (path, previous(path)):
        try:
            kept = _read(candidate, kind, newest, older)
        except FileNotFoundError:
            continue
        except PermissionError as fault:
            raise NoRightsError(candidate) from fault
        except (OSError, ValueError, msgspec.MsgspecError, RecursionError) as fault:
            aside = set_aside(candidate)
            reports.append(f"{candidate.name} could not be read ({_short(fault)}). It is kept as {aside}.")
        else:
            if reports:
                reports.append("The version saved before it is shown instead.")
            return kept, " ".join(reports)
    return None, " ".join(reports)


def load_untouched(path: Path, kind: type[Kept], newest: int, what: str) -> tuple[Kept | None, str]:
    """What a file that its user writes too holds (None where there is none), and a report for the user.

    With a report ("" where all is well) the file is a newer program's, or the user's to mend: it is left as it is, and
    must not be written. `what` the file holds, in the plural, is not kept in that run.
    """
    try:
        return _read(path, kind, newest, {}), ""
    except FileNotFoundError:
        return None, ""
    except NewerFileError as fault:
        return None, f"{fault} The {what} of this run are not kept."
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError) as fault:
        return None, (
            f"{path} could not be read ({_short(fault)}) and is left untouched. Mend it or move it away, and start "
            f"again; the {what} of this run are not kept."
        )


def save(path: Path, value: msgspec.Struct) -> None:
    """Write the file so that at any moment the old or the new version is whole on disk. Raises OSError."""
    fresh = _write_fresh(path, msgspec.toml.encode(value))
    if path.exists():
        copy = path.with_name(path.name + ".old")
        _clear(copy)
        shutil.copy2(path, copy)
        clear_way(previous(path))
        os.replace(copy, previous(path))
    os.replace(fresh, _real(path))


def replace(path: Path, data: bytes) -> None:
    """Write a file of which no version before is kept: at any moment the old or the new is there. Raises OSError."""
    os.replace(_write_fresh(path, data), _real(path))


def put(path: Path, data: bytes) -> None:
    """Write what a user named a file for, in his sight the old or the new one whole. Raises OSError.

    A link is written through; into a device (/dev/null, /dev/stdout) or a pipe the bytes go, and it stays what it is.
    """
    try:
        is_file = stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        is_file = True  # in a moment
    if not is_file:
        device = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(device, "wb") as opened:
            opened.write(data)
        return
    real = _real(path)
    fresh = real.with_name(real.name + ".new")
    try:
        fresh.write_bytes(data)
        os.replace(fresh, real)
    except OSError as fault:  # the file beside it is nothing that the user knows of
        raise OSError(fault.errno, fault.strerror, str(path)) from fault


def read_bytes(path: Path) -> bytes:
    """A file's bytes. Raises OSError, also for a pipe or the like, which could be waited for without end."""
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(file, "rb") as opened:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is no file", str(path))
        if found.st_size > MOST_BYTES:
            raise OSError(errno.EFBIG, f"it has {found.st_size / 1e6:,.0f} MB", str(path))
        return opened.read()


def clear_way(path: Path) -> str:
    """Set aside what is no file and has the name of one: a folder, a pipe. Returns what to tell of it, "" for nothing.

    Raises OSError where it cannot be set aside.
    """
    try:
        if stat.S_ISREG(path.stat().st_mode):
            return ""
    except FileNotFoundError:
        return ""
    except OSError as fault:
        if fault.errno != errno.ELOOP:  # a link to itself
            raise
    return f"{path.name} was no file. It is kept as {set_aside(path)}."


def previous(path: Path) -> Path:
    """The version before this one."""
    return path.with_name(path.name + ".previous")


def set_aside(path: Path, *, is_copy: bool = False) -> Path:
    """Move (or copy) a file to a name that is not taken, beside it; returns where it is now.

    Of a link, what it leads to is moved: the link stays, and what is written next goes where it leads.
    """
    path = _real(path)
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.name}.unreadable-{number}")):
        number += 1
    if is_copy:
        shutil.copy2(path, aside)
    else:
        os.replace(path, aside)
    return aside


def _real(path: Path) -> Path:
    """Where a link leads; the path itself where it is none, or leads round in a circle."""
    try:
        return Path(os.path.realpath(path, strict=True))
    except FileNotFoundError:
        return Path(os.path.realpath(path))  # what it leads to is yet to be made
    except OSError:
        return path


def _write_fresh(path: Path, data: bytes) -> Path:
    """Write the new version beside the old one, whole; returns where."""
    clear_way(path)
    real = _real(path)
    fresh = real.with_name(real.name + ".new")
    _clear(fresh)
    mode = 0o666 if path.is_symlink() else private.FILE_MODE  # where a link leads, others may be meant to read it
    with open(fresh, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return fresh


def _clear(path: Path) -> None:
    """Remove what a killed run left of its own, or set aside what somebody else put there."""
    clear_way(path)
    path.unlink(missing_ok=True)


def _read(path: Path, kind: type[Kept], newest: int, older: Mapping[int, Callable[[str], Kept]]) -> Kept:
    data = read_bytes(path).removeprefix(codecs.BOM_UTF8).decode()  # some editors leave one
    format = msgspec.toml.decode(data, type=_Numbered).format
    if format > newest:
        raise NewerFileError(path)
    return older[format](data) if format in older else msgspec.toml.decode(data, type=kind)


def _short(fault: Exception) -> str:
    text = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
    return " ".join(text.split())[:160] or type(fault).__name__
