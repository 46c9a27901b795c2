"""Which columns a room shows, and how wide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.ui.table import position_columns
from quotedesk.ui.table.column_fit import (
    IMPORTANCE,
    LEAST_TREND_PX,
    MARK_PX,
    MOST_TREND_PX,
    WANTED_TREND_PX,
    Wish,
    fitted,
    squeezed,
)
from quotedesk.ui.table.columns import COLUMNS, LAST, PERCENT, STATE, SYMBOL, TREND, USUAL, Column, named
from quotedesk.ui.table.position_columns import COST, CURRENCY, DAY, QUANTITY, TOTAL, VALUE

WISHES = {column: Wish(MARK_PX if column is STATE else column.width_px) for column in COLUMNS}
USUAL_WISHES = {column: WISHES[column] for column in USUAL}
SUBSETS = st.lists(st.sampled_from(COLUMNS[1:]), unique=True).map(lambda others: (COLUMNS[SYMBOL], *others))
ROOMS = st.integers(360, 2000)


def titles(room_px: int, *chosen: str) -> list[str]:
    wishes = {column: wish for column, wish in WISHES.items() if column.title in (chosen or IMPORTANCE)}
    return [column.title for column in fitted(wishes, room_px)]


@given(SUBSETS, ROOMS)
def test_any_columns_fill_any_room_none_is_too_narrow_and_each_is_at_its_place(
    columns: tuple[Column, ...], room_px: int
) -> None:
    shown = fitted({column: WISHES[column] for column in columns}, room_px)
    assert [column for column in columns if column in shown] == list(shown)
    assert sum(shown.values()) == room_px
    for column, px in shown.items():
        least = {COLUMNS[SYMBOL]: 88, STATE: MARK_PX, LAST: 112, PERCENT: 60, TREND: LEAST_TREND_PX}
        assert px >= least.get(column, round(column.width_px * 0.85))
    assert shown.get(STATE, MARK_PX) == MARK_PX, "a mark needs no more"
    assert LEAST_TREND_PX <= shown.get(TREND, LEAST_TREND_PX) <= MOST_TREND_PX


@given(SUBSETS, ROOMS, st.integers(1, 400))
def test_what_a_room_shows_a_wider_one_shows_as_well_and_what_goes_is_the_least_important(
    columns: tuple[Column, ...], room_px: int, more_px: int
) -> None:
    wishes = {column: WISHES[column] for column in columns}
    shown = fitted(wishes, room_px)
    assert set(shown) <= set(fitted(wishes, room_px + more_px))
    places = [IMPORTANCE.index(column.title) for column in shown]
    assert all(IMPORTANCE.index(column.title) > max(places) for column in columns if column not in shown)


@given(SUBSETS, ROOMS)
def test_the_line_is_short_only_where_the_others_have_no_pixel_to_spare(
    columns: tuple[Column, ...], room_px: int
) -> None:
    shown = fitted({column: WISHES[column] for column in columns}, room_px)
    if TREND in shown and shown[TREND] < WANTED_TREND_PX:
        least = {COLUMNS[SYMBOL]: 176, STATE: MARK_PX, LAST: 112, PERCENT: 60, TREND: LEAST_TREND_PX}
        leasts_px = sum(least.get(column, round(column.width_px * 0.85)) for column in shown)
        assert room_px - leasts_px < WANTED_TREND_PX - LEAST_TREND_PX


def test_all_columns_that_there_are_have_their_place_in_the_order() -> None:
    held = (QUANTITY, COST, VALUE, CURRENCY, DAY, TOTAL, position_columns.PERCENT)
    assert sorted(IMPORTANCE) == sorted([*(column.title for column in COLUMNS), *held])


@pytest.mark.parametrize(
    ("room_px", "shown"),
    [
        (260, "Symbol, Last, Chg %"),
        (360, "Symbol, State, Last, Chg %"),
        (480, "Symbol, State, Last, Chg, Chg %"),
        (560, "Symbol, State, Last, Chg, Chg %, Trend"),
        (698, "Symbol, State, Last, Chg, Chg %, Trend, Time"),
        (760, "Symbol, State, Last, Chg, Chg %, Size, Trend, Time"),
    ],
)
def test_the_usual_columns_come_one_by_one(room_px: int, shown: str) -> None:
    found = fitted(USUAL_WISHES, room_px)
    assert ", ".join(column.title for column in found) == shown
    if "Time" in shown:
        assert found[TREND] >= WANTED_TREND_PX


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        (("Symbol", "State", "Bid", "Ask", "Volume", "Trend"), ["Symbol", "State", "Bid", "Ask", "Trend"]),
        (("Symbol", "Chg %", "Bid", "Volume"), ["Symbol", "Chg %", "Bid", "Volume"]),
        (("Symbol", "Trend"), ["Symbol", "Trend"]),
    ],
)
def test_a_narrow_list_without_last_and_change_shows_what_matters_most(chosen: tuple[str, ...], shown: list) -> None:
    assert titles(480, *chosen) == shown


def test_what_is_kept_stays_before_what_matters_more_and_the_name_gives_way() -> None:
    wishes = {
        column: WISHES[column] for column in COLUMNS if column.title in ("Symbol", "Last", "Chg", "Chg %", "Size")
    }
    assert [column.title for column in fitted(wishes, 330)] == ["Symbol", "Last", "Chg %"]
    shown = fitted(wishes, 330, {"Size", "Bid"})
    assert [column.title for column in shown] == ["Symbol", "Last", "Chg %", "Size"]
    assert sum(shown.values()) == 330


def test_a_wide_room_has_a_longer_line_then_whole_names_then_more_for_all() -> None:
    shown = fitted(USUAL_WISHES, 1000)
    assert (shown[TREND], shown[COLUMNS[SYMBOL]]) == (220, 287)
    shown = fitted(USUAL_WISHES, 1100)
    assert (shown[TREND], shown[COLUMNS[SYMBOL]] >= 320) == (MOST_TREND_PX, True)
    shown = fitted(USUAL_WISHES, 1600)
    assert shown[TREND] == MOST_TREND_PX
    assert all(shown[column] > wish.px for column, wish in USUAL_WISHES.items() if column is not STATE)


@given(SUBSETS, ROOMS, st.integers(40, 300))
def test_a_column_that_the_user_made_wide_stays_so_as_long_as_what_matters_fits(
    columns: tuple[Column, ...], room_px: int, own_px: int
) -> None:
    own = columns[len(columns) // 2]
    if own is TREND:
        return
    shown = fitted({column: WISHES[column] for column in columns} | {own: Wish(own_px, is_own=True)}, room_px)
    if own in shown and 88 + 112 + 60 + own_px <= room_px and len(shown) > 3:
        assert shown[own] == own_px


def test_where_the_user_s_widths_leave_no_room_for_the_price_they_give_way() -> None:
    wishes = USUAL_WISHES | {COLUMNS[SYMBOL]: Wish(500, is_own=True)}
    assert fitted(wishes, 900)[COLUMNS[SYMBOL]] == 500
    shown = fitted(wishes, 480)
    assert sum(shown.values()) == 480
    assert LAST in shown


def test_a_number_that_needs_more_has_it_and_another_column_goes() -> None:
    shown = fitted(USUAL_WISHES, 760)
    needing = fitted(USUAL_WISHES | {LAST: Wish(180, 180)}, 760)
    assert needing[LAST] >= 180
    assert [column.title for column in shown if column not in needing] == ["Size"]
    assert sum(needing.values()) == 760


def test_state_has_room_for_its_words_or_for_its_mark_and_the_words_go_before_the_change() -> None:
    wishes = USUAL_WISHES | {STATE: Wish(108, 108)}
    for room_px in range(360, 2000, 7):
        shown = fitted(wishes, room_px)
        assert shown[STATE] in (MARK_PX, 108)
        assert sum(shown.values()) == room_px
        assert shown[STATE] == 108 or TREND not in shown
    assert "Chg" in [column.title for column in fitted(wishes, 480)]
    assert fitted(wishes, 440)[STATE] == 108


@pytest.mark.parametrize("room_px", [300, 900])
def test_what_was_not_chosen_does_not_come(room_px: int) -> None:
    wishes = {column: wish for column, wish in WISHES.items() if column not in (PERCENT, TREND)}
    assert set(fitted(wishes, room_px)) <= set(wishes)


def test_the_places_of_columns_are_the_list_s() -> None:
    mine = [named(title) for title in ("Symbol", "Chg %", "Last", "State")]
    assert list(fitted({column: WISHES[column] for column in mine if column}, 480)) == mine


@given(st.permutations(COLUMNS[1:]), st.integers(0, 8), st.integers(30, 2500))
def test_squeezed_all_columns_share_the_room_and_none_is_left_out_that_fits(others, count: int, room_px: int) -> None:
    wishes = {column: Wish(column.width_px) for column in (COLUMNS[SYMBOL], *others[:count])}
    shown = squeezed(wishes, room_px)
    assert list(shown) == list(wishes)[: len(shown)], "the last ones go first"
    assert sum(shown.values()) == room_px or len(shown) == 1 or sum(shown.values()) < room_px
    if len(shown) > 1:
        assert sum(shown.values()) == room_px
    assert COLUMNS[SYMBOL] in shown


def test_squeezed_a_symbol_has_room_for_a_whole_name_or_for_none() -> None:
    widths = {COLUMNS[SYMBOL]: 112, STATE: 28, LAST: 124, PERCENT: 64}
    wishes = {column: Wish(px) for column, px in widths.items()}
    assert squeezed(wishes, 328) == widths
    assert squeezed(wishes, 300) == {COLUMNS[SYMBOL]: 100, STATE: 28, LAST: 112, PERCENT: 60}
    assert list(squeezed(wishes, 280)) == [COLUMNS[SYMBOL], STATE, LAST]
    assert squeezed(wishes, 380)[COLUMNS[SYMBOL]] == 112
    assert squeezed(wishes, 450)[COLUMNS[SYMBOL]] == 234
    assert squeezed(wishes | {TREND: Wish(80)}, 450)[TREND] == 122
