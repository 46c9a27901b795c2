"""What was fetched is there at the next start, and where it cannot be it is fetched again."""

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from quotedesk.config.reference_store import KEPT_S, ReferenceStore
from quotedesk.market.candle import Candle
from quotedesk.market.number import number

NOW_S = 1_764_000_000.0


def candle(start_utc_s: float, close: str = "2.50", *, is_final: bool = True) -> Candle:
    first, high, low, last = map(number, ("2", "3", "1", close))
    return Candle(start_utc_s=start_utc_s, open=first, high=high, low=low, close=last, is_final=is_final)


def test_candles_are_there_again_by_server_symbol_and_length(tmp_path: Path) -> None:
    path = tmp_path / "new" / "fetched.sqlite"
    store = ReferenceStore(path)
    kept = [candle(NOW_S - 120), candle(NOW_S - 60, "2.75")]
    all_of_it = (NOW_S - 120, NOW_S)
    store.keep_candles("binance https://a", "BTC", 60, [*kept, candle(NOW_S, is_final=False)], NOW_S, all_of_it)
    store.keep_candles("binance https://a", "BTC", 300, [candle(NOW_S - 300)], NOW_S, (NOW_S - 300, NOW_S))
    store.close()
    store = ReferenceStore(path)
    assert store.candles("binance https://a", ["ETH", "BTC"], 60, NOW_S - 900) == {"BTC": (kept, all_of_it)}
    assert store.candles("binance https://a", ["BTC"], 60, NOW_S - 61) == {"BTC": (kept[1:], all_of_it)}
    assert store.candles("binance http://127.0.0.1:1", ["BTC"], 60, 0) == {}
    later_s = NOW_S + KEPT_S - 100
    store.keep_candles("binance https://a", "BTC", 60, [candle(NOW_S - 60, "2.9")], later_s, (0, later_s))
    (only,), covered = store.candles("binance https://a", ["BTC"], 60, 0)["BTC"]
    assert covered == (later_s - KEPT_S, later_s), "what is forgotten is missing"
    assert only.close.text == "2.9", "the newest reading of a candle counts, and old days are forgotten"
    store.close()


def test_what_was_spent_is_known_at_the_next_start(tmp_path: Path) -> None:
    store = ReferenceStore(tmp_path / "fetched.sqlite")
    store.spend("alltick", NOW_S - 100_000, 1)
    store.spend("alltick", NOW_S, 2)
    store.spend("other", NOW_S, 7)
    assert store.spent("alltick", NOW_S - 86_400) == [(NOW_S, 2)]
    store.close()


@pytest.mark.parametrize("content", [b"not a database, but long enough to be looked at" * 40, b""])
def test_a_broken_file_is_made_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "fetched.sqlite"
    path.write_bytes(content)
    store = ReferenceStore(path)
    store.spend("alltick", NOW_S, 1)
    assert store.spent("alltick", 0) == [(NOW_S, 1)]
    assert store.report == ""
    store.close()


def test_where_no_file_can_be_nothing_is_kept_and_nothing_raises(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = ReferenceStore(tmp_path / "file" / "fetched.sqlite")
    store.spend("alltick", NOW_S, 1)
    store.keep_candles("x", "BTC", 60, [candle(NOW_S)], NOW_S, (NOW_S, NOW_S))
    assert store.spent("alltick", 0) == []
    assert store.candles("x", ["BTC"], 60, 0) == {}
    assert store.report.startswith("fetched.sqlite cannot be used (")


def test_what_lies_before_a_hole_is_not_told(tmp_path: Path) -> None:
    store = ReferenceStore(tmp_path / "fetched.sqlite")
    store.keep_candles("x", "BTC", 60, [candle(NOW_S - 6000)], NOW_S, (NOW_S - 6000, NOW_S - 5940))
    store.keep_candles("x", "BTC", 60, [candle(NOW_S - 60)], NOW_S, (NOW_S - 60, NOW_S))
    kept, covered = store.candles("x", ["BTC"], 60, 0)["BTC"]
    assert kept == [candle(NOW_S - 60)]
    assert covered == (NOW_S - 60, NOW_S)
    store.close()


def test_days_are_kept_for_a_year_and_with_their_volume(tmp_path: Path) -> None:
    store = ReferenceStore(tmp_path / "fetched.sqlite")
    day = msgspec.structs.replace(candle(NOW_S - 365 * 86_400), volume=number("12.5"))
    store.keep_candles("x", "BTC", 86_400, [day], NOW_S, (0, NOW_S))
    store.keep_candles("x", "BTC", 60, [candle(NOW_S - 60)], NOW_S, (0, NOW_S))
    assert store.candles("x", ["BTC"], 86_400, 0)["BTC"][0] == [day]
    store.close()


def test_a_file_of_an_earlier_format_keeps_what_was_spent(tmp_path: Path) -> None:
    path = tmp_path / "fetched.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE candles (source TEXT, bar_s INTEGER, code TEXT, start_utc_s REAL);"
            "CREATE TABLE spent (name TEXT NOT NULL, at_utc_s REAL NOT NULL, weight INTEGER NOT NULL);"
            f"INSERT INTO spent VALUES ('alltick', {NOW_S}, 3); PRAGMA user_version = 1;"
        )
    store = ReferenceStore(path)
    assert store.spent("alltick", 0) == [(NOW_S, 3)]
    store.keep_candles("x", "BTC", 60, [candle(NOW_S - 60)], NOW_S, (0, NOW_S))
    assert store.report == ""
    assert store.candles("x", ["BTC"], 60, 0)["BTC"][0] == [candle(NOW_S - 60)]
    store.close()
