"""What a typed text means."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.config.directory_store import DirectoryStore
from quotedesk.lists.list_reader import ListReader
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument, shown
from quotedesk.market.listing import InstrumentKind, Listing

KNOWN = SymbolDirectory(
    {"NVDA.US": "NVIDIA", "BRK.B.US": "Berkshire B", "Silver": "Silver spot", "5.HK": "HSBC", "V.US": "Visa"}
    | {"AB.US": "", "AB.HK": "", "GOLD": "Gold spot", "GOLD.US": "Gold mine", ".DJI.US": "Dow Jones"}
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("NVDA.US", "NVDA.US"),
        ("nvda", "NVDA.US"),
        ("Nvda.us", "NVDA.US"),
        ("brk.b", "BRK.B.US"),
        ("SILVER", "Silver"),
        ("5", "5.HK"),
        ("v", "V.US"),
        (".dji", ".DJI.US"),
        ("gold", "GOLD"),  # a whole code before a part of another
        ("ab", "ab"),  # two would fit
        ("ABRpD.US", "ABRpD.US"),  # not known: never another case
        ("abc", "abc"),
        ("", ""),
    ],
)
def test_a_typed_text_is_the_one_code_it_can_stand_for(typed: str, meant: str) -> None:
    assert KNOWN.spelled(typed) == meant


codes = st.text("aAbB.1", min_size=1, max_size=5)


@given(st.dictionaries(codes, st.just("")), codes)
def test_the_answer_is_a_known_code_or_the_text_and_asking_again_changes_nothing(
    names: dict[str, str], typed: str
) -> None:
    directory = SymbolDirectory(names)
    meant = directory.spelled(typed)
    assert meant == typed or (meant in names and meant.casefold().startswith(typed.casefold()))
    assert directory.spelled(meant) == meant
    assert all(directory.spelled(code) == code for code in names)


def test_a_code_that_is_not_known_has_no_name() -> None:
    assert KNOWN.name("NVDA.US") == "NVIDIA"
    assert KNOWN.name("nvda.us") == KNOWN.name("X") == ""


def test_the_directory_of_a_feed_is_made_once_and_only_when_it_is_asked_for() -> None:
    asked: list[str] = []

    def load(feed: str) -> SymbolDirectory:
        asked.append(feed)
        return SymbolDirectory({"A": feed})

    directories = Directories({"demo": "Demo", "other": "Other"}, load)
    assert asked == []
    assert directories.of("demo") is directories.of("demo")
    assert [directories.of("demo").name("A"), asked] == ["demo", ["demo"]]
    assert directories.of("gone").names == {}
    assert asked == ["demo"]


# Completion


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("nvd", ["NVDA.US"]),
        ("NVIDI", ["NVDA.US"]),
        ("spot", ["GOLD", "Silver"]),
        ("gold", ["GOLD", "GOLD.US"]),  # the whole code first
        ("v", ["V.US"]),
        ("b", ["BRK.B.US"]),
        ("brk.b", ["BRK.B.US"]),
        ("dow", [".DJI.US"]),
        ("vda", []),  # not inside a word
        ("", []),
    ],
)
def test_a_half_typed_text_finds_codes_and_words_of_names(typed: str, found: list[str]) -> None:
    assert KNOWN.matches(typed) == found


texts = st.text("aAbBß1", max_size=3)
names = st.text("aAbBß1& ", max_size=8)


@given(st.dictionaries(codes, names, max_size=12), texts, st.integers(0, 9))
def test_matches_are_all_those_that_begin_so_codes_before_names_and_case_is_nothing(
    known: dict[str, str], typed: str, most: int
) -> None:
    directory = SymbolDirectory(known)
    found = directory.matches(typed, most)
    start = typed.casefold()
    by_code = {code for code in known if code.casefold().startswith(start)}
    by_name = {
        code
        for code, name in known.items()
        for word in [*name.casefold().split(), *re.findall(r"\w+", name.casefold())]
        if word.startswith(start)
    }
    expected = by_code | by_name if typed else set()
    assert len(found) == len(set(found)) == min(most, len(expected))
    assert set(found) <= expected
    is_by_code = [code in by_code for code in found]
    assert is_by_code == sorted(is_by_code, reverse=True)
    assert found == directory.matches(typed.swapcase(), most)
    exact = [code for code in found if code.casefold() == start]
    assert exact == found[: len(exact)]


def test_a_code_is_known_with_or_without_its_ending_in_any_case() -> None:
    directory = SymbolDirectory({"NVDA.US": "NVIDIA", "Silver": "Silver spot"})
    assert [text for text in ("NVDA.US", "nvda", "SILVER", "NVD", "US", "") if directory.knows(text)] == [
        "NVDA.US",
        "nvda",
        "SILVER",
    ]


# All feeds


def pair(code: str, base: str, quote: str, name: str = "", kind: InstrumentKind = InstrumentKind.SPOT) -> Listing:
    return Listing(code=code, base=base, quote=quote, name=name, kind=kind)


FETCHED = {
    "binance": [pair("BTCUSDC", "BTC", "USDC"), pair("BTCUSDT", "BTC", "USDT"), pair("LINKUSDT", "LINK", "USDT")],
    "kraken": [pair("BTC/EUR", "BTC", "EUR", "Bitcoin"), pair("BTC/USD", "BTC", "USD", "Bitcoin")],
    "coinbase": [pair("BTC-USD", "BTC", "USD", "Bitcoin"), pair("BTC-USDT", "BTC", "USDT", "Bitcoin")],
    "okx": [
        pair("BTC-USDT", "BTC", "USDT"),
        pair("BTC-USDT-SWAP", "BTC", "USDT", kind=InstrumentKind.PERPETUAL),
    ],
}
SHIPPED = {"BTCUSDT": "Bitcoin", "LI.US": "Li Auto", "GOLD": "Gold spot"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DirectoryStore]:
    made = DirectoryStore(tmp_path_factory.mktemp("profile") / "symbols.sqlite")
    for feed, listings in FETCHED.items():
        made.replace(feed, listings, 0.0)
    yield made
    made.close()


@pytest.fixture
def directories(store: DirectoryStore) -> Directories:
    feeds = {"demo": "Demo feed", "binance": "", "kraken": "", "coinbase": "", "okx": ""}

    def load(feed: str) -> SymbolDirectory:
        return SymbolDirectory(SHIPPED if feed == "demo" else {}, feed=feed, store=store)

    venues = {feed: feed.capitalize() for feed in feeds}
    return Directories(feeds, load, venues=venues, others=["binance", "kraken", "coinbase", "okx"])


def searched(directories: Directories, text: str, own: str, most: int = 8) -> list[str]:
    return [f"{hit.listing.code}@{hit.feed}" for hit in directories.search(text, own, most)]


def test_a_coin_shows_at_each_venue_before_any_shows_it_twice(directories: Directories) -> None:
    assert searched(directories, "btc", "kraken", 4) == [
        "BTC/USD@kraken",
        "BTCUSDT@binance",
        "BTC-USD@coinbase",
        "BTC-USDT@okx",
    ]
    assert searched(directories, "btc", "demo")[0] == "BTCUSDT@demo"
    assert "BTC/EUR@kraken" in searched(directories, "btc", "kraken")


def test_feeds_in_use_come_after_the_own_one_and_before_the_others(directories: Directories) -> None:
    directories.in_use = lambda: ["coinbase", "demo"]
    found = [text.partition("@")[2] for text in searched(directories, "btc", "demo", 5)]
    assert found == ["demo", "coinbase", "binance", "kraken", "okx"]


def test_what_the_own_feed_has_under_that_beginning_stays_first(directories: Directories) -> None:
    assert searched(directories, "li", "demo")[0] == "LI.US@demo"
    assert searched(directories, "link", "demo") == ["LINKUSDT@binance"]


def test_a_name_finds_the_coin_at_feeds_that_have_no_names_too(directories: Directories) -> None:
    assert "BTCUSDT@binance" in searched(directories, "bitcoin", "kraken")


def test_a_misspelled_text_is_looked_for_at_the_own_feed_first(directories: Directories) -> None:
    assert [hit.feed for hit in directories.near("bitcion", "kraken")][:1] == ["kraken"]
    assert [hit.feed for hit in directories.near("linkk", "kraken")] == ["binance"]
    assert directories.near("linkk.us", "kraken") == []


def test_of_those_that_ship_names_are_in_the_order_of_the_file_which_is_the_likeliest_first() -> None:
    shipped = [pair("BTCUSDT", "BTC", "USDT", "Bitcoin"), pair("BCHUSDT", "BCH", "USDT", "Bitcoin Cash")]
    directory = SymbolDirectory(listings=shipped)
    assert [hit.listing.code for hit in directory.search("bitcoin")] == ["BTCUSDT", "BCHUSDT"]
    assert [hit.listing.code for hit in directory.search("bit ca")] == ["BCHUSDT"]


def test_an_instrument_is_described_by_venue_and_kind(directories: Directories) -> None:
    assert directories.described(Instrument("okx", "BTC-USDT-SWAP")) == "Okx perpetual"
    assert directories.described(Instrument("okx", "NEW")) == "Okx"
    assert directories.listing(Instrument("okx", "NEW")) is None


@pytest.mark.parametrize("text", ["BTC-USD", "BTC/USD", "BTCUSD", "BTCUSDT", "btc_usd", "XBT/USD", "BTC-USDC"])
@pytest.mark.parametrize(
    ("feed", "code"), [("binance", "BTCUSDT"), ("kraken", "BTC/USD"), ("coinbase", "BTC-USD"), ("okx", "BTC-USDT")]
)
def test_a_pair_finds_each_venue_s_own_code_however_it_is_joined_and_in_whichever_dollars(
    directories: Directories, text: str, feed: str, code: str
) -> None:
    said = {("coinbase", "BTCUSDT"): "BTC-USDT", ("binance", "BTC-USDC"): "BTCUSDC"}
    expected = said.get((feed, text), code)
    assert directories.of(feed).spelled(text) == expected


def test_of_codes_that_differ_by_signs_alone_the_one_that_is_written_so_is_meant(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "symbols.sqlite")
    perpetual = pair("BTCUSDT", "BTC", "USDT", kind=InstrumentKind.PERPETUAL)
    store.replace("bybit", [pair("BTC/USDT", "BTC", "USDT"), perpetual], 0.0)
    bybit = SymbolDirectory({}, feed="bybit", store=store)
    assert [bybit.spelled(text) for text in ("btcusdt", "btc/usdt", "btc-usdt")] == ["BTCUSDT", "BTC/USDT", "BTC/USDT"]
    store.close()


def test_a_perpetual_is_only_a_perpetual(directories: Directories) -> None:
    assert directories.of("okx").spelled("BTCUSDT.P") == "BTC-USDT-SWAP"
    assert directories.of("kraken").spelled("BTCUSD.P") == "BTCUSD.P"


def test_of_a_whole_directory_what_is_not_in_it_is_not_known(directories: Directories) -> None:
    kraken = directories.of("kraken")
    assert kraken.is_complete
    assert kraken.has("BTC/USD")
    assert not kraken.has("btc/usd")
    assert kraken.knows("btc-usd")
    assert not kraken.knows("BTC"), "the ticker of a coin is a word like another"
    assert directories.of("demo").is_complete is False
    assert SymbolDirectory().is_empty


@pytest.mark.parametrize(
    "text",
    [
        "BTC-USD",
        "btc/usd",
        "BTCUSDT",
        "COINBASE:BTCUSD",
        "BINANCE:BTCUSDT",
        "BTCUSD=X",
        "ＢＴＣ－ＵＳＤ",
        "BTC\u200b/USD",
    ],
)
@pytest.mark.parametrize(("feed", "code"), [("binance", "BTCUSDT"), ("kraken", "BTC/USD"), ("okx", "BTC-USDT")])
def test_other_spellings_find_the_feed_s_own_code_typed_and_pasted(
    directories: Directories, text: str, feed: str, code: str
) -> None:
    reader = ListReader(Watchlist(feed=feed), directories)
    assert [shown(each, feed) for each in reader.typed(text).new] == [code]
    if text.isupper():  # pasted, small letters are prose
        assert [shown(each, feed) for each in reader.found(text).new] == [code]
    assert reader.suggestions(text)[0].text == code or text == code


def test_a_share_is_none_of_a_venue_of_coins(directories: Directories) -> None:
    reader = ListReader(Watchlist(feed="kraken"), directories)
    for text in ("NASDAQ:AAPL", "AAPL.US"):
        assert reader.typed(text).new == ()
    assert reader.typed("SOL-USD@coinbase").new == (Instrument("coinbase", "SOL-USD"),), "as it stands"
    assert reader.typed("AAPL.US").faults[0].why == "AAPL.US: no such code"


def test_a_search_tells_which_feeds_it_looks_in() -> None:
    told: list[list[str]] = []
    directories = Directories({"demo": "Demo", "other": "Other"}, lambda feed: SymbolDirectory(), others=["other"])
    directories.searched = lambda feeds: told.append([*feeds])
    directories.search("btc", "demo")
    assert told == [["demo", "other"]]
