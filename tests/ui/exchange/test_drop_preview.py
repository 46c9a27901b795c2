"""What is told during a drag."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from quotedesk.lists.parsed_list import Fate, ParsedList, ReportLine
from quotedesk.lists.section import new_section
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import Instrument
from quotedesk.ui.exchange.drop_preview import WIDEST_PX, DropPreview
from quotedesk.ui.looks.appearance import Appearance


@pytest.fixture
def parent(qtbot) -> QWidget:
    widget = QWidget()
    widget.resize(800, 400)
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def preview(parent: QWidget) -> DropPreview:
    return DropPreview(Appearance(), parent)


def test_symbols_of_another_feed_than_the_list_s_say_it(preview: DropPreview) -> None:
    new, here = (Instrument("demo", "A"), Instrument("other", "A")), (Instrument("other", "B"),)
    preview.tell(ParsedList(new, here, feed="demo"), "Drop here.")
    assert preview.words().splitlines()[1] == "A A@other B@other"


def some(*codes: str) -> tuple[Instrument, ...]:
    return tuple(Instrument("demo", code) for code in codes)


def test_counts_symbols_and_the_hint_are_a_line_each(preview: DropPreview) -> None:
    preview.tell(ParsedList(some("E.US"), some("A.US", "B.US"), ("see  chart", "$"), feed="demo"), "Drop here.")
    assert preview.words() == "1 new 2 already here 2 not symbols\nE.US A.US B.US “see chart” “$”\nDrop here."
    assert preview.accessibleName() == preview.words()


def test_rows_need_no_counts(preview: DropPreview) -> None:
    preview.tell(None, "Move A.US.")
    assert preview.words() == "Move A.US."


def test_a_text_that_was_not_read_is_told_why(preview: DropPreview) -> None:
    preview.tell(ParsedList(fault=BadSymbolError("", "That is too long", "")), "A drop changes nothing.")
    assert preview.words() == "That is too long\nA drop changes nothing."


@pytest.mark.parametrize("length", [4, 32])
def test_as_many_symbols_are_named_as_there_is_room_for(preview: DropPreview, length: int) -> None:
    preview.tell(ParsedList(some(*(f"{number:0{length}}" for number in range(1000))), feed="demo"), "Drop.")
    symbols = preview.words().splitlines()[1]
    named = len(symbols.split()) - 3
    assert 1 <= named < 20
    assert symbols.endswith(f"and {1000 - named} more")
    assert preview.width() <= WIDEST_PX + 2


def test_one_endless_word_is_cut(preview: DropPreview) -> None:
    preview.tell(ParsedList(bad=("x$" * 500,)), "A drop changes nothing.")
    assert preview.words().splitlines()[1].endswith("…")
    assert preview.width() <= WIDEST_PX + 2


def test_it_stands_below_the_pointer_or_above_it_and_inside(preview: DropPreview) -> None:
    preview.tell(None, "Move A.US.")
    preview.place(QPoint(100, 100), 0)
    assert (preview.x(), preview.y()) == (116, 116)
    preview.place(QPoint(100, 100), 20)
    assert preview.y() == 136
    preview.place(QPoint(790, 390), 0)
    assert preview.parentWidget().rect().contains(preview.geometry())
    assert preview.geometry().bottom() < 390


def test_what_is_not_sure_and_sections_that_come_along_are_told(preview: DropPreview) -> None:
    lines = (ReportLine(1, "700", "700.HK", Fate.UNSURE), ReportLine(2, "$", "", Fate.BAD))
    section = new_section("Banks")
    parsed = ParsedList(some("E.US"), (), ("700", "$"), rows=(section, *some("E.US")), lines=lines, feed="demo")
    preview.tell(parsed, "Drop here.")
    assert preview.words().splitlines()[0] == "1 new 1 not sure 1 not a symbol section Banks"
