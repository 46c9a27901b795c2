"""A link's lamp."""

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent, Qt
from PySide6.QtWidgets import QApplication

from quotedesk.market.states import NO_TOKEN, LinkState, LinkStatus
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.window.status_lamp import LampText, StatusLamp
from tests.fakes.clock import FakeClock


def lamp_of(qtbot, clock: FakeClock) -> StatusLamp:
    lamp = StatusLamp(Appearance(), clock)
    qtbot.addWidget(lamp)
    return lamp


def test_it_is_as_wide_in_every_state(qtbot) -> None:
    lamp, widths = lamp_of(qtbot, FakeClock()), set()
    for state in set(LinkState) - {LinkState.OFF}:
        lamp.show_link(LinkStatus("alltick", "stock", state, reason="x"), "AllTick", is_named=True)
        widths.add(lamp.sizeHint().width())
    assert len(widths) == 1
    lamp.show_link(LinkStatus("alltick", "stock", LinkState.DENIED, reason="x"), "AllTick", is_named=True)
    assert lamp.word.text() == "AllTick stock Refused"
    assert lamp.accessibleName() == "AllTick stock: Refused"


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


def test_with_less_text_it_takes_less_room_and_is_called_the_same(qtbot) -> None:
    lamp = lamp_of(qtbot, FakeClock())
    lamp.show_link(LinkStatus("alltick", "stock", LinkState.UP), "AllTick", is_named=True)
    mark_px = lamp.sizeHint().width() - lamp.text_px(LampText.ALL)
    for shown, said in (
        (LampText.NAME, "AllTick stock"),
        (LampText.NOTHING, ""),
        (LampText.ALL, "AllTick stock Connected"),
    ):
        lamp.show_text(shown)
        assert lamp.sizeHint().width() == mark_px + lamp.text_px(shown)
        assert (lamp.word.text() if lamp.word.isVisibleTo(lamp) else "") == said
        assert lamp.accessibleName() == "AllTick stock: Connected"


def test_the_only_one_has_no_name_and_so_no_text_without_its_word(qtbot) -> None:
    lamp = lamp_of(qtbot, FakeClock())
    lamp.show_link(LinkStatus("demo", "demo", LinkState.UP), "Demo feed", is_named=False)
    assert lamp.word.text() == "Connected"
    lamp.show_text(LampText.NAME)
    assert not lamp.word.isVisibleTo(lamp)
    assert lamp.text_px(LampText.NAME) == 0


def test_a_link_without_prices_and_one_without_a_token_are_as_wide_as_all_others(qtbot) -> None:
    lamp = lamp_of(qtbot, FakeClock())
    lamp.show_link(LinkStatus("alltick", "stock", LinkState.UP), "AllTick", is_named=True)
    width = lamp.sizeHint().width()
    lamp.show_link(LinkStatus("alltick", "stock", LinkState.UP, silent_since_s=9.0), "AllTick", is_named=True)
    assert (lamp.word.text(), lamp.sizeHint().width()) == ("AllTick stock No prices", width)
    lamp.show_link(LinkStatus("alltick", "stock", LinkState.DENIED, reason=NO_TOKEN), "AllTick", is_named=True)
    assert (lamp.word.text(), lamp.sizeHint().width()) == ("AllTick stock No token", width)
