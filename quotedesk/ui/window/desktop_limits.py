"""What a desktop lets a program do to its own windows, and the desktop's own way to what it does not."""

import os

from PySide6.QtGui import QGuiApplication

# How a window is kept above others by hand, by a name in XDG_CURRENT_DESKTOP. The strip has no title bar: each way
# works without one.
_BY_HAND = {
    "gnome": "Alt+Space, then Always on Top",
    "kde": "Alt+F3, then More Actions > Keep Above Others",
    "xfce": "Alt+Space, then Always on Top",
    "sway": "Shift and your modifier key with the space bar lets it float above the tiles",
    "hyprland": "its command togglefloating, then pin",
}
_ELSEWHERE = "your desktop's own window menu has it, often under Alt+Space"


def is_wayland() -> bool:
    """Does the desktop alone decide where windows are, and which are above others?"""
    return QGuiApplication.platformName().startswith("wayland")


def on_top_by_hand() -> str:
    """What to press so that the desktop keeps a window above others."""
    for name in os.environ.get("XDG_CURRENT_DESKTOP", "").split(":"):
        if way := _BY_HAND.get(name.strip().lower()):
            return way
    return _ELSEWHERE


def why_not_on_top() -> str:
    """Why "Always on top" does nothing here, and what does."""
    return f"On Wayland only the desktop can keep a window on top: {on_top_by_hand()}."


def why_not_placed() -> str:
    """The same of a place at the edge of the screen."""
    return "on Wayland the desktop alone places windows: drag it there"
