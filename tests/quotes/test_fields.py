"""What is kept of each update."""

import msgspec

from quotedesk.market.quote import NUMBERS_OF_QUOTE, Quote
from quotedesk.quotes.fields import BASE_NAMES, BASES, FIELDS, FIRST_SEEN


def test_every_number_of_a_quote_is_kept_and_there_is_one_field_of_each() -> None:
    assert [field.name for field in FIELDS] == list(NUMBERS_OF_QUOTE)
    assert {field.name for field in FIELDS} <= {field.name for field in msgspec.structs.fields(Quote)}


def test_prices_share_their_decimals_but_for_those_that_are_reckoned() -> None:
    prices = [field.name for field in FIELDS if field.is_price]
    assert prices == ["last", "bid", "ask", "open", "high", "low"]


def test_what_a_day_brings_goes_with_the_day() -> None:
    of_a_day = [field.name for field in FIELDS if field.of_session]
    assert of_a_day == ["open", "high", "low", "prev_close", "volume", "turnover"]


def test_change_counts_from_what_a_quote_says_and_the_better_base_has_the_higher_place() -> None:
    assert set(BASES.values()) <= set(NUMBERS_OF_QUOTE)
    assert BASE_NAMES == (FIRST_SEEN, "open_session", "open_24h", "prev_close")
