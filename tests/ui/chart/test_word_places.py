"""Where words of levels stand."""

from hypothesis import given
from hypothesis import strategies as some
from PySide6.QtCore import QRectF

from quotedesk.ui.chart.word_places import WORDS_PX, WordPlaces

BOX = QRectF(0, 0, 250, 300)
LAST = QRectF(0, 99.5, 250, 1)


def test_they_stand_above_their_line_or_below_it_where_that_is_taken() -> None:
    assert WordPlaces(BOX).place(4, 90, 200).bottom() < 200
    assert WordPlaces(BOX).place(4, 90, 200, below=True).top() > 200
    assert WordPlaces(BOX, [LAST]).place(4, 90, 110).top() > 110, "above it the last price's line would go through"
    assert WordPlaces(BOX, [LAST]).place(4, 90, 95).bottom() < 95
    assert WordPlaces(BOX).place(4, 90, 10).top() > 10, "there is no room above"


def test_several_make_room_for_one_another() -> None:
    places = WordPlaces(BOX, [LAST])
    areas = [places.place(4, 90, y) for y in (100, 101, 102, 103)]
    assert not any(one.intersects(other) for at, one in enumerate(areas) for other in areas[:at])
    assert not any(area.intersects(LAST) for area in areas)
    assert places.place(160, 90, 100).bottom() < 100, "at the other side nothing is in the way"


@given(some.lists(some.tuples(some.floats(0, 160), some.floats(10, 300), some.booleans()), max_size=20))
def test_wherever_levels_are_words_stay_near_and_within(levels: list[tuple[float, float, bool]]) -> None:
    places = WordPlaces(BOX, [LAST])
    for left, y, below in levels:
        area = places.place(left, 90, y, below=below)
        assert (area.left(), area.width(), area.height()) == (left, 90, WORDS_PX)
        assert BOX.top() - 1 <= area.top()
        assert area.bottom() <= BOX.bottom()
        assert abs(area.center().y() - y) < 4 * WORDS_PX
