"""What is kept of each tick."""

import math

import msgspec

from quotedesk.market.tick import Tick
from quotedesk.quotes.fields import FIELDS


def test_every_field_is_an_attribute_of_a_tick_and_there_is_one_of_each() -> None:
    names = [field.name for field in FIELDS]
    assert len(set(names)) == len(names)
    assert set(names) <= {field.name for field in msgspec.structs.fields(Tick)}


def test_what_starts_unknown_is_nan_and_what_grows_starts_at_0() -> None:
    for field in FIELDS:
        assert field.unknown == 0 if field.keep == "most" else math.isnan(field.unknown)


def test_price_size_time_and_their_decimals_are_kept() -> None:
    kept = {field.name: field.keep for field in FIELDS}
    assert kept.items() >= {
        ("price", "newest"),
        ("decimals", "most"),
        ("size", "newest"),
        ("size_decimals", "most"),
        ("time_utc_s", "newest"),
    }
