"""How a window is, kept and restored; the rest of it is tested in tests/app/test_remembered.py."""

from PySide6.QtCore import Qt

from quotedesk.config.window_file import WindowState
from quotedesk.ui.table.columns import sorting
from quotedesk.ui.window import desktop_limits


def test_always_on_top_is_a_choice_that_comes_back(open_desk) -> None:
    desk = open_desk()
    top = Qt.WindowType.WindowStaysOnTopHint
    action = desk.window._shape.on_top
    assert not desk.window.windowFlags() & top
    action.trigger()
    assert desk.window.windowFlags() & top
    assert desk.window.isVisible()
    assert desk.window.state().on_top
    action.trigger()
    assert not desk.window.windowFlags() & top
    desk.window.restore(WindowState(on_top=True))
    assert desk.window.windowFlags() & top
    assert action.isChecked()


def test_a_list_that_is_gone_or_closed_is_not_shown_again(open_desk) -> None:
    desk = open_desk()
    other = desk.window.list_menu.add("Metals", [])
    desk.window.list_menu.close_list()
    for name in ("Metals", "Gone", ""):
        desk.window.restore(WindowState(shown=name, sorts={"Gone": "Last", "Watchlist": "Nothing:desc"}))
        assert desk.window.watchlist.name == "Watchlist"
        assert desk.table.model().sorted_by is None
    desk.window.restore(WindowState(shown="Watchlist", sorts={"Metals": "Last:desc"}))
    desk.window.list_menu.show_list(other)
    assert desk.table.model().sorted_by == sorting("Last:desc")


def test_columns_that_a_version_before_had_put_in_another_order_are_those_of_all_lists(open_desk) -> None:
    desk = open_desk()
    names = ("Symbol", "Time", "Last")
    desk.window.restore(WindowState(columns=names))
    assert desk.table.header.order() == ("Symbol", "Time", "Last", "State", "Chg", "Chg %", "Size", "Trend")
    assert not desk.undo.stack.canUndo()
    assert desk.window.state().columns == ()


def test_the_usual_order_of_a_version_before_gives_way_to_the_usual_columns(open_desk) -> None:
    desk = open_desk()
    order = desk.table.header.order()
    desk.window.restore(WindowState(columns=("Symbol", "State", "Last", "Chg", "Chg %", "Size", "Trend", "Time")))
    assert desk.table.header.order() == order


def test_on_wayland_always_on_top_says_how_the_desktop_does_it_and_forgets_no_choice(open_desk, monkeypatch) -> None:
    monkeypatch.setattr(desktop_limits, "is_wayland", lambda: True)
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "ubuntu:GNOME")
    desk = open_desk()
    desk.window.restore(WindowState(on_top=True))
    action = desk.window._shape.on_top
    assert not action.isCheckable()
    action.trigger()
    assert desk.messages == ["On Wayland only the desktop can keep a window on top: Alt+Space, then Always on Top."]
    assert not desk.window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert desk.window.state().on_top, "for the next start on X11"
