"""The menu of the mini strip."""

import pytest

from quotedesk.market.instrument import Instrument
from quotedesk.ui.window import desktop_limits
from quotedesk.ui.window.command_palette import commands_of


def commands(desk) -> dict:
    return {each.words: each for each in commands_of(desk.window.menuBar()) if "Mini strip" in each.where}


def test_all_of_it_is_in_the_palette_with_its_keys_and_reasons(open_desk) -> None:
    desk = open_desk("A.US")
    choice = desk.window.requests.strip
    found = commands(desk)
    assert found["Mini strip: next opacity"].why_not == "the mini strip is not open: Ctrl+M"
    keys = {each.words: each.keys for each in found.values() if each.keys}
    assert keys == {
        "Mini strip": "Ctrl+M",
        "Hide or show the mini strip": "F10",
        "Mini strip: next opacity": "Ctrl+Alt+B",
        "Mini strip: dock at the next corner": "Ctrl+Alt+K",
    }
    found["Mini strip"].action.trigger()
    assert choice.state.is_open
    found = commands(desk)
    for words in ("column Bid", "column Last", "70 % opaque", "dock at the top left", "column titles"):
        found[f"Mini strip: {words}"].action.trigger()
    assert choice.state.columns == ("Chg %", "Bid")
    assert (choice.state.opacity, choice.state.edges, choice.state.has_titles) == (70, ("left", "top"), True)
    assert found["Mini strip: column State"].why_not == "a price without these could mislead"
    assert found["Mini strip: column Bid"].action.isChecked()
    assert not found["Mini strip: column Last"].action.isChecked()


def test_it_offers_the_lists_that_are_open(open_desk) -> None:
    desk = open_desk("A.US")
    desk.window.requests.strip.choose(is_open=True)
    desk.window.list_menu.add("P&L", [Instrument("demo", "GOLD")])
    commands(desk)["Mini strip: list P&L"].action.trigger()
    assert desk.window.requests.strip.state.shown == "P&L"
    desk.window.list_menu.delete()
    found = commands(desk)
    assert "Mini strip: list P&L" not in found
    assert found["Mini strip: list Watchlist"].action.isChecked()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_on_wayland_it_says_what_the_desktop_keeps_for_itself(open_desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop_limits, "is_wayland", lambda: True)
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "KDE")
    desk, told = open_desk("A.US"), []
    desk.window.requests.told.connect(told.append)
    desk.window.requests.strip.choose(is_open=True)
    found = commands(desk)
    assert "drag it there" in found["Mini strip: dock at the next corner"].why_not
    assert "see-through on Wayland" in found["Mini strip: 70 % opaque"].why_not
    found["Mini strip: keep it on top"].action.trigger()
    assert "Alt+F3, then More Actions > Keep Above Others" in told[0]
