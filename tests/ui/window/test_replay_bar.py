"""The bar of a recording: it marks, tells and asks."""

import pytest
from PySide6.QtCore import QPoint, Qt

from quotedesk.ui.table.numbers import time_of_day
from quotedesk.ui.window.replay_bar import STEPS, ReplayBar
from quotedesk.ui.window.replay_view import ReplayView

VIEW = ReplayView("day.qdrec", 1_000_000.0, 1_001_000.0, 1_000_250.0, 2.0)


@pytest.fixture
def bar(open_desk) -> ReplayBar:
    desk = open_desk()
    desk.window.show_replay(VIEW)
    desk.window.resize(1000, 500)
    bar = desk.window.replay_bar
    bar.desk = desk
    return bar


def heard(signal) -> list:
    got: list = []
    signal.connect(lambda *said: got.append(said[0] if said else None))
    return got


def test_it_says_that_it_is_a_recording_and_where_it_is(bar) -> None:
    assert bar.words() == ("REPLAY", time_of_day(1_000_250.0), "day.qdrec")
    assert bar.position.value() == STEPS // 4
    assert (bar.play.text(), bar.speed.text()) == ("Pause", "2×")
    assert bar.speed.accessibleName() == "Speed, 2 times"
    assert bar.isVisible()


def test_a_click_or_a_drag_is_where_it_is_to_go(bar) -> None:
    asked = heard(bar.desk.window.requests.replay_sought)
    slider, qtbot = bar.position, bar.desk.qtbot
    middle = slider.rect().center()
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=middle)
    assert asked[-1] == pytest.approx(1_000_500.0, abs=5)
    qtbot.mouseMove(slider, QPoint(slider.width(), middle.y()))
    bar.show_replay(VIEW)
    assert slider.value() != STEPS // 4, "under the hand it does not run away"
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=middle)
    bar.show_replay(VIEW)
    assert slider.value() == STEPS // 4


def test_showing_a_place_asks_for_none(bar) -> None:
    asked = heard(bar.desk.window.requests.replay_sought)
    bar.show_replay(ReplayView("day.qdrec", 1_000_000.0, 1_001_000.0, 1_001_000.0, 1.0, False, True))
    assert asked == []
    assert bar.play.text() == "Play"
    assert not bar.step.isEnabled()
    bar.show_replay(ReplayView("one frame", 5.0, 5.0, 5.0))


def test_its_buttons_ask(bar) -> None:
    requests = bar.desk.window.requests
    played, stepped, searched = map(heard, (requests.replay_played, requests.replay_stepped, requests.replay_searched))
    bar.play.click()
    bar.step.click()
    bar.alert.click()
    assert (played, stepped, searched) == ([False], [None], [None])


def test_a_narrow_window_keeps_what_moves_it(bar) -> None:
    bar.desk.window.resize(420, 400)
    assert bar.play.isVisible()
    assert bar.position.isVisible()
    assert not bar.alert.isVisible()
