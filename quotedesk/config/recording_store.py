"""A recording on disk: one SQLite file, its pages in the order in which they were made, with an index by time.

`RecordingWriter` appends, and may forget the oldest pages; `RecordingReader` plays whatever of a file can be read, also
of one that was cut off or that somebody is writing.
"""

import math
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from quotedesk.config import private
from quotedesk.config.recording import AnyRecord, Checkpoint, Skipped, Wanted, page_of, records_of
from quotedesk.market.errors import QuotedeskError

FORMAT = 1
APPLICATION_ID = 0x51445243  # "QDRC", at byte 68 of the file
KEY, HAS_WANTED = 1, 2  # flags of pages: it begins with a checkpoint or a run; it says what is wanted
_HEAD = b"SQLite format 3\0"
_BUSY_S = 5.0
_SCHEMA = f"""
BEGIN;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {FORMAT};
CREATE TABLE pages (
    id INTEGER PRIMARY KEY, from_utc_s REAL NOT NULL, to_utc_s REAL NOT NULL, flags INTEGER NOT NULL,
    frames INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX pages_by_time ON pages (to_utc_s);
COMMIT;
"""


class NoRecordingError(QuotedeskError):
    """A file is no recording, or nothing of it can be read. The text is one line for people."""


class RecordedPage(NamedTuple):
    """A page, without its records.

    Attributes:
        at: its place: pages follow one another by it.
        from_utc_s, to_utc_s: the wall clock at its first and its last record, seconds since 1970.
        flags: KEY, HAS_WANTED.
        frames: how many frames passed in it, both ways.
    """

    at: int
    from_utc_s: float
    to_utc_s: float
    flags: int
    frames: int

    @property
    def is_key(self) -> bool:
        """Can it be played without those before it?"""
        return bool(self.flags & KEY)


class RecordingWriter:
    """Appends pages to a file, made where there is none. For one thread; every call may raise OSError.

    Attributes:
        path: of the file.
        size_bytes: of all pages in it.
        most_bytes: the oldest pages go when there are more; None for no end.
    """

    def __init__(self, path: Path, most_bytes: int | None = None) -> None:
        """`most_bytes`: the oldest pages go when there are more. Raises NoRecordingError where another file is."""
        self.path = path
        self.size_bytes = 0
        self.most_bytes = most_bytes
        with _as_os_errors(path):
            if path.exists() and path.stat().st_size and not is_recording(path):
                raise NoRecordingError(f"{path} is there already, and is no recording")
            if most_bytes is not None:  # else it is a file that the user named, with the rights of his others
                private.make_file(path)
            self._connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
            try:
                self._open()
            except BaseException:
                self._connection.close()
                raise

    def append(
        self, records: Sequence[AnyRecord], from_utc_s: float, to_utc_s: float, frames: int, *, is_key: bool
    ) -> None:
        """Write a page: when this returns it is there, whatever becomes of the process."""
        self.append_page(page_like(records, from_utc_s, to_utc_s, frames, is_key=is_key), page_of(records))

    def append_page(self, page: RecordedPage, data: bytes) -> None:
        """Write a page that is made already."""
        with _as_os_errors(self.path):
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.execute(
                    "INSERT INTO pages (from_utc_s, to_utc_s, flags, frames, data) VALUES (?,?,?,?,?)",
                    (*page[1:], data),
                )
            self.size_bytes += len(data)
            if self.most_bytes is not None and self.size_bytes > self.most_bytes:
                self._forget_oldest()

    def close(self) -> None:
        """Let go of the file, which then is one file again."""
        with suppress(sqlite3.Error):
            self._connection.execute("PRAGMA journal_mode = DELETE")
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _open(self) -> None:
        connection = self._connection
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > FORMAT:
            raise NoRecordingError(f"{self.path} was made by a newer quotedesk")
        if not version:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.executescript(_SCHEMA)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        self.size_bytes = connection.execute("SELECT coalesce(sum(length(data)), 0) FROM pages").fetchone()[0]
        if self.most_bytes is not None and self.size_bytes > self.most_bytes:
            self._forget_oldest()
            connection.executescript("PRAGMA incremental_vacuum")  # `execute` would free a single page

    def _forget_oldest(self) -> None:
        """Forget the oldest pages, up to one that can be played without them; the newest such is kept."""
        assert self.most_bytes is not None
        connection = self._connection
        rows = connection.execute("SELECT id, length(data), flags FROM pages ORDER BY id")
        size_bytes, until, left_bytes = self.size_bytes, None, self.size_bytes
        for at, length, flags in rows:
            if flags & KEY and size_bytes < self.size_bytes:
                until, left_bytes = at, size_bytes
                if size_bytes <= self.most_bytes * 15 // 16:  # not for each page anew
                    break
            size_bytes -= length
        rows.close()
        if until is not None:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("DELETE FROM pages WHERE id < ?", (until,))
            self.size_bytes = left_bytes


class RecordingReader:
    """Reads a file's pages. Raises NoRecordingError where nothing can be played.

    Attributes:
        path: of the file.
        pages: all that can be read, in order; the first can be played by itself.
        report: what is wrong with it, one line for people; "" where all is well.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pages: list[RecordedPage] = []
        self.report = ""
        if not path.exists():
            raise NoRecordingError(f"{path}: there is no such file")
        if not is_recording(path):
            raise NoRecordingError(f"{path.name} is no recording of quotedesk")
        self._connection, self._found = self._opened()
        self.pages = self._found
        if not self.pages:
            self.close()
            why = (
                "is cut off or damaged, and nothing of it can be read"
                if self.report
                else "has nothing recorded in it yet"
            )
            raise NoRecordingError(f"{path.name} {why}")

    @property
    def frames(self) -> int:
        """How many frames passed, both ways."""
        return sum(page.frames for page in self.pages)

    def data(self, page: RecordedPage) -> bytes:
        """A page as it stands in the file. Raises ValueError where it cannot be read."""
        try:
            row = self._connection.execute("SELECT data FROM pages WHERE id = ?", (page.at,)).fetchone()
        except sqlite3.Error as fault:
            raise ValueError("a page is damaged") from fault
        if row is None or not isinstance(row[0], bytes):
            raise ValueError("a page is gone")
        return row[0]

    def records(self, page: RecordedPage) -> list[AnyRecord]:
        """The records of a page, as far as they can be read; where none can Skipped, and the reason is in `report`."""
        try:
            records, unread = records_of(self.data(page))
        except ValueError as fault:
            self._tell(f"{self.path.name}: {fault}; it is left out.")
            return [Skipped(-math.inf)]
        if unread:
            self._tell(f"{self.path.name}: some records are of a newer quotedesk, and are left out.")
        return records

    def instruments(self) -> list[tuple[str, str]]:
        """(feed, code) of all that was ever wanted in it, in the order in which it first was."""
        named: dict[tuple[str, str], None] = {}
        for page in self.pages:
            if page.flags & HAS_WANTED:
                for record in self.records(page):
                    if isinstance(record, Wanted):
                        named.update(dict.fromkeys(record.instruments))
                    elif isinstance(record, Checkpoint):
                        named.update(dict.fromkeys(record.wanted))
        return list(named)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _tell(self, line: str) -> None:
        self.report = self.report or line

    def _opened(self) -> tuple[sqlite3.Connection, list[RecordedPage]]:
        """The connection by which most can be read, and its pages."""
        # With what a crash left beside it; else as it stands, for a folder that may not be written to, or a cut file.
        ways: tuple[Callable[[], sqlite3.Connection], ...] = (
            lambda: _connected(self.path, "mode=rw"),
            lambda: _connected(self.path, "mode=ro"),
            lambda: _connected(self.path, "mode=ro&immutable=1"),
        )
        best: tuple[sqlite3.Connection, list[RecordedPage]] | None = None
        for way in ways:
            try:
                connection = way()
            except sqlite3.Error:
                continue
            pages, is_whole = self._pages(connection)
            if best is None or len(pages) > len(best[1]):
                if best is not None:
                    best[0].close()
                best = connection, pages
            else:
                connection.close()
            if is_whole:
                break
        else:
            self.report = f"{self.path.name} is cut off or damaged; what can be read of it is played."
        if best is None:
            raise NoRecordingError(f"{self.path.name} cannot be read")
        return best

    def _pages(self, connection: sqlite3.Connection) -> tuple[list[RecordedPage], bool]:
        """The pages from the first that can be played by itself, and whether these are all."""
        pages: list[RecordedPage] = []
        is_whole = False
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > FORMAT:
                self._tell(f"{self.path.name} is of a newer quotedesk (form {version}); what this one knows is played.")
            # By `id`, and with the blob: the index may be whole where pages are not.
            sql = "SELECT id, from_utc_s, to_utc_s, flags, frames, length(data) FROM pages NOT INDEXED ORDER BY id"
            for row in connection.execute(sql):
                if all(isinstance(each, int | float) for each in row) and row[5]:
                    pages.append(RecordedPage(*row[:5]))
            is_whole = True
        except sqlite3.Error:
            pass
        first = next((at for at, page in enumerate(pages) if page.is_key), len(pages))
        return pages[first:], is_whole


def page_like(
    records: Sequence[AnyRecord], from_utc_s: float, to_utc_s: float, frames: int, *, is_key: bool
) -> RecordedPage:
    """What is to be said of a page of these records."""
    wants = any(isinstance(each, Wanted | Checkpoint) for each in records)
    return RecordedPage(0, from_utc_s, to_utc_s, (KEY if is_key else 0) | (HAS_WANTED if wants else 0), frames)


def is_recording(path: Path) -> bool:
    """Is this file a recording, by its first bytes? Raises OSError."""
    with path.open("rb") as file:
        head = file.read(72)
    return head.startswith(_HEAD) and head[68:72] == APPLICATION_ID.to_bytes(4, "big")


def copy_since(source: Path, target: Path, since_utc_s: float) -> int:
    """Write a recording of what happened since then, with as much before it as it takes to play it; returns its frames.

    A file that is there is replaced. Raises NoRecordingError, OSError.
    """
    with RecordingReader(source) as reader:
        pages = pages_since(reader.pages, since_utc_s)
        partial = target.with_name(f"{target.name}.part")
        partial.unlink(missing_ok=True)
        try:
            with RecordingWriter(partial) as writer:
                for page in pages:
                    with suppress(ValueError):
                        writer.append_page(page, reader.data(page))
            partial.replace(target)
        finally:
            for ending in ("", "-wal", "-shm", "-journal"):
                partial.with_name(partial.name + ending).unlink(missing_ok=True)
        return sum(page.frames for page in pages)


def pages_since(pages: Sequence[RecordedPage], since_utc_s: float) -> Sequence[RecordedPage]:
    """Those of what happened since then, from the last key page that is not after that time, else from the first."""
    begin = 0
    for at, page in enumerate(pages):
        if page.from_utc_s > since_utc_s:
            break
        if page.is_key:
            begin = at
    return pages[begin:]


def _connected(path: Path, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}", uri=True, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA writable_schema = ON")  # else SQLite reads nothing of a file that is cut off
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


class _as_os_errors:  # noqa: N801 - reads as a statement
    """SQLite's faults as OSErrors with words for people."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        if isinstance(fault, sqlite3.Error):
            raise OSError(0, str(fault), str(self._path)) from fault
