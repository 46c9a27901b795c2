"""What columns are called."""

import pytest

from quotedesk.formats import titles


@pytest.mark.parametrize(
    "title", ["Symbol", " TICKER ", "代码", "股票代號", "コード", "종목코드", "Тикер", "Símbolo", "ACT Symbol"]
)
def test_a_symbol_column_is_known_in_many_languages(title: str) -> None:
    assert titles.is_symbol(title)
    assert titles.is_any(title)


def test_no_title_is_two_things() -> None:
    assert titles.SYMBOL & titles.OTHER == titles.SYMBOL & titles.VENUE == titles.SYMBOL & titles.SECTION == set()


def test_a_title_may_be_a_ticker() -> None:
    assert titles.may_be_ticker("CODE")
    assert not titles.may_be_ticker("Code")
    assert not titles.may_be_ticker("SYMBOL")
    assert titles.begins_symbol("Symbol (NYSE)")
    assert not titles.begins_symbol("Symbolic")
    assert titles.folded(" Last  Price: ") == "last price"
