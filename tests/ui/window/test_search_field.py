"""The field at the top that opens the search."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from quotedesk.config.settings import Shade
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.icons import Icons
from quotedesk.ui.looks.theme import LIGHT
from quotedesk.ui.window.search_field import WIDTH_PX, SearchField


def test_it_looks_like_a_field_in_both_themes_and_space_is_a_click(qtbot: QtBot) -> None:
    appearance = Appearance(Shade.DARK)
    field = SearchField(appearance, Icons(), None)  # type: ignore[arg-type]
    qtbot.addWidget(field)
    assert field.width() == WIDTH_PX
    assert "find" in field.accessibleName()
    dark = field.grab().toImage()
    appearance.choose(shade=Shade.LIGHT)
    light = field.grab().toImage()
    assert dark != light
    assert light.pixel(WIDTH_PX // 2 + 30, 5) == LIGHT.raised.rgb()
    with qtbot.waitSignal(field.clicked):
        QTest.keyClick(field, Qt.Key.Key_Space)
