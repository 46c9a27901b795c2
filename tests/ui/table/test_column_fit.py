"""Which columns a room shows, and how wide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.ui.table.column_fit import LEAST_TREND_PX, MARK_PX, MOST_TREND_PX, NARROW_PX, fitted, squeezed
from quotedesk.ui.table.columns import COLUMNS, LAST, PERCENT, STATE, SYMBOL, TREND, named

WANTED = {column: column.width_px for column in COLUMNS}


def titles(room_px: int, *chosen: str) -> list[str]:
    wanted = {column: width for column, width in WANTED.items() if not chosen or column.title in chosen}
    return [column.title for column in fitted(wanted, room_px)]


def test_below_560_px_there_are_symbol_mark_price_and_change() -> None:
    assert titles(NARROW_PX - 1) == ["Symbol", "State", "Last", "Chg %"]
    assert fitted(WANTED, 480)[STATE] == MARK_PX
    assert titles(260) == ["Symbol", "Last", "Chg %"]
    assert titles(NARROW_PX) == [column.title for column in COLUMNS]


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        (("Symbol", "State", "Bid", "Ask", "Volume", "Trend"), ["Symbol", "State", "Bid", "Ask"]),
        (("Symbol", "Chg %", "Bid"), ["Symbol", "Chg %"]),
        (("Symbol", "Trend"), ["Symbol"]),
    ],
)
def test_a_narrow_list_without_last_and_change_shows_what_is_first(chosen: tuple[str, ...], shown: list[str]) -> None:
    assert titles(480, *chosen) == shown


def test_in_a_narrow_room_what_is_kept_stays_whole_at_its_place_and_the_symbol_gives_way() -> None:
    wanted = {column: column.width_px for column in COLUMNS if column.title in ("Symbol", "Last", "Chg %", "Size")}
    shown = fitted(wanted, 330, {"Size", "Bid"})
    assert [column.title for column in shown] == [column.title for column in wanted]
    assert [column.title for column in fitted(wanted, 330)] == ["Symbol", "Last", "Chg %"]
    assert all(px >= 60 for px in shown.values())


def test_the_places_of_columns_are_the_list_s() -> None:
    mine = [named(title) for title in ("Symbol", "Chg %", "Last", "State")]
    assert list(fitted({column: column.width_px for column in mine if column}, 480)) == mine


@given(st.integers(260, NARROW_PX - 1))
def test_a_narrow_room_is_filled_and_nothing_sticks_out(room_px: int) -> None:
    shown = fitted(WANTED, room_px)
    assert sum(shown.values()) == room_px
    assert shown[COLUMNS[SYMBOL]] >= 88
    assert shown[LAST] >= 112


@given(st.integers(NARROW_PX, 5000))
def test_trend_has_what_is_left_within_its_bounds_and_the_others_what_is_wanted(room_px: int) -> None:
    shown = fitted(WANTED, room_px)
    trend = shown.pop(TREND)
    assert LEAST_TREND_PX <= trend <= MOST_TREND_PX
    assert shown == {column: width for column, width in WANTED.items() if column in shown}
    if LEAST_TREND_PX < trend < MOST_TREND_PX:
        assert sum(shown.values()) + trend == room_px


@pytest.mark.parametrize("room_px", [300, 900])
def test_what_was_not_chosen_does_not_come(room_px: int) -> None:
    wanted = {column: width for column, width in WANTED.items() if column not in (PERCENT, TREND)}
    assert set(fitted(wanted, room_px)) <= set(wanted)


@given(st.permutations(COLUMNS[1:]), st.integers(0, 8), st.integers(30, 2500))
def test_squeezed_all_columns_share_the_room_and_none_is_left_out_that_fits(others, count: int, room_px: int) -> None:
    wanted = {column: column.width_px for column in (COLUMNS[SYMBOL], *others[:count])}
    shown = squeezed(wanted, room_px)
    assert list(shown) == list(wanted)[: len(shown)], "the last ones go first"
    assert sum(shown.values()) == room_px or len(shown) == 1 or sum(shown.values()) < room_px
    if len(shown) > 1:
        assert sum(shown.values()) == room_px
    assert COLUMNS[SYMBOL] in shown


def test_squeezed_a_symbol_has_room_for_a_whole_name_or_for_none() -> None:
    wanted = {COLUMNS[SYMBOL]: 112, STATE: 28, LAST: 124, PERCENT: 64}
    assert squeezed(wanted, 328) == wanted
    assert squeezed(wanted, 300) == {COLUMNS[SYMBOL]: 100, STATE: 28, LAST: 112, PERCENT: 60}
    assert list(squeezed(wanted, 280)) == [COLUMNS[SYMBOL], STATE, LAST]
    assert squeezed(wanted, 380)[COLUMNS[SYMBOL]] == 112
    assert squeezed(wanted, 450)[COLUMNS[SYMBOL]] == 234
    assert squeezed(wanted | {TREND: 80}, 450)[TREND] == 122
