"""The known symbols, and what happens without them."""

from pathlib import Path

import pytest

from quotedesk.codec import FEEDS
from quotedesk.config import directory_file, lists_file
from quotedesk.demo.dialogue import ENDPOINTS
from quotedesk.market.listing import InstrumentKind


def test_the_file_that_ships_is_whole_and_holds_the_starter_list() -> None:
    names, _, report = directory_file.load("alltick")
    assert report == ""
    assert 55 <= len(names) <= 80
    assert set(lists_file.starter("alltick")) <= set(names)
    assert all(name and len(name) <= 24 for name in names.values())
    endpoints = {FEEDS["alltick"].provider.endpoint(code) for code in names}
    assert endpoints == {"stock", "other"}


def test_the_file_that_ships_spells_codes_as_alltick_documents_them() -> None:
    names, _, _ = directory_file.load("alltick")
    serves = {"stock": ENDPOINTS["/quote-stock-b-ws-api"], "other": ENDPOINTS["/quote-b-ws-api"]}
    assert [code for code in names if not serves[FEEDS["alltick"].provider.endpoint(code)](code)] == []


@pytest.mark.parametrize("folder", sorted({feed.provider.resources for feed in FEEDS.values()} - {""}))
def test_every_provider_ships_known_symbols_with_names_and_a_first_list_of_ten_of_them(folder: str) -> None:
    names, listed, report = directory_file.load(folder)
    assert report == ""
    assert all(names.values())
    assert len(set(listed.values())) == len(listed)
    starter = lists_file.starter(folder)
    assert len(set(starter)) == 10
    assert set(starter) <= set(names)


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe", b"", b"a,b\n1,2\n", b"code,name\nA B,x\n", b"code\nA\n", b'code,name\n"A', b"code,name\nA,x,y\n,\n"],
)
def test_a_broken_file_is_reported_and_the_program_goes_on(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "symbols.csv").write_bytes(content)
    monkeypatch.setattr(directory_file, "provided", lambda folder, name: tmp_path / name)
    names, _, report = directory_file.load("mine")
    assert names == {}
    assert report.startswith("The list of known symbols")


def test_a_missing_folder_is_reported_and_the_program_goes_on() -> None:
    names, _, report = directory_file.load("nowhere")
    assert names == {}
    assert "nowhere/symbols.csv" in report


def test_a_provider_without_a_folder_has_no_known_symbols() -> None:
    assert directory_file.load("") == ({}, {}, "")


def test_a_directory_is_made_of_a_provider_s_file_and_symbology() -> None:
    directory, report = directory_file.directory_of(FEEDS["alltick"].provider)
    assert report == ""
    assert directory.spelled("nvda") == "NVDA.US"
    assert directory.symbology.code("NASDAQ", "AAPL") == "AAPL.US"


def test_well_known_coins_have_a_name_whatever_their_feed_gives() -> None:
    names = directory_file.usual_names()
    assert names["BTC"] == "Bitcoin"
    assert all(base == base.upper() and name.strip() == name != "" for base, name in names.items())


def test_the_shipped_symbols_say_their_kind_and_pairs_both_parts() -> None:
    found, report = directory_file.listings("alltick")
    assert report == ""
    assert all(each.kind is not InstrumentKind.UNKNOWN for each in found)
    pairs = {each.code: (each.base, each.quote) for each in found if each.base}
    assert pairs["EURUSD"] == ("EUR", "USD")
    assert all(code == base + quote for code, (base, quote) in pairs.items())


def test_without_columns_for_them_both_parts_of_a_pair_are_those_that_its_venue_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = (
        "BTC/USD,,KRAKEN:BTCUSD",
        "TSLAUSDT,Tesla,BYBIT:TSLAUSDT.P",
        "AAPL,Apple,NASDAQ:AAPL",
        "USDT,Tether,OKX:USDT",
    )
    (tmp_path / "symbols.csv").write_text("code,name,listed\n" + "\n".join(rows) + "\n")
    monkeypatch.setattr(directory_file, "provided", lambda folder, name: tmp_path / name)
    found, _ = directory_file.listings("mine")
    assert [(each.kind.value, each.base, each.quote) for each in found] == [
        ("spot", "BTC", "USD"),
        ("perpetual", "TSLA", "USDT"),
        ("", "", ""),
        ("", "", ""),
    ]
    assert found[0].name == "Bitcoin"
