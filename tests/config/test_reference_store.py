"""What was fetched is there at the next start, and where it cannot be it is fetched again."""

from pathlib import Path

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
    store.keep_candles("binance https://a", "BTC", 60, [*kept, candle(NOW_S, is_final=False)], NOW_S)
    store.keep_candles("binance https://a", "BTC", 300, [candle(NOW_S - 300)], NOW_S)
    store.close()
    store = ReferenceStore(path)
    assert store.candles("binance https://a", ["ETH", "BTC"], 60, NOW_S - 900) == {"BTC": kept}
    assert store.candles("binance https://a", ["BTC"], 60, NOW_S - 61) == {"BTC": kept[1:]}
    assert store.candles("binance http://127.0.0.1:1", ["BTC"], 60, 0) == {}
    store.keep_candles("binance https://a", "BTC", 60, [candle(NOW_S - 60, "2.9")], NOW_S + KEPT_S - 100)
    (only,) = store.candles("binance https://a", ["BTC"], 60, 0)["BTC"]
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
    store.keep_candles("x", "BTC", 60, [candle(NOW_S)], NOW_S)
    assert store.spent("alltick", 0) == []
    assert store.candles("x", ["BTC"], 60, 0) == {}
    assert store.report.startswith("fetched.sqlite cannot be used (")
