"""Where a table has its symbols, titles, exchanges and sections: found by its first lines.

A column holds the symbols because its values are some; what it is called helps, and decides where digits are codes.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from quotedesk.formats import cells, pieces, shapes, titles, web_address
from quotedesk.formats.base import Known, Line, bare
from quotedesk.formats.shapes import SYMBOLS, Shape, shape, share
from quotedesk.market.symbology import HONG_KONG, SHANGHAI, SHENZHEN, exchange_in_words

_DELIMITERS = "\t;|,"
MOST_COLUMNS = 150  # more of them are a list on one line
_HEADER_LINES = 15  # above which a header stands
_MOST = 0.75  # of a column's values are symbols where its title does not say so
_FLOATED = re.compile(r"[0-9]{1,6}\.0")  # 858.0: a code that a program took for a number
_SURE_VENUES = frozenset(
    {
        *(
            "exchange",
            "venue",
            "primary exchange",
            "listing exchange",
            "exch",
            "stock exchange",
            "mic",
            "交易所",
            "取引所",
        ),
        *("거래소", "биржа", "börse", "bolsa"),
    }
)


class Layout(msgspec.Struct, frozen=True):
    """Where a table has what.

    Attributes:
        delimiter: between its cells; a blank where the first word of each line is the symbol.
        columns: how many its rows have.
        header_line: the number of the line with the titles; 0 for none.
        symbol, venue, section, test: columns; None for none.
        has_digits: digits in the symbol column are codes.
        nation: the exchange of such codes, where the title's language says it.
        doubt: why the symbol column may be another, "" where it is sure.
    """

    delimiter: str
    columns: int
    header_line: int = 0
    symbol: int | None = None
    venue: int | None = None
    section: int | None = None
    test: int | None = None
    has_digits: bool = False
    nation: str = ""
    doubt: str = ""


def layout(head: Sequence[Line], known: Known) -> Layout | None:
    """The layout of a table that begins so; None where it is a list of pieces."""
    usual = [line for line in head if not is_aside(line, known)]
    if not usual:
        return None
    split = {each: [cells.split(line.text, each) for line in usual] for each in _DELIMITERS}
    split = {each: rows for each, rows in split.items() if max(map(len, rows)) <= MOST_COLUMNS}
    for delimiter, rows in split.items():
        if found := _with_header(usual, rows, delimiter, known):
            return found
    for delimiter, rows in split.items():
        is_usual = sum(len(row) > 1 for row in rows) >= 0.6 * len(rows)
        if is_usual and (found := _by_values(usual, rows, delimiter, known)):
            return found
    if found := _of_one_column(usual, known) or _by_first_words(usual, known):
        return found
    return next((Layout(each, len(rows[0])) for each, rows in split.items() if _is_table(rows, known)), None)


def is_aside(line: Line, known: Known) -> bool:
    """Is it no row of a table, whatever the table: blank, a comment, a section, a line of TWS?"""
    text = line.text.strip()
    if not text or (text[:1] in "#＃/" and (text.startswith(("//", "###", "＃＃＃")) or _is_comment(text))):
        return True
    return pieces.own_line(line) is not None


def _is_comment(text: str) -> bool:
    """A line that begins with # is one, unless that is the title of its first column, as in "#,Symbol"."""
    first = re.split(r"[,;\t|]", text[1:], maxsplit=1)
    return not (len(first) > 1 and (not first[0].strip() or titles.is_any(first[0])))


def _with_header(usual: Sequence[Line], rows: Sequence[list[str]], delimiter: str, known: Known) -> Layout | None:
    for place, row in enumerate(rows[:_HEADER_LINES]):
        if len(row) < 2 or not _is_header(row, known):
            continue
        body = [each for each in rows[place + 1 :] if len(each) > 1]
        titled = [at for at, cell in enumerate(row) if titles.is_symbol(cell)] or [
            at for at, cell in enumerate(row) if titles.begins_symbol(cell)
        ]
        found = _shapes(body, len(row), known)
        symbol = _best_titled(titled, found)
        has_digits = symbol is not None
        if symbol is None:
            columns = [[each[at] if at < len(each) else "" for each in body] for at in range(len(row))]
            likely = [
                at
                for at in _by_share(found, SYMBOLS)
                if not _is_kind(columns[at]) and titles.folded(bare(row[at])) not in titles.IDENTITY
            ]
            likely.sort(key=lambda at: titles.folded(bare(row[at])) in titles.OTHER)
            if any(share(found[at], SYMBOLS) > 0 for at in titled):  # a few among cash and totals
                likely = []
            symbol = likely[0] if likely else (titled[0] if titled else None)
            has_digits = symbol in titled
        if symbol is None:
            symbol = next((at for at, column in enumerate(found) if share(column, (Shape.ISIN,)) > _MOST), None)
        if symbol is None and not titled and place and not body:
            continue
        nation = titles.NATIONAL.get(titles.folded(row[symbol]), "") if symbol is not None else ""
        return Layout(
            delimiter,
            len(row),
            usual[place].number,
            symbol,
            _venue(row, body, symbol),
            _titled(row, titles.SECTION, symbol),
            _titled(row, {titles.TEST_ISSUE}, symbol),
            has_digits,
            nation,
        )
    return None


def _is_header(row: Sequence[str], known: Known) -> bool:
    """Are these titles? CODE among tickers is none."""
    filled = [cell for cell in row if cell.strip()]
    titled = [cell for cell in filled if titles.is_any(bare(cell)) or titles.begins_symbol(cell)]
    if not titled:
        return False
    symbols = [cell for cell in titled if titles.is_symbol(bare(cell)) or titles.begins_symbol(cell)]
    others = [cell for cell in filled if cell not in titled]
    if any(shape(bare(cell), known) in (Shape.SYMBOL, Shape.NUMBER, Shape.DIGITS, Shape.DATE) for cell in others):
        return False
    if symbols and all(map(titles.may_be_ticker, symbols)) and len(titled) == len(symbols):
        return False
    return bool(symbols) or len(titled) > 1


def _best_titled(titled: Sequence[int], found: Sequence[Sequence[Shape]]) -> int | None:
    """Of the columns whose title says so the one whose values are symbols most; None where none has half of them."""
    kinds = (*SYMBOLS, Shape.DIGITS, Shape.EXCHANGE, Shape.CURRENCY)
    shares = [(share(found[at], kinds), -at) for at in titled]
    if not shares or (max(shares)[0] < 0.5 and any(each is not Shape.BLANK for at in titled for each in found[at])):
        return None
    return -max(shares)[1]


def _by_values(usual: Sequence[Line], rows: Sequence[list[str]], delimiter: str, known: Known) -> Layout | None:
    (columns, count), *_ = Counter(map(len, rows)).most_common(1)
    if columns < 2 or count < 0.6 * len(rows):
        return None
    body = [row for row in rows if len(row) == columns]
    found = _shapes(body, columns, known)
    header = 0
    if len(body) > 1 and _is_unlike(body[0], found):
        header, body = usual[rows.index(body[0])].number, body[1:]
        found = [each[1:] for each in found]
    venue = next((at for at in range(columns) if _is_venue([row[at] for row in body], letters=False)), None)
    doubt, has_digits = "", False
    likely = [at for at in _by_share(found, SYMBOLS) if not _is_kind([row[at] for row in body])]
    if not likely:
        codes = (*SYMBOLS, Shape.DIGITS)
        likely = [
            at
            for at in _by_share(found, codes)
            if not _is_kind([row[at] for row in body])
            and (
                share(found[at], SYMBOLS) >= 0.3
                or (venue is not None and all(has_numbers(bare(row[venue])) for row in body))
                or _six_digits([row[at] for row in body])
            )
        ][:1]
        has_digits = bool(likely)
    if not likely and venue is None:  # a total or a word in a short table
        numbers = _by_share(found, (Shape.NUMBER, Shape.DIGITS, Shape.DATE))
        half = [
            at
            for at in _by_share(found, (*SYMBOLS, Shape.WORD))
            if share(found[at], SYMBOLS) >= 0.5 and not _is_kind([row[at] for row in body])
        ]
        likely = half if len(half) == 1 and len(numbers) == columns - 1 else []
    others = [at for at in range(columns) if at not in likely and any(each is not Shape.BLANK for each in found[at])]
    if likely and any(
        pieces.hides_symbols([row[at] for row in body], known)
        for at in others
        if share(found[at], (Shape.WORD, Shape.OTHER)) == 1
    ):
        return None  # "Tech: AAPL, MSFT", ["AAPL", "MSFT"], or "AAPL, MSFT # these"
    if len(likely) > 1:
        certain = [at for at in likely if share(found[at], SYMBOLS) >= 0.5]
        is_named = others == [0] and share(found[0], (Shape.WORD, Shape.OTHER)) > 0.5
        if not others or is_named or len(body) == 1:
            return None  # lists, one a line
        if len(certain) != 1:
            doubt = "not sure which of the columns holds the symbols"
        likely = certain[:1] if len(certain) == 1 else likely[:1]
    elif likely and not others:
        return None
    elif not likely:
        isins = [at for at, column in enumerate(found) if share(column, (Shape.ISIN,)) > _MOST]
        return Layout(delimiter, columns, header, isins[0]) if isins else None
    return Layout(delimiter, columns, header, likely[0], venue, has_digits=has_digits, doubt=doubt)


def _of_one_column(usual: Sequence[Line], known: Known) -> Layout | None:
    """A column alone, with its title above."""
    for line in usual[:_HEADER_LINES]:
        title = bare(line.text)
        if titles.is_symbol(title) and not titles.may_be_ticker(title):
            nation = titles.NATIONAL.get(titles.folded(title), "")
            return Layout("\t", 1, line.number, 0, has_digits=True, nation=nation)
    return None


def _by_first_words(usual: Sequence[Line], known: Known) -> Layout | None:
    """Lines that begin with a symbol, which a name or numbers follow; other lines may stand among them."""
    if any(each in line.text for each in ";|\t" for line in usual):
        return None
    rows = [line.text.split(None, 1) for line in usual]
    title = rows[0][0]
    is_titled = titles.is_symbol(title) and (
        not titles.may_be_ticker(title) or all(map(titles.is_any, " ".join(rows[0][1:]).split()))
    )
    header = usual[0].number if is_titled else 0
    rows = rows[1:] if header else rows
    fitting = [row for row in rows if begins_with_symbol(row, known)]
    if len(fitting) >= (1 if header else 2) and len(fitting) >= 0.6 * len(rows):
        return Layout(" ", 2, header, 0, has_digits=header > 0)
    return None


def begins_with_symbol(row: Sequence[str], known: Known) -> bool:
    """Is it a symbol with its name or with numbers behind it, and no sentence?"""
    if len(row) < 2 or row[1].startswith(("#", "//")) or shape(bare(row[0]), known) not in SYMBOLS:
        return False
    rest = [bare(word) for word in row[1].split()[:MOST_COLUMNS]]
    found = [shape(word, known) for word in rest]
    is_number = found[0] in (Shape.NUMBER, Shape.DIGITS, Shape.DATE)
    if row[0] in pieces.IN_PROSE and not is_number:
        return False
    return not rest[0][:1].islower() and share(found, SYMBOLS) < 0.5 and ("," not in row[1] or is_number)


def _shapes(body: Sequence[Sequence[str]], columns: int, known: Known) -> list[list[Shape]]:
    """By column the shapes of its values."""
    return [
        [shape_of_cell(bare(row[at]), known) if at < len(row) else Shape.BLANK for row in body] for at in range(columns)
    ]


def shape_of_cell(piece: str, known: Known) -> Shape:
    found = shape(piece, known)
    if found is Shape.NUMBER and _FLOATED.fullmatch(piece):
        return Shape.DIGITS
    if found is Shape.WORD and (shapes.SPACED_SHARE.fullmatch(piece) or shapes.is_bloomberg(piece)):
        return Shape.TICKER
    if found is Shape.OTHER and web_address.is_one(piece) and pieces.address(0, piece).ticker:
        return Shape.SYMBOL
    return found


def _by_share(found: Sequence[Sequence[Shape]], kinds: Sequence[Shape]) -> list[int]:
    return [at for at, column in enumerate(found) if share(column, kinds) >= _MOST]


def _is_unlike(first: Sequence[str], found: Sequence[Sequence[Shape]]) -> bool:
    """Is the first row a header of unknown words, where below, in some column, all are symbols or numbers?"""
    words = (Shape.WORD, Shape.OTHER, Shape.TICKER, Shape.CURRENCY, Shape.EXCHANGE, Shape.BLANK)
    if any(column[0] not in words for column in found):
        return False
    numbers = (Shape.NUMBER, Shape.DIGITS, Shape.DATE)
    for column in found:
        if column[0] is not Shape.BLANK and share(column[1:], numbers) > _MOST:
            return True
        if column[0] in (Shape.WORD, Shape.OTHER) and share(column[1:], (*SYMBOLS, *numbers)) > _MOST:
            return True
    return False


def _is_table(rows: Sequence[Sequence[str]], known: Known) -> bool:
    """Are there numbers in rows alike, so that no cell of it stands for itself?"""
    if len(rows) < 2 or len(rows[0]) < 2 or any(len(row) != len(rows[0]) for row in rows):
        return False
    numbers = (Shape.NUMBER, Shape.DIGITS, Shape.DATE)
    body = rows[1:] if len(rows) > 2 else rows  # the first may be a header
    return any(share(column, numbers) > 0.9 for column in _shapes(body, len(rows[0]), known))


def _is_kind(values: Sequence[str]) -> bool:
    """Is it a column of kinds, few words for many rows?"""
    filled = [value.strip() for value in values if value.strip()]
    if len(filled) > 1 and (shapes.COUNTRIES.issuperset(filled) or {"Y", "N"}.issuperset(filled)):
        return True
    return len(filled) > 3 and len(set(filled)) <= max(1, len(filled) // 3)


def _six_digits(values: Sequence[str]) -> bool:
    return len(values) > 1 and all(len(bare(value)) == 6 for value in values) and len(set(values)) == len(values)


def _is_venue(values: Sequence[str], *, letters: bool) -> bool:
    """Are they names of exchanges, nearly all? `letters`: single ones count."""
    filled = [bare(value) for value in values if value.strip()]
    named = sum(bool(exchange_in_words(value)) and (letters or _is_like_venue(value)) for value in filled)
    return bool(filled) and named >= 0.9 * len(filled)


def _is_like_venue(value: str) -> bool:
    """Is it written as exchanges are, where no title says that it is one? "Two" is a word, "TWO" is one of them."""
    return len(value) > 3 or (len(value) > 1 and (value.isupper() or not value.isascii()))


def has_numbers(venue: str) -> bool:
    """Are the codes of an exchange, as a cell names it, numbers?"""
    return exchange_in_words(venue) in HONG_KONG | SHANGHAI | SHENZHEN


def _venue(row: Sequence[str], body: Sequence[Sequence[str]], symbol: int | None) -> int | None:
    """The column that says the exchange: one that is called so, else one whose values are exchanges."""
    columns = [[each[at] if at < len(each) else "" for each in body] for at in range(len(row))]
    titled = [at for at, title in enumerate(row) if titles.folded(bare(title)) in titles.VENUE and at != symbol]
    for at in titled:
        if _is_venue(columns[at], letters=True):
            return at
    for at in titled:
        filled = [value for value in columns[at] if value.strip()]
        known = sum(bool(exchange_in_words(value)) for value in filled)
        if titles.folded(bare(row[at])) in _SURE_VENUES or (filled and known >= len(filled) / 2):
            return at
    others = (
        at
        for at, title in enumerate(row)
        if at != symbol and titles.folded(bare(title)) not in titles.OTHER and _is_venue(columns[at], letters=False)
    )
    return next(others, None)


def _titled(row: Sequence[str], names: Iterable[str], symbol: int | None) -> int | None:
    return next((at for at, title in enumerate(row) if titles.folded(bare(title)) in names and at != symbol), None)
