"""Writing a URL template."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from quotedesk.lists.url_template import UrlTemplate
from quotedesk.ui.dialogs.url_choice import UrlChoice
from quotedesk.ui.dialogs.url_template_dialog import UrlTemplateDialog

KEPT = UrlTemplate("Charts", "https://example.com/{ticker}", "Ctrl+Alt+1", is_agreed=True)
VALUES = {
    "code": "AAPL.US",
    "feed": "demo",
    "base": "",
    "quote": "",
    "exchange": "NASDAQ",
    "ticker": "AAPL",
}


@pytest.fixture
def home(qtbot: QtBot) -> Iterator[QWidget]:
    home = QWidget()
    qtbot.addWidget(home)
    yield home
    home.close()


def choice_of(*templates: UrlTemplate) -> UrlChoice:
    choice = UrlChoice()
    choice.put(templates)
    choice.values = lambda: dict(VALUES)
    choice.owner_of = lambda keys: "Undo" if keys == "Ctrl+Z" else ""
    return choice


def test_it_is_told_what_is_wrong_and_else_what_comes_out(home: QWidget) -> None:
    choice = choice_of(KEPT)
    dialog = UrlTemplateDialog(choice, None, home)
    assert not dialog.keep.isEnabled()
    for name, url, keys, told in (
        ("News", "https://example.com/{tick}", "", "There is no {tick}"),
        ("", "https://example.com/{ticker}", "", "Give it a name"),
        ("charts", "https://example.com/{ticker}", "", "There is a template charts already"),
        ("News", "https://example.com/{ticker}", "A", "A is for typing and moving"),
        ("News", "https://example.com/{ticker}", "Shift+Up", "is for typing and moving"),
        ("News", "https://example.com/{ticker}", "Ctrl+Z", "Ctrl+Z is the key of “Undo”"),
        ("News", "https://example.com/{ticker}", "Ctrl+Alt+1", "Ctrl+Alt+1 is the key of “Charts”"),
    ):
        dialog.name.setText(name)
        dialog.url.setText(url)
        dialog.keys.setKeySequence(QKeySequence(keys))
        assert told in dialog.told.text()
        assert not dialog.keep.isEnabled()
    dialog.keys.setKeySequence(QKeySequence("Shift+F9"))
    dialog.url.setText("https://example.com/{exchange}/{base}")
    assert dialog.told.text() == "“News” wants {base}, which is not known of AAPL.US."
    dialog.url.setText(" https://example.com/{exchange}/{ticker}?f={feed} ")
    assert dialog.told.text() == "https://example.com/NASDAQ/AAPL?f=demo"
    dialog.keep.click()
    made = UrlTemplate("News", "https://example.com/{exchange}/{ticker}?f={feed}", "Shift+F9")
    assert choice.templates == (KEPT, made)


def test_another_address_is_to_be_shown_once_more(home: QWidget) -> None:
    choice = choice_of(KEPT)
    dialog = UrlTemplateDialog(choice, KEPT, home)
    assert dialog.template() == KEPT
    dialog.name.setText("Graphs")
    assert dialog.template().is_agreed
    dialog.url.setText("https://other.example.com/{ticker}")
    dialog.keep.click()
    (template,) = choice.templates
    assert (template.name, template.is_agreed) == ("Graphs", False)


def test_without_a_row_it_says_what_is_missing(home: QWidget) -> None:
    dialog = UrlTemplateDialog(UrlChoice(), KEPT, home)
    assert dialog.told.text() == "Choose a row to see its address here."
    assert dialog.keep.isEnabled()
