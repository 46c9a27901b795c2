"""The Replay menu: the same as the bar, with keys, and only where a recording is shown."""

from quotedesk.ui.looks.actions import keys_of
from quotedesk.ui.window.replay_menu import ReplayMenu
from quotedesk.ui.window.replay_view import SPEEDS, ReplayView
from quotedesk.ui.window.requests import Requests


def test_only_a_recording_has_it(open_desk) -> None:
    desk = open_desk()
    assert "Replay" not in [action.text().replace("&", "") for action in desk.window.menuBar().actions()]
    desk.window.show_replay(ReplayView("a", 0.0, 10.0, 5.0))
    assert "Replay" in [action.text().replace("&", "") for action in desk.window.menuBar().actions()]


def test_speeds_go_up_and_down_and_no_further(qtbot) -> None:
    requests = Requests()
    menu = ReplayMenu(requests, None)  # type: ignore[arg-type]
    qtbot.addWidget(menu)
    asked: list[float] = []
    requests.replay_sped.connect(asked.append)
    keys = {action.text().replace("&", ""): action for action in menu.speeds.actions()}
    for speed, key in ((1.0, "Faster"), (1.0, "Slower"), (SPEEDS[-1], "Faster"), (20.0, "Slower")):
        menu.show_replay(ReplayView("a", 0.0, 10.0, 5.0, speed))
        keys[key].trigger()
    assert asked == [2.0, 1.0, SPEEDS[-1], 10.0]


def test_back_never_goes_before_the_beginning(qtbot) -> None:
    requests = Requests()
    menu = ReplayMenu(requests, None)  # type: ignore[arg-type]
    qtbot.addWidget(menu)
    asked: list[float] = []
    requests.replay_sought.connect(asked.append)
    menu.show_replay(ReplayView("a", 100.0, 200.0, 104.0))
    for action in menu.actions():
        if "Back" in action.text() or "beginning" in action.text().replace("&", ""):
            action.trigger()
    assert asked == [100.0, 100.0]
    assert len(keys_of(menu)) == 7
