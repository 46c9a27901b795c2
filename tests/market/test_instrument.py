"""An instrument and the rule of its symbol."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import Instrument, check_code, last_piece, shown, split_codes, split_feed, unique

ALLOWED = string.ascii_letters + string.digits + ".-_/"
codes = st.text(ALLOWED, min_size=1, max_size=32)


@given(codes)
def test_every_text_of_allowed_characters_can_be_a_symbol_and_stays_as_it_is(text: str) -> None:
    assert check_code(text) == text


@given(st.text())
def test_a_text_passes_exactly_when_the_rule_says_so_and_otherwise_says_why(text: str) -> None:
    if 1 <= len(text) <= 32 and set(text) <= set(ALLOWED):
        assert check_code(text) == text
        return
    with pytest.raises(BadSymbolError) as caught:
        check_code(text)
    assert caught.value.symbol == text
    assert caught.value.advice == "Use letters, digits and . - _ /, at most 32."
    assert caught.value.why.isprintable(), "what cannot be seen is named"


@pytest.mark.parametrize(
    "code", ["ABRpD.US", ".DJI.US", "700.HK", "BTC/USDT", "BRK.B.US", "a_b", "0", "A" * 32, "Silver"]
)
def test_codes_of_the_providers_can_be_symbols(code: str) -> None:
    assert check_code(code) == code


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("NV;DA.US", "“;” cannot be part of a symbol"),
        ("AAPL US", "“ ” cannot be part of a symbol"),
        ("ÄB", "“Ä” cannot be part of a symbol"),
        ("A\u0661", "“\u0661” cannot be part of a symbol"),
        ("A\n", "“U+000A” cannot be part of a symbol"),
        ("\ufeffAAPL", "“U+FEFF” cannot be part of a symbol"),
        ("A\u200b", "“U+200B” cannot be part of a symbol"),
        ("A\x00", "“U+0000” cannot be part of a symbol"),
        ("\ud800", "“U+D800” cannot be part of a symbol"),
        ("<b>", "“<” cannot be part of a symbol"),
        ("", "A symbol cannot be empty"),
        ("A" * 33, f"“{'A' * 32}…” is too long for a symbol"),
        ("A" * 100_000, f"“{'A' * 32}…” is too long for a symbol"),
        ("A" * 100_000 + "!", "“!” cannot be part of a symbol"),
    ],
)
def test_what_cannot_be_a_symbol_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(BadSymbolError) as caught:
        check_code(text)
    assert caught.value.why == why


@given(st.lists(st.tuples(codes, st.text(",; \t\r\n\u00a0", min_size=1))))
def test_a_pasted_list_comes_apart_at_any_separators_and_keeps_its_order(parts: list[tuple[str, str]]) -> None:
    assert split_codes("".join(code + blank for code, blank in parts)) == [code for code, _ in parts]


def test_nothing_but_separators_is_an_empty_list() -> None:
    assert split_codes(" ,;\r\n\t, ") == []


def test_pieces_that_cannot_be_symbols_are_left_for_the_rule_to_refuse() -> None:
    assert split_codes("A!;B,“C”") == ["A!", "B", "“C”"]


@given(st.lists(st.sampled_from("ABCD")))
def test_unique_keeps_the_first_of_each(items: list[str]) -> None:
    result = unique(items)
    assert sorted(result) == sorted(set(items))
    assert result == sorted(result, key=items.index)


def test_one_code_of_two_feeds_or_in_two_spellings_is_two_instruments() -> None:
    one = Instrument("alltick", "GOLD")
    assert one == Instrument("alltick", "GOLD")
    assert hash(one) == hash(Instrument("alltick", "GOLD"))
    assert one not in {Instrument("demo", "GOLD"), Instrument("alltick", "Gold")}


@given(codes, st.sampled_from(["demo", "alltick"]), st.sampled_from(["demo", "alltick"]))
def test_the_text_of_an_instrument_comes_apart_again_and_says_its_feed_where_that_is_another(
    code: str, feed: str, list_feed: str
) -> None:
    text = shown(Instrument(feed, code), list_feed)
    assert split_feed(text) == (code, "" if feed == list_feed else feed)


@pytest.mark.parametrize(
    ("text", "code", "feed"),
    [
        ("AAPL.US", "AAPL.US", ""),
        ("AAPL.US@demo", "AAPL.US", "demo"),
        ("a@b@demo", "a@b", "demo"),
        ("AAPL.US@", "AAPL.US@", ""),
        ("@demo", "@demo", ""),
        ("@", "@", ""),
        ("", "", ""),
    ],
)
def test_the_last_at_sign_parts_code_and_feed(text: str, code: str, feed: str) -> None:
    assert split_feed(text) == (code, feed)


def test_an_at_sign_is_no_part_of_a_code() -> None:
    with pytest.raises(BadSymbolError, match="“@” cannot be part of a symbol"):
        check_code("AAPL.US@demo")


@pytest.mark.parametrize(
    ("text", "piece"), [("nv", "nv"), ("A.US,nv", "nv"), ("A.US; b\tc", "c"), ("A.US, ", ""), ("", "")]
)
def test_the_last_piece_is_the_one_being_written(text: str, piece: str) -> None:
    assert last_piece(text) == piece
