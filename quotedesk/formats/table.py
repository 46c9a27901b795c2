"""A table with a symbol column, as spreadsheets and screeners write it: commas, semicolons, tabs or bars between."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from quotedesk.formats.base import SECTION_MARK, Aside, Entry, Label, Named, Symbol, symbol
from quotedesk.market.symbology import is_exchange

TITLE = "CSV table"
SUFFIX = ".csv"
_DELIMITERS = ",;\t|"
_SYMBOL = {"symbol", "symbols", "ticker", "tickers", "code", "instrument", "stock symbol", "ticker symbol", "代码"}
_SYMBOL_BEGINS = ("symbol ", "ticker ", "symbol(", "symbol/")
_VENUE = {"exchange", "market", "venue", "primary exchange", "listing exchange", "exch"}
_SECTION = {"section", "group", "list", "watchlist", "folder"}
_FORMULA = re.compile(r"'*[=+\-@\t\r]")  # a spreadsheet would compute, or fetch, what follows
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[0-9.,]+%?")


def looks_so(text: str) -> bool:
    return _layout(text) is not None


def read(text: str) -> Iterator[Entry]:
    layout = _layout(text)
    if layout is None:
        return
    delimiter, columns = layout
    section = ""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as fault:
            yield Aside(rows.line_num, "", f"a line that cannot be read: {fault}")
            continue
        line, before = before + 1, rows.line_num
        if not any(cell.strip() for cell in cells):
            continue
        shown = delimiter.join(cells)
        if line <= columns.header_line:
            yield Aside(line, shown, "the header" if line == columns.header_line else "above the header")
            continue
        if columns.section is not None and (name := _cell(cells, columns.section)) != section:
            section = name
            if name:
                yield Label(line, name, name)
        yield from _entry(line, shown, _cell(cells, columns.symbol), _cell(cells, columns.venue))


def write(rows: Iterable[Named | str]) -> str:
    """A header, then a line a row; a section is a row whose symbol begins with ###."""
    listed = list(rows)
    titles = list(dict.fromkeys(title for row in listed if isinstance(row, Named) for title in row.figures))
    file = io.StringIO(newline="")
    table = csv.writer(file, lineterminator="\r\n")  # RFC 4180
    table.writerow(["Symbol", *titles])
    for row in listed:
        if isinstance(row, str):
            table.writerow([SECTION_MARK + row, *[""] * len(titles)])
        else:
            table.writerow([_safe(row.marked_code), *(_safe(row.figures.get(title, "")) for title in titles)])
    return file.getvalue()


def is_title(text: str) -> bool:
    """Is it what a symbol column is called, so that no symbol of that name can stand alone on a line?"""
    return text.casefold() in _SYMBOL


class _TablePlaces:
    """Which column holds what; None: it is not there."""

    def __init__(self, header_line: int, symbol: int, venue: int | None, section: int | None) -> None:
        self.header_line, self.symbol, self.venue, self.section = header_line, symbol, venue, section


def _layout(text: str) -> tuple[str, _TablePlaces] | None:
    """The delimiter and the columns; None where there is no symbol column to be found."""
    lines = [(number, line) for number, line in enumerate(text[:50_000].splitlines(), start=1) if line.strip()][:20]
    for number, line in lines[:10]:
        for delimiter in _DELIMITERS:
            titles = [title.strip().casefold() for title in next(iter(csv.reader([line], delimiter=delimiter)), [])]
            place = _symbol_column(titles)
            if place is not None and (len(titles) > 1 or len(lines) > 1):
                return delimiter, _TablePlaces(number, place, _first(titles, _VENUE), _first(titles, _SECTION))
    cells = [line.split(",") for _, line in lines]
    # SYMBOL,EXCHANGE,TYPE,... without a header, as MotiveWave writes it.
    if cells and all(len(each) > 2 and each[1].strip() and is_exchange(each[1].strip()) for each in cells):
        return ",", _TablePlaces(0, 0, 1, None)
    return None


def _first(titles: Sequence[str], names: set[str]) -> int | None:
    return next((place for place, title in enumerate(titles) if title in names), None)


def _symbol_column(titles: Sequence[str]) -> int | None:
    """The column of that very name, else the first one whose name begins so: "Symbol (NYSE)"."""
    exact = _first(titles, _SYMBOL)
    if exact is not None or len(titles) < 2:
        return exact
    return next((at for at, title in enumerate(titles) if title.startswith(_SYMBOL_BEGINS)), None)


def _cell(cells: Sequence[str], place: int | None) -> str:
    if place is None or place >= len(cells):
        return ""
    text = cells[place].strip() if not _GUARDED.match(cells[place]) else cells[place][1:]
    return text.strip()


def _entry(line: int, shown: str, ticker: str, venue: str) -> Iterator[Entry]:
    if ticker.startswith(SECTION_MARK):
        yield Label(line, shown, ticker.removeprefix(SECTION_MARK))
    elif not ticker:
        yield Aside(line, shown, "a line without a symbol")
    elif ":" in ticker:
        yield symbol(line, ticker)
    else:
        yield Symbol(line, ticker, ticker, venue)


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula; numbers stay numbers, with an ASCII minus."""
    ascii_minus = text.replace("\N{MINUS SIGN}", "-")
    if _NUMBER.fullmatch(ascii_minus):
        return ascii_minus
    return f"'{text}" if _FORMULA.match(text) else text
