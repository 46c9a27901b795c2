"""The columns of a list: each choice is an edit."""

import pytest

from quotedesk.lists.book import Book
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table.column_choice import ColumnChoice
from quotedesk.ui.table.columns import COLUMNS, USUAL
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.undo import Undo
from tests.fakes.clock import FakeClock

COLUMN = {column.title: column for column in COLUMNS}
USUAL_NAMES = [column.title for column in USUAL]
pytestmark = pytest.mark.usefixtures("qapp")


class Chooser:
    def __init__(self) -> None:
        self.book = Book([Instrument("demo", "A")])
        self.book.add(Watchlist(name="Metals", feed="demo"), 1)
        self.undo = Undo(self.book)
        self.first, self.second = self.book.lists
        self.model = TableModel(self.first, Quotes(), FakeClock())
        self.choice = ColumnChoice(self.book, self.undo, self.model)

    @property
    def names(self) -> list[str]:
        return [column.title for column in self.choice.shown]


@pytest.fixture
def chooser() -> Chooser:
    return Chooser()


def test_a_column_is_shown_at_the_right_and_hidden_and_each_can_be_undone(chooser: Chooser) -> None:
    chooser.choice.show(COLUMN["Volume"])
    assert chooser.names == [*USUAL_NAMES, "Volume"]
    chooser.choice.show(COLUMN["Bid"], False)
    assert chooser.first.columns == tuple(name for name in [*USUAL_NAMES, "Volume"] if name != "Bid")
    chooser.undo.stack.undo()
    chooser.undo.stack.undo()
    assert chooser.names == USUAL_NAMES
    assert chooser.first.columns == ()


def test_the_usual_columns_are_kept_as_nothing_so_that_they_may_be_others_one_day(chooser: Chooser) -> None:
    chooser.choice.show(COLUMN["Volume"])
    chooser.choice.show(COLUMN["Volume"], False)
    assert chooser.first.columns == ()


def test_all_but_the_symbol_may_go_and_nothing_takes_its_place(chooser: Chooser) -> None:
    for name in USUAL_NAMES:
        chooser.choice.show(COLUMN[name], False)
    assert chooser.names == ["Symbol"]
    chooser.choice.show(COLUMN["Last"])
    chooser.choice.place(COLUMN["Last"], 0)
    chooser.choice.place(COLUMN["Symbol"], 1)
    assert chooser.names == ["Symbol", "Last"]


def test_what_a_later_version_shows_is_kept_where_it_stands(chooser: Chooser) -> None:
    chooser.first.show_columns(("Symbol", "Gamma", "Last", "Bid"))
    chooser.choice.move(COLUMN["Bid"], -1)
    assert chooser.first.columns == ("Symbol", "Gamma", "Bid", "Last")
    assert chooser.names == ["Symbol", "Bid", "Last"]


def test_all_lists_get_the_columns_in_one_step(chooser: Chooser) -> None:
    chooser.choice.show(COLUMN["Volume"])
    before = chooser.undo.stack.count()
    chooser.choice.give_to_all()
    assert chooser.second.columns == chooser.first.columns
    assert chooser.undo.stack.count() == before + 1
    chooser.choice.give_to_all()
    assert chooser.undo.stack.count() == before + 1, "there was nothing to do"
    chooser.undo.stack.undo()
    assert chooser.second.columns == ()
