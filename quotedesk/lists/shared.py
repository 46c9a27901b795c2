"""What follows a trader from desk to desk: each list, marks, alert rules, positions, each by a key.

A list is "list NAME", flags "flags", notes "notes", alert rules "alerts", positions "positions". Which lists are open,
and what is folded, is a desk's own.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from quotedesk.codec.relay_contents import SharedList, SharedPosition, SharedRow, joined, parts, read, written
from quotedesk.lists.book import Book
from quotedesk.lists.book_edits import On, Together
from quotedesk.lists.edits import Arrange, Remove, append
from quotedesk.lists.merge import merged_map, merged_rows, merged_value
from quotedesk.lists.saved import Flag, free_name
from quotedesk.lists.section import Row, Section, new_section, section_name
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import Instrument, check_code, split_feed
from quotedesk.market.position import Position

_MOST_NAMES = 3  # in a line of a version
LIST = "list "  # what the key of a list begins with
FLAGS, NOTES, ALERTS, POSITIONS = "flags", "notes", "alerts", "positions"


def contents_of(book: Book, rules: Sequence[str] | None, *, with_positions: bool) -> dict[str, bytes]:
    """All that is kept of these, by key. `rules`: None where this desk has no say in them."""
    found: dict[str, bytes] = {}
    for tab, watchlist in enumerate(book.lists):
        said = SharedList(watchlist.feed, tuple(_rows(watchlist)), watchlist.columns, tab)
        found[LIST + watchlist.name] = written(said)
    found[FLAGS] = written({_named(each): flag.value for each, flag in book.flags.items()})
    found[NOTES] = written({_named(each): note for each, note in book.notes.items()})
    if rules is not None:
        found[ALERTS] = written(list(rules))
    if with_positions:
        held = book.held.positions.items()
        said_of = {
            _named(each): SharedPosition(str(one.quantity), None if one.cost is None else str(one.cost))
            for each, one in held
        }
        found[POSITIONS] = written(said_of)
    return found


def merged(key: str, base: bytes | None, mine: bytes | None, theirs: bytes | None) -> bytes | None:
    """One version of two; None: it is gone. What cannot be read gives way to what can."""
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    if mine is None or theirs is None:  # one removed what the other has changed: nothing is lost
        return mine if theirs is None else theirs
    if key.startswith(LIST):
        return _merged_list(base, mine, theirs)
    if key == ALERTS:
        lines = [read(each, list[str]) or [] for each in (base, mine, theirs)]
        return written(merged_rows(*(list(dict.fromkeys(each)) for each in lines)))
    return joined(merged_map(parts(base), parts(mine), parts(theirs)))


def _merged_list(base: bytes | None, mine: bytes, theirs: bytes) -> bytes:
    before, here, there = (read(each, SharedList) for each in (base, mine, theirs))
    if here is None or there is None:
        return theirs if here is None else mine
    before = before or SharedList(there.feed, (), there.columns, there.tab)
    return written(
        SharedList(
            merged_value(before.feed, here.feed, there.feed),
            tuple(merged_rows(before.rows, here.rows, there.rows)),
            merged_value(before.columns, here.columns, there.columns),
            merged_value(before.tab, here.tab, there.tab),
        )
    )


def take(book: Book, contents: Mapping[str, bytes | None]) -> list[str]:
    """Let the book be so; rules are not the book's. Returns the keys that cannot be read here: nothing is changed."""
    unread = []
    tabs: dict[Watchlist, int] = {}
    for key, data in contents.items():
        if not key.startswith(LIST):
            if data is not None and key != ALERTS and not _take_marks(book, key, data):
                unread.append(key)
            continue
        watchlist = book.named(key.removeprefix(LIST))
        if data is None:
            if watchlist is not None and len(book.lists) > 1:
                book.drop(watchlist)
            continue
        said = read(data, SharedList)
        if said is None:
            unread.append(key)
            continue
        if watchlist is None:
            watchlist = Watchlist(name=free_name(key.removeprefix(LIST), book.names), feed=said.feed)
            book.add(watchlist, len(book.lists))
        tabs[watchlist] = said.tab
        rows = _instruments_and_labels(said.rows, watchlist)
        if said.feed and said.feed != watchlist.feed:
            watchlist.change_feed(said.feed, rows)
        else:
            watchlist.put(rows)
        watchlist.show_columns(said.columns)
    for watchlist, tab in sorted(tabs.items(), key=lambda each: each[1]):
        book.move(watchlist, min(tab, len(book.lists) - 1))
    return unread


def to_version(watchlist: Watchlist, data: bytes) -> Together | None:
    """The edit that gives a list the rows of a version of it; None where that is none, or it has them."""
    said = read(data, SharedList)
    if said is None:
        return None
    rows = _instruments_and_labels(said.rows, watchlist)
    if rows == list(watchlist):
        return None
    gone = tuple(row for row in watchlist if row not in rows)
    edits = (On(watchlist, Remove(gone)), On(watchlist, append(watchlist, rows)), On(watchlist, Arrange(tuple(rows))))
    return Together(edits, f"bring back {watchlist.name}", watchlist)


def told_of(watchlist: Watchlist, data: bytes) -> str:
    """A version of a list for people: how many rows, and what is another than now."""
    said = read(data, SharedList)
    if said is None:
        return "deleted"
    rows = _instruments_and_labels(said.rows, watchlist)
    count = f"{len(said.rows):,} row{'s' * (len(said.rows) != 1)}"
    more, less = [row for row in rows if row not in watchlist], [row for row in watchlist if row not in rows]
    if not more and not less:
        return f"{count}, as now" if rows == list(watchlist) else f"{count}, in another order"
    parts = [f"{word} {_some(found)}" for word, found in (("with", more), ("without", less)) if found]
    return f"{count}, {', '.join(parts)}"


def _some(rows: Sequence[Row]) -> str:
    """The first few names of them."""
    names = [row.name if isinstance(row, Section) else row.code for row in rows]
    told = ", ".join(names[:_MOST_NAMES])
    return f"{told} and {len(names) - _MOST_NAMES:,} more" if len(names) > _MOST_NAMES else told


def rules_in(contents: Mapping[str, bytes | None]) -> tuple[str, ...] | None:
    """The alert rules among these; None where there are none to be read."""
    data = contents.get(ALERTS)
    found = read(data, list[str]) if data is not None else None
    return None if found is None else tuple(dict.fromkeys(found))


def _take_marks(book: Book, key: str, data: bytes) -> bool:
    if key == POSITIONS:
        positions = read(data, dict[str, SharedPosition])
        if positions is None:
            return False
        said: dict[Instrument, Position | None] = dict.fromkeys(book.held.positions)
        for name, each in positions.items():
            if (instrument := _instrument(name)) is not None and (position := _position(each)) is not None:
                said[instrument] = position
        book.hold(book.held.changed(said))
        return True
    marks = read(data, dict[str, str])
    if marks is None:
        return False
    by_instrument = {found: text for name, text in marks.items() if (found := _instrument(name)) is not None}
    if key == FLAGS:
        known = {flag.value: flag for flag in Flag}
        flags: dict[Instrument, Flag | None] = dict.fromkeys(book.flags)
        flags |= {each: known[text] for each, text in by_instrument.items() if text in known}
        book.mark(flags)
    elif key == NOTES:
        book.mark(None, dict.fromkeys(book.notes, "") | by_instrument)
    return True


def _rows(watchlist: Watchlist) -> list[SharedRow]:
    seen: dict[str, int] = {}
    rows = []
    for row in watchlist:
        if isinstance(row, Section):
            seen[row.name] = seen.get(row.name, -1) + 1
            rows.append(SharedRow(label=row.name, nth=seen[row.name]))
        else:
            rows.append(SharedRow(_named(row)))
    return rows


def _instruments_and_labels(rows: Sequence[SharedRow], watchlist: Watchlist) -> list[Row]:
    """The rows; a label that is here already stays the one it is, so that it stays folded."""
    here: dict[tuple[str, int], Section] = {}
    for shown, row in zip(_rows(watchlist), watchlist, strict=True):
        if isinstance(row, Section):
            here[shown.label, shown.nth] = row
    found: dict[Row, None] = {}
    for each in rows:
        if each.label:
            label = here.pop((each.label, each.nth), None)
            found[label if label is not None else new_section(section_name(each.label))] = None
        elif (instrument := _instrument(each.symbol)) is not None:
            found[instrument] = None
    return list(found)


def _named(instrument: Instrument) -> str:
    return f"{instrument.code}@{instrument.feed}"


def _instrument(text: str) -> Instrument | None:
    code, feed = split_feed(text)
    try:
        return Instrument(feed, check_code(code)) if feed else None
    except BadSymbolError:
        return None


def _position(said: SharedPosition) -> Position | None:
    try:
        return Position(Decimal(said.quantity), None if said.cost is None else Decimal(said.cost))
    except (ArithmeticError, ValueError):
        return None
