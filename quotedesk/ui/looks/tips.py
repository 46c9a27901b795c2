"""Tooltips that show text as it is, whatever it looks like."""

from PySide6.QtGui import Qt  # these two functions are QtGui's, under the name of QtCore's namespace


def as_shown(text: str) -> str:
    """What to give Qt so that a tooltip shows just `text`: Qt guesses, and reads `<b>x</b>` as rich text."""
    return Qt.convertFromPlainText(text) if Qt.mightBeRichText(text) else text
