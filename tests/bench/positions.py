"""What positions cost: 1,000 held rows that all move. By hand: .venv/bin/python -m tests.bench.positions

A look is what the foot of the table does a few times a second: which prices jumped, what each row that changed is
worth, all of it in three currencies. Then the table with four columns of positions in the place of three kept numbers,
at 10,000 quotes/s, see tests/bench/formulas. Told is the processor of this thread.
"""

import os
import statistics
import time
from decimal import Decimal

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import of_float
from quotedesk.market.position import Position
from quotedesk.market.quote import Quote
from quotedesk.market.states import RowState
from quotedesk.quotes.position_totals import PositionTotals
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table import sparkline_shape as line_shape
from quotedesk.ui.table.position_columns import SHOWN_FIRST
from tests.bench import formulas

ROWS, LOOKS, LOOKS_PER_S = 1_000, 40, 4
_CURRENCIES = ("USD", "EUR", "HKD")
_RATES = {"EURUSD": ("EUR", "USD"), "USDHKD": ("USD", "HKD")}


def pair_of(row: Instrument) -> tuple[str, str]:
    """As lists/currency says it."""
    return _RATES.get(row.code) or ("", _CURRENCIES[int(row.code[1:]) % 3])


def moved(draw: np.random.Generator, rows: list[Instrument]) -> Batch:
    """Each row a little up or down."""
    prices = draw.uniform(95, 105, len(rows)).tolist()
    updates = [
        Quote(code=row.code, last=of_float(price, 2), prev_close=of_float(100.0, 2))
        for row, price in zip(rows, prices, strict=True)
    ]
    return Batch("f", list(updates), 0.0)


def main() -> None:
    """Measure, and print a line each."""
    rows = [Instrument("f", f"S{at}") for at in range(ROWS)] + [Instrument("f", code) for code in _RATES]
    draw = np.random.default_rng(25)
    for share in (1.0, 0.1):
        quotes = Quotes()
        quotes.set_state(quotes.slots(rows), RowState.LIVE, 0.0)
        quotes.apply(moved(draw, rows))
        quotes.hold({row: Position(Decimal(100), Decimal("99.5")) for row in rows[:ROWS]})
        totals, spent = PositionTotals(quotes, pair_of), []
        for look in range(LOOKS):
            quotes.apply(moved(draw, rows[: int(len(rows) * share)]))
            began_s = time.thread_time()
            assert totals.now(rows, "USD", float(look)) is not None
            spent.append(time.thread_time() - began_s)
        look_ms = statistics.median(spent[1:]) * 1000
        percent = look_ms * LOOKS_PER_S / 10
        print(f"{ROWS:,} held, {share:.0%} of them moved: {look_ms:.1f} ms a look, {percent:.1f} % of a core")
    app = QApplication.instance() or QApplication([])
    line_shape.load()
    cases = {
        "none": (formulas.USUAL, "Chg %"),
        "three kept numbers": ((*formulas.USUAL, "Bid", "Ask", "Spread"), "Spread"),
        "four of positions": ((*formulas.USUAL, *SHOWN_FIRST), "Value"),
    }
    found: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(formulas.REPEATS):
        for name, case in cases.items():
            found[name].append(formulas.percent_of_a_second(*case, is_held=name == "four of positions"))
    for name, percents in found.items():
        print(f"{name:20} {min(percents):5.1f} to {max(percents):5.1f} % of a core")
    del app


if __name__ == "__main__":
    main()
