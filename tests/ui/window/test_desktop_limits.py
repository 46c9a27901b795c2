"""What a desktop does not let a program do, and its own way to it."""

import pytest
from PySide6.QtGui import QGuiApplication

from quotedesk.ui.window import desktop_limits


@pytest.mark.parametrize(
    ("desktop", "way"),
    [
        ("GNOME", "Alt+Space, then Always on Top"),
        ("ubuntu:GNOME", "Alt+Space, then Always on Top"),
        ("KDE", "Alt+F3, then More Actions > Keep Above Others"),
        ("sway", "float above the tiles"),
        ("Unheard-of", "your desktop's own window menu"),
        ("", "your desktop's own window menu"),
    ],
)
def test_each_desktops_own_way_is_named(monkeypatch: pytest.MonkeyPatch, desktop: str, way: str) -> None:
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", desktop)
    assert way in desktop_limits.why_not_on_top()


@pytest.mark.parametrize(("platform", "is_one"), [("wayland", True), ("wayland-egl", True), ("xcb", False)])
def test_wayland_is_told_by_qts_platform(monkeypatch: pytest.MonkeyPatch, platform: str, is_one: bool) -> None:
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: platform)
    assert desktop_limits.is_wayland() is is_one
