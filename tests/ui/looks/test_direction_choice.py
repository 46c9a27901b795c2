"""The colours of up and down, as buttons."""

from pytestqt.qtbot import QtBot

from quotedesk.config.settings import Direction, Shade
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.direction_choice import NAMES, THREE, DirectionChoice


def choice(qtbot: QtBot, offered=tuple(Direction)) -> tuple[Appearance, DirectionChoice]:
    looks = Appearance(Shade.DARK)
    made = DirectionChoice(looks, None, offered)
    qtbot.addWidget(made)
    return looks, made


def test_all_are_offered_each_with_a_name_of_its_own(qtbot: QtBot) -> None:
    _, made = choice(qtbot)
    assert list(made.buttons) == list(Direction)
    assert len({button.text() for button in made.buttons.values()}) == len(Direction)
    assert set(NAMES) == set(Direction)
    assert list(choice(qtbot, THREE)[1].buttons) == list(THREE)


def test_one_is_chosen_wherever_it_was_chosen(qtbot: QtBot) -> None:
    looks, made = choice(qtbot)
    for one in (Direction.RED_UP, Direction.BLUE_UP):
        made.buttons[one].click()
        assert looks.direction is one
    looks.choose(direction=Direction.GREEN_UP)
    assert [one for one, button in made.buttons.items() if button.isChecked()] == [Direction.GREEN_UP]


def test_each_shows_its_own_two_colours(qtbot: QtBot) -> None:
    _, made = choice(qtbot)
    seen = set()
    for button in made.buttons.values():
        image = button.icon().pixmap(button.iconSize()).toImage()
        pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        solid = {colour.name() for colour in pixels if colour.alpha() == 255}
        assert len(solid) == 2
        seen.add(frozenset(solid))
    assert len(seen) == 3, "green and red change places, which the arrows' order shows"
