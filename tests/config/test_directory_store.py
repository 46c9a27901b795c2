"""Symbol directories on disk, searched in place."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quotedesk.config.directory_store import FORMAT, DirectoryStore
from quotedesk.lists.hit import Match
from quotedesk.market.listing import InstrumentKind, Listing
from quotedesk.market.number import number
from quotedesk.market.quote import Condition

BITCOIN = Listing(
    code="BTC/USD",
    name="Bitcoin",
    kind=InstrumentKind.SPOT,
    base="BTC",
    quote="USD",
    tick_size=number("0.1"),
    listed="KRAKEN:BTCUSD",
)
IN_EUROS = Listing(code="BTC/EUR", name="Bitcoin", kind=InstrumentKind.SPOT, base="BTC", quote="EUR")
CASH = Listing(code="BCH/USD", name="Bitcoin Cash", kind=InstrumentKind.SPOT, base="BCH", quote="USD")
APPLE = Listing(code="AAPL.US", name="Apple", kind=InstrumentKind.SHARE)
GONE = Listing(code="BTCUP/USD", base="BTCUP", quote="USD", condition=Condition.DELISTED, note="a thing that is gone")
KRAKEN = (IN_EUROS, CASH, GONE, BITCOIN)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DirectoryStore]:
    made = DirectoryStore(tmp_path / "symbols.sqlite")
    made.replace("kraken", KRAKEN, 1_000.0, "api.kraken.com")
    yield made
    made.close()


def found(store: DirectoryStore, text: str, *feeds: str) -> list[tuple[str, str, Match]]:
    return [(hit.feed, hit.listing.code, hit.match) for hit in store.search(text, feeds or ("kraken",))]


def test_what_was_kept_is_there_after_a_start_exactly_as_it_was(store: DirectoryStore) -> None:
    again = DirectoryStore(store.path)
    for listing in KRAKEN:
        kept = again.listing("kraken", listing.code)
        assert kept is not None
        assert kept.tick_size.text == listing.tick_size.text
        assert str(kept) == str(listing)  # an unknown number is equal to nothing
    assert again.fetched_utc_s("kraken") == 1_000.0
    assert again.source("kraken") == "api.kraken.com"
    assert again.count("kraken") == len(KRAKEN)
    assert again.report == ""


def test_a_store_that_holds_nothing_says_so_and_makes_no_file(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "profile" / "symbols.sqlite")
    assert store.listing("kraken", "BTC/USD") is None
    assert store.fetched_utc_s("kraken") is None
    assert store.search("btc", ["kraken"]) == []
    assert store.near("btcc", ["kraken"]) == []
    assert store.codes("kraken", "btc") == []
    assert not store.path.parent.exists()


def test_the_nearest_match_comes_first_and_of_equals_the_likeliest(store: DirectoryStore) -> None:
    assert found(store, "btc") == [
        ("kraken", "BTC/USD", Match.TICKER),
        ("kraken", "BTC/EUR", Match.TICKER),
        ("kraken", "BTCUP/USD", Match.PREFIX),
    ]
    assert found(store, "BTC-EUR") == [("kraken", "BTC/EUR", Match.CODE)]
    assert [code for _, code, _ in found(store, "bitcoin")] == ["BTC/USD", "BCH/USD", "BTC/EUR"]
    assert found(store, "bit cas") == [("kraken", "BCH/USD", Match.WORD)]
    assert found(store, "zzz") == []


def test_every_feed_that_is_asked_for_answers_and_no_other(store: DirectoryStore) -> None:
    store.replace("coinbase", [Listing(code="BTC-USD", base="BTC", quote="USD")], 1.0)
    assert [feed for feed, _, _ in found(store, "btcusd", "coinbase", "kraken", "unheard")] == ["coinbase", "kraken"]
    assert [feed for feed, _, _ in found(store, "btcusd", "coinbase")] == ["coinbase"]


def test_a_misspelled_text_finds_what_is_like_it(store: DirectoryStore) -> None:
    store.replace("alltick", [APPLE], 1.0)
    assert [hit.listing.code for hit in store.near("APPL.US", ["alltick"])] == ["AAPL.US"]
    assert store.near("bitcion", ["kraken"])[0].listing.code == "BTC/USD"
    assert store.near("qqqq", ["kraken", "alltick"]) == []


@pytest.mark.parametrize("text", ["BTC/USD", "btc-usd", "BTCUSD", "btc_usd"])
def test_a_code_is_found_however_it_is_signed(store: DirectoryStore, text: str) -> None:
    assert store.codes("kraken", text) == ["BTC/USD"]


def test_a_ticker_finds_all_that_trade_it(store: DirectoryStore) -> None:
    store.replace("alltick", [APPLE], 1.0)
    assert store.of_ticker("kraken", "BTC") == ["BTC/USD", "BTC/EUR"]
    assert store.of_ticker("alltick", "aapl") == ["AAPL.US"]
    assert store.of_pair("kraken", "btcusd") == ["BTC/USD"]
    assert store.listed_as("kraken", "KRAKEN:BTCUSD") == "BTC/USD"
    assert store.listed_as("kraken", "") == ""


def test_a_new_directory_takes_the_place_of_the_whole_old_one(store: DirectoryStore) -> None:
    assert store.replace("kraken", [CASH, CASH], 2_000.0) == 1
    assert store.fetched_utc_s("kraken") == 2_000.0
    assert store.listing("kraken", "BTC/USD") is None
    assert found(store, "bitcoin") == [("kraken", "BCH/USD", Match.WORD)]
    with sqlite3.connect(store.path) as connection:
        connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")


def test_a_directory_that_is_cut_in_the_middle_leaves_the_old_one(store: DirectoryStore) -> None:
    def cut() -> Iterator[Listing]:
        yield CASH
        raise ValueError("the rest never came")

    with pytest.raises(ValueError, match="never came"):
        store.replace("kraken", cut(), 2_000.0)
    assert store.replace("kraken", [], 2_000.0) == 0
    assert store.replace("kraken", [Listing(code="no code at all")], 2_000.0) == 0
    assert store.fetched_utc_s("kraken") == 1_000.0
    assert store.count("kraken") == len(KRAKEN)


def test_what_cannot_be_a_symbol_or_a_name_is_left_out_or_cut(store: DirectoryStore) -> None:
    long = Listing(code="A", name="a\x00b\n\u202ec" + "x" * 500)
    assert store.replace("odd", [long, Listing(code="币USDT"), Listing(code="")], 1.0) == 1
    kept = store.listing("odd", "A")
    assert kept is not None
    assert kept.name.startswith("a b cx")
    assert len(kept.name) <= 120


def test_a_coin_of_a_feed_without_names_has_its_usual_one(store: DirectoryStore) -> None:
    store.replace("binance", [Listing(code="ETHUSDT", base="ETH", quote="USDT"), Listing(code="QQQUSDT")], 1.0)
    assert found(store, "ether", "binance") == [("binance", "ETHUSDT", Match.WORD)]
    kept = store.listing("binance", "QQQUSDT")
    assert kept is not None
    assert kept.name == ""


def test_readers_see_the_old_directory_until_the_new_one_is_whole(store: DirectoryStore) -> None:
    halfway, read = threading.Event(), threading.Event()

    def slowly() -> Iterator[Listing]:
        for place in range(3_000):
            if place == 2_000:
                halfway.set()
                assert read.wait(10)
            yield Listing(code=f"NEW{place}")

    writer = threading.Thread(target=lambda: store.replace("kraken", slowly(), 2_000.0))
    writer.start()
    assert halfway.wait(10)
    assert store.listing("kraken", "BTC/USD") is not None
    assert found(store, "btceur") == [("kraken", "BTC/EUR", Match.CODE)]
    read.set()
    writer.join(20)
    assert store.listing("kraken", "BTC/USD") is None
    assert store.count("kraken") == 3_000


def test_two_directories_may_come_at_once(store: DirectoryStore) -> None:
    feeds = [f"feed{place}" for place in range(4)]
    writers = [threading.Thread(target=store.replace, args=(feed, KRAKEN, 5.0)) for feed in feeds]
    for each in writers:
        each.start()
    for each in writers:
        each.join(20)
    assert [store.count(feed) for feed in feeds] == [len(KRAKEN)] * 4


@pytest.mark.parametrize("broken", [b"no database", b"", b"SQLite format 3\0" + b"\xff" * 5_000])
def test_a_broken_file_is_set_aside_and_told_once(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "symbols.sqlite"
    path.write_bytes(broken)
    store = DirectoryStore(path)
    assert store.search("btc", ["kraken"]) == []
    assert store.replace("kraken", KRAKEN, 1.0) == len(KRAKEN)
    assert store.listing("kraken", "BTC/USD") is not None
    if broken:
        assert "could not be read" in store.report
        assert next(tmp_path.glob("symbols.sqlite.unreadable-*")).read_bytes() == broken
    assert DirectoryStore(path).count("kraken") == len(KRAKEN)


def test_a_file_that_breaks_in_its_middle_is_set_aside_when_that_is_met(store: DirectoryStore) -> None:
    store.replace("many", (Listing(code=f"CODE{place}", name="x" * 100) for place in range(5_000)), 1.0)
    store.close()
    with sqlite3.connect(store.path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(store.path.read_bytes())
    data[8_192:] = b"\xee" * (len(data) - 8_192)
    store.path.write_bytes(data)
    again = DirectoryStore(store.path)
    assert again.search("code", ["many"]) == []
    assert again.listing("many", "CODE1") is None
    assert again.replace("kraken", KRAKEN, 3.0) == len(KRAKEN)
    assert "could not be read" in again.report
    assert again.listing("kraken", "BTC/USD") is not None


def test_a_newer_file_is_left_untouched_and_this_run_goes_on(store: DirectoryStore) -> None:
    store.close()
    with sqlite3.connect(store.path) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    connection.close()
    before = store.path.read_bytes()
    newer = DirectoryStore(store.path)
    assert newer.listing("kraken", "BTC/USD") is None
    assert "newer quotedesk" in newer.report
    assert newer.replace("kraken", KRAKEN, 1.0) == len(KRAKEN)
    assert newer.listing("kraken", "BTC/USD") is not None
    assert store.path.read_bytes() == before


def test_a_folder_in_the_files_place_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "symbols.sqlite"
    path.mkdir()
    store = DirectoryStore(path)
    assert store.search("btc", ["kraken"]) == []
    assert store.replace("kraken", KRAKEN, 1.0) == len(KRAKEN)
    assert store.count("kraken") == len(KRAKEN)


def test_a_place_that_cannot_be_written_does_for_this_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = DirectoryStore(tmp_path / "file" / "symbols.sqlite")
    assert store.search("btc", ["kraken"]) == []
    assert store.replace("kraken", KRAKEN, 1.0) == len(KRAKEN)
    assert store.count("kraken") == len(KRAKEN)
    assert "cannot be used" in store.report


@given(st.text(max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_is_a_fault(store: DirectoryStore, text: str) -> None:
    store.search(text, ["kraken"])
    store.near(text, ["kraken"])
    store.codes("kraken", text)
    assert store.report == ""
