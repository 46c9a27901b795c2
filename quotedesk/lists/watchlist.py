"""The rows of a list: instruments, each once, and the section labels between them."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from quotedesk.lists.saved import FIRST_NAME, ListContent
from quotedesk.lists.section import Row, Section, grouped
from quotedesk.market.instrument import Instrument


class Watchlist:
    """An ordered set of rows. Rows are as of the whole list, folded or not.

    Attributes:
        name: for its tab.
        feed: the list's own: what a bare code in it is of. Where none is given, that of its first symbol.
        is_open: it has a tab, and its symbols are subscribed.
        folded: the keys of the sections that hide their rows.
        columns: the names of the columns that are shown; see ListContent.
        listeners: called after each change of the rows, of the feed, of the columns or of what is folded.
    """

    def __init__(self, rows: Iterable[Row] = (), name: str = FIRST_NAME, feed: str = "") -> None:
        self.name = name
        self.is_open = True
        self.folded: set[int] = set()
        self.columns: tuple[str, ...] = ()
        self.listeners: list[Callable[[], None]] = []
        self._rows: list[Row] = list(dict.fromkeys(rows))
        self._here = set(self._rows)
        self._instruments: tuple[Instrument, ...] | None = None  # made when asked for: it is asked for often
        self.feed = feed or next((each.feed for each in self.instruments), "")

    @classmethod
    def of(cls, content: ListContent) -> "Watchlist":
        """A list that holds what was kept."""
        result = cls(content.rows, content.name, content.feed)
        result.is_open, result.columns = content.is_open, content.columns
        result.folded = {each.key for each in result if isinstance(each, Section) and each.key in content.folded}
        return result

    def content(self) -> ListContent:
        """What it holds, to be kept."""
        return ListContent(self.name, tuple(self._rows), frozenset(self.folded), self.is_open, self.feed, self.columns)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __getitem__(self, row: int) -> Row:
        return self._rows[row]

    def __contains__(self, row: Row) -> bool:
        return row in self._here

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """The rows that are no labels."""
        if self._instruments is None:
            self._instruments = tuple(each for each in self._rows if isinstance(each, Instrument))
        return self._instruments

    def row(self, row: Row) -> int:
        """Where it is. Raises ValueError where it is not in the list."""
        return self._rows.index(row)

    def put(self, rows: Sequence[Row]) -> None:
        """Hold these rows. What is new is shown: its section unfolds. Raises ValueError where one is there twice."""
        here = set(rows)
        if len(here) < len(rows):
            raise ValueError("an instrument can be in a list once only")
        if list(rows) == self._rows:
            return
        before, self._here = self._here, here
        self._rows, self._instruments = list(rows), None
        for section, members in grouped(self._rows):
            if section is not None and section.key in self.folded and not before.issuperset(members):
                self.folded.discard(section.key)
        self._tell()

    def change_feed(self, feed: str, rows: Sequence[Row]) -> None:
        """Be a list of `feed` and hold these rows; what is folded stays folded. Raises ValueError as `put` does."""
        here = set(rows)
        if len(here) < len(rows):
            raise ValueError("an instrument can be in a list once only")
        if (feed, list(rows)) != (self.feed, self._rows):
            self.feed, self._rows, self._here, self._instruments = feed, list(rows), here, None
            self._tell()

    def show_columns(self, names: Sequence[str]) -> None:
        """Show these columns; none: the usual ones."""
        if tuple(names) != self.columns:
            self.columns = tuple(names)
            self._tell()

    def fold(self, section: Section, on: bool) -> None:
        """Hide or show the rows of a section."""
        if section in self._here and (section.key in self.folded) != on:
            (self.folded.add if on else self.folded.discard)(section.key)
            self._tell()

    def _tell(self) -> None:
        for listener in list(self.listeners):
            listener()
