"""How much of the plan is used."""

import pytest


def words(desk) -> str:
    return desk.window.status_bar.words()


def test_nothing_is_said_of_a_plan_that_nobody_knows(open_desk) -> None:
    desk = open_desk()
    desk.show_plan(4, None, 0)
    assert "slots" not in words(desk)
    assert not desk.window.status_bar.plan.isVisible()


@pytest.mark.parametrize(
    ("slots", "parked", "said"),
    [
        (16, (), "4 of 16 slots"),
        (3, ("D.US",), "3 of 3 slots, 1 parked"),
        (0, ["A.US", "B.US", "C.US", "D.US"], "0 of 0"),
    ],
)
def test_slots_in_use_and_rows_without_one_are_counted(open_desk, slots: int, parked: tuple[str], said: str) -> None:
    desk = open_desk()
    desk.show_plan(4 - len(parked), slots, len(parked))
    assert said in words(desk)
    assert desk.window.status_bar.plan.isVisible()
    desk.show_plan(4, None, 0)
    assert "slots" not in words(desk)


def test_the_bar_is_as_full_as_the_plan(open_desk) -> None:
    desk = open_desk()
    desk.show_plan(4, 8, 0)
    bar = desk.window.status_bar.plan._bar
    theme = desk.window.appearance.theme
    image = bar.grab().toImage()
    middle = image.height() // 2
    colours = [image.pixelColor(x * image.width() // 8, middle).name() for x in (1, 3, 5, 7)]
    assert colours == [theme.t2.name()] * 2 + [theme.edge.name()] * 2
