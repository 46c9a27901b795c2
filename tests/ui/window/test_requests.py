"""What the user asks for, from any window."""

import pytest

from quotedesk.ui.window.requests import Requests


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_every_window_asks_by_the_same_object(open_desk) -> None:
    desk = open_desk()
    asked = []
    for name in ("retry", "window", "settings", "diagnostics", "report", "origins", "demo", "token", "quit"):
        getattr(desk.window.requests, name).connect(lambda name=name: asked.append(name))
    menus = desk.window.file_menu, desk.window.help_menu, desk.window.view_menu
    actions = {action.text().replace("&", ""): action for menu in menus for action in menu.actions()}
    for text in ("New window", "Settings\N{HORIZONTAL ELLIPSIS}", "Diagnostics", "Quit", "Feeds"):
        actions[text].trigger()
    actions["Report a problem\N{HORIZONTAL ELLIPSIS}"].trigger()
    desk.window.start_panel.demo.click()
    desk.window.start_panel.token.click()
    desk.window.banner.retry.click()
    assert asked == ["window", "settings", "diagnostics", "quit", "origins", "report", "demo", "token", "retry"]
    assert isinstance(desk.window.requests, Requests)
