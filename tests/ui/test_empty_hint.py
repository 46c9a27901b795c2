"""What an empty list says."""

from PySide6.QtWidgets import QLabel


def test_an_empty_list_says_what_to_do(open_desk) -> None:
    hint = open_desk().window._desk._hint
    assert not hint.isVisible()
    words = " ".join(label.text() for label in hint.findChildren(QLabel))
    assert "Type a symbol and press Enter" in words
