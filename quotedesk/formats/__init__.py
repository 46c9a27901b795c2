"""List formats: FORMATS is the register of those that are written; `entries` reads any text, whatever is in it.

A text is read as HTML, as a table with a symbol column, or line by line as pieces, TWS lines among them.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence

from quotedesk.formats import pieces, plain, table, table_layout, tradingview, tws
from quotedesk.formats.base import Entry, Format, Known, Line, Named, NothingKnown, Symbol, lines

FORMATS: dict[str, Format] = {"tradingview": tradingview, "csv": table, "tws": tws, "text": plain}
MOST_PIECES = 50_000
_HEAD_LINES = 60
_HEAD_CHARACTERS = 16_384


def entries(parts: Iterable[str], known: Known | None = None) -> Iterator[Entry | None]:
    """What a text holds, which may come in parts; None now and then, where a part was read that held nothing.

    Nothing is left out: what is beyond MOST_PIECES is one piece that says so.
    """
    known = known or NothingKnown()
    count = 0
    for entry in _all(iter(parts), known):
        count += entry is not None
        if entry is not None and count > MOST_PIECES:
            why = f"All from here on was left out: a list has at most {MOST_PIECES:,} pieces"
            yield Symbol(entry.line, entry.text, "", why_not=why)
            return
        yield entry


def _all(parts: Iterator[str], known: Known) -> Iterator[Entry | None]:
    first = next(parts, "")
    rest = itertools.chain([first], parts)
    source = _lines(first, rest)
    head: list[Line] = []
    characters = 0
    for line in source:
        if line is None:
            yield None
        elif line.text.strip():
            head.append(line)
            characters += len(line.text)
        if len(head) >= _HEAD_LINES or characters >= _HEAD_CHARACTERS:
            break
    whole = itertools.chain(head, source)
    if (found := table_layout.layout(head, known)) is not None:
        yield from table.read(whole, found, known)
        return
    manner = pieces.manner(head, known)
    for line in whole:
        if line is None:
            yield None
        else:
            yield from pieces.read(line, known, manner)


def _lines(first: str, whole: Iterable[str]) -> Iterator[Line | None]:
    """The lines of a text whose first part is known: those of a page, or of a text as it stands."""
    if first.lstrip("\ufeff \t\r\n")[:1] == "<":
        from quotedesk.formats import html_page  # not needed at the start

        if html_page.looks_so(first):
            return html_page.lines(whole)
    return lines(whole)


def parts(rows: Sequence[Named | str], format: Format) -> list[list[Named | str]]:
    """Rows in parts that are no longer than a format's program takes; a section that is parted begins anew."""
    if format is not tradingview:
        return [list(rows)]
    found: list[list[Named | str]] = [[]]
    count, section = 0, ""
    for row in rows:
        if isinstance(row, str):
            section = row
        elif count == tradingview.MOST:
            found.append([section] if section else [])
            count = 0
        found[-1].append(row)
        count += isinstance(row, Named)
    return found
