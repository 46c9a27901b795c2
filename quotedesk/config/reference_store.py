"""What was fetched over HTTP, on disk: candles, the longer ones for longer, and what was spent of budgets by the day.

A convenience: where the file cannot be used, all of it is fetched again.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from quotedesk.config import private
from quotedesk.market.candle import Candle
from quotedesk.market.number import number

KEPT_S = 4 * 86_400.0
KEPT_BARS = 400  # where that is longer: a year of days
FORMAT = 2
_TIMEOUT_S = 5.0
_SPENT = "CREATE TABLE spent (name TEXT NOT NULL, at_utc_s REAL NOT NULL, weight INTEGER NOT NULL);"
_CANDLES = f"""
CREATE TABLE candles (
    source TEXT NOT NULL, bar_s INTEGER NOT NULL, code TEXT NOT NULL, start_utc_s REAL NOT NULL,
    open TEXT NOT NULL, high TEXT NOT NULL, low TEXT NOT NULL, close TEXT NOT NULL, volume TEXT NOT NULL,
    PRIMARY KEY (source, bar_s, code, start_utc_s)) WITHOUT ROWID;
CREATE TABLE covered (
    source TEXT NOT NULL, bar_s INTEGER NOT NULL, code TEXT NOT NULL,
    since_utc_s REAL NOT NULL, until_utc_s REAL NOT NULL,
    PRIMARY KEY (source, bar_s, code)) WITHOUT ROWID;
PRAGMA user_version = {FORMAT};
"""
_BEFORE = {0: _SPENT, 1: "DROP TABLE candles;"}  # what is to be done with a file of an earlier format first
_COVERED = "SELECT since_utc_s, until_utc_s FROM covered WHERE source = ? AND bar_s = ? AND code = ?"
_READ = """SELECT start_utc_s, open, high, low, close, volume FROM candles
WHERE source = ? AND bar_s = ? AND code = ? AND start_utc_s >= ? ORDER BY start_utc_s"""
_FORGET = "DELETE FROM candles WHERE source = ? AND bar_s = ? AND code = ? AND start_utc_s < ?"
_FORGET_ALL = "DELETE FROM candles WHERE start_utc_s < ? - max(?, ? * bar_s)"
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
        self._is_swept = False  # of what symbols left behind that nobody asks for now
        self._connection: sqlite3.Connection | None = None

    def candles(
        self, source: str, codes: Iterable[str], bar_s: int, since_utc_s: float
    ) -> dict[str, tuple[list[Candle], tuple[float, float]]]:
        """Kept candles of a feed's server by code, the oldest first, and from when to when none is missing."""

        def read(connection: sqlite3.Connection) -> dict[str, tuple[list[Candle], tuple[float, float]]]:
            found = {}
            for code in codes:
                key = (source, bar_s, code)
                covered = connection.execute(_COVERED, key).fetchone()
                if covered is not None:
                    rows = connection.execute(_READ, (*key, max(since_utc_s, covered[0]))).fetchall()
                    found[code] = [_candle(row) for row in rows], covered
            return found

        return self._do(read, {})

    def keep_candles(
        self,
        source: str,
        code: str,
        bar_s: int,
        candles: Iterable[Candle],
        now_utc_s: float,
        covered: tuple[float, float],
    ) -> None:
        """Keep candles that are final, and from when to when none is missing by now; old ones are forgotten."""
        key = (source, bar_s, code)
        rows = [
            (*key, each.start_utc_s, *(said.text for said in (each.open, each.high, each.low, each.close, each.volume)))
            for each in candles
            if each.is_final
        ]
        oldest = now_utc_s - max(KEPT_S, KEPT_BARS * bar_s)

        def write(connection: sqlite3.Connection) -> None:
            connection.executemany("INSERT OR REPLACE INTO candles VALUES (?,?,?,?,?,?,?,?,?)", rows)
            since_utc_s = max(oldest, covered[0])
            connection.execute("INSERT OR REPLACE INTO covered VALUES (?,?,?,?,?)", (*key, since_utc_s, covered[1]))
            connection.execute(_FORGET, (*key, oldest))
            if not self._is_swept:
                self._is_swept = True
                connection.execute(_FORGET_ALL, (now_utc_s, KEPT_S, KEPT_BARS))

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
    private.make_folder(path.parent)
    try:
        return _made(path)
    except sqlite3.OperationalError:
        raise  # busy, or no rights
    except sqlite3.DatabaseError:
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        return _made(path)


def _made(path: Path) -> sqlite3.Connection:
    private.make_file(path)
    connection = sqlite3.connect(path, timeout=_TIMEOUT_S, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version in _BEFORE:
            with closing(connection.cursor()) as cursor:
                cursor.executescript(_BEFORE[version] + _CANDLES)
        elif version != FORMAT:
            raise sqlite3.DatabaseError("it is of another format")
    except BaseException:
        connection.close()
        raise
    return connection


def _candle(row: tuple[float, str, str, str, str, str]) -> Candle:
    start_utc_s, *said = row
    first, high, low, last, volume = map(number, said)
    return Candle(start_utc_s=start_utc_s, open=first, high=high, low=low, close=last, volume=volume)
