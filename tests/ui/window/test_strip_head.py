"""What the head of the mini strip says is wrong."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from quotedesk.market.states import LinkState, LinkStatus, RowState
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.icons import Icons
from quotedesk.ui.window.link_groups import LinkGroups, LinkPart
from quotedesk.ui.window.link_mark import LinkMark, LinkMenu
from quotedesk.ui.window.strip_head import StripHead
from tests.fakes.clock import FakeClock

UP = LinkStatus("demo", "demo", LinkState.UP, 0.0)
LOST = LinkStatus("demo", "demo", LinkState.WAITING, 0.0, "no network")


@pytest.fixture
def head(qtbot: QtBot) -> Iterator[StripHead]:
    home, looks = QWidget(), Appearance()
    qtbot.addWidget(home)
    part = LinkPart(LinkGroups(home), "strip", home)
    mark = LinkMark(part, LinkMenu(part, looks, "Link", home), looks, Icons(), "", None)
    head = StripHead(looks, Icons(), FakeClock(), mark, home)
    head.show_list("Metals")
    head.fit(300)
    yield head
    home.deleteLater()


@pytest.mark.parametrize(
    ("links", "counts", "words"),
    [
        ((UP,), {RowState.LIVE: 3, RowState.QUIET: 1, RowState.CLOSED: 2}, ""),
        ((LOST,), {RowState.OFFLINE: 3}, "Offline"),
        ((UP,), {RowState.LIVE: 1, RowState.PARKED: 4}, "4 parked"),
        ((UP,), {RowState.STALE: 1, RowState.PARKED: 4}, "1 stale"),
        ((), {RowState.OFFLINE: 2}, "2 offline"),
    ],
)
def test_the_worst_stands_beside_the_name(head: StripHead, links, counts, words: str) -> None:
    head.show_trouble(links, counts)
    assert head.words() == ("Metals", words)


def test_a_lost_link_says_why_and_a_narrow_strip_shows_its_mark_alone(head: StripHead) -> None:
    head.show_trouble((LOST,), {})
    assert "no network" in head.tip()
    assert not head._words.isHidden()
    head.fit(180)
    assert head._words.isHidden()
    assert not head._glyph.isHidden()
    head.show_trouble((UP,), {})
    assert head.tip() == ""
    assert head._glyph.isHidden()
