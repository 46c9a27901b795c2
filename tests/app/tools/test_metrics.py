"""The figures of a run: the names that were promised, whole on disk at any moment."""

import json
import math
import os
import random
import stat
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from quotedesk.app.tools import metrics as stats
from quotedesk.app.tools.metrics import Lag, Rate, Startup
from quotedesk.codec import FEEDS
from quotedesk.feed.pace import Pace
from quotedesk.feed.session import Session
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RowState
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table.paint_stats import PaintLog


def session(feed: str, endpoint: str, *codes: str) -> Session:
    made = Session(FEEDS[feed], endpoint, Pace(0, 0), random.Random(0))
    made.want(codes, 0.0)
    made.dialling(0.0)
    made.opened(0.0)
    return made


def tick(code: str, seq: int) -> bytes:
    return json.dumps({"cmd_id": 22998, "data": {"code": code, "seq": seq, "price": "1.5", "tick_time": 1000}}).encode()


def gather(sessions: list[Session], codes: list[str], feed: str = "alltick") -> stats.Stats:
    log = PaintLog()
    quotes = Quotes()
    watchlist = Watchlist(Instrument(feed, code) for code in codes)
    for each in watchlist:
        quotes.mark(quotes.slots([each]), RowState.LIVE, 0.0)
    return stats.gather(sessions, watchlist, quotes, log.paint_stats(1.0), log.age_stats(), Lag(), Startup(None, None))


def written(path: Path, figures: stats.Stats) -> dict[str, Any]:
    stats.write(path, figures)

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    read: dict[str, Any] = json.loads(path.read_bytes(), parse_constant=refuse)
    return read


def test_the_names_are_exactly_those_that_were_promised(tmp_path: Path) -> None:
    read = written(tmp_path / "s.json", gather([session("alltick", "stock", "A.US")], ["A.US"]))
    promised = {
        "frames_received": None,
        "quotes_applied": None,
        "applied_by_code": {},
        "quotes_dropped": {},
        "connections": {"stock"},
        "requests_sent": {"subscribe", "unsubscribe", "cancel", "heartbeat"},
        "symbols": {"A.US"},
        "paint": {"count", "per_s", "p50_ms", "p99_ms"},
        "age_ms": {"p50", "p99", "max"},
        "lag_ms": {"p50", "p99", "max"},
        "startup_ms": {"first_paint", "first_quote"},
        "rss_mb": None,
        "cpu_s": None,
        "continuity": {},
        "conflated": None,
    }
    assert list(read) == list(promised)
    for name, inner in promised.items():
        if inner is not None:
            assert set(read[name]) == set(inner), name


def test_what_is_not_known_yet_is_null_and_never_nan(tmp_path: Path) -> None:
    read = written(tmp_path / "s.json", gather([], []))
    assert read["age_ms"] == {"p50": None, "p99": None, "max": None}
    assert read["lag_ms"] == {"p50": None, "p99": None, "max": None}
    assert read["paint"] == {"count": 0, "per_s": 0, "p50_ms": None, "p99_ms": None}
    assert read["startup_ms"] == {"first_paint": None, "first_quote": None}
    assert read["requests_sent"] == {"subscribe": 0, "unsubscribe": 0, "cancel": 0, "heartbeat": 0}


def test_applied_and_dropped_are_all_that_came_over_all_sessions(tmp_path: Path) -> None:
    stock, other = session("alltick", "stock", "A.US", "B.US"), session("alltick", "other", "EURUSD")
    stock.received([tick("A.US", 1), tick("A.US", 1), tick("A.US", 2), tick("X.US", 3), b"{"], 1.0)
    other.received([tick("EURUSD", 1), tick("EURUSD", 2), tick("GBPUSD", 3)], 1.0)
    read = written(tmp_path / "s.json", gather([stock, other], ["A.US", "B.US", "EURUSD"]))
    assert read["frames_received"] == 8
    assert read["quotes_applied"] == 4
    assert read["applied_by_code"] == {"A.US": 2, "EURUSD": 2}
    assert read["quotes_dropped"] == {"duplicate": 1, "unwanted": 2}
    assert read["quotes_applied"] + sum(read["quotes_dropped"].values()) == 7
    assert read["connections"] == {"stock": 1, "other": 1}


def test_requests_are_counted_by_kind(tmp_path: Path) -> None:
    stock = session("alltick_action", "stock", "A.US")
    stock.take_frames(1.0)
    stock.received([tick("A.US", 1)], 2.0)
    stock.want(["B.US"], 30.0)
    for now_s in range(31, 34):
        stock.take_frames(float(now_s))
    read = written(tmp_path / "s.json", gather([stock], ["B.US"]))
    assert read["requests_sent"] == {"subscribe": 2, "unsubscribe": 1, "cancel": 0, "heartbeat": 0}


def test_symbols_come_in_list_order_with_the_words_of_their_states(tmp_path: Path) -> None:
    codes = ["Z.US", "A.US", "M.US"]
    read = written(tmp_path / "s.json", gather([], codes))
    assert list(read["symbols"].items()) == [(code, "live") for code in codes]


def test_memory_time_and_age_of_the_process_are_those_of_this_process() -> None:
    assert 10 < stats.rss_mb() < 5000
    first_s = stats.process_age_s()
    assert first_s > 0
    began_s = time.monotonic()
    time.sleep(0.1)
    assert stats.process_age_s() - first_s == pytest.approx(time.monotonic() - began_s, abs=0.03)
    figures = gather([], [])
    assert 0 < figures.cpu_s <= time.process_time()


def test_lag_is_never_negative_and_forgets_what_is_old() -> None:
    lag = Lag()
    assert math.isnan(lag.spread().max)
    lag.add(5.0)
    for _ in range(Lag.KEPT):
        lag.add(-0.01)
    assert lag.spread().max == 0.0
    for number in range(100):
        lag.add(number / 1000)
    spread = lag.spread()
    assert spread.p50 <= spread.p99 <= spread.max == pytest.approx(99.0)


def test_a_rate_is_unknown_at_first_and_forgets_what_is_old() -> None:
    rate = Rate()
    assert math.isnan(rate.per_s)
    rate.add(1000, 50.0)
    assert math.isnan(rate.per_s)
    rate.add(1010, 51.0)
    assert rate.per_s == 10
    for second in range(52, 57):
        rate.add(1010, float(second))
    assert rate.per_s == 0


def test_a_reader_at_any_moment_finds_whole_figures(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    figures = gather([], [f"S{number}.US" for number in range(300)])
    stats.write(path, figures)
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            stats.write(path, figures)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(300):
            assert len(json.loads(path.read_bytes())["symbols"]) == 300
    finally:
        over.set()
        writer.join()
    assert os.listdir(tmp_path) == ["s.json"]
    assert stat.S_ISREG(path.stat().st_mode)


def test_a_folder_that_went_away_is_told_to_the_caller(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        stats.write(tmp_path / "nowhere" / "s.json", gather([], []))


def test_what_became_of_each_symbols_ticks_is_counted(tmp_path: Path) -> None:
    one = session("alltick", "stock", "A.US", "B.US")
    one.traces.ticked("A.US", 1.0)
    one.traces.repeated("A.US")
    one.traces.lost(10.0)
    one.traces.ticked("A.US", 52.5)
    read = written(tmp_path / "s.json", gather([one], ["A.US", "B.US"]))
    assert read["continuity"] == {"A.US": {"ticks": 2, "duplicates": 1, "gaps": 1, "gap_s": 42.5}}
