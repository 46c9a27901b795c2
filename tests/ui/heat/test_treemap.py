"""Tiles fill their rectangle, each with its share of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.ui.heat.treemap import Box, tiled

AREAS = st.lists(st.floats(0.01, 1000.0), max_size=60)
SIDES = st.floats(1.0, 3000.0)


@given(AREAS, SIDES, SIDES)
def test_each_tile_has_its_share_and_all_lie_within(areas, width, height):
    within = Box(3.0, 5.0, width, height)
    boxes = tiled(sorted(areas, reverse=True), within)
    whole = width * height
    for area, box in zip(sorted(areas, reverse=True), boxes, strict=True):
        assert box.width * box.height == pytest.approx(area / sum(areas) * whole, rel=1e-6)
        assert box.left >= 3.0 - 1e-6
        assert box.top >= 5.0 - 1e-6
        assert box.left + box.width <= 3.0 + width * (1 + 1e-9) + 1e-6
        assert box.top + box.height <= 5.0 + height * (1 + 1e-9) + 1e-6


@given(st.lists(st.integers(1, 50), min_size=1, max_size=25))
def test_no_two_tiles_overlap(areas):
    boxes = tiled(sorted(areas, reverse=True), Box(0, 0, 800, 500))
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            wide = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
            high = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
            assert min(wide, high) < 1e-6


def test_equal_tiles_are_near_to_squares():
    for box in tiled([1.0] * 24, Box(0, 0, 1000, 600)):
        assert 0.5 < box.width / box.height < 2.0


def test_without_room_there_are_no_tiles_to_be_seen():
    assert all(not box.width for box in tiled([1.0, 2.0], Box(0, 0, 0, 100)))
    assert tiled([], Box(0, 0, 10, 10)) == []
