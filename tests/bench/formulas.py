"""What three formulas cost: 1,000 rows, 10,000 quotes/s, sorted. By hand: .venv/bin/python -m tests.bench.formulas

Sixty times a second a sixtieth of the quotes is applied and the table painted, four times a second sorted again, as
fast as it goes; told is the processor of this thread in percent of a second of such a market, offscreen, 1400x1240 px.
The columns of "three formulas" stand in the place of "three kept numbers". Issue 25 wants at most 10 % more than none.
"""

import os
import statistics
import time
from decimal import Decimal

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from quotedesk.lists.book import Book
from quotedesk.lists.currency import Currencies
from quotedesk.lists.positions import Held
from quotedesk.lists.saved import ColumnFormula, FormulaColour
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.market.batch import Batch
from quotedesk.market.formula import OF_ONE, read
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import of_float
from quotedesk.market.position import Position
from quotedesk.market.quote import Quote
from quotedesk.quotes.formula_values import NAMES, OF_ARRAYS
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.table import sparkline_shape as line_shape
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.position_columns import OwnColumns
from quotedesk.ui.table.view import TableView
from tests.fakes.clock import FakeClock

ROWS, QUOTES_PER_S, FRAMES_PER_S, SORTS_PER_S, SECONDS, REPEATS = 1_000, 10_000, 60, 4, 4, 3
USUAL = ("Symbol", "State", "Last", "Chg", "Chg %", "Trend")
FORMULAS = (
    ColumnFormula("Spread bp", "spread / mid * 10000", 1),
    ColumnFormula("To high %", "(last - high) / high * 100", 2, FormulaColour.SIGN),
    ColumnFormula("Mean", "if(known(bid) and known(ask), avg(bid, ask, last), last)", None, FormulaColour.VALUE, 100.0),
)
CASES = {
    "none": (USUAL, "Chg %"),
    "three kept numbers": ((*USUAL, "Bid", "Ask", "Spread"), "Spread"),
    "three formulas": ((*USUAL, *(each.name for each in FORMULAS)), "Spread bp"),
}


def quotes_of_a_second(draw: np.random.Generator) -> list[list[Quote]]:
    """Frame by frame."""
    prices = draw.uniform(50, 150, QUOTES_PER_S)
    made = [
        Quote(
            code=f"S{draw.integers(ROWS)}",
            last=of_float(price, 2),
            bid=of_float(price - 0.02, 2),
            ask=of_float(price + 0.03, 2),
            high=of_float(160.0, 2),
        )
        for price in prices.tolist()
    ]
    each = QUOTES_PER_S // FRAMES_PER_S
    return [made[at : at + each] for at in range(0, each * FRAMES_PER_S, each)]


def percent_of_a_second(columns: tuple[str, ...], sorted_by: str, *, is_held: bool = False) -> float:
    """The processor that such a market takes; `is_held`: there is a position in each row."""
    quotes, clock, draw = Quotes(), FakeClock(), np.random.default_rng(25)
    book = Book(Instrument("f", f"S{at}") for at in range(ROWS))
    book.calculate(FORMULAS)
    if is_held:
        book.hold(Held(dict.fromkeys(book.lists[0].instruments, Position(Decimal(100), Decimal("99.5")))))
        quotes.hold(book.held.positions)
    (watchlist,) = book.lists
    watchlist.show_columns(columns)
    own = OwnColumns(book, Currencies(Directories({}, lambda feed: SymbolDirectory()), clock))
    model = TableModel(watchlist, quotes, clock, own=own)
    table = TableView(model, clock, Appearance())
    table.resize(1400, 1240)
    table.show()
    model.sort_by(next(each for each in model.columns if each.title == sorted_by), is_descending=True)
    second, spent = quotes_of_a_second(draw), []
    for _ in range(SECONDS):
        began_s = time.thread_time()
        for frame, updates in enumerate(second):
            clock.time_s += 1 / FRAMES_PER_S
            quotes.apply(Batch("f", updates, clock.now_s()))
            if frame % (FRAMES_PER_S // SORTS_PER_S) == 0:
                model.sort_again()
            table.repaint_news(clock.now_s())
            QApplication.processEvents()
        spent.append(time.thread_time() - began_s)
    table.hide()
    table.deleteLater()
    return 100 * statistics.median(spent[1:])


def main() -> None:
    """Measure, and print a line each."""
    app = QApplication.instance() or QApplication([])
    line_shape.load()
    found: dict[str, list[float]] = {name: [] for name in CASES}
    for _ in range(REPEATS):
        for name, case in CASES.items():
            found[name].append(percent_of_a_second(*case))
    for name, percents in found.items():
        print(f"{name:20} {min(percents):5.1f} to {max(percents):5.1f} % of a core")
    values = np.full(10_000, 1.5)
    for each in FORMULAS:
        formula = read(each.text, NAMES)
        one, many = formula.bind(OF_ONE), formula.bind(OF_ARRAYS)
        inputs, columns = [1.5] * len(formula.names), [values] * len(formula.names)
        began_s = time.thread_time()
        for _ in range(10_000):
            one(inputs)
        middle_s = time.thread_time()
        for _ in range(100):
            many(columns)
        end_s = time.thread_time()
        row_us, all_us = (middle_s - began_s) * 100, (end_s - middle_s) * 10_000
        print(f"{each.text:58} {row_us:.2f} µs a row, {all_us:.0f} µs over 10,000 rows")
    del app


if __name__ == "__main__":
    main()
