"""The head of a chart is as wide as there is room, and says what its row is."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from quotedesk.ui.chart.chart_head import ChartHead
from quotedesk.ui.chart.ranges import RANGES, named
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.icons import Icons

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def head(qtbot) -> ChartHead:
    here = ChartHead(Appearance(), Icons())
    qtbot.addWidget(here)
    for words in ("&Pause", "&Export"):
        here.add_button(QAction(words, here), "pause")
    here.resize(336, 120)
    here.show()
    QApplication.processEvents()
    return here


def test_it_is_one_line_only_where_it_may_be_and_there_is_room(head: ChartHead) -> None:
    three_px = head.sizeHint().height()
    head.flatten(True)
    assert head.sizeHint().height() == three_px, "it is too narrow"
    head.resize(1000, 120)
    assert head.sizeHint().height() < three_px / 2
    head.flatten(False)
    assert head.sizeHint().height() == three_px
    assert head.minimumWidth() == 1


def test_a_range_is_chosen_by_its_button_and_shown(head: ChartHead) -> None:
    chosen = []
    head.range_chosen.connect(chosen.append)
    head.show_range(named("1D"))
    assert head.ranges.checkedId() == RANGES.index(named("1D"))
    assert chosen == [], "showing is not choosing"
    head.ranges.buttons()[0].click()
    assert chosen == [named("1m")]


def test_its_buttons_have_names_without_marks(head: ChartHead) -> None:
    assert [button.accessibleName() for button, _, _ in head.buttons] == ["Pause", "Export"]
    head.show_row(None)
    assert set(head.words().values()) == {""}
