"""What is done to the rows of the list that is shown: each an edit on the stack, or a fold, which is none."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from quotedesk.lists.book_edits import BookEdit, On, Together
from quotedesk.lists.edits import Arrange, Edit, Insert, Remove, Series, append, named, place, shift
from quotedesk.lists.section import UNNAMED, Row, Section, new_section
from quotedesk.lists.watchlist import Watchlist
from quotedesk.ui.message import Message, announce
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.selection import Selection
from quotedesk.ui.table.view import TableView
from quotedesk.ui.undo import Undo


class RowEdits(QObject):
    """Edits the rows of the list that one panel shows.

    Signals:
        folded(): sections were folded or unfolded.
        noticed(message): something to tell in passing: a plain line, or a Message.
    """

    folded = Signal()
    noticed = Signal(object)

    def __init__(self, undo: Undo, table: TableView, model: TableModel, selecting: Selection) -> None:
        super().__init__(table)
        self._undo = undo
        self._table = table
        self._model = model
        self._selecting = selecting
        table.fold_turned.connect(self._turn_fold)
        table.fold_asked.connect(self._fold_current)
        undo.about_to_return.connect(self._tell_return)

    def push(self, edit: Edit) -> None:
        """Do an edit of the list that is shown."""
        self._undo.push(On(self._model.watchlist, edit))

    def remove_selected(self) -> None:
        """Take the selected rows out of the list."""
        if chosen := self._selecting.rows():
            self.push(Remove(tuple(chosen)))
            announce(self._table, f"{named(chosen)} removed")

    def move_selected(self, step: int) -> None:
        """Move the selected rows one up (-1) or down (1)."""
        chosen = self._selecting.rows()
        if self._model.sorted_by is None:
            self._arrange(self._model.unfolded(shift(self._model.rows, chosen, step)), chosen)
        else:
            self._arrange(shift(self._model.watchlist, chosen, step), chosen)
            self._model.sort_by(None)

    def insert(self, new: Sequence[Row], at: int | None = None) -> None:
        """Put new rows at the end, or before one; a sorted table shows the list's own order then."""
        if at is None:
            self.push(append(self._model.watchlist, new))
        else:
            self.push(Series(tuple(self._inserting(new, at))))
            self._model.sort_by(None)
        self._selecting.select([new[0]])  # the first only: a Delete now must not take all of them

    def _inserting(self, new: Sequence[Row], at: int) -> list[Arrange | Insert]:
        """The edits that put new rows before one that is shown."""
        return [Insert(tuple(enumerate(new, start=self._own_place(at))))]

    def _own_place(self, at: int) -> int:
        """The place in the list's own order of what goes before row `at`; in a sorted table, below the row above."""
        shown, order = self._model.rows, list(self._model.watchlist)
        if self._model.sorted_by is not None and at > 0 and not isinstance(shown[at - 1], Section):
            return order.index(shown[at - 1]) + 1
        return order.index(shown[at]) if at < len(shown) else len(order)

    def take(self, rows: Sequence[Row], source: Watchlist, target: Watchlist, at: int | None, copies: bool) -> None:
        """Put rows of one list into another, which is shown where `at` is given: before that row, else at the end.

        They leave theirs unless they are copied.
        """
        new: list[Row] = [row for row in rows if row not in target]
        if copies:
            new = [new_section(row.name) if isinstance(row, Section) else row for row in new]
        if not new and copies:
            self.noticed.emit(f"{named(rows)} already in {target.name}")
            return
        ins: list[Arrange | Insert] = [append(target, new)] if at is None else self._inserting(new, at)
        edits = [On(target, edit) for edit in ins]
        if not copies:
            edits.insert(0, On(source, Remove(tuple(rows))))
        words = f"{'copy' if copies else 'move'} {named(rows)} to {target.name}"
        here = source if self._model.watchlist is source else None
        self._undo.push(Together(tuple(edits), words, here if at is None else target))
        if at is None:
            left = " They stay here as well." if copies else ""
            told = f"{named(rows)} {'copied' if copies else 'moved'} to {target.name}.{left}"
            self.noticed.emit(Message(told, undoes=True))
        else:
            self._model.sort_by(None)

    def _arrange(self, order: Sequence[Row], moved: Sequence[Row]) -> None:
        """Put the list into another order of its own."""
        if moved and tuple(order) != tuple(self._model.watchlist):
            self.push(Arrange(tuple(order), tuple(moved)))
            self._model.sort_by(None)
            self._table.scrollTo(self._table.currentIndex())

    def place(self, rows: Sequence[Row], at: int) -> None:
        """Put rows of the list together before one that is shown. Of a sorted table only they move in its own order."""
        if self._model.sorted_by is None:
            self._arrange(self._model.unfolded(place(self._model.rows, rows, at)), rows)
        else:
            self._arrange(place(self._model.watchlist, self._model.unfolded(rows), self._own_place(at)), rows)
            self._model.sort_by(None)

    def throw_out(self, rows: Sequence[Row], source: Watchlist) -> None:
        """Remove rows of any list."""
        self._undo.push(On(source, Remove(tuple(rows))))

    def _tell_return(self, edit: BookEdit, words: str) -> None:
        if self._undo.active_window in (None, self._table.window()):
            announce(self._table, words)

    # Sections

    def add_section(self) -> None:
        """Put a label above the first chosen row, or at the end."""
        chosen, section = self._selecting.rows(), new_section(UNNAMED)
        self.insert([section], self._model.rows.index(chosen[0]) if chosen else len(self._model.rows))

    def fold(self, section: Section, on: bool) -> None:
        """Hide or show the rows of a section."""
        self._model.watchlist.fold(section, on)
        self.folded.emit()

    def fold_all(self, on: bool) -> None:
        """Hide or show the rows of all sections."""
        for row in list(self._model.watchlist):
            if isinstance(row, Section):
                self._model.watchlist.fold(row, on)
        self.folded.emit()

    def _turn_fold(self, row: int) -> None:
        section = self._model.rows[row]
        if isinstance(section, Section):
            self.fold(section, section.key not in self._model.watchlist.folded)

    def _fold_current(self, on: bool) -> None:
        section = self._model.rows[self._table.currentIndex().row()]
        if isinstance(section, Section):
            self.fold(section, on)
