"""What can be done with the chart, by menu and by key."""

from PySide6.QtGui import QKeySequence

from quotedesk.ui.looks.actions import groups_of


def actions(desk):
    return {action.text().replace("&", ""): action for action in desk.window.chart.menu.actions() if action.text()}


def test_all_is_in_the_menu_and_in_the_list_of_keys(open_desk) -> None:
    desk = open_desk()
    view = dict(groups_of(desk.window.menuBar()))["&View"]
    told = {keys: words.replace("&", "") for keys, words in view}
    assert told["Ctrl+J"] == "Chart"
    assert told["Ctrl++, Ctrl+="] == "Chart: zoom in"
    keys = {action.shortcut().toString() for action in actions(desk).values()}
    assert "" not in keys
    assert len(keys) == len(actions(desk))


def test_no_key_of_the_chart_is_anothers(open_desk) -> None:
    desk = open_desk()
    all_keys = [keys for _, group in groups_of(desk.window.menuBar()) for keys, _ in group]
    pieces = [piece for keys in all_keys for piece in keys.split(", ")]
    assert sorted(pieces) == sorted(set(pieces))
    assert QKeySequence("Ctrl+J").toString() in pieces


def test_what_needs_a_chart_can_be_done_with_one_alone(open_desk) -> None:
    desk = open_desk()
    found = actions(desk)
    assert found["Chart"].isEnabled()
    assert not any(action.isEnabled() for name, action in found.items() if name != "Chart")
    found["Chart"].trigger()
    assert all(action.isEnabled() for action in found.values())
    found["Chart"].trigger()
    assert not found["Pause"].isEnabled()
