"""Two versions of one thing, both made of the same earlier one, become one: three-way, row by row. Pure.

What either added is there. What one removed is gone, whatever the other did with it but change it. Where both say
something else of the same thing, the other's word counts: it was there first, and what is overruled is kept by the
relay as a version of its own.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)
Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def merged_rows(base: Sequence[Item], mine: Sequence[Item], theirs: Sequence[Item]) -> list[Item]:
    """Rows in an order, each once. Theirs is the order, unless only mine was changed."""
    before, here, there = set(base), set(mine), set(theirs)
    staying = [row for row in base if row in here and row in there]
    moved_here = [row for row in mine if row in before and row in there] != staying
    moved_there = [row for row in theirs if row in before and row in here] != staying
    first, second = (mine, theirs) if moved_here and not moved_there else (theirs, mine)
    in_second = set(second)
    rows = [row for row in first if row not in before or row in in_second]
    known = set(rows)
    new = {row for row in second if row not in before and row not in known}
    return _with_new(rows, second, new)


def _with_new(rows: list[Item], order: Sequence[Item], new: set[Item]) -> list[Item]:
    """The rows, and each new one behind the row that it follows in its own order."""
    if not new:
        return rows
    here = set(rows)
    after: dict[Item | None, list[Item]] = {}
    last: Item | None = None  # the nearest before it that is among the rows
    for row in order:
        if row in new:
            after.setdefault(last, []).append(row)
        elif row in here:
            last = row
    result = list(after.get(None, ()))
    for row in rows:
        result += [row, *after.get(row, ())]
    return result


def merged_map(base: Mapping[Key, Value], mine: Mapping[Key, Value], theirs: Mapping[Key, Value]) -> dict[Key, Value]:
    """One value for each key; a key that is missing is a value too."""
    result: dict[Key, Value] = {}
    for key in dict.fromkeys([*theirs, *mine]):
        changed_there = theirs.get(key) != base.get(key)
        found = theirs if changed_there or mine.get(key) == base.get(key) else mine
        if key in found:
            result[key] = found[key]
    return result


def merged_value(base: Value, mine: Value, theirs: Value) -> Value:
    """One value."""
    return mine if theirs == base else theirs
