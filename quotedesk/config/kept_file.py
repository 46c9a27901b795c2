"""TOML files that survive: written by rename with the version before kept, set aside where they cannot be read."""

import codecs
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from quotedesk.market.errors import QuotedeskError

FORMAT = 1
Kept = TypeVar("Kept", bound=msgspec.Struct)


class NewerFileError(QuotedeskError):
    """A file that a newer quotedesk wrote. It is left as it is."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} was written by a newer quotedesk and is left untouched. "
            "Start that version, or use another folder with --profile."
        )


class _Numbered(msgspec.Struct):
    format: int


def load(
    path: Path, kind: type[Kept], newest: int = FORMAT, older: Mapping[int, Callable[[str], Kept]] = {}
) -> tuple[Kept | None, str]:
    """What the file holds, and a report for the user ("" where all is well).

    `newest` is the format that `kind` has, `older` reads the text of a format before it.
    (None, "") where there is none. A file that cannot be read is set aside under a new name, never lost, and the
    version before it is taken where that can be read. Raises NewerFileError.
    """
    reports: list[str] = []
    for candidate in (path, previous(path)):
        try:
            return _read(candidate, kind, newest, older), " ".join(reports)
        except FileNotFoundError:
            continue
        except (OSError, ValueError, msgspec.MsgspecError, RecursionError) as fault:
            aside = set_aside(candidate)
            reports.append(f"{candidate.name} could not be read ({_short(fault)}). It is kept as {aside}.")
    return None, " ".join(reports)


def save(path: Path, value: msgspec.Struct) -> None:
    """Write the file so that at any moment the old or the new version is whole on disk. Raises OSError."""
    data = msgspec.toml.encode(value)
    fresh = path.with_name(path.name + ".new")
    with open(fresh, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        copy = path.with_name(path.name + ".old")
        shutil.copy2(path, copy)
        os.replace(copy, previous(path))
    os.replace(fresh, path)


def previous(path: Path) -> Path:
    """The version before this one."""
    return path.with_name(path.name + ".previous")


def set_aside(path: Path, *, is_copy: bool = False) -> Path:
    """Move (or copy) a file to a name that is not taken, beside it; returns where it is now."""
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.name}.unreadable-{number}")):
        number += 1
    if is_copy:
        shutil.copy2(path, aside)
    else:
        os.replace(path, aside)
    return aside


def _read(path: Path, kind: type[Kept], newest: int, older: Mapping[int, Callable[[str], Kept]]) -> Kept:
    data = path.read_bytes().removeprefix(codecs.BOM_UTF8).decode()  # some editors leave one
    format = msgspec.toml.decode(data, type=_Numbered).format
    if format > newest:
        raise NewerFileError(path)
    return older[format](data) if format in older else msgspec.toml.decode(data, type=kind)


def _short(fault: Exception) -> str:
    text = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
    return " ".join(text.split())[:160] or type(fault).__name__
