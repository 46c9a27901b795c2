"""The list of a window, or of the mini strip, in a link group: sends the chosen row, follows where it has the row."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, Signal

from quotedesk.lists.section import Section, grouped
from quotedesk.market.instrument import Instrument
from quotedesk.ui.message import announce
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.selection import Selection
from quotedesk.ui.table.view import TableView
from quotedesk.ui.window.link_groups import LinkGroups, LinkPart


class ListLink(QObject):
    """`is_busy`: is something under the hand that must not move?

    Attributes:
        part: how it takes part.

    Signals:
        moved(): another row has the keyboard, or other rows are shown.
    """

    moved = Signal()

    def __init__(
        self,
        groups: LinkGroups,
        name: str,
        table: TableView,
        model: TableModel,
        selecting: Selection,
        is_busy: Callable[[], bool],
    ) -> None:
        super().__init__(table)
        self._table = table
        self._model = model
        self._selecting = selecting
        self._is_busy = is_busy
        self.part = LinkPart(groups, name, self)
        self.part.chosen.connect(self._show)
        self.part.forgotten.connect(lambda: self.part.note(None))
        table.selectionModel().currentChanged.connect(self._row_chosen)
        table.selectionModel().currentChanged.connect(self.moved)
        model.modelReset.connect(self.moved)
        table.clicked.connect(self.send_again)
        model.modelReset.connect(self._look_again)

    @property
    def current(self) -> Instrument | None:
        """The symbol of the row with the keyboard."""
        rows, at = self._model.rows, self._table.currentIndex().row()
        row = rows[at] if 0 <= at < len(rows) else None
        return row if isinstance(row, Instrument) else None

    def send_again(self) -> None:
        """The current row was clicked: it is chosen, though it may have been the current one before."""
        if (row := self.current) is not None:
            self.part.send(row)

    def _row_chosen(self, now: QModelIndex, before: QModelIndex) -> None:
        """Another row has the keyboard: by the user, in the window in front, or by a choice that goes on from here."""
        rows, at = self._model.rows, now.row()
        row = rows[at] if 0 <= at < len(rows) else None
        is_chosen = self.part.is_telling or self._table.isActiveWindow()
        if now.row() != before.row() and is_chosen and isinstance(row, Instrument):
            self.part.send(row)

    def _show(self, instrument: Instrument) -> None:
        """Choose that row, unfolding its section; where there is none, only say so."""
        model = self._model
        if self._is_busy():
            return
        if instrument not in model.watchlist:
            self._miss(instrument)
            return
        if instrument not in model.rows:
            for label, members in grouped(model.order):
                if isinstance(label, Section) and instrument in members:
                    model.watchlist.fold(label, False)
        if instrument not in model.rows:  # what is typed leaves it out
            self._miss(instrument)
            return
        self.part.note(None)
        if instrument != self.current:
            self._selecting.select([instrument])

    def _miss(self, instrument: Instrument) -> None:
        self.part.note(instrument)
        announce(self._table, f"{instrument.code} is not shown in this list")

    def _look_again(self) -> None:
        """Another list is shown, which may have what the one before lacked."""
        if self.part.lacks is not None and self.part.lacks in self._model.watchlist:
            self._show(self.part.lacks)
