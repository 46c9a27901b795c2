"""The formulas of all lists: each change is an edit that can be undone."""

from quotedesk.lists.book import Book
from quotedesk.lists.book_edits import SetColumns, SetFormulas, Together
from quotedesk.lists.saved import ColumnFormula
from quotedesk.market.formula import FUNCTIONS, WORDS, name_of
from quotedesk.quotes.formula_values import NAMES
from quotedesk.ui.table.columns import COLUMNS, Kind
from quotedesk.ui.table.formula_columns import texts_of
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.undo import Undo

MOST_NAME = 40  # characters
_KEPT = {"".join(column.title.split()).casefold() for column in COLUMNS}


class FormulaEdits:
    """Changes the formulas of a book, seen by way of a table that shows one of its lists."""

    def __init__(self, book: Book, undo: Undo, model: TableModel) -> None:
        self._book = book
        self._undo = undo
        self.model = model

    def named(self, name: str) -> ColumnFormula | None:
        """The formula of this name."""
        return next((each for each in self._book.formulas if each.name == name), None)

    def others(self, but: ColumnFormula | None) -> dict[str, str]:
        """What a formula may name, see `texts_of`; not itself."""
        return texts_of(tuple(each for each in self._book.formulas if each is not but))

    def doubt(self, name: str, of: ColumnFormula | None) -> str:
        """Why a formula cannot have this name; "" where it can."""
        if not name:
            return "Give it a name: it is the column's title."
        if len(name) > MOST_NAME:
            return f"A name has at most {MOST_NAME} characters."
        names = [each.name for each in self._book.formulas if each is not of]
        names += [each.title for each in self.model.all_columns if each.kind is Kind.AMOUNT]
        taken = {"".join(each.split()).casefold() for each in names}
        if "".join(name.split()).casefold() in _KEPT | taken:
            return f"There is a column “{name}” already."
        called = name_of(name)
        if called in (*NAMES, *FUNCTIONS, *WORDS) or called in self.others(of):
            return f"“{called}” means something else in formulas already."
        return ""

    def keep(self, formula: ColumnFormula, before: ColumnFormula | None) -> None:
        """Put a formula in the place of one, or (None) add it and show it in the list that is shown."""
        shown = self.model.watchlist
        if before is None:
            edit = SetFormulas((*self._book.formulas, formula), f"formula {formula.name}", shown)
            names = shown.columns or tuple(column.title for column in self.model.columns)
            self._undo.push(Together((edit, SetColumns(shown, (*names, formula.name))), edit.words, shown))
        elif formula != before:
            formulas = tuple(formula if each is before else each for each in self._book.formulas)
            edit = SetFormulas(formulas, f"formula {formula.name}", shown)
            renamed = [
                SetColumns(each, tuple(formula.name if name == before.name else name for name in each.columns))
                for each in self._book.lists
                if before.name in each.columns and formula.name != before.name
            ]
            self._undo.push(Together((edit, *renamed), edit.words, shown))

    def remove(self, formula: ColumnFormula) -> None:
        """Have a formula no more; lists that show it keep its place, should it come back."""
        left = tuple(each for each in self._book.formulas if each is not formula)
        self._undo.push(SetFormulas(left, f"remove formula {formula.name}", self.model.watchlist))
