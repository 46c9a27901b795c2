"""What rules cost: 10,000 updates/s and 1,000 rules. By hand: .venv/bin/python -m tests.bench.alerts

Told is the processor in percent of a second of such a market (issue 26 wants at most 5 % more than none), beside what
the same updates cost where there is no rule; and how long the slowest hundredth of updates took to be told of, of those
that made a rule fire. Prices walk by single steps, or jump at random over all levels, which no market does.
"""

import random
import statistics
import time
from collections.abc import Sequence

from quotedesk.alerts.firing import Firing
from quotedesk.alerts.rule import AlertRule
from quotedesk.engine.alerting import Alerting
from quotedesk.market.batch import Batch
from quotedesk.market.hours import Hours
from quotedesk.market.number import of_float
from quotedesk.market.quote import Quote, Trade, Update
from tests.fakes.clock import FakeClock
from tests.fakes.watcher import rule_of

ROWS, RULES, UPDATES_PER_S, SECONDS, REPEATS = 1_000, 1_000, 10_000, 3, 3
AT_ONCE = 20  # updates in a read
CASES = {
    "no rules": [],
    "a level for each row": [f"S{at} last crosses {80 + at % 40} repeat 15m" for at in range(RULES)],
    "ten for each of 100 rows": [f"S{at % 100} last crosses {60 + 8 * (at // 100)} repeat 15m" for at in range(RULES)],
    "all of one row": [f"S0 last crosses {50 + at / 10:.1f} repeat 15m" for at in range(RULES)],
    "all of one row, once": [f"S0 last crosses {50 + at / 10:.1f}" for at in range(RULES)],
    "a change in percent for each row": [f"S{at} change% >= {at % 20} repeat 15m" for at in range(RULES)],
    "a change in 5 minutes for each row": [f"S{at} change%/5m >= {at % 20} repeat 15m" for at in range(RULES)],
    "a formula for each row": [f'S{at} "(ask - bid) / last" >= 0.{at % 20 + 1} repeat 15m' for at in range(RULES)],
    "new highs of each row": [f"S{at} last new-high repeat 15m" for at in range(RULES)],
}


def second_of(kind: str, walks: bool, prices: list[float], draw: random.Random) -> list[list[Update]]:
    """The updates of a second, read by read; `prices` goes on."""
    made: list[Update] = []
    for _ in range(UPDATES_PER_S):
        row = draw.randrange(ROWS)
        prices[row] = prices[row] + draw.choice((-0.01, 0.0, 0.01)) if walks else draw.uniform(75, 125)
        last = of_float(prices[row], 2)
        if kind == "trades":
            made.append(Trade(f"S{row}", last, of_float(1.0, 0)))
        else:
            bid, ask = of_float(prices[row] - 0.02, 2), of_float(prices[row] + 0.02, 2)
            made.append(Quote(code=f"S{row}", last=last, bid=bid, ask=ask, prev_close=of_float(100.0, 2)))
    return [made[at : at + AT_ONCE] for at in range(0, UPDATES_PER_S, AT_ONCE)]


def measured(rules: Sequence[AlertRule], kind: str, walks: bool) -> tuple[float, float, int]:
    """Percent of a core, milliseconds to the telling (p99), firings."""
    clock, draw = FakeClock(), random.Random(1)
    alerting = Alerting(clock, lambda feed: Hours(), ("demo",))
    told_ms: list[float] = []
    began = 0.0

    def tell(firings: Sequence[Firing]) -> None:
        told_ms.extend([(time.perf_counter() - began) * 1000] * len(firings))

    alerting.listeners.append(tell)
    alerting.set_rules(rules)
    prices = [draw.uniform(80, 120) for _ in range(ROWS)]
    seconds = [second_of(kind, walks, prices, draw) for _ in range(SECONDS)]
    spent: list[float] = []
    for reads in seconds:
        before = time.process_time()
        for updates in reads:
            clock.advance(1 / len(reads))
            began = time.perf_counter()
            alerting.consume(Batch("demo", updates, clock.now_s()))
        alerting.second()
        spent.append(time.process_time() - before)
    late_ms = statistics.quantiles(told_ms, n=100)[98] if len(told_ms) > 1 else 0.0
    return statistics.median(spent) * 100, late_ms, len(told_ms)


def main() -> None:
    """Print a line for each case."""
    print(f"{RULES:,} rules, {ROWS:,} rows, {UPDATES_PER_S:,} updates/s, {AT_ONCE} in a read; percent of a core")
    for name, texts in CASES.items():
        rules = [rule_of(text) for text in texts]
        for kind, walks in (("trades", True), ("quotes", True), ("quotes", False)):
            runs = [measured(rules, kind, walks) for _ in range(REPEATS)]
            cost, late_ms, count = min(runs)
            how = "walking" if walks else "jumping"
            print(f"{name:36} {kind} {how}  {cost:5.2f} %  told after {late_ms:5.2f} ms p99 ({count:,} firings)")


if __name__ == "__main__":
    main()
