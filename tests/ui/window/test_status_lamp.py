"""A link's lamp."""

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent, Qt
from PySide6.QtWidgets import QApplication

from quotedesk.market.states import LinkState, LinkStatus
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.window.status_lamp import StatusLamp
from tests.fakes.clock import FakeClock


def lamp_of(qtbot, clock: FakeClock) -> StatusLamp:
    lamp = StatusLamp(Appearance(), clock)
    qtbot.addWidget(lamp)
    return lamp


def test_it_is_as_wide_in_every_state(qtbot) -> None:
    lamp, widths = lamp_of(qtbot, FakeClock()), set()
    for state in LinkState:
        lamp.show_link(LinkStatus("alltick", "stock", state, reason="x"), "AllTick", is_named=True)
        widths.add(lamp.sizeHint().width())
    assert len(widths) == 1
    assert lamp.word.text() == "alltick stock Refused"
    assert lamp.accessibleName() == "alltick stock: Refused"


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_its_tooltip_is_of_the_moment_and_shows_the_server_s_words_as_they_are(qtbot) -> None:
    clock = FakeClock()
    lamp = lamp_of(qtbot, clock)
    assert lamp.tip() == ""
    lamp.show_link(
        LinkStatus("alltick", "stock", LinkState.WAITING, 990.0, "<b>cut</b>", 1009.0), "AllTick", is_named=False
    )
    clock.advance(5)
    QApplication.sendEvent(lamp, QHelpEvent(QEvent.Type.ToolTip, QPoint(), lamp.mapToGlobal(QPoint())))
    assert "in 4 s" in lamp.toolTip()
    assert "<b>cut</b>" in lamp.toolTip()
    assert not Qt.mightBeRichText(lamp.toolTip())


def test_without_its_word_it_takes_less_room(qtbot) -> None:
    lamp = lamp_of(qtbot, FakeClock())
    lamp.show_link(LinkStatus("demo", "demo", LinkState.UP), "Demo feed", is_named=False)
    wide_px = lamp.sizeHint().width()
    lamp.show_word(False)
    assert not lamp.has_word
    assert lamp.sizeHint().width() == wide_px - lamp.word_px
    assert lamp.accessibleName() == "demo: Connected"
    lamp.show_word(True)
    assert lamp.sizeHint().width() == wide_px
