"""Where a window without a frame may be."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, QSize

from quotedesk.ui.window.docking import CORNERS, SNAP_PX, placed, resized, sides_at, snapped

ROOM = QRect(0, 24, 1280, 736)  # with bars above and below
px = st.integers(-3000, 3000)
boxes = st.builds(QRect, px, px, st.integers(1, 2000), st.integers(1, 2000))
rooms = st.builds(QRect, px, px, st.integers(400, 3000), st.integers(400, 2000))
edges = st.sampled_from([(), ("left",), ("bottom",), *CORNERS])
LEAST = QSize(150, 50)


@given(boxes, rooms, edges)
def test_it_is_never_off_the_screen_nor_under_a_bar(box: QRect, room: QRect, edges: tuple[str, ...]) -> None:
    result = placed(box, room, edges)
    assert room.contains(result)
    assert placed(result, room, edges) == result, "who is there stays there"
    for edge in edges:
        assert getattr(result, edge)() == getattr(room, edge)()
    near, at = snapped(box, room)
    assert room.contains(near)
    assert placed(near, room, at) == near


@given(st.builds(QRect, px, px, st.integers(150, 2000), st.integers(50, 2000)), rooms, px, px)
def test_pulled_sides_stay_in_the_room_and_the_others_where_they_are(box: QRect, room: QRect, x: int, y: int) -> None:
    box = placed(box, room)
    result = resized(box, frozenset({"left", "bottom"}), QPoint(x, y), room, LEAST)
    assert room.contains(result)
    assert (result.right(), result.top()) == (box.right(), box.top())
    assert result.width() >= LEAST.width()
    assert result.height() >= LEAST.height()


def test_near_an_edge_it_snaps_and_farther_it_does_not() -> None:
    far = QRect(SNAP_PX + 1, 300, 200, 100)
    assert snapped(far, ROOM) == (far, ())
    near = far.translated(-1, 0)
    assert snapped(near, ROOM) == (QRect(0, 300, 200, 100), ("left",))
    corner = QRect(1280 - 200 - 9, 24 + 9, 200, 100)
    assert snapped(corner, ROOM) == (QRect(1080, 24, 200, 100), ("right", "top"))


def test_the_border_pulls_and_its_corners_pull_two_sides() -> None:
    size = QSize(300, 200)
    assert sides_at(QPoint(2, 100), size, 5) == {"left"}
    assert sides_at(QPoint(298, 199), size, 5) == {"right", "bottom"}
    assert sides_at(QPoint(150, 100), size, 5) == frozenset()
