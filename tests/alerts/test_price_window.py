"""The price of a while ago: against one that keeps all prices."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from quotedesk.alerts.price_window import PARTS, PriceWindow

SPAN_S = 300.0


@given(st.lists(st.tuples(st.floats(0, 20), st.integers(90, 110)), min_size=1, max_size=200))
@settings(max_examples=100, deadline=None)
def test_it_is_the_price_of_a_while_ago_but_for_a_part_of_it(steps: list[tuple[float, int]]) -> None:
    window, kept, now_s = PriceWindow(SPAN_S), [], 0.0
    for wait_s, price in steps:
        now_s += wait_s
        window.add(price, now_s)
        kept.append((now_s, price))
        found = window.change(now_s)
        at_most = [price for at_s, price in kept if at_s <= now_s - SPAN_S]
        assert math.isnan(found) == (not at_most)
        if at_most:
            # Those that held within a part of the span before that moment.
            part_s = SPAN_S / PARTS
            held = [at for at, (at_s, _) in enumerate(kept) if at_s <= now_s - SPAN_S - part_s]
            early = held[-1] if held else 0
            possible = {(price / before - 1) * 100 for at_s, before in kept[early:] if at_s <= now_s - SPAN_S}
            assert min(abs(found - each) for each in possible) < 1e-9


def test_ten_thousand_a_second_are_a_few_hundred() -> None:
    window = PriceWindow(SPAN_S)
    for at in range(100_000):
        window.add(100.0, at / 100)
    assert len(window._kept) <= PARTS * 1.1


def test_a_price_of_zero_has_no_percent() -> None:
    window = PriceWindow(1.0)
    window.add(0.0, 0.0)
    window.add(5.0, 2.0)
    assert math.isnan(window.change(2.0))
    window.clear()
    assert math.isnan(window.change(2.0))
