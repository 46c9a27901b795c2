"""A table of positions, as brokers and spreadsheets write them: a symbol, how many, what one cost.

The symbol column is found as in lists (see formats/table_layout); the others by their titles, without titles by their
order.
"""

import itertools
from collections.abc import Iterator, Sequence

import msgspec

from quotedesk.formats import amounts, cells, table, table_layout, titles
from quotedesk.formats.amounts import AmountError, DecimalSign
from quotedesk.formats.base import Entry, Known, Line, bare, lines, shortened
from quotedesk.formats.table_layout import Layout

MOST_LINES = 20_000
_HEAD_LINES = 60
_SAMPLE_LINES = 400  # that tell the decimal point; an amount that does not fit it is no number
_QUANTITY = frozenset(
    {
        *("quantity", "qty", "qty (quantity)", "shares", "units", "position", "holdings", "no. of shares", "amount"),
        *("size", "contracts", "balance", "number of shares", "share count", "shares held", "current quantity"),
        *("stück", "anzahl", "menge", "bestand", "nominal", "quantité", "nombre", "cantidad", "quantidade", "quantità"),
        *(
            "数量",
            "持仓",
            "持仓量",
            "持仓数量",
            "持股",
            "股数",
            "股票余额",
            "数量(股)",
            "數量",
            "股數",
            "保有数",
            "保有数量",
        ),
        *("保有株数", "수량", "보유수량", "количество", "кол-во", "ilość", "aantal", "antal"),
    }
)
_COST = frozenset(
    {
        *("average cost", "avg cost", "avg. cost", "average price", "avg price", "avg. price", "cost", "unit cost"),
        *("cost price", "cost/share", "cost per share", "price paid", "purchase price", "buy price", "entry price"),
        *("average cost basis", "cost basis/share", "cost basis per share", "avg cost per share", "avg price paid"),
        *("avg fill price", "open price", "average open price", "average buy price", "avg entry price", "unit price"),
        *("einstandskurs", "kaufkurs", "kaufpreis", "einstand", "ø kaufkurs", "einstandspreis", "durchschnittskurs"),
        *("prix de revient", "pru", "prix moyen", "prix d'achat", "precio medio", "preço médio", "prezzo medio"),
        *("成本", "成本价", "成本價", "持仓成本", "买入价", "平均成本", "均价", "均價", "取得単価", "平均取得単価"),
        *("평균단가", "매입단가", "средняя цена", "цена покупки", "gak"),
    }
)
_TOTAL = frozenset(
    {
        *("cost basis", "total cost", "cost basis total", "book cost", "book value", "total cost basis", "invested"),
        *("kaufwert", "einstandswert", "investiert", "总成本", "總成本", "取得金額", "매입금액"),
    }
)
_CURRENCY = frozenset(
    {"currency", "ccy", "währung", "devise", "moneda", "moeda", "valuta", "币种", "幣別", "通貨", "통화"}
)
_SIDE = frozenset({"side", "long/short", "direction", "buy/sell", "l/s"})
_SHORT = ("short", "sell", "sold", "s")


class Holding(msgspec.Struct, frozen=True):
    """A line of the table, its cells as they stand there.

    Attributes:
        line: its number, from 1.
        text: all of it.
        entries: what its symbol cell may be; see formats/base.
        quantity, cost, total: cells; `total` is what all of it cost. "" where there are none.
        currency: as a column says it; "" for none.
        is_short: a column says that it was sold short.
        fault: why its cells are not to be trusted; "" for nothing.
    """

    line: int
    text: str
    entries: tuple[Entry, ...]
    quantity: str = ""
    cost: str = ""
    total: str = ""
    currency: str = ""
    is_short: bool = False
    fault: str = ""


class PositionTable(msgspec.Struct, frozen=True):
    """A text that was looked at.

    Attributes:
        sign: the decimal point of its amounts; None where none of them tells, see formats/amounts.
        fault: why it is no table of positions; "" where it is one.
        is_titled: a title says that it is one; else it has numbers behind its symbols.
    """

    sign: DecimalSign | None
    fault: str
    _lines: tuple[Line, ...]
    _layout: Layout | None
    _places: "_Places | None"
    _known: Known
    is_titled: bool = False

    def holdings(self) -> Iterator[Holding]:
        """Its lines, but for empty ones. Nothing is left out: what is beyond MOST_LINES is one that says so."""
        if self._layout is None or self._places is None:
            return
        entries = _ByLine(table.read(iter(self._lines), self._layout, self._known))
        records = cells.records(iter(self._lines), self._layout.delimiter, self._layout.columns)
        for count, line in enumerate(line for line in records if line is not None and line.text.strip()):
            if count == MOST_LINES:
                why = f"All from here on was left out: at most {MOST_LINES:,} lines are read"
                yield Holding(line.number, shortened(line.text.strip()), (), fault=why)
                return
            yield self._holding(line, entries.upto(line.number), self._layout, self._places)

    def _holding(self, line: Line, entries: tuple[Entry, ...], layout: Layout, places: "_Places") -> Holding:
        row = _split(line.text, layout.delimiter)
        beyond = row[layout.columns :] if layout.header_line and layout.delimiter != " " else []
        fault = f"it has {len(row)} cells where the table has {layout.columns}" if any(map(str.strip, beyond)) else ""

        def cell(at: int | None) -> str:
            return row[at].strip() if at is not None and at < len(row) else ""

        return Holding(
            line.number,
            shortened(line.text.strip()),
            entries,
            cell(places.quantity),
            cell(places.cost),
            cell(places.total),
            bare(cell(places.currency)).upper(),
            bare(cell(places.side)).casefold() in _SHORT,
            fault,
        )


class _ByLine:
    """Entries, line by line."""

    def __init__(self, entries: Iterator[Entry | None]) -> None:
        self._entries = (entry for entry in entries if entry is not None)
        self._next = next(self._entries, None)

    def upto(self, number: int) -> tuple[Entry, ...]:
        """Those of a line, which come after those of the lines before."""
        found = []
        while self._next is not None and self._next.line <= number:
            found.append(self._next)
            self._next = next(self._entries, None)
        return tuple(entry for entry in found if entry.line == number)


class _Places(msgspec.Struct, frozen=True):
    """Which column is which; None for none."""

    quantity: int
    cost: int | None = None
    total: int | None = None
    currency: int | None = None
    side: int | None = None


def look(text: str, known: Known) -> PositionTable:
    """What a text is."""
    found = tuple(line for line in itertools.islice(lines([text]), MOST_LINES * 2) if line is not None)
    head = [line for line in found if line.text.strip()][:_HEAD_LINES]
    if not head:
        return PositionTable(None, "There is nothing in it", found, None, None, known)
    layout = table_layout.layout(head, known)
    if layout is None or layout.symbol is None:
        return PositionTable(None, "There is no column of symbols in it", found, layout, None, known)
    rows = [_split(line.text, layout.delimiter) for line in head if line.number > layout.header_line]
    header = next((_split(line.text, layout.delimiter) for line in head if line.number == layout.header_line), [])
    places = _titled(header, layout) if header else _ordered(rows, layout)
    if places is None:
        what = "No column of it is called Quantity" if header else "There is no column of quantities in it"
        return PositionTable(None, what, found, layout, None, known)
    body = [_split(line.text, layout.delimiter) for line in found[:_SAMPLE_LINES] if line.number > layout.header_line]
    texts = [
        row[at]
        for row in body
        for at in (places.quantity, places.cost, places.total)
        if at is not None and at < len(row)
    ]
    sign = amounts.decimal_sign(texts, is_semicolon=layout.delimiter == ";")
    return PositionTable(sign, "", found, layout, places, known, bool(header))


def _split(text: str, delimiter: str) -> list[str]:
    return text.split() if delimiter == " " else cells.split(text, delimiter)


def _titled(header: Sequence[str], layout: Layout) -> _Places | None:
    """The columns by their titles; None where none says that it is a quantity."""

    def place(names: frozenset[str]) -> int | None:
        return next(
            (at for at, title in enumerate(header) if titles.folded(bare(title)) in names and at != layout.symbol), None
        )

    quantity = place(_QUANTITY)
    if quantity is None:
        return None
    cost = place(_COST)
    return _Places(quantity, cost, place(_TOTAL) if cost is None else None, place(_CURRENCY), place(_SIDE))


def _ordered(rows: Sequence[Sequence[str]], layout: Layout) -> _Places | None:
    """The first two columns of numbers: how many, and what one cost."""
    columns = layout.columns if layout.delimiter != " " else max(map(len, rows), default=0)
    numbers = [at for at in range(columns) if at != layout.symbol and _are_amounts(rows, at)]
    return _Places(numbers[0], *numbers[1:2]) if numbers else None


def _are_amounts(rows: Sequence[Sequence[str]], at: int) -> bool:
    filled = [row[at] for row in rows if at < len(row) and row[at].strip()]
    return bool(filled) and sum(map(_is_amount, filled)) > 0.5 * len(filled)


def _is_amount(text: str) -> bool:
    for sign in DecimalSign:
        try:
            if amounts.read(text, sign) is not None:
                return True
        except AmountError:
            continue
    return False
