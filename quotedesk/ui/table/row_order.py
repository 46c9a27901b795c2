"""The rows of a list in the order in which they are shown, and which of them are. Labels stay in their places."""

import math
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from quotedesk.lists.section import Row, Section, grouped
from quotedesk.market.instrument import Instrument
from quotedesk.quotes.arrays import Slots
from quotedesk.quotes.quotes import Quotes
from quotedesk.quotes.sort_order import ranked
from quotedesk.ui.table.columns import SortOrder
from quotedesk.ui.table.row_reader import RowReader

# Whose quotes are read where a row is a label: nobody's, always unknown.
NOBODY = Instrument("", "")


def slots_of(quotes: Quotes, rows: Iterable[Row]) -> Slots:
    """The slots of rows in a store; a label's is NOBODY's."""
    return quotes.slots(row if isinstance(row, Instrument) else NOBODY for row in rows)


def ordered(rows: list[Row], sorted_by: SortOrder | None, reader: RowReader) -> list[Row]:
    """Rows by a column's values as they are now, descending or not; None: as they are."""
    if sorted_by is None:
        return rows
    column, is_descending = sorted_by
    labels = np.fromiter((isinstance(row, Section) for row in rows), np.bool_, len(rows))
    if key := column.key:
        values = key(reader.quotes, slots_of(reader.quotes, rows))
    else:
        texts = [reader.words(column, row) if isinstance(row, Instrument) else "" for row in rows]
        values = np.unique(texts, return_inverse=True)[1].astype(np.float64)
        values[[not text for text in texts]] = math.nan
    return [rows[place] for place in ranked(values, labels, is_descending=is_descending)]


def visible(order: Sequence[Row], folded: Collection[int], only: Collection[Row] | None) -> list[Row]:
    """Those of all rows that are shown: all but the folded ones, or `only` some with the labels above them."""
    if only is not None:
        parts = [(section, [row for row in members if row in only]) for section, members in grouped(order)]
        return [row for section, members in parts if members for row in (section, *members) if row is not None]
    if not folded:
        return list(order)
    shown: list[Row] = []
    for section, members in grouped(order):
        if section is not None:
            shown.append(section)
        if section is None or section.key not in folded:
            shown += members
    return shown


def unfolded(shown: Iterable[Row], order: Sequence[Row], folded: Collection[int]) -> tuple[Row, ...]:
    """An order of those that are shown as one of all rows: what is folded away stands below its label."""
    hidden: dict[Row, list[Row]] = {
        section: members for section, members in grouped(order) if section is not None and section.key in folded
    }
    return tuple(each for row in shown for each in (row, *hidden.get(row, ())))


def runs(chosen: Sequence[bool]) -> list[tuple[int, int]]:
    """The first and last place of each run of chosen ones."""
    edges = np.flatnonzero(np.diff(np.array([False, *chosen, False]))).tolist()
    return [(first, after - 1) for first, after in zip(edges[::2], edges[1::2], strict=True)]
