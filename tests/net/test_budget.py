"""However requests come, no stretch of time holds more than the budget has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec.base import Budget, Request
from quotedesk.net.budget import Spending

WINDOWS = st.lists(st.tuples(st.integers(1, 12), st.sampled_from((1.0, 5.0, 60.0, 300.0))), max_size=3)
WISHES = st.lists(
    st.tuples(st.floats(0, 20), st.integers(1, 5), st.sampled_from(("kline", "tick", ""))), min_size=1, max_size=60
)


@given(WINDOWS, st.sampled_from((0.0, 0.3, 10.0)), WISHES)
def test_no_stretch_of_time_holds_more_than_is_allowed(windows, gap_s, wishes) -> None:
    spending = Spending(Budget(tuple(windows), gap_s))
    now_s, sent = 1000.0, []
    for later_s, weight, interface in wishes:
        now_s += later_s
        request = Request("/x", weight=weight, interface=interface)
        now_s += spending.wait_s(request, now_s)
        assert spending.wait_s(request, now_s) < 1e-6  # so long, and no longer
        spending.spend(request, now_s)
        sent.append((now_s, weight, interface))
    for most, seconds in windows:
        for start_s, *_ in sent:
            inside = [weight for at_s, weight, _ in sent if start_s <= at_s < start_s + seconds - 1e-6]
            assert sum(min(weight, most) for weight in inside) <= most
    for one, (at_s, _, interface) in enumerate(sent):
        later = [each for each, _, name in sent[one + 1 :] if name == interface]
        assert not later or later[0] - at_s >= gap_s - 1e-6


def test_a_quiet_budget_lets_the_first_request_go_at_once() -> None:
    assert Spending(Budget(((10, 60.0), (1000, 86400.0)), 10.0)).wait_s(Request("/kline"), 5.0) == 0


def test_a_request_that_took_long_counts_from_its_answer() -> None:
    spending = Spending(Budget(((2, 10.0),), 1.0))
    for _ in range(2):
        spending.spend(Request("/kline"), 0.0)
    spending.ended(Request("/kline"), 4.0)
    assert spending.wait_s(Request("/kline"), 4.0) == pytest.approx(6.0)
    assert Spending(Budget((), 1.0)).wait_s(Request("/kline"), 4.0) == 0
    spending = Spending(Budget((), 1.0))
    spending.spend(Request("/kline"), 0.0)
    spending.ended(Request("/kline"), 4.0)
    assert spending.wait_s(Request("/kline"), 4.5) == pytest.approx(0.5)


def test_the_thousandth_request_of_a_day_waits_for_the_next_day() -> None:
    spending = Spending(Budget(((1000, 86_400.0),)))
    for second in range(1000):
        spending.spend(Request("/kline"), float(second))
    assert spending.wait_s(Request("/kline"), 1000.0) == pytest.approx(85_400.0)


def test_what_weighs_more_than_a_window_goes_alone() -> None:
    spending = Spending(Budget(((5, 60.0),)))
    heavy = Request("/all", weight=20)
    assert spending.wait_s(heavy, 0.0) == 0
    spending.spend(heavy, 0.0)
    assert spending.wait_s(Request("/one"), 1.0) == pytest.approx(59.0)
