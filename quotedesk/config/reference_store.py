"""What was fetched over HTTP, on disk: candles of the last days, and what was spent of budgets that count by the day.

A convenience: where the file cannot be used, all of it is fetched again.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from quotedesk.market.candle import Candle
from quotedesk.market.number import number

KEPT_S = 2 * 86_400.0
FORMAT = 1
_TIMEOUT_S = 5.0
_SCHEMA = f"""
CREATE TABLE candles (
    source TEXT NOT NULL, bar_s INTEGER NOT NULL, code TEXT NOT NULL, start_utc_s REAL NOT NULL,
    open TEXT NOT NULL, high TEXT NOT NULL, low TEXT NOT NULL, close TEXT NOT NULL,
    PRIMARY KEY (source, bar_s, code, start_utc_s)) WITHOUT ROWID;
CREATE TABLE spent (name TEXT NOT NULL, at_utc_s REAL NOT NULL, weight INTEGER NOT NULL);
PRAGMA user_version = {FORMAT};
"""
_Result = TypeVar("_Result")


class ReferenceStore:
    """Any thread may use it, one at a time; no call raises. Never to be called in the event loop.

    Attributes:
        path: of the file; made at the first call.
        report: why nothing is kept; "" where all is well.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.report = ""
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def candles(self, source: str, codes: Iterable[str], bar_s: int, since_utc_s: float) -> dict[str, list[Candle]]:
        """Kept candles of a feed's server by code, the oldest first."""

        def read(connection: sqlite3.Connection) -> dict[str, list[Candle]]:
            sql = "SELECT start_utc_s, open, high, low, close FROM candles WHERE source = ? AND bar_s = ? AND code = ?"
            found = {}
            for code in codes:
                rows = connection.execute(
                    f"{sql} AND start_utc_s >= ? ORDER BY start_utc_s", (source, bar_s, code, since_utc_s)
                ).fetchall()
                if rows:
                    found[code] = [_candle(row) for row in rows]
            return found

        return self._do(read, {})

    def keep_candles(self, source: str, code: str, bar_s: int, candles: Iterable[Candle], now_utc_s: float) -> None:
        """Keep candles that are final; those of earlier days are forgotten."""
        rows = [
            (source, bar_s, code, each.start_utc_s, each.open.text, each.high.text, each.low.text, each.close.text)
            for each in candles
            if each.is_final
        ]

        def write(connection: sqlite3.Connection) -> None:
            connection.executemany("INSERT OR REPLACE INTO candles VALUES (?,?,?,?,?,?,?,?)", rows)
            connection.execute("DELETE FROM candles WHERE start_utc_s < ?", (now_utc_s - KEPT_S,))

        self._do(write, None)

    def spent(self, name: str, since_utc_s: float) -> list[tuple[float, int]]:
        """(time, weight) of the requests of earlier runs, the oldest first."""
        sql = "SELECT at_utc_s, weight FROM spent WHERE name = ? AND at_utc_s >= ? ORDER BY at_utc_s"
        return self._do(lambda connection: connection.execute(sql, (name, since_utc_s)).fetchall(), [])

    def spend(self, name: str, at_utc_s: float, weight: int) -> None:
        """A request was made."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT INTO spent VALUES (?,?,?)", (name, at_utc_s, weight))
            connection.execute("DELETE FROM spent WHERE at_utc_s < ?", (at_utc_s - KEPT_S,))

        self._do(write, None)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection:
                self._connection.close()
            self._connection = None

    def _do(self, work: Callable[[sqlite3.Connection], _Result], otherwise: _Result) -> _Result:
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = _opened(self.path)
                with self._connection:
                    return work(self._connection)
            except (sqlite3.Error, OSError) as fault:
                self.report = f"{self.path.name} cannot be used ({fault}): candles are fetched again at each start."
                return otherwise


def _opened(path: Path) -> sqlite3.Connection:
    """The file; one that is broken or of another format is made anew: nothing in it is the user's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _made(path)
    except sqlite3.OperationalError:
        raise  # busy, or no rights
    except sqlite3.DatabaseError:
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        return _made(path)


def _made(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_TIMEOUT_S, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            with closing(connection.cursor()) as cursor:
                cursor.executescript(_SCHEMA)
        elif version != FORMAT:
            raise sqlite3.DatabaseError("it is of another format")
    except BaseException:
        connection.close()
        raise
    return connection


def _candle(row: tuple[float, str, str, str, str]) -> Candle:
    start_utc_s, *prices = row
    first, high, low, last = map(number, prices)
    return Candle(start_utc_s=start_utc_s, open=first, high=high, low=low, close=last)
