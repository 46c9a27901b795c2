"""What alerts have told, kept for good, and what rules knew when they last looked: one SQLite file."""

import csv
import io
import math
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from quotedesk.alerts.firing import Firing, FiringKind
from quotedesk.alerts.memory import AlertMemory
from quotedesk.alerts.rule import HIDDEN, AlertRule
from quotedesk.config import kept_file, private
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number

FORMAT = 1
MOST_FIRINGS = 100_000
MOST_MEMORIES = 50_000
_TIMEOUT_S = 5.0
_SCHEMA = f"""
CREATE TABLE firings (
    id INTEGER PRIMARY KEY, rule TEXT NOT NULL, rule_data BLOB NOT NULL, feed TEXT NOT NULL, code TEXT NOT NULL,
    kind TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, before TEXT NOT NULL, time_utc_s REAL,
    before_utc_s REAL, received_utc_s REAL, since_utc_s REAL, until_utc_s REAL, reason TEXT NOT NULL);
CREATE TABLE memories (
    rule TEXT NOT NULL, feed TEXT NOT NULL, code TEXT NOT NULL, seen_utc_s REAL NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (rule, feed, code)) WITHOUT ROWID;
CREATE TABLE snoozed (rule TEXT PRIMARY KEY, until_utc_s REAL NOT NULL) WITHOUT ROWID;
PRAGMA user_version = {FORMAT};
"""
COLUMNS = (
    *("received", "time", "symbol", "feed", "kind", "field", "value", "before", "before_time"),
    *("since", "until", "reason", "rule"),
)
_COLUMNS = (
    *("rule", "rule_data", "feed", "code", "kind", "field", "value", "before"),
    *("time_utc_s", "before_utc_s", "received_utc_s", "since_utc_s", "until_utc_s", "reason"),
)
_INSERT = f"INSERT INTO firings ({','.join(_COLUMNS)}) VALUES ({','.join('?' * len(_COLUMNS))})"  # noqa: S608
_SELECT = f"SELECT {','.join(_COLUMNS)} FROM firings ORDER BY id"  # noqa: S608
_FORGET = "DELETE FROM firings WHERE id <= (SELECT max(id) FROM firings) - ?"
_FORGET_MEMORIES = """DELETE FROM memories WHERE seen_utc_s <=
    (SELECT seen_utc_s FROM memories ORDER BY seen_utc_s DESC LIMIT 1 OFFSET ?)"""
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t")
_Result = TypeVar("_Result")


class FiringLog:
    """Any thread may use it, one at a time; no call raises. Never to be called in the event loop.

    Attributes:
        path: of the file; made at the first call.
        report: why nothing is kept, or what was set aside; "" where all is well.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.report = ""
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._is_of_no_use = False

    def add(self, firings: Iterable[Firing], memories: Iterable[AlertMemory] = ()) -> None:
        """Keep firings, and what their rules know since."""
        rows = [_row(each) for each in firings]
        kept = list(memories)

        def write(connection: sqlite3.Connection) -> None:
            if rows:
                connection.executemany(_INSERT, rows)
                connection.execute(_FORGET, (MOST_FIRINGS,))
            _write_memories(connection, kept)

        self._do(write, None)

    def newest(self, most: int) -> list[Firing]:
        """The newest firings, the newest first."""
        rows: list[Any] = self._do(
            lambda connection: connection.execute(f"{_SELECT} DESC LIMIT ?", (most,)).fetchall(), []
        )
        return [firing for row in rows if (firing := _firing(row)) is not None]

    def as_csv(self, hides: Callable[[str], bool] = lambda field: False) -> str:
        """All firings, the oldest first, for a spreadsheet; without values of fields that `hides` is true of."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        rows: list[Any] = self._do(lambda connection: connection.execute(_SELECT).fetchall(), [])
        for row in rows:
            rule, data, feed, code, kind, field, value, before, time, before_time, received, since, until, reason = row
            if hides(field):
                rule, field, value, before = _hidden(data)
            said = [_stamp(received), _stamp(time), code, feed, kind, field, value, before, _stamp(before_time)]
            writer.writerow([*said, _stamp(since), _stamp(until), _harmless(reason), _harmless(rule)])
        return text.getvalue()

    def keep(self, memories: Iterable[AlertMemory]) -> None:
        """What rules know now."""
        kept = list(memories)
        self._do(lambda connection: _write_memories(connection, kept), None)

    def memories(self) -> list[AlertMemory]:
        """What rules knew when they last looked."""
        rows: list[Any] = self._do(lambda connection: connection.execute("SELECT data FROM memories").fetchall(), [])
        found = []
        for (data,) in rows:
            try:
                found.append(msgspec.msgpack.decode(data, type=AlertMemory))
            except (msgspec.MsgspecError, ValueError, TypeError):
                continue  # of another version: the rule begins anew
        return found

    def snooze(self, until_utc_s: Mapping[str, float]) -> None:
        """These rules rest until then, and no others."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM snoozed")
            connection.executemany("INSERT INTO snoozed VALUES (?,?)", list(until_utc_s.items()))

        self._do(write, None)

    def snoozed(self) -> dict[str, float]:
        """The rules that rest, and until when."""
        return dict(self._do(lambda connection: connection.execute("SELECT * FROM snoozed").fetchall(), []))

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection:
                self._connection.close()
            self._connection = None

    def _do(self, work: Callable[[sqlite3.Connection], _Result], otherwise: _Result) -> _Result:
        with self._lock:
            if self._is_of_no_use:
                return otherwise
            try:
                if self._connection is None:
                    self._connection = self._opened()
                with self._connection:
                    return work(self._connection)
            except (sqlite3.Error, OSError) as fault:
                self.report = f"{self.path.name} cannot be used ({fault}): firings of alerts are not kept."
                return otherwise

    def _opened(self) -> sqlite3.Connection:
        """The file; a broken one is set aside, a newer program's left as it is."""
        private.make_folder(self.path.parent)
        try:
            return self._made()
        except sqlite3.OperationalError:
            raise  # busy, or no rights
        except sqlite3.DatabaseError:
            aside = kept_file.set_aside(self.path)
            for ending in ("-wal", "-shm"):
                self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
            self.report = f"{self.path.name} could not be read. It is kept as {aside}; the log of alerts begins anew."
            return self._made()

    def _made(self) -> sqlite3.Connection:
        private.make_file(self.path)
        connection = sqlite3.connect(self.path, timeout=_TIMEOUT_S, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                with closing(connection.cursor()) as cursor:
                    cursor.executescript(_SCHEMA)
            elif version > FORMAT:
                self._is_of_no_use = True
                raise sqlite3.OperationalError("a newer quotedesk wrote it, and it is left untouched")
        except BaseException:
            connection.close()
            raise
        return connection


def _write_memories(connection: sqlite3.Connection, memories: Sequence[AlertMemory]) -> None:
    encode = msgspec.msgpack.encode
    rows = [(each.rule, each.feed, each.code, each.seen_utc_s, encode(each)) for each in memories]
    connection.executemany("INSERT OR REPLACE INTO memories VALUES (?,?,?,?,?)", rows)
    if len(rows) > 1:
        (count,) = connection.execute("SELECT count(*) FROM memories").fetchone()
        if count > MOST_MEMORIES:
            connection.execute(_FORGET_MEMORIES, (MOST_MEMORIES,))


def _row(firing: Firing) -> tuple[object, ...]:
    data = msgspec.msgpack.encode(firing.rule)
    times = (firing.time_utc_s, firing.before_utc_s, firing.received_utc_s, firing.since_utc_s, firing.until_utc_s)
    named = (firing.rule.text, data, firing.instrument.feed, firing.instrument.code, firing.kind.value, firing.field)
    told = [each if math.isfinite(each) else None for each in times]
    return (*named, firing.value.text, firing.before.text, *told, firing.reason)


def _firing(row: Sequence[Any]) -> Firing | None:
    """None for a row of another version."""
    _, data, feed, code, kind, field, value, before, *times, reason = row
    try:
        time, before_time, received, since, until = [math.nan if each is None else float(each) for each in times]
        return Firing(
            rule=msgspec.msgpack.decode(data, type=AlertRule),
            instrument=Instrument(feed, code),
            kind=FiringKind(kind),
            field=field,
            value=number(value),
            before=number(before),
            time_utc_s=time,
            before_utc_s=before_time,
            received_utc_s=received,
            since_utc_s=since,
            until_utc_s=until,
            reason=reason,
        )
    except (msgspec.MsgspecError, ValueError, TypeError):
        return None


def _hidden(data: bytes) -> tuple[str, str, str, str]:
    """A rule, its field, value and the one before, when amounts may not be told."""
    try:
        rule = msgspec.msgpack.decode(data, type=AlertRule)
    except (msgspec.MsgspecError, ValueError, TypeError):
        return HIDDEN, HIDDEN, HIDDEN, HIDDEN  # of another version
    return rule.line(HIDDEN), rule.field_shown(HIDDEN), HIDDEN, HIDDEN


def _stamp(utc_s: float | None) -> str:
    """A time as in 2026-08-05T14:30:00.123Z; "" where it is unknown, or none of a calendar."""
    try:
        local = datetime.fromtimestamp(math.nan if utc_s is None else utc_s, UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        return ""
    return f"{local.isoformat(timespec='milliseconds')}Z"


def _harmless(text: str) -> str:
    """Words that others chose; a spreadsheet takes some for formulas."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
