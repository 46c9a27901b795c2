"""Which symbols the demo feed has."""

import pytest

from quotedesk.config import directory_file, lists_file
from quotedesk.demo import listed_codes
from quotedesk.demo.listed_codes import is_listed


def test_it_has_its_whole_directory_its_first_list_and_what_others_list() -> None:
    assert all(is_listed(each.code) for each in directory_file.listings("alltick")[0])
    assert all(is_listed(each.code) for each in directory_file.listings("binance")[0])
    assert all(map(is_listed, lists_file.starter("alltick")))
    assert all(map(is_listed, ("BTC-USD", "BTC/USD", "AAPL.US", "SILVER", "Silver")))


@pytest.mark.parametrize("code", ["APPL.US", "NOPE.US", "AAPL", "ZZZUSDT", "123456.SH", "GOLDD", "X", ""])
def test_what_nobody_lists_it_does_not_have(code: str) -> None:
    assert not is_listed(code)


def test_without_a_directory_it_has_what_fits_a_market(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise FileNotFoundError(name)

    listed_codes._listed.cache_clear()
    monkeypatch.setattr(listed_codes, "resource", missing)
    assert is_listed("NOPE.US")
    assert not is_listed("NOPE")
    listed_codes._listed.cache_clear()
