"""The user's URL templates: menus and the settings change them, and follow."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from quotedesk.lists.url_template import UrlTemplate


class UrlChoice(QObject):
    """One for all windows.

    Attributes:
        templates: in the order of the menu.
        values: tells what the names stand for in the current row; empty without one.
        owner_of: tells which other action has a key, in words; "" where none has.

    Signals:
        changed(): they are others now.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.templates: tuple[UrlTemplate, ...] = ()
        self.values: Callable[[], dict[str, str]] = dict
        self.owner_of: Callable[[str], str] = lambda keys: ""

    def put(self, templates: Sequence[UrlTemplate]) -> None:
        """Have these."""
        if tuple(templates) != self.templates:
            self.templates = tuple(templates)
            self.changed.emit()

    def replace(self, before: UrlTemplate | None, now: UrlTemplate | None) -> None:
        """One in the place of another; None before: a new one, None now: that one goes."""
        others = list(self.templates)
        if before is None or before not in others:
            others += [now] if now is not None else []
        else:
            at = others.index(before)
            others[at : at + 1] = [now] if now is not None else []
        self.put(others)
