"""Symbol directories of feeds on disk: one SQLite file, searched in place, so that 100,000 symbols cost no memory.

A convenience: where the file cannot be used, that is told once, and directories are kept for this run only.
"""
# ruff: noqa: S608 - only names of columns are put into statements; what comes from outside is always a value

import shutil
import sqlite3
import tempfile
import threading
import weakref
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from quotedesk.config import kept_file, private
from quotedesk.config.directory_file import usual_names
from quotedesk.lists.hit import SHORTEST_MISSPELLED, Hit, Match, like, squeezed, ticker, without_ending, words_of
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import check_code
from quotedesk.market.listing import InstrumentKind, Listing
from quotedesk.market.number import number
from quotedesk.market.quote import Condition

FORMAT = 1
_LONGEST_TEXT = 120
_READ_TIMEOUT_S = 0.01  # the reader is Qt's thread
_WRITE_TIMEOUT_S = 60.0  # another feed's directory may be on its way to disk
_MOST_JOURNAL_BYTES = 4_000_000  # that stay beside the file once it is written
_PLACES = 1 << 32  # ids of a shelf: its number times this, then one by one, the likeliest symbols first
_QUOTES = ("USD", "USDT", "USDC", "EUR", "GBP", "JPY", "BTC")
_WELL_KNOWN = frozenset({"BTC", "ETH", "SOL", "XRP", "BNB", "DOGE", "ADA", "LTC", "LINK", "AVAX", "XAU", "EUR"})
_KINDS = tuple(InstrumentKind)
_GONE = frozenset({Condition.DELISTED, Condition.PRE_LAUNCH})
_SCHEMA = f"""
CREATE TABLE feeds (feed TEXT PRIMARY KEY, shelf INTEGER NOT NULL, fetched_utc_s REAL NOT NULL, source TEXT NOT NULL);
CREATE TABLE listings (
    id INTEGER PRIMARY KEY, shelf INTEGER NOT NULL, code TEXT NOT NULL, whole TEXT NOT NULL, ticker TEXT NOT NULL,
    pair TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, base TEXT NOT NULL, quote TEXT NOT NULL,
    tick_size TEXT NOT NULL, condition TEXT NOT NULL, note TEXT NOT NULL, listed TEXT NOT NULL);
CREATE UNIQUE INDEX by_code ON listings (shelf, code);
CREATE INDEX by_whole ON listings (shelf, whole);
CREATE INDEX by_ticker ON listings (shelf, ticker);
CREATE INDEX by_pair ON listings (shelf, pair) WHERE pair <> '';
CREATE INDEX by_listed ON listings (shelf, listed) WHERE listed <> '';
CREATE VIRTUAL TABLE words USING fts5 (
    whole, ticker, name, content = 'listings', content_rowid = 'id', prefix = '1 2 3',
    tokenize = 'unicode61 remove_diacritics 2');
CREATE TABLE terms (
    start TEXT NOT NULL, length INTEGER NOT NULL, term TEXT NOT NULL, shelf INTEGER NOT NULL,
    PRIMARY KEY (start, length, term, shelf)) WITHOUT ROWID;
PRAGMA user_version = {FORMAT};
"""
_COLUMNS = "code, name, kind, base, quote, tick_size, condition, note, listed"
_FRESH = f"CREATE TEMP TABLE fresh (unlikely, whole, ticker, pair, {_COLUMNS})"
_LIKELIEST_FIRST = "ORDER BY unlikely, length(code), length(name), code"
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_KIND_OF = {each.value: each for each in InstrumentKind}
_CONDITION_OF = {each.value: each for each in Condition}
_SHELF = "(SELECT shelf FROM feeds WHERE feed = ?)"


class DirectoryStore:
    """All feeds' symbols. Any thread may read and write; a reader sees a feed's old directory until the new is whole.

    Attributes:
        path: of the file. It is not touched before the first call, and not made before the first `replace`.
        version: another after each change that this process made, and when a file turned out to be unreadable.
        report: what to tell the user of the file, one plain line; "" where all is well.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.version = 0
        self.report = ""
        self._last_like: tuple[tuple[str, int], list[str]] = (("", 0), [])
        self._own = threading.local()  # one connection a thread
        self._opening = threading.RLock()
        self._is_ready = False
        self._file = path  # or another in its stead

    def replace(self, feed: str, listings: Iterable[Listing], fetched_utc_s: float, source: str = "") -> int:
        """Put a feed's new directory in the old one's place, once all of it has come; returns how many symbols it has.

        A coin, metal or currency without a name gets its usual one. What cannot be a symbol is left out, and a code
        said twice counts once. With no symbol at all, or where `listings` raises, the old one stays. `source` is where
        it was fetched. Raises OSError for a full disk.
        """
        if not self._prepare(_WRITE_TIMEOUT_S):
            raise OSError("The symbol directory is being written by another program")
        try:
            with closing(_connected(self._file, _WRITE_TIMEOUT_S)) as connection:
                count = _write(connection, feed, listings, fetched_utc_s, source)
        except sqlite3.Error as fault:
            raise OSError(f"The symbol directory could not be kept: {fault}") from fault
        self.version += 1
        return count

    def fetched_utc_s(self, feed: str) -> float | None:
        """When the feed's directory was fetched, seconds since 1970 UTC; None where there is none."""
        found = self._rows("SELECT fetched_utc_s FROM feeds WHERE feed = ?", (feed,))
        return float(found[0][0]) if found else None

    def source(self, feed: str) -> str:
        """Where it was fetched; "" unknown."""
        found = self._rows("SELECT source FROM feeds WHERE feed = ?", (feed,))
        return str(found[0][0]) if found else ""

    def count(self, feed: str) -> int:
        """How many symbols the feed's directory has."""
        found = self._rows(f"SELECT count(*) FROM listings WHERE shelf = {_SHELF}", (feed,))
        return int(found[0][0]) if found else 0

    def listing(self, feed: str, code: str) -> Listing | None:
        """What the directory says of a code in exactly this spelling; None where it has it not."""
        found = self._rows(f"SELECT {_COLUMNS} FROM listings WHERE shelf = {_SHELF} AND code = ?", (feed, code))
        return _listing(found[0]) if found else None

    def codes(self, feed: str, text: str) -> list[str]:
        """The codes that a text spells but for case and signs, the likeliest first: "btc/usd" is BTC-USD or BTCUSD."""
        return self._codes("whole", feed, squeezed(text))

    def of_ticker(self, feed: str, text: str) -> list[str]:
        """The codes of which a text is what is bought, or all but the ending, the likeliest first."""
        return self._codes("ticker", feed, squeezed(text))

    def of_pair(self, feed: str, pair: str) -> list[str]:
        """The codes that trade a pair, said without signs: "btcusd"; the likeliest first."""
        return self._codes("pair", feed, squeezed(pair))

    def listed_as(self, feed: str, name: str) -> str:
        """The code that others list as EXCHANGE:TICKER; "" for none."""
        where = f"shelf = {_SHELF} AND listed = ? AND listed <> ''"
        found = self._rows(f"SELECT code FROM listings WHERE {where} LIMIT 1", (feed, name))
        return str(found[0][0]) if found else ""

    def search(self, text: str, feeds: Sequence[str], most: int = 8) -> list[Hit]:
        """What a half-typed text may mean at each of the feeds, the nearest first, at most so many of each feed.

        Nothing is found by what it is like, see `near`.
        """
        return [hit for feed in feeds for hit in self._search(text, feed, most)]

    def near(self, text: str, feeds: Sequence[str], most: int = 8) -> list[Hit]:
        """What a misspelled text may mean, the nearest first, at most so many of each feed."""
        word = without_ending(text)
        if len(word) < SHORTEST_MISSPELLED:
            return []
        words = self._words_like(word)
        hits: list[Hit] = []
        for feed in feeds:
            shelf = self._shelf(feed)
            found = {place: Match.TYPO for each in words for place in self._matching(f'"{each}"', shelf, most)}
            hits += self._hits(feed, dict(list(found.items())[:most]), shelf)
        return hits

    def close(self) -> None:
        """Let go of the file, of this thread's connection."""
        connection = getattr(self._own, "connection", None)
        if connection is not None:
            self._own.connection = None
            connection.close()

    def _codes(self, column: str, feed: str, key: str) -> list[str]:
        where = f"shelf = {_SHELF} AND {column} = ? AND {column} <> ''"
        found = self._rows(f"SELECT code FROM listings WHERE {where} ORDER BY id LIMIT 9", (feed, key))
        return [str(row[0]) for row in found]

    # Search

    def _shelf(self, feed: str) -> int:
        """Below which all ids of a feed's symbols are; -1 where there is none."""
        found = self._rows("SELECT shelf FROM feeds WHERE feed = ?", (feed,))
        return int(found[0][0]) * _PLACES if found else -1

    def _search(self, text: str, feed: str, most: int) -> list[Hit]:
        shelf, whole, stem, words = self._shelf(feed), squeezed(text), without_ending(text), words_of(text)
        if shelf < 0 or not whole:
            return []
        found: dict[int, Match] = {}
        for match, query in (
            (Match.CODE, f'whole : "{whole}"'),
            (Match.TICKER, f'ticker : "{stem}"'),
            (Match.PREFIX, f'whole : "{whole}" *'),
            (Match.PREFIX, f'ticker : "{stem}" *'),
            (Match.WORD, "name : (" + " AND ".join(f'"{word}" *' for word in words) + ")"),
            (Match.WORD, " AND ".join(f'"{word}" *' for word in words)),
        ):
            for place in self._matching(query, shelf, most):
                found.setdefault(place, match)
            if len(found) >= most:
                break
        return self._hits(feed, dict(list(found.items())[:most]), shelf)

    def _words_like(self, word: str) -> list[str]:
        """Words of all directories that are like one; of the word that was asked for last they are known."""
        asked = word, self.version
        if self._last_like[0] != asked:
            sql = "SELECT DISTINCT term FROM terms WHERE start = ? AND length BETWEEN ? AND ?"
            span = (word[0], len(word) - 1, len(word) + 1)
            self._last_like = asked, like(word, (row[0] for row in self._rows(sql, span)))
        return self._last_like[1]

    def _matching(self, query: str, shelf: int, most: int) -> list[int]:
        sql = "SELECT rowid FROM words WHERE words MATCH ? AND rowid > ? AND rowid < ? ORDER BY rowid LIMIT ?"
        return [int(row[0]) for row in self._rows(sql, (query, shelf, shelf + _PLACES, most))]

    def _hits(self, feed: str, found: dict[int, Match], shelf: int) -> list[Hit]:
        sql = f"SELECT id, {_COLUMNS} FROM listings WHERE id IN ({','.join('?' * len(found))})"
        by_id = {int(row[0]): _listing(row[1:]) for row in self._rows(sql, tuple(found))}
        return [Hit(feed, by_id[id], match, id - shelf) for id, match in found.items() if id in by_id]

    # The file

    def _rows(self, sql: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        """What a query finds; nothing where the file is not there, or cannot be read (any more)."""
        connection = self._reading()
        if connection is None:
            return []
        try:
            return connection.execute(sql, values).fetchall()
        except sqlite3.OperationalError:  # a writer is at it: the next key asks again
            return []
        except sqlite3.DatabaseError as fault:
            with self._opening:
                self._set_aside(fault)
            return []

    def _reading(self) -> sqlite3.Connection | None:
        """This thread's connection; None where there is nothing to read yet."""
        own = self._own
        if getattr(own, "connection", None) is None or own.file != self._file:
            self.close()
            if not self._file.exists() or not self._prepare(_READ_TIMEOUT_S):
                return None
            own.file = self._file
            own.connection = _connected(own.file, _READ_TIMEOUT_S)
        connection: sqlite3.Connection = own.connection
        return connection

    def _prepare(self, timeout_s: float) -> bool:
        """See that there is a file of our format; one that is not is set aside, or left and another used instead.

        Returns False where a writer keeps it for now. Raises OSError where there is no place at all.
        """
        with self._opening:
            if self._is_ready:
                return True
            for attempt in range(3):
                try:
                    private.make_folder(self._file.parent)
                    kept_file.clear_way(self._file)
                    with closing(_connected(self._file, timeout_s)) as connection:
                        self._is_ready = _made(connection)
                    if self._is_ready:
                        return True
                    self._leave(f"{self.path} was written by a newer quotedesk and is left untouched.")
                except sqlite3.OperationalError as fault:
                    if fault.sqlite_errorcode & 0xFF in _BUSY:
                        return False
                    if attempt:
                        raise OSError(str(fault)) from fault
                    self._leave(f"{self.path} cannot be used ({fault}).")
                except sqlite3.DatabaseError as fault:
                    self._set_aside(fault)
                except OSError as fault:
                    if attempt:
                        raise
                    self._leave(f"{self.path} cannot be used ({fault.strerror or fault}).")
            return self._is_ready

    def _leave(self, why: str) -> None:
        """Use another file, for this run only."""
        self.report = f"{why} Symbols of the feeds are fetched again at each start."
        folder = tempfile.mkdtemp(prefix="quotedesk-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._file = Path(folder) / self.path.name
        self._is_ready = False

    def _set_aside(self, fault: Exception) -> None:
        """Begin a new file; the broken one is kept under another name."""
        self.close()
        self._is_ready = False
        self.version += 1
        try:
            aside = kept_file.set_aside(self._file)
            for ending in ("-wal", "-shm"):
                self._file.with_name(self._file.name + ending).unlink(missing_ok=True)
        except OSError:
            self._leave(f"{self.path} could not be read ({fault}).")
            return
        self.report = f"{self.path.name} could not be read ({fault}). It is kept as {aside}. Symbols are fetched again."


def _connected(file: Path, timeout_s: float) -> sqlite3.Connection:
    # One transaction at a time, begun by ourselves; Python's own beginnings would hold a reader's snapshot.
    connection = sqlite3.connect(file, timeout=timeout_s, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _made(connection: sqlite3.Connection) -> bool:
    """Is the file of our format, now that an empty one has been made so?"""
    format = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if format == 0 and tables == 0:
        connection.execute("PRAGMA journal_mode = WAL")  # readers go on while one writes
        connection.execute("BEGIN IMMEDIATE")
        for statement in filter(str.strip, _SCHEMA.split(";\n")):
            connection.execute(statement)
        connection.execute("COMMIT")
        return True
    if format == 0:
        raise sqlite3.DatabaseError("it is not quotedesk's")
    return bool(format <= FORMAT)


def _write(
    connection: sqlite3.Connection, feed: str, listings: Iterable[Listing], fetched_utc_s: float, source: str
) -> int:
    """Put all in one transaction: a reader, and a start after a cut, see the old or the new."""
    connection.execute(f"PRAGMA journal_size_limit = {_MOST_JOURNAL_BYTES}")
    connection.execute(_FRESH)
    rows = (_row(each) for each in listings if _can_be(each))
    connection.executemany(f"INSERT INTO fresh VALUES ({','.join('?' * 13)})", rows)
    connection.execute("BEGIN IMMEDIATE")
    try:
        old = connection.execute("SELECT shelf FROM feeds WHERE feed = ?", (feed,)).fetchone()
        shelf = connection.execute("SELECT coalesce(max(shelf), 0) + 1 FROM feeds").fetchone()[0]
        first = shelf * _PLACES
        columns = f"whole, ticker, pair, {_COLUMNS}"
        count: int = connection.execute(
            f"INSERT OR IGNORE INTO listings (id, shelf, {columns})"
            f" SELECT ? + row_number() OVER ({_LIKELIEST_FIRST}), ?, {columns} FROM fresh",
            (first, shelf),
        ).rowcount
        if not count:
            connection.execute("ROLLBACK")
            return 0
        if old is not None:
            connection.execute(
                "INSERT INTO words (words, rowid, whole, ticker, name)"
                " SELECT 'delete', id, whole, ticker, name FROM listings WHERE shelf = ?",
                old,
            )
            connection.execute("DELETE FROM listings WHERE shelf = ?", old)
            connection.execute("DELETE FROM terms WHERE shelf = ?", old)
        connection.execute(
            "INSERT INTO words (rowid, whole, ticker, name)"
            " SELECT id, whole, ticker, name FROM listings WHERE shelf = ?",
            (shelf,),
        )
        texts = connection.execute("SELECT whole, ticker, name FROM listings WHERE shelf = ?", (shelf,))
        terms = ((term[0], len(term), term, shelf) for text in texts for term in _terms(*text))
        connection.executemany("INSERT OR IGNORE INTO terms VALUES (?, ?, ?, ?)", terms)
        connection.execute("INSERT OR REPLACE INTO feeds VALUES (?, ?, ?, ?)", (feed, shelf, fetched_utc_s, source))
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return count


def _terms(whole: str, ticker: str, name: str) -> set[str]:
    """What a symbol may be misspelled for."""
    return {term for term in (whole, ticker, *words_of(name)) if len(term) >= SHORTEST_MISSPELLED}


def _can_be(listing: Listing) -> bool:
    try:
        return bool(check_code(listing.code))
    except BadSymbolError:
        return False


def _row(listing: Listing) -> tuple[object, ...]:
    quote = listing.quote.upper()
    unlikely = (
        1_000 * (listing.condition in _GONE)
        + 100 * (_QUOTES.index(quote) if quote in _QUOTES else len(_QUOTES))
        + 50 * (listing.base.upper() not in _WELL_KNOWN)
        + _KINDS.index(listing.kind)
    )
    return (
        unlikely,
        squeezed(listing.code),
        ticker(listing),
        squeezed(listing.base + listing.quote) if listing.base and listing.quote else "",
        listing.code,
        _line(listing.name) or usual_names().get(listing.base.upper().lstrip("0123456789"), ""),
        listing.kind.value,
        _line(listing.base),
        _line(listing.quote),
        listing.tick_size.text,
        listing.condition.value,
        _line(listing.note),
        _line(listing.listed),
    )


def _line(text: str) -> str:
    """A text of the feed as one line of bearable length, without what is not meant for eyes."""
    return " ".join("".join(each if each.isprintable() else " " for each in text[:_LONGEST_TEXT]).split())


def _listing(row: Sequence[Any]) -> Listing:
    code, name, kind, base, quote, tick_size, condition, note, listed = row
    return Listing(
        code=code,
        name=name,
        kind=_KIND_OF.get(kind, InstrumentKind.UNKNOWN),
        base=base,
        quote=quote,
        tick_size=number(tick_size),
        condition=_CONDITION_OF.get(condition, Condition.NORMAL),
        note=note,
        listed=listed,
    )
