"""Prices and times as a trader reads them; tests/ui/table/test_numbers has more of prices."""

import math
import os
import time

import pytest

from quotedesk.formats import written


def test_a_price_and_a_change_have_the_decimals_of_their_symbol() -> None:
    assert written.price(117204.55, 2) == "117,204.55"
    assert written.price(-0.0, 2) == "0.00"
    assert written.change(-1755.55, 2) == "\N{MINUS SIGN}1,755.55"
    assert (written.price(math.nan, 2), written.change(math.inf, 2)) == ("--", "--")


def test_a_time_is_local_with_its_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "TZ", "Asia/Tokyo")
    time.tzset()
    written._local.cache_clear()
    try:
        assert written.time_of_day(0.9) == "09:00:00"
        assert written.time_of_day_ms(0.9995) == "09:00:00.999"
        assert written.zone(0) == "JST"
        assert written.date(0) == "1970-01-01"
    finally:
        monkeypatch.undo()
        time.tzset()
        written._local.cache_clear()


def test_a_year_beyond_the_calendar_is_unknown() -> None:
    assert written.time_of_day(1e15) == "--"
