"""How the mini strip is to be: menus change it, the strip follows, and tells where it was put."""

from typing import TypedDict, Unpack

import msgspec
from PySide6.QtCore import QObject, Signal

from quotedesk.config.window_file import MOST_OPACITY, GroupLink, StripState
from quotedesk.ui.window.docking import CORNERS

OPACITIES = (100, 85, 70, 55, 40)


class StripChanges(TypedDict, total=False):
    """Attributes of StripState."""

    is_open: bool
    shown: str
    columns: tuple[str, ...]
    widths_px: dict[str, int]
    sort: str
    has_titles: bool
    opacity: int
    place_px: tuple[int, ...]
    size_px: tuple[int, int]
    edges: tuple[str, ...]
    link: GroupLink


class StripChoice(QObject):
    """One for all windows.

    Attributes:
        state: how it is.
        is_hidden: it is open, and put away for now.

    Signals:
        changed(): it is to be another way.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = StripState()
        self.is_hidden = False

    def choose(self, state: StripState | None = None, **changes: Unpack[StripChanges]) -> None:
        """Be like `state`, or as it is but for these."""
        before = self.state
        self.note(state, **changes)
        if self.state != before:
            self.changed.emit()

    def note(self, state: StripState | None = None, **changes: Unpack[StripChanges]) -> None:
        """It is like this by now: tell nobody."""
        self.state = msgspec.structs.replace(state or self.state, **changes)

    def toggle(self) -> None:
        """Open it, or close it. One that is hidden is shown."""
        if self.state.is_open and self.is_hidden:
            self.hide(False)
        else:
            self.is_hidden = False
            self.choose(is_open=not self.state.is_open)

    def hide(self, on: bool) -> None:
        """Put it away for now, or show it again; one that is not open opens."""
        if not self.state.is_open:
            self.toggle()
        elif on != self.is_hidden:
            self.is_hidden = on
            self.changed.emit()

    def next_opacity(self) -> None:
        """The next lower one; after the lowest the highest."""
        self.choose(opacity=next((each for each in OPACITIES if each < self.state.opacity), MOST_OPACITY))

    def next_corner(self) -> None:
        """Dock it at the next corner of its screen."""
        at = CORNERS.index(self.state.edges) if self.state.edges in CORNERS else -1
        self.choose(edges=CORNERS[(at + 1) % len(CORNERS)])

    def show_column(self, title: str, on: bool) -> None:
        """Show a column, at the right of the others, or hide it."""
        others = tuple(each for each in self.state.columns if each != title)
        self.choose(columns=(*others, title) if on else others)
