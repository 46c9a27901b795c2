"""The scroll bar over the table."""

from quotedesk.ui.looks.theme import HEADER_PX, SCROLL_BAR_PX


def test_it_shows_only_while_there_is_more_and_takes_no_width(open_desk) -> None:
    desk = open_desk()
    bar = desk.table._overlay
    assert not bar.isVisible()
    width = desk.table.viewport().width()
    many = open_desk(*(f"S{number}" for number in range(100)))
    bar = many.table._overlay
    assert bar.isVisible()
    assert many.table.viewport().width() == width
    assert bar.geometry().left() == many.table.width() - SCROLL_BAR_PX
    assert bar.geometry().top() == HEADER_PX


def test_it_moves_the_table_and_is_moved_by_it(open_desk) -> None:
    desk = open_desk(*(f"S{number}" for number in range(100)))
    bar, own = desk.table._overlay, desk.table.verticalScrollBar()
    bar.setValue(140)
    assert own.value() == 140
    own.setValue(280)
    assert bar.value() == 280
    assert (bar.maximum(), bar.pageStep()) == (own.maximum(), own.pageStep())
