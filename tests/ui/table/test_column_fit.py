"""Which columns a room shows, and how wide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.ui.table.column_fit import LEAST_TREND_PX, MARK_PX, MOST_TREND_PX, NARROW_PX, fitted
from quotedesk.ui.table.columns import COLUMNS, STATE, SYMBOL

WANTED = {index: column.width_px for index, column in enumerate(COLUMNS)}
AT = {column.title: index for index, column in enumerate(COLUMNS)}


def titles(room_px: int) -> list[str]:
    return [COLUMNS[index].title for index in sorted(fitted(WANTED, room_px))]


def test_below_560_px_there_are_symbol_mark_price_and_change() -> None:
    assert titles(NARROW_PX - 1) == ["Symbol", "State", "Last", "Chg %"]
    assert fitted(WANTED, 480)[STATE] == MARK_PX
    assert titles(260) == ["Symbol", "Last", "Chg %"]
    assert titles(NARROW_PX) == [column.title for column in COLUMNS]


@given(st.integers(260, NARROW_PX - 1))
def test_a_narrow_room_is_filled_and_nothing_sticks_out(room_px: int) -> None:
    shown = fitted(WANTED, room_px)
    assert sum(shown.values()) == room_px
    assert shown[SYMBOL] >= 88
    assert shown[AT["Last"]] >= 112


@given(st.integers(NARROW_PX, 5000))
def test_trend_has_what_is_left_within_its_bounds_and_the_others_what_is_wanted(room_px: int) -> None:
    shown = fitted(WANTED, room_px)
    trend = shown.pop(AT["Trend"])
    assert LEAST_TREND_PX <= trend <= MOST_TREND_PX
    assert shown == {index: width for index, width in WANTED.items() if index in shown}
    if LEAST_TREND_PX < trend < MOST_TREND_PX:
        assert sum(shown.values()) + trend == room_px


@pytest.mark.parametrize("room_px", [300, 900])
def test_what_was_not_chosen_does_not_come(room_px: int) -> None:
    wanted = {index: width for index, width in WANTED.items() if COLUMNS[index].title not in ("Chg %", "Trend")}
    assert set(fitted(wanted, room_px)) <= set(wanted)
