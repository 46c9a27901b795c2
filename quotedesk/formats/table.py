"""A table with a symbol column, as spreadsheets and screeners write it: commas, semicolons, tabs or bars between.

Which column has what is found by formats.table_layout.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from quotedesk.formats import cells, pieces, shapes, titles, web_address
from quotedesk.formats.base import (
    SECTION_MARK,
    Aside,
    Entry,
    Known,
    Label,
    Line,
    Named,
    Symbol,
    bare,
    cleaned,
    shortened,
)
from quotedesk.formats.shapes import SYMBOLS, Shape, shape
from quotedesk.formats.table_layout import (
    MOST_COLUMNS,
    Layout,
    begins_with_symbol,
    has_numbers,
    is_aside,
    shape_of_cell,
)
from quotedesk.market.symbology import exchange_in_words

TITLE = "CSV table"
SUFFIX = ".csv"
_FORMULA = re.compile(
    r"'*[\s\x00-\x20]*[=+\-@＝＋－＠\N{MINUS SIGN}|%]|'*[\t\r]"
)  # a spreadsheet would compute what follows
_GUARDED = re.compile(r"'+(?:[\s\x00-\x20]*[=+\-@＝＋－＠\N{MINUS SIGN}|%]|[\t\r])")
_NUMBER = re.compile(r"[+-]?[0-9.,]+%?")
_SEVERAL = re.compile(r"[,;\s]+")
_RULE = re.compile(r"\s*:?[-=_+]{2,}:?\s*")
_FOOTER = "file creation time"


def read(source: Iterator[Line | None], layout: Layout, known: Known) -> Iterator[Entry | None]:
    """All of a table, in order."""
    section = ""
    for line in cells.records(source, layout.delimiter, layout.columns):
        if line is None:
            yield None
            continue
        row = cells.split(line.text, layout.delimiter) if layout.delimiter != " " else line.text.split(None, 1)
        if not any(cell.strip() for cell in row):
            continue
        shown = shortened(line.text.strip())
        if line.number == layout.header_line:
            yield Aside(line.number, shown, "the header")
        elif line.number < layout.header_line:
            yield from _above(line, shown, known)
        elif is_aside(line, known) or _stands_apart(row, layout, known):
            yield from pieces.read(line, known)
        else:
            name = _cell(row, layout.section)
            if layout.section is not None and name != section:
                section = name
                if name:
                    yield Label(line.number, name, name)
            yield from _entries(line.number, shown, row, layout, known)


def _above(line: Line, shown: str, known: Known) -> Iterator[Entry]:
    """What stands above the header: symbols where it is nothing else."""
    found = list(pieces.read(line, known))
    if all(isinstance(each, Symbol) and not each.why_not and not each.doubt for each in found):
        yield from found
    else:
        yield Aside(line.number, shown, "above the header")


def _stands_apart(row: Sequence[str], layout: Layout, known: Known) -> bool:
    """Is it no row of the table but a list of its own: without its cells, or with other ones that are all symbols?"""
    if layout.delimiter == " ":
        return not begins_with_symbol(row, known)
    if len(row) == 1:
        return layout.columns > 1
    if len(row) == layout.columns:
        return False
    return all(shape(bare(cell), known) in SYMBOLS for cell in row[:MOST_COLUMNS] if cell.strip())


def write(rows: Iterable[Named | str]) -> str:
    """A header, then a line a row; a section is a row whose symbol begins with ###."""
    listed = list(rows)
    titled = list(dict.fromkeys(title for row in listed if isinstance(row, Named) for title in row.figures))
    file = io.StringIO(newline="")
    table = csv.writer(file, lineterminator="\r\n")  # RFC 4180
    table.writerow(["Symbol", *titled])
    for row in listed:
        if isinstance(row, str):
            table.writerow([SECTION_MARK + row, *[""] * len(titled)])
        else:
            table.writerow([_safe(row.marked_code), *(_safe(row.figures.get(title, "")) for title in titled)])
    return file.getvalue()


def _cell(row: Sequence[str], place: int | None) -> str:
    if place is None or place >= len(row):
        return ""
    cell = row[place].strip()
    return cell[1:].strip() if _GUARDED.match(row[place].lstrip(" ")) else cell


def _entries(number: int, shown: str, row: Sequence[str], layout: Layout, known: Known) -> Iterator[Entry]:
    if layout.symbol is None:
        yield Symbol(number, shown, "", why_not="There is no column of symbols in this table")
        return
    text = _cell(row, layout.symbol)
    cell = text if text.isalnum() and text.isascii() else bare(text)
    if cleaned(text).startswith(SECTION_MARK):
        name = text if text.startswith(SECTION_MARK) else cleaned(text)
        yield Label(number, shown, name.removeprefix(SECTION_MARK))
    elif cell.casefold().startswith(_FOOTER) or row[0].casefold().startswith(_FOOTER):
        yield Aside(number, shown, "the footer")
    elif not cell:
        yield Aside(number, shown, "a line without a symbol")
    elif layout.header_line and titles.is_symbol(cell) and sum(map(titles.is_any, row)) > 1:
        yield Aside(number, shown, "the header")
    elif all(_RULE.fullmatch(each) for each in row if each.strip()):
        yield Aside(number, shown, "a line between rows")
    elif layout.test is not None and _cell(row, layout.test).upper() == "Y":
        yield Aside(number, shown, "a test issue")
    elif (
        len(cell) < 2_000
        and len(several := _SEVERAL.split(cell)) > 1
        and shape_of_cell(cell, known) not in SYMBOLS
        and all(shape(each, known) in SYMBOLS for each in several)
    ):
        for each in several:
            yield _entry(number, each, each, row, layout, known)
    else:
        yield _entry(number, text, cell, row, layout, known)


def _entry(number: int, text: str, cell: str, row: Sequence[str], layout: Layout, known: Known) -> Entry:
    """The entry of a row's symbol."""
    found = shape_of_cell(cell, known)
    if web_address.is_one(cell):
        return pieces.address(number, cell)
    is_titled = layout.header_line > 0 and layout.has_digits
    takes = [*SYMBOLS]
    said = bare(_cell(row, layout.venue))
    if layout.has_digits or has_numbers(said):
        takes.append(Shape.DIGITS)
    if is_titled or layout.venue is not None:
        takes += [Shape.EXCHANGE, Shape.CURRENCY]
        if (
            cell.isalpha()
            and cell.isascii()
            and cell not in shapes.NEVER
            and (cell.isupper() or (cell.islower() and len(cell) <= 5))
        ):
            takes.append(Shape.WORD)
    if found not in takes:
        return pieces.single(number, text, known)
    venue, ticker = shapes.meant(cell.removesuffix(".0") if found is Shape.DIGITS else cell)
    if layout.doubt:
        return Symbol(number, shortened(text), ticker, venue, doubt=layout.doubt)
    if said and not venue and not shapes.says_all(cell):
        venue = exchange_in_words(said) or said
    if not venue and layout.nation and cell.isdigit():
        venue = layout.nation
    return Symbol(number, shortened(text), ticker, venue)


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula; numbers stay numbers, with an ASCII minus."""
    ascii_minus = text.replace("\N{MINUS SIGN}", "-")
    if _NUMBER.fullmatch(ascii_minus):
        return ascii_minus
    return f"'{text}" if _FORMULA.match(cleaned_start(text)) else text


def cleaned_start(text: str) -> str:
    """A text without what cannot be seen before it, where a formula may begin."""
    return text if text[:1].isascii() else text.lstrip("\ufeff\u200b\u200c\u200d\u2060\u00ad\u200e\u200f") or text
