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
from quotedesk.app.tools.metrics import Lag, QuoteTexts, Startup
from quotedesk.codec import FEEDS
from quotedesk.feed.pace import Pace
from quotedesk.feed.session import Session
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Quote, Trade
from quotedesk.market.states import RowState
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table.paint_stats import PaintLog
from tests.fakes.clock import FakeClock


def session(feed: str, endpoint: str, *codes: str) -> Session:
    made = Session(FEEDS[feed], endpoint, Pace(0, 0), random.Random(0))
    made.want(codes, 0.0)
    made.dialling(0.0)
    made.opened(0.0)
    return made


def tick(code: str, seq: int) -> bytes:
    return json.dumps({"cmd_id": 22998, "data": {"code": code, "seq": seq, "price": "1.5", "tick_time": 1000}}).encode()


def gather(sessions: list[Session], codes: list[str], feed: str = "alltick", own: str | None = None) -> stats.Stats:
    """Of rows that are live, all of one feed; `own`: the shown list's own feed, where that is another."""
    log = PaintLog()
    quotes = Quotes()
    wanted = [Instrument(feed, code) for code in codes]
    quotes.set_state(quotes.slots(wanted), RowState.LIVE, 0.0)
    startup = Startup(None, None)
    texts = {each: {"symbol": each.code, "feed": each.feed} for each in wanted}
    return stats.gather(
        sessions, wanted, quotes, texts, own or feed, log.paint_stats(1.0), log.age_stats(), Lag(), startup
    )


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
        "quotes": {"A.US"},
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


def test_what_is_not_of_the_shown_lists_feed_says_its_feed(tmp_path: Path) -> None:
    one, other = session("alltick", "stock", "A.US"), session("demo", "demo", "A.US")
    one.received([tick("A.US", 1)], 1.0)
    other.received([tick("A.US", 1), tick("A.US", 2), tick("A.US", 2)], 1.0)
    read = written(tmp_path / "s.json", gather([one, other], ["A.US"], "demo", own="alltick"))
    assert read["symbols"] == {"A.US@demo": "live"}
    assert read["quotes"] == {"A.US@demo": {"symbol": "A.US", "feed": "demo"}}
    assert read["applied_by_code"] == {"A.US": 1, "A.US@demo": 2}
    assert read["connections"] == {"stock": 1, "demo@demo": 1}
    assert {name: kept["ticks"] for name, kept in read["continuity"].items()} == {"A.US": 1, "A.US@demo": 2}
    assert read["quotes_applied"] == 3
    assert read["quotes_dropped"] == {"duplicate": 1}


def test_memory_time_and_age_of_the_process_are_those_of_this_process() -> None:
    assert 10 < stats.rss_mb() < 5000
    before_s = time.monotonic()
    first_s = stats.process_age_s()
    between_s = time.monotonic()
    assert first_s > 0
    time.sleep(0.1)
    passed_s = stats.process_age_s() - first_s
    assert 0.1 - 0.03 < passed_s < time.monotonic() - before_s + 0.03  # it is told in hundredths
    assert between_s >= before_s
    figures = gather([], [])
    assert 0 < figures.cpu_s <= time.process_time()


def test_lag_is_never_negative_and_forgets_what_is_old() -> None:
    lag = Lag()
    assert math.isnan(lag.spread().max)
    lag.add(5.0)
    for _ in range(Lag.KEPT):
        lag.add(-0.01)
    assert lag.spread().max == 0.0
    for late_ms in range(100):
        lag.add(late_ms / 1000)
    spread = lag.spread()
    assert spread.p50 <= spread.p99 <= spread.max == pytest.approx(99.0)


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


# -- the texts of quotes -------------------------------------------------------------------------------------------


class Texts:
    """A store of rows, and the texts of them."""

    def __init__(self, *codes: str) -> None:
        self.clock, self.quotes = FakeClock(), Quotes()
        self.wanted = [Instrument("demo", code) for code in codes]
        self.quotes.slots(self.wanted)
        self.texts = QuoteTexts(self.quotes, self.clock)

    def apply(self, *updates: Trade | Quote) -> None:
        self.quotes.apply(Batch("demo", list(updates), self.clock.now_s()))

    def look(self, *most: int | None) -> dict[str, dict[str, str]]:
        self.texts.look(self.wanted, *most)
        return {each.code: text for each, text in self.texts.made.items()}

    def last(self) -> list[str]:
        """The last prices that the texts say, those that they do not left out."""
        return [text["last"] for text in self.texts.made.values() if text]


def test_a_quote_says_what_is_known_as_the_feed_wrote_it_with_its_times(tmp_path: Path) -> None:
    here = Texts("A.US", "B.US")
    here.apply(Trade("A.US", number("178.460"), number("1e2"), 1_764_000_000.25, 7))
    here.apply(Quote(code="A.US", bid=number("178.4"), prev_close=number("177.46")))
    assert here.look() == {
        "A.US": {
            "symbol": "A.US",
            "feed": "demo",
            "last": "178.460",
            "size": "1e2",
            "bid": "178.4",
            "prev_close": "177.46",
            "change": "1.000",
            "change_pct": "0.5635",
            "base": "prev_close",
            "time": "2025-11-24T16:00:00.250Z",
            "received": "2025-11-24T16:16:40.000Z",
        },
        "B.US": {},
    }


def test_a_price_of_an_earlier_run_is_no_quote() -> None:
    here = Texts("A.US")
    here.quotes.remember(here.wanted[0], 1.5, 2, 1_764_000_000.0)
    assert here.look() == {"A.US": {}}


def test_what_changed_is_made_anew_and_what_left_the_lists_is_gone() -> None:
    here = Texts("A.US", "B.US")
    here.apply(Trade("A.US", number("1")), Trade("B.US", number("2")))
    before = here.look()
    here.apply(Trade("B.US", number("3")))
    after = here.look()
    assert after["A.US"] is before["A.US"]
    assert here.last() == ["1", "3"]
    here.wanted.reverse()
    here.look()
    assert here.last() == ["3", "1"], "in the list's order"
    del here.wanted[0]
    here.look()
    assert here.last() == ["1"]


def test_thousands_of_rows_are_made_a_part_at_a_time_the_oldest_first_and_at_the_end_all() -> None:
    codes = [f"S{place}" for place in range(7)]
    here = Texts(*codes)
    here.apply(*(Trade(code, number("1")) for code in codes))
    here.look(3)
    assert len(here.last()) == 3
    here.apply(*(Trade(code, number("2")) for code in codes))
    here.look(3)
    assert here.last() == ["1", "1", "1", "2", "2", "2"], "those that have no text yet go first"
    here.look(3)
    assert sorted(here.last()) == ["1", "2", "2", "2", "2", "2", "2"]
    here.look(None)
    assert here.last() == ["2"] * 7


def test_a_look_at_five_hundred_rows_hardly_holds_up_the_loop() -> None:
    codes = [f"S{place}.US" for place in range(2 * QuoteTexts.AT_ONCE)]
    here = Texts(*codes)
    here.apply(*(Trade(code, number("178.46"), number("100"), 1_764_000_000.0) for code in codes))
    began_s = time.process_time()
    here.look()
    assert time.process_time() - began_s < 0.1, "10 ms on a machine that does nothing else"
    assert len(here.last()) == QuoteTexts.AT_ONCE
