"""The colours of the link groups, which never go without their numbers."""

from PySide6.QtGui import QColor

from quotedesk.ui.looks.theme import Theme

NAMES = ("blue", "orange", "green", "pink", "yellow", "violet", "cyan", "brown")
# On its colour a number has a contrast of at least 5.7, and the colour on the window one of at least 5.1.
_DARK = ("#5CB8F7", "#F0A04B", "#45CB92", "#F287C5", "#E6D35A", "#B49CFF", "#4FD2DB", "#C9B39A")
_LIGHT = ("#0B5FA8", "#A84A00", "#006F45", "#A92A75", "#725C00", "#5A46DB", "#00667A", "#6B5444")


def group_colour(group: int, theme: Theme) -> QColor:
    """That of a group by its number, 1 to 8."""
    is_dark = theme.window.lightness() < 128
    return QColor((_DARK if is_dark else _LIGHT)[group - 1])
