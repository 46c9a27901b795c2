"""URL templates in the settings."""

import pytest
from pytestqt.qtbot import QtBot

from quotedesk.lists.url_template import UrlTemplate
from quotedesk.ui.dialogs.url_choice import UrlChoice
from quotedesk.ui.dialogs.url_section import UrlSection

A = UrlTemplate("A", "https://example.com/{code}", "F7")


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_it_makes_changes_and_removes_templates(qtbot: QtBot) -> None:
    choice = UrlChoice()
    section = UrlSection(choice)
    qtbot.addWidget(section)
    assert not section.edit.isEnabled()
    assert section.box.currentText() == "None yet: Add one"
    made = section.write(None)
    made.name.setText("B")
    made.url.setText("https://example.com/b/{code}")
    made.keep.click()
    choice.put([*choice.templates, A])
    assert [section.box.itemText(at) for at in range(section.box.count())] == ["B", "A  (F7)"]
    section.box.setCurrentIndex(1)
    changed = section.write(section.box.currentData())
    changed.name.setText("C")
    changed.keep.click()
    assert [each.name for each in choice.templates] == ["B", "C"]
    section.box.setCurrentIndex(0)
    section.remove.click()
    assert [each.name for each in choice.templates] == ["C"]
    section.remove.click()
    assert choice.templates == ()
    assert not section.box.isEnabled()
