"""A button of two lines."""

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.style import dress
from quotedesk.ui.window.choice_card import ChoiceCard

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_a_card_paints_both_lines_and_says_both_to_a_screen_reader(qtbot: QtBot) -> None:
    appearance = Appearance()
    parent = QWidget()
    qtbot.addWidget(parent)
    layout = QVBoxLayout(parent)
    cards = [ChoiceCard(appearance, *words) for words in (("&Real", "Live"), ("&Real", "Made up"), ("De&mo", "Live"))]
    for card in cards:
        layout.addWidget(card)
    dress(parent, appearance.theme)
    parent.resize(200, 200)
    parent.show()
    pictures = [card.grab().toImage() for card in cards]
    assert pictures[0] != pictures[1], "the second line is to be seen"
    assert pictures[0] != pictures[2], "and the first"
    assert cards[0].accessibleDescription() == "Live"
    cards[0].click()
    assert cards[0].isChecked()
    assert cards[0].grab().toImage() != pictures[0]
