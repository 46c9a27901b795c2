"""How texts are compared for a search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.lists.hit import Match, like, squeezed, ticker, without_ending, words_of
from quotedesk.market.listing import Listing


def test_case_and_signs_do_not_matter() -> None:
    assert squeezed("BTC-USD") == squeezed("btc/usd") == squeezed("BtcUsd") == "btcusd"
    assert words_of("AT&T Inc.") == ["at", "t", "inc"]


@pytest.mark.parametrize(
    ("code", "stem"),
    [("AAPL.US", "aapl"), ("BRK.B.US", "brkb"), (".SPX.US", "spx"), ("GOLD", "gold"), (".US", "us"), ("A.", "a")],
)
def test_a_code_stands_without_its_ending(code: str, stem: str) -> None:
    assert without_ending(code) == stem


def test_a_ticker_is_what_is_bought_else_the_code_but_for_its_ending() -> None:
    assert ticker(Listing(code="BTC-USD", base="BTC", quote="USD")) == "btc"
    assert ticker(Listing(code="AAPL.US")) == "aapl"


def test_the_nearest_word_comes_first_and_what_is_far_off_not_at_all() -> None:
    assert like("bitcion", ["bit", "bitcoin", "bitumen", "nothing"]) == ["bitcoin"]
    assert like("aaple", ["apple", "ample"])[0] == "apple"


@given(st.text(max_size=12), st.lists(st.text(max_size=12), max_size=20))
def test_only_known_words_are_like_one(word: str, known: list[str]) -> None:
    assert set(like(word, known)) <= set(known)


def test_the_nearest_match_sorts_first() -> None:
    assert sorted(Match) == [Match.CODE, Match.TICKER, Match.PREFIX, Match.WORD, Match.TYPO]
