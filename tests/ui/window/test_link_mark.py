"""The mark of a link group, its menu and its keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from quotedesk.config.window_file import GroupLink
from quotedesk.market.instrument import Instrument
from quotedesk.ui.looks.group_colours import group_colour
from quotedesk.ui.window.command_palette import commands_of
from quotedesk.ui.window.link_mark import LinkMark

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def marks(desk) -> list[LinkMark]:
    return desk.window.findChildren(LinkMark)


def test_a_key_opens_the_menu_and_a_digit_chooses_the_group(open_desk) -> None:
    desk = open_desk("A.US", "B.US").show()
    QTest.keyClick(desk.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClick(popup, Qt.Key.Key_3)
    assert desk.window.link.part.link == GroupLink(3)
    (mark,) = [each for each in marks(desk) if each.isVisible()]
    assert mark.words() == "Link group 3 (green): the list sends and follows"
    colours = {mark.grab().toImage().pixelColor(x, 12).name() for x in range(mark.width())}
    assert group_colour(3, desk.window.appearance.theme).name() in colours
    desk.window.link.part.note(Instrument("demo", "X.US"))
    assert mark.accessibleName().endswith("X.US is not shown in this list")
    middle = mark.grab().toImage().pixelColor(mark.width() // 2 - 6, 12)
    assert middle != QColor(group_colour(3, desk.window.appearance.theme)), "hollow"


def test_in_a_narrow_window_the_mark_is_there_while_it_says_something(open_desk) -> None:
    desk = open_desk("A.US").show()
    mark = next(each for each in marks(desk) if each.isVisible())
    desk.window.resize(380, 400)
    desk.qtbot.waitUntil(lambda: not mark.isVisible())
    desk.window.link.part.choose(GroupLink(2))
    assert mark.isVisible()
    desk.window.link.part.choose(GroupLink())
    assert not mark.isVisible()


def test_every_group_and_way_of_list_and_chart_is_in_the_palette(open_desk) -> None:
    desk = open_desk("A.US")
    found = {each.words: each for each in commands_of(desk.window.menuBar())}
    for part in ("list", "chart"):
        assert f"No link group for the {part}" in found
        assert found[f"Link group of the {part}: follows"].why_not == "choose a link group first"
        for group in range(1, 9):
            found[f"Link group {group} for the {part}"].action.trigger()
    assert (desk.window.link.part.link.group, desk.window.chart.link.link.group) == (8, 8)
    found["Link group of the chart: sends"].action.trigger()
    assert desk.window.chart.link.link == GroupLink(8, sends=True, follows=False)
    assert (found["Link group of the list"].keys, found["Link group of the chart"].keys) == (
        "Ctrl+Alt+N",
        "Ctrl+Alt+Shift+N",
    )


def test_a_chart_shows_what_its_group_shows_whether_the_list_has_it_or_not(open_desk) -> None:
    desk = open_desk("A.US", "B.US", "NVDA.US")
    desk.show()
    chart, groups = desk.window.chart, desk.window.requests.groups
    chart.open(True)
    desk.select(0)
    gold = Instrument("demo", "GOLD")
    strip = desk.window.link.part  # any other part of the group
    strip.choose(GroupLink(1, follows=False))
    chart.link.choose(GroupLink(1, sends=False))
    strip.send(gold)
    assert chart.dock is not None
    assert chart.dock.instrument == gold
    desk.select(1)
    assert chart.dock.instrument == Instrument("demo", "B.US"), "the list sends its row, and the chart follows it"
    strip.choose(GroupLink())
    desk.select(2)
    assert chart.dock.instrument == Instrument("demo", "B.US"), "it only follows the group"
    groups.keep_only([])
    assert chart.dock.instrument == Instrument("demo", "NVDA.US"), "what is in no list leaves the chart"
    chart.link.choose(GroupLink())
    desk.select(0)
    assert chart.dock.instrument == Instrument("demo", "A.US"), "as without groups"
