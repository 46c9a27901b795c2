"""All lists, of whichever feeds, and what the user said of their symbols."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from quotedesk.lists.positions import Held
from quotedesk.lists.saved import FIRST_NAME, ColumnFormula, Content, Flag, ListContent
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument


class Book:
    """Lists in the order of their tabs; at least one of them is open. Made of bare symbols it has one list of them.

    Attributes:
        flags, notes: of the symbols that have one.
        formulas: the columns that the user made, for all lists; kept in a file of their own.
        held: the user's positions; in a file of their own as well.
        listeners: called after each change of which lists there are, of their names or feeds, of a flag, a note, a
            formula or a position.
    """

    def __init__(self, content: Content | Iterable[Instrument] = ()) -> None:
        self.flags: dict[Instrument, Flag] = {}
        self.notes: dict[Instrument, str] = {}
        self.formulas: tuple[ColumnFormula, ...] = ()
        self.held = Held()
        self.listeners: list[Callable[[], None]] = []
        self._lists: list[Watchlist] = []
        if not isinstance(content, Content):
            content = Content((ListContent(FIRST_NAME, tuple(dict.fromkeys(content))),))
        self.load(content)

    @property
    def lists(self) -> Sequence[Watchlist]:
        return tuple(self._lists)

    @property
    def open_lists(self) -> Sequence[Watchlist]:
        return tuple(each for each in self._lists if each.is_open)

    @property
    def names(self) -> set[str]:
        """Those that are taken."""
        return {each.name for each in self._lists}

    def load(self, content: Content) -> None:
        """Hold other lists than before."""
        self._lists = [Watchlist.of(each) for each in content.lists] or [Watchlist()]
        if not self.open_lists:
            self._lists[0].is_open = True
        for kept, said in ((self.flags, content.flags), (self.notes, content.notes)):
            kept.clear()
            kept.update(said)  # type: ignore[arg-type]
        self._tell()

    def content(self) -> Content:
        """All of it, to be kept."""
        return Content(tuple(each.content() for each in self._lists), dict(self.flags), dict(self.notes))

    def named(self, name: str) -> Watchlist | None:
        """The list of this name."""
        return next((each for each in self._lists if each.name == name), None)

    def wanted(self, first: Iterable[Watchlist] = ()) -> list[Instrument]:
        """The symbols of all open lists, each once: first those of the lists named, then by tab and row."""
        lists = dict.fromkeys([*(each for each in first if each.is_open), *self.open_lists])
        return list(dict.fromkeys(instrument for each in lists for instrument in each.instruments))

    def add(self, watchlist: Watchlist, at: int) -> None:
        """Put a list before the one that stands at `at`. Raises ValueError where its name is taken."""
        if watchlist.name in self.names:
            raise ValueError("that name is taken")
        self._lists.insert(at, watchlist)
        self._tell()

    def drop(self, watchlist: Watchlist) -> int:
        """Take a list out; returns where it stood. Raises ValueError for the last one."""
        if len(self._lists) == 1:
            raise ValueError("one list is always there")
        at = self._lists.index(watchlist)
        self._lists.remove(watchlist)
        if not self.open_lists:
            self._lists[0].is_open = True
        self._tell()
        return at

    def move(self, watchlist: Watchlist, at: int) -> int:
        """Let a list stand at `at` among all; returns where it stood."""
        before = self._lists.index(watchlist)
        if before != at:
            self._lists.remove(watchlist)
            self._lists.insert(at, watchlist)
            self._tell()
        return before

    def rename(self, watchlist: Watchlist, name: str) -> None:
        """Raises ValueError where the name is taken."""
        if name != watchlist.name:
            if name in self.names:
                raise ValueError("that name is taken")
            watchlist.name = name
            self._tell()

    def open(self, watchlist: Watchlist, on: bool = True) -> None:
        """Give a list its tab, or take it; the last open one stays."""
        if watchlist.is_open != on and (on or len(self.open_lists) > 1):
            watchlist.is_open = on
            self._tell()

    def mark(
        self, flags: Mapping[Instrument, Flag | None] | None = None, notes: Mapping[Instrument, str] | None = None
    ) -> None:
        """Set or (None, "") take back flags and notes."""
        for instrument, flag in (flags or {}).items():
            self.flags.pop(instrument, None)
            if flag is not None:
                self.flags[instrument] = flag
        for instrument, note in (notes or {}).items():
            self.notes.pop(instrument, None)
            if note:
                self.notes[instrument] = note
        self._tell()

    def calculate(self, formulas: Sequence[ColumnFormula]) -> None:
        """Have these formulas."""
        self.formulas = tuple(formulas)
        self._tell()

    def hold(self, held: Held) -> None:
        """Have these positions, shown like that."""
        self.held = held
        self._tell()

    def _tell(self) -> None:
        for listener in list(self.listeners):
            listener()
