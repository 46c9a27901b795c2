"""The look changes while the desk is open, all of it and at once."""

from typing import ClassVar

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy

from quotedesk.config.settings import Direction, Shade, Spacing
from quotedesk.ui.looks.appearance import Appearance, usual_direction
from quotedesk.ui.looks.theme import DARK, DENSITIES, LIGHT
from tests.ui.table.test_view import CHG, LAST, cell, colours


def test_a_choice_is_told_once_and_an_old_one_not_at_all(qtbot) -> None:
    looks = Appearance()
    spy = QSignalSpy(looks.changed)
    looks.choose(shade=Shade.LIGHT, spacing=Spacing.COMPACT)
    looks.choose(shade=Shade.LIGHT)
    assert spy.count() == 1
    assert (looks.theme.table, looks.density) == (LIGHT.table, DENSITIES[Spacing.COMPACT])
    assert looks.direction is Direction.GREEN_UP


def test_the_system_decides_only_while_it_may(qtbot, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hints:
        scheme = Qt.ColorScheme.Unknown

        def colorScheme(self) -> Qt.ColorScheme:
            return self.scheme

        class colorSchemeChanged:  # noqa: N801
            told: ClassVar[list] = []

            @classmethod
            def connect(cls, slot) -> None:
                cls.told.append(slot)

    hints = Hints()
    monkeypatch.setattr(QGuiApplication, "styleHints", lambda self=None: hints)
    looks = Appearance()
    [told] = Hints.colorSchemeChanged.told
    assert looks.theme == DARK, "a system that does not tell gets the desk's own dark"
    spy = QSignalSpy(looks.changed)
    hints.scheme = Qt.ColorScheme.Light
    told()
    assert looks.theme == LIGHT
    assert spy.count() == 1
    looks.choose(shade=Shade.DARK)
    hints.scheme = Qt.ColorScheme.Light
    told()
    assert looks.theme == DARK
    assert spy.count() == 2


@pytest.mark.parametrize("shade", [Shade.LIGHT, Shade.DARK])
def test_every_part_of_an_open_desk_takes_the_theme(open_desk, shade: Shade) -> None:
    desk = open_desk()
    desk.window.appearance.choose(shade=Shade.LIGHT if shade is Shade.DARK else Shade.DARK)
    desk.settle()
    desk.window.appearance.choose(shade=shade)
    desk.settle()
    theme, other = (LIGHT, DARK) if shade is Shade.LIGHT else (DARK, LIGHT)
    shown = colours(desk.window.grab().toImage(), desk.window.rect())
    for name in ("window", "table", "line", "t3", "accent"):
        assert theme.colour(name).name().upper() in shown, name
        if name != "line":  # smoothed letters may have any grey
            assert other.colour(name).name().upper() not in shown or name.startswith("t"), name


def test_colours_of_direction_flip_in_rows_that_do_not_tick(open_desk) -> None:
    desk = open_desk()
    desk.tick("A.US", 10.0)
    desk.tick("A.US", 11.0)
    desk.clock.advance(1)
    desk.settle()
    assert DARK.up.name().upper() in colours(desk.image(), cell(desk, 0, CHG))
    desk.window.appearance.choose(direction=Direction.RED_UP)
    desk.settle()
    assert DARK.down.name().upper() in colours(desk.image(), cell(desk, 0, CHG))
    assert DARK.up.name().upper() not in colours(desk.image(), cell(desk, 0, CHG))


def test_rows_change_their_height_and_the_first_one_in_sight_stays(open_desk) -> None:
    desk = open_desk(*(f"S{number}.US" for number in range(100)))
    bar = desk.table.verticalScrollBar()
    bar.setValue(30 * 28)
    for spacing, row_px in ((Spacing.COMFORTABLE, 40), (Spacing.COMPACT, 22), (Spacing.NORMAL, 28)):
        desk.window.appearance.choose(spacing=spacing)
        desk.settle()
        assert cell(desk, 31, LAST).height() == row_px
        assert desk.table.rowAt(1) == 30
        assert desk.add_line.height() == row_px


def test_without_motion_a_tick_turns_the_arrow_and_does_not_flash(open_desk) -> None:
    desk = open_desk()
    desk.window.appearance.choose(motion=False)
    desk.tick("A.US", 10.0)
    desk.settle()
    desk.clock.advance(1)
    desk.tick("A.US", 11.0)
    desk.settle()
    box = cell(desk, 0, LAST)
    assert DARK.up.name().upper() in colours(desk.image(), box)
    assert desk.image().pixel(box.topLeft() + type(box.topLeft())(8, 8)) == DARK.table.rgb()
    assert desk.table.next_flash_s() is None


@pytest.mark.parametrize(
    ("country", "usual"),
    [
        (QLocale.Country.China, Direction.RED_UP),
        (QLocale.Country.Japan, Direction.RED_UP),
        (QLocale.Country.SouthKorea, Direction.RED_UP_BLUE_DOWN),
        (QLocale.Country.HongKong, Direction.GREEN_UP),
        (QLocale.Country.Germany, Direction.GREEN_UP),
        (QLocale.Country.AnyTerritory, Direction.GREEN_UP),
    ],
)
def test_the_first_start_takes_the_colours_of_the_country(country: QLocale.Country, usual: Direction) -> None:
    assert usual_direction(country) is usual
