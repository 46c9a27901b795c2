"""What else the commands are called."""

import pytest

from quotedesk.ui.window.command_palette import commands_of
from quotedesk.ui.window.command_words import OTHER_WORDS, other_words


def test_words_of_a_command_and_of_its_menu_find_it() -> None:
    assert {"dark", "mode"} <= set(other_words("Light View > Theme").split())
    assert "delete" in other_words("Remove Edit").split()
    assert other_words("Xyzzy") == ""


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_each_entry_is_of_a_command_that_there_is(open_desk) -> None:
    desk = open_desk("A.US")
    said = [f"{each.words} {each.where}".casefold() for each in commands_of(desk.window.menuBar())]
    assert [entry for entry in OTHER_WORDS if not any(entry in each for each in said)] == []
