"""The user's positions: read at the start, written after each change, and by nobody else in the profile."""

from collections.abc import Callable
from pathlib import Path

from quotedesk.config import positions_file
from quotedesk.engine.latest_writer import LatestWriter
from quotedesk.engine.tasks import Tasks
from quotedesk.lists.book import Book
from quotedesk.lists.positions import Held
from quotedesk.market.errors import QuotedeskError


class Holdings:
    """Keeps those of a book. `is_kept`: this run may write them.

    Attributes:
        report: what the user should know of the file; "" for nothing.
    """

    def __init__(self, book: Book, path: Path, *, is_kept: bool) -> None:
        self._book = book
        self._path = path
        self._writer: LatestWriter[Held] | None = None
        held, self.report = Held(), ""
        try:
            held, self.report = positions_file.load(path)
        except (QuotedeskError, OSError) as fault:
            is_kept = False
            said = str(fault) if isinstance(fault, QuotedeskError) else f"{path} could not be read ({fault.strerror})."
            self.report = f"{said} Positions of this run are not kept."
        self._kept: Held | None = held if is_kept else None
        book.hold(held)

    def begin(self, tasks: Tasks, failed: Callable[[OSError], None]) -> None:
        """From now on changes are written; `failed` is told where that cannot be."""
        self._writer = LatestWriter[Held](tasks, self._save, failed)

    def edited(self) -> None:
        """Lists were changed, or what is held."""
        if self._kept is not None and self._writer is not None and self._book.held != self._kept:
            self._kept = self._book.held
            self._writer.keep(self._book.held)

    async def flush(self) -> None:
        """Write what waits."""
        if self._writer is not None:
            await self._writer.flush()

    def _save(self, held: Held) -> None:
        positions_file.save(self._path, held)
