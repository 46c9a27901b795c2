"""What the user edits reaches the disk: the lists, the formulas of columns, the positions."""

from functools import partial

from quotedesk.app.prepared import Prepared
from quotedesk.app.process.faults import log
from quotedesk.app.tools.holdings import Holdings
from quotedesk.app.windows import Windows
from quotedesk.config import formulas_file
from quotedesk.engine.latest_writer import LatestWriter
from quotedesk.engine.tasks import Tasks
from quotedesk.lists.book import Book
from quotedesk.lists.saved import ColumnFormula, Content


class Keeping:
    """Reads them into a book at the start, and writes each edit from `begin` on, each file only where that is new."""

    def __init__(self, prepared: Prepared, book: Book) -> None:
        self._profile = prepared.profile
        self._lists = prepared.lists
        self._book = book
        formulas, report = formulas_file.load(self._profile.formulas)
        book.calculate(formulas)
        # None: they are not kept, as of a recording, or where their file must not be written.
        self._kept_formulas = formulas if not report and prepared.is_live else None
        self._holdings = Holdings(book, self._profile.positions, is_kept=prepared.is_live)
        prepared.report(report, self._holdings.report)

    def begin(self, tasks: Tasks, windows: Windows) -> None:
        """From now on edits are written; the windows tell where that cannot be."""
        self._windows = windows
        self._lists_writer = LatestWriter[Content](tasks, self._lists.keep, partial(self._not_kept, what="lists"))
        self._formulas_writer = LatestWriter[tuple[ColumnFormula, ...]](
            tasks, partial(formulas_file.save, self._profile.formulas), partial(self._not_kept, what="formulas")
        )
        self._holdings.begin(tasks, partial(self._not_kept, what="positions"))

    def edited(self) -> None:
        """The book was changed."""
        self._lists_writer.keep(self._book.content())
        if self._kept_formulas is not None and self._book.formulas != self._kept_formulas:
            self._kept_formulas = self._book.formulas
            self._formulas_writer.keep(self._book.formulas)
        self._holdings.edited()

    async def flush(self) -> None:
        """Wait until all is saved."""
        await self._lists_writer.flush()
        await self._formulas_writer.flush()
        await self._holdings.flush()

    def _not_kept(self, fault: OSError, what: str) -> None:
        log.error("the %s could not be saved", what, exc_info=fault)
        self._windows.show_notice(
            f"The {what} could not be saved ({fault.strerror}). They last until you quit; make room and edit one.",
            is_error=True,
        )
