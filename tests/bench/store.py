"""What the store takes for an update: a trade, and a quote with ten fields. By hand: python -m tests.bench.store

Issue 24 wants a quote at no more than 1.8 times a trade. Updates are made just before they are applied, as they come
from a codec; only `apply` is timed, in microseconds of this thread's processor. Then as well: a look at each row after
each batch, as a repaint takes it.
"""

import statistics
import time
from collections.abc import Callable

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import Number, number
from quotedesk.market.quote import Quote, Trade, Update
from quotedesk.quotes.quotes import Quotes

ROWS = 500
UPDATES = 30_000
REPEATS = 3


def said(value: float, decimals: int = 2) -> Number:
    return number(f"{value:.{decimals}f}")


def a_trade(turn: int) -> Trade:
    return Trade(f"C{turn % ROWS}", said(100 + turn * 37 % 1000 / 100), said(turn % 900, 0), 1.7e9 + turn)


def a_quote(turn: int) -> Quote:
    last = 100 + turn * 37 % 1000 / 100
    return Quote(
        code=f"C{turn % ROWS}",
        last=said(last),
        size=said(turn % 900, 0),
        bid=said(last - 0.01),
        ask=said(last + 0.01),
        bid_size=said(turn % 700, 0),
        ask_size=said(turn % 800, 0),
        high=said(111 + turn % 50 / 100),
        low=said(99),
        open_24h=said(98),
        volume=said(turn, 0),
        time_utc_s=1.7e9 + turn,
    )


def cost_us(make: Callable[[int], Update], at_once: int, *, looks: bool = False) -> float:
    """Of one update, where so many come in a batch."""
    quotes = Quotes()
    slots = quotes.slots(Instrument("d", f"C{row}") for row in range(ROWS)).tolist()
    taken_s, turn = 0.0, 0
    for batch in range(UPDATES // at_once):
        updates = [make(turn + each) for each in range(at_once)]
        turn += at_once
        began_s = time.thread_time()
        quotes.apply(Batch("d", updates, batch * 0.01))
        if looks:
            quotes.settle(slots)
        taken_s += time.thread_time() - began_s
    return taken_s / turn * 1e6


def main() -> None:
    for looks in (False, True):
        print("with a look at every row after each batch" if looks else "applied")
        for at_once in (1, 8, 16, 100, 500):
            trades = [cost_us(a_trade, at_once, looks=looks) for _ in range(REPEATS)]
            quotes = [cost_us(a_quote, at_once, looks=looks) for _ in range(REPEATS)]
            trade, quote = statistics.median(trades), statistics.median(quotes)
            print(f"  {at_once:4} at once: trade {trade:.2f} us, quote {quote:.2f}, {quote / trade:.2f} times")


if __name__ == "__main__":
    main()
