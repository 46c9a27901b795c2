"""Tooltips show text as it is."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtGui import QTextDocumentFragment

from quotedesk.ui.looks.tips import as_shown


def test_what_looks_like_markup_is_shown_as_it_was_written() -> None:
    hostile = '<b>x</b> & <img src="file:///etc/passwd">'
    shown = as_shown(hostile)
    assert QTextDocumentFragment.fromHtml(shown).toPlainText() == hostile


@given(st.text(max_size=40))
def test_no_text_reaches_qt_as_its_own_markup(text: str) -> None:
    shown = as_shown(text)
    assert shown == text or "<b>" not in shown
    if shown == text:
        assert not GuiQt.mightBeRichText(shown)
