"""List files of other programs: read whole only where they can be one, written so that the old or the new is there."""

import stat
from pathlib import Path

from quotedesk.config import kept_file
from quotedesk.formats.base import Format, NotAListError

MOST_BYTES = 8_000_000  # ten thousand lines of a wide table


def read(path: Path) -> bytes:
    """The bytes of a list file. Raises NotAListError, which says what is wrong, before a large file is read."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise NotAListError(f"{path.name} is a folder. Take the .txt or .csv file in it")
        if not stat.S_ISREG(found.st_mode):
            raise NotAListError(f"{path.name} is no file")
        if found.st_size > MOST_BYTES:
            size = f"{found.st_size / 1e6:,.0f} MB"
            raise NotAListError(f"{path.name} has {size}; a list has at most {MOST_BYTES // 1_000_000} MB")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as fault:
        raise NotAListError(f"{path.name} could not be read: {fault.strerror}") from fault
    except ValueError as fault:  # a zero in the name
        raise NotAListError("That is no name of a file") from fault
    if not data.strip(b"\x00\xff\xfe \r\n\t\xef\xbb\xbf"):
        raise NotAListError(f"{path.name} is empty")
    return data


def size_of(path: Path) -> int:
    """In bytes; 0 where it cannot be told."""
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0


def encoded(text: str, format: Format) -> bytes:
    """The bytes of a list in a format: spreadsheets take a table for UTF-8 only where a mark says so."""
    needs_mark = format.SUFFIX == ".csv" and not text.isascii()
    return text.encode("utf-8-sig" if needs_mark else "utf-8")


def write(path: Path, text: str, format: Format) -> None:
    """Save a list; see kept_file.put. Raises OSError."""
    kept_file.put(path, encoded(text, format))
