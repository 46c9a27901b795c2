"""A label row: it groups the rows below it, up to the next one."""

import itertools
from collections.abc import Iterable, Iterator

import msgspec

from quotedesk.market.instrument import Instrument

LONGEST_NAME = 64
UNNAMED = "Section"
_keys = itertools.count(1)


class Section(msgspec.Struct, frozen=True, order=True):
    """A label in a list.

    Attributes:
        key: tells it from another of the same name, for this run.
        name: as `section_name` makes it.
    """

    key: int
    name: str


Row = Instrument | Section


def new_section(name: str) -> Section:
    """A label that is none of those there are."""
    return Section(next(_keys), section_name(name))


def section_name(text: str) -> str:
    """A text as the name of a section or of a list: one line that every list format can hold.

    TradingView ends a name at a comma and begins a section with #, so those become a semicolon and nothing.
    """
    shown = "".join(each if each.isprintable() else " " for each in text.replace(",", ";"))
    return " ".join(shown.split()).lstrip("# ")[:LONGEST_NAME].rstrip() or UNNAMED


def grouped(rows: Iterable[Row]) -> Iterator[tuple[Section | None, list[Row]]]:
    """Each label with its rows; first None with those above all labels, be there any or none."""
    label, members = None, list[Row]()
    for row in rows:
        if isinstance(row, Section):
            yield label, members
            label, members = row, []
        else:
            members.append(row)
    yield label, members
