"""The menu shows how the heat map is, and offers an area only while there are tiles."""

from tests.ui.conftest import Desk


def test_areas_can_be_chosen_only_while_tiles_are_shown(qtbot):
    desk = Desk(("AAPL.US",), qtbot).show()
    menu = desk.window._heat_menu
    by_name = {action.text(): action for action in menu.actions()}
    assert not by_name["All tiles a&like"].isEnabled()
    menu.open.trigger()
    assert by_name["All tiles a&like"].isEnabled()
    by_name["All tiles a&like"].trigger()
    assert menu.state() == "equal"
    menu.open.trigger()
    assert menu.state() == ""
