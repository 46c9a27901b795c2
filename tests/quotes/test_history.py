"""The past of a slot, against a slow and obvious oracle: a list of (time, price or gap)."""

import math
from bisect import bisect_right

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quotedesk.quotes.history import DAY_S, Bar, History
from quotedesk.quotes.price_buckets import BUCKETS, LEAST, SPAN_S

NARROWEST_S = 0.09375  # 3 s halved five times
WIDEST_S = 3.0
START_S = 5000.0
GAP = None
SLOT = 2


class Oracle:
    """One slot: everything that happened to it, never thinned out."""

    def __init__(self) -> None:
        self.history = History()
        self.history.make_room(SLOT + 1)
        self.past: list[tuple[float, float | None]] = []

    def push(self, price: float, at_s: float) -> None:
        if len(self.past) % 2:
            self.history.push_one(SLOT, price, at_s)
        else:
            one = np.array([price])
            self.history.push(np.array([SLOT]), one, one, one, at_s)
        self.past.append((at_s, price))

    def begin_gap(self, at_s: float) -> None:
        self.history.begin_gap(np.array([SLOT]), at_s)
        if self.past:
            self.past.append((at_s, GAP))

    def window(self, now_s: float, steps: int) -> list[float]:
        return self.history.window(SLOT, now_s, steps).last.tolist()

    @property
    def bucket_s(self) -> float:
        """How wide a bucket has to be by now: as narrow as 300 of them can reach the newest event."""
        width_s = NARROWEST_S
        age_s = self.past[-1][0] - self.past[0][0]
        while width_s < WIDEST_S and (age_s + width_s) >= width_s * BUCKETS:
            width_s *= 2
        return width_s

    def held(self, at_s: float) -> float | None:
        place = bisect_right(self.past, at_s, key=lambda event: event[0])
        return self.past[place - 1][1] if place else GAP

    def values(self, since_s: float, until_s: float) -> set[float | None]:
        """Everything that held at some moment in between."""
        return {self.held(since_s)} | {price for at_s, price in self.past if since_s <= at_s <= until_s}

    def has_gap(self, since_s: float, until_s: float) -> bool:
        return since_s < self.past[0][0] or GAP in self.values(since_s, until_s)

    def check(self, now_s: float, steps: int) -> None:
        """Every value is right, within the width of a bucket."""
        found = self.window(now_s, steps)
        _, highs, lows = (each.tolist() for each in self.history.window(SLOT, now_s, steps))
        assert len(found) == len(highs) == len(lows) == steps
        slack_s = 2 * self.bucket_s
        start_s = self.past[0][0]
        age_s = max(now_s - start_s, self.bucket_s)
        step_s = min(age_s, SPAN_S) / steps
        newest_end_s = start_s + age_s
        if age_s > SPAN_S:  # steps begin with a bucket
            newest_end_s = start_s + step_s * (1 + math.floor(age_s // self.bucket_s * self.bucket_s / step_s + 1e-9))
        for i, value in enumerate(found[:-1]):
            end_s = newest_end_s - step_s * (steps - 1 - i)
            about = f"step {i} of {steps}, until {end_s - start_s:.2f} s after the start"
            assert math.isnan(highs[i]) == math.isnan(lows[i]) == math.isnan(value), about
            if not math.isnan(value):
                assert lows[i] <= value <= highs[i], about
                came = {price for at_s, price in self.past if end_s - step_s + slack_s < at_s < end_s - slack_s}
                assert all(lows[i] <= price <= highs[i] for price in came if price is not GAP), f"{about}: left out"
                held = self.values(end_s - step_s - slack_s, end_s + slack_s)
                assert {lows[i], highs[i]} <= held, f"{about}: never the price"
            if math.isnan(value):
                assert self.has_gap(end_s - step_s - slack_s, end_s + slack_s), f"{about}: a gap out of nothing"
            else:
                assert value in self.values(end_s - slack_s, end_s + slack_s), f"{about}: {value} was not the price"
        newest = self.held(now_s)
        if newest is GAP:
            assert math.isnan(found[-1]), "the newest step shows a price that nobody knows"
        else:
            assert found[-1] == newest, "the newest step shows what holds now"
        # No gap may vanish, however short: some step at it (or beside it, for rounding) is one too.
        since_s = newest_end_s - SPAN_S + slack_s + step_s
        for (at_s, price), (end_s, _) in zip(self.past, [*self.past[1:], (now_s, 0.0)], strict=True):
            if price is GAP and since_s < at_s < newest_end_s - 2 * step_s - slack_s and end_s > at_s:
                first = steps - 1 - math.ceil((newest_end_s - at_s) / step_s)
                last = steps - 1 - math.floor((newest_end_s - at_s - slack_s) / step_s)
                near = found[max(first - 1, 0) : last + 2]
                assert any(math.isnan(value) for value in near), f"the gap {at_s - start_s:.2f} s after the start"


# What happens next, and after how long; long silences are as likely as bursts.
waits_s = st.one_of(st.floats(0.0, 0.2), st.floats(0.0, 5.0), st.floats(0.0, 120.0), st.floats(0.0, 2500.0))
events = st.lists(st.tuples(waits_s, st.sampled_from(["push", "push", "push", "break"])), max_size=40)


def told(what: list[tuple[float, str]]) -> tuple[Oracle, float]:
    """An oracle whose every price is another."""
    oracle, now_s = Oracle(), START_S
    oracle.push(1.0, now_s)
    for price, (wait_s, event) in enumerate(what, start=2):
        now_s += wait_s
        if event == "push":
            oracle.push(float(price), now_s)
        else:
            oracle.begin_gap(now_s)
    return oracle, now_s


@settings(max_examples=400, deadline=None)
@given(events, waits_s, st.integers(1, 100))
@example([(0.0, "push"), (10.0, "push"), (1000.0, "push")], 0.0, 40)  # silence longer than the window: what held?
@example([(950.0, "push"), (30.0, "push"), (1800.0, "push"), (0.1, "push")], 1.0, 40)
@example([(950.0, "push"), (30.0, "break"), (1.0, "push"), (200.0, "push")], 0.0, 40)  # a gap shorter than a bucket
@example([(0.1, "break"), (0.1, "push"), (60.0, "push"), (100.0, "push")], 0.0, 70)  # and one in a merged pair
def test_the_window_shows_what_happened(what: list[tuple[float, str]], wait_s: float, steps: int) -> None:
    oracle, now_s = told(what)
    oracle.check(now_s, steps)
    oracle.check(now_s + wait_s, steps)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.05, 4.0), st.integers(10, 80), st.lists(st.integers(20, 1500), max_size=3, unique=True))
def test_a_steady_row_is_right_at_any_age(period_s: float, steps: int, breaks: list[int]) -> None:
    oracle = Oracle()
    for i in range(1600):
        now_s = START_S + i * period_s
        if i in breaks:
            oracle.begin_gap(now_s)
        else:
            oracle.push(float(i + 1), now_s)
        if i % 199 == 3:
            oracle.check(now_s, steps)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.0, 4.0), st.sampled_from(["push", "push", "break"])), min_size=5, max_size=60),
    st.floats(SPAN_S, 4000.0),
    st.integers(2, 100),
)
def test_once_sliding_a_finished_step_never_changes(what: list[tuple[float, str]], age_s: float, steps: int) -> None:
    oracle, now_s = told([(3.0, "push")] * 20 + [(age_s, "push")])
    step_s = SPAN_S / steps
    seen: dict[int, float] = {}
    for price, (wait_s, event) in enumerate(what, start=1000):
        now_s += wait_s
        if event == "push":
            oracle.push(float(price), now_s)
        else:
            oracle.begin_gap(now_s)
        newest = int((now_s - START_S) // WIDEST_S * WIDEST_S / step_s + 1e-9)
        for number, value in enumerate(oracle.window(now_s, steps)[:-1], start=newest - steps + 1):
            if number < newest - steps + 3:
                continue  # what leaves the ring
            before = seen.setdefault(number, value)
            assert value == before or (math.isnan(value) and math.isnan(before)), f"step {number} of {newest}"


def test_before_the_first_price_nothing_is_known() -> None:
    oracle = Oracle()
    oracle.begin_gap(START_S)
    assert np.isnan(oracle.window(START_S + 5, 30)).all()
    assert len(oracle.window(START_S + 5, 30)) == 30


@pytest.mark.parametrize("steps", [0, -1])
def test_a_window_without_steps_is_empty(steps: int) -> None:
    oracle, now_s = told([(1.0, "push")])
    assert oracle.window(now_s, steps) == []


def test_the_first_price_fills_the_window_at_once() -> None:
    oracle = Oracle()
    oracle.push(7.5, START_S)
    assert oracle.window(START_S, 40) == [7.5] * 40


def test_the_last_price_holds_for_as_long_as_nothing_comes() -> None:
    oracle, now_s = told([(1.0, "push")])
    assert set(oracle.window(now_s + 100 * SPAN_S, 40)) == {2.0}


def test_the_last_price_before_a_loss_stays_to_be_seen() -> None:
    oracle, now_s = told([(10.0, "push"), (0.0, "break")])
    values = oracle.window(now_s + 10, 40)
    assert 2.0 in values
    assert math.isnan(values[-1])


def test_after_a_gap_the_newest_step_shows_the_price_again_and_the_gap_stays() -> None:
    oracle, now_s = told([(950.0, "push"), (60.0, "break"), (1.0, "push")])
    assert oracle.window(now_s, 40)[-1] == 4.0
    values = oracle.window(now_s + 60, 40)
    assert sum(map(math.isnan, values)) == 1, "one step, not more and not none"
    assert values[-1] == 4.0


@pytest.mark.parametrize("silence_s", [SPAN_S + 30, 2 * SPAN_S, 2 * SPAN_S + 200, 5 * SPAN_S + 700])
@pytest.mark.parametrize("ticks", [200, 450])
def test_after_a_long_silence_the_price_before_it_is_the_last_one_not_an_older_one(
    ticks: int, silence_s: float
) -> None:
    oracle, now_s = told([(3.0, "push")] * ticks + [(silence_s, "push")])
    assert set(oracle.window(now_s, 40)[:-1]) == {ticks + 1.0}


def test_a_gap_longer_than_the_window_stays_a_gap_until_the_next_price() -> None:
    oracle, now_s = told([(100.0, "break"), (3000.0, "push")])
    values = oracle.window(now_s, 40)
    assert values[-1] == 3.0
    assert np.isnan(values[:-1]).all()


def test_slots_do_not_touch_one_another() -> None:
    history = History()
    history.make_room(3)
    now_s = START_S
    rng = np.random.default_rng(1)
    alone = [Oracle() for _ in range(3)]
    for i in range(1500):
        now_s += float(rng.exponential(2.0))
        slots = np.flatnonzero(rng.random(3) < 0.6)
        prices = (rng.random(len(slots)) + i).astype(np.float32).astype(np.float64)
        if i % 400 == 100:
            history.begin_gap(slots, now_s)
        else:
            history.push(slots, prices, prices, prices, now_s)
        for slot, price in zip(slots, prices, strict=True):
            if i % 400 == 100:
                alone[slot].begin_gap(now_s)
            else:
                alone[slot].push(price, now_s)
    for slot in range(3):
        np.testing.assert_array_equal(history.window(slot, now_s, 50), alone[slot].history.window(SLOT, now_s, 50))


def test_more_room_keeps_what_is_there() -> None:
    oracle, now_s = told([(3.0, "push")] * 30)
    before = oracle.window(now_s, 40)
    oracle.history.make_room(1000)
    oracle.history.make_room(5)
    assert oracle.window(now_s, 40) == before
    assert np.isnan(oracle.history.window(999, now_s, 40).last).all()


@pytest.mark.parametrize("later_s", [0.0, 5.0, 60.0, 890.0])
def test_what_a_batch_overtook_is_in_the_line_for_as_long_as_it_is_kept(later_s: float) -> None:
    oracle = Oracle()
    oracle.push(10.0, START_S)
    oracle.push(10.0, START_S + 30)
    oracle.history.push(np.array([SLOT]), np.array([10.0]), np.array([17.0]), np.array([-3.0]), START_S + 31)
    oracle.push(11.0, START_S + 31)
    past = oracle.history.window(SLOT, START_S + 31 + later_s, 40)
    assert np.nanmax(past.high) == 17.0
    assert np.nanmin(past.low) == -3.0
    assert set(past.last) <= {10.0, 11.0}


@given(st.lists(st.tuples(st.sampled_from([0.0, -0.0, -2.5, 1.5]), st.sampled_from([0.01, 4.0])), min_size=1))
def test_zero_and_negative_prices_are_in_the_line_like_any_other(prices: list[tuple[float, float]]) -> None:
    oracle, now_s = Oracle(), START_S
    for price, wait_s in prices:
        oracle.push(price, now_s)
        now_s += wait_s
    past = oracle.history.window(SLOT, now_s, 1)
    came = [price for price, _ in prices]
    assert past.last[-1] == pytest.approx(came[-1], abs=LEAST)
    if now_s - START_S < SPAN_S:
        assert (past.high[-1], past.low[-1]) == pytest.approx((max(came), min(came)), abs=LEAST)


def test_a_price_of_0_is_no_gap_and_not_the_price_before_it() -> None:
    oracle = Oracle()
    for number, price in enumerate((1.0, 0.0, 0.0, 2.0)):
        oracle.push(price, START_S + 10 * number)
    assert oracle.window(START_S + 39, 4) == pytest.approx([1.0, 0.0, 0.0, 2.0], abs=LEAST)


kept_prices = st.one_of(
    st.just(0.0), st.just(-0.0), st.floats(-3.0e38, 3.0e38), st.floats(-1e-30, 1e-30), st.integers(-5, 5).map(float)
)
few = st.lists(
    st.tuples(st.sampled_from([0.0, 0.01, 1.0, 70.0]), st.lists(kept_prices, min_size=1, max_size=4)),
    min_size=1,
    max_size=12,
)


@given(few, st.integers(2, 40))
def test_any_finite_price_is_a_price_zero_and_negative_ones_too(
    what: list[tuple[float, list[float]]], steps: int
) -> None:
    history, now_s = History(), START_S
    history.make_room(1)
    slots = np.array([0])
    for wait_s, prices in what:
        now_s += wait_s
        history.push(slots, np.array(prices[-1:]), np.array([max(prices)]), np.array([min(prices)]), now_s)
    past = history.window(0, now_s, steps)
    told = [price for _, prices in what for price in prices]
    close = {"rtol": 1e-6, "atol": 1e-37}
    np.testing.assert_allclose(past.last[-1], told[-1], **close)
    assert not np.isnan(past.last).any()
    assert (past.low <= past.last).all()
    assert (past.last <= past.high).all()
    assert np.isclose(past.last[:, np.newaxis], [prices[-1] for _, prices in what], **close).any(axis=1).all()
    if sum(wait_s for wait_s, _ in what) < 200:  # else a wide bucket may begin before the oldest step
        np.testing.assert_allclose(past.high.max(), max(told), **close)
        np.testing.assert_allclose(past.low.min(), min(told), **close)


# -- what was before the first price --------------------------------------------------------------------------------


def bars(first_s: float, many: int, price: float = 100.0, length_s: float = 60.0) -> list[Bar]:
    """Bars that rise by 1 each, with half of it to each side."""
    rising = [price + number for number in range(many)]
    return [Bar(first_s + n * length_s, length_s, p, p + 1.5, p - 0.5, p + 1) for n, p in enumerate(rising)]


def test_a_line_begins_with_the_bars_before_the_first_price_and_goes_on_with_the_prices() -> None:
    oracle, now_s = Oracle(), START_S + 30
    for second in range(30):
        oracle.push(115.0 + second / 100, START_S + second)
    oracle.history.seed(SLOT, bars(START_S - 900, 15), START_S, now_s)
    last, high, low = oracle.history.window(SLOT, now_s, 62)
    assert not np.isnan(last[2:]).any()
    steps = np.diff(last[2:])
    assert (steps >= 0).all(), "it rises from bar to bar, and on with the prices"
    assert last[-1] == np.float32(115.29)
    assert (high.max(), low[2:].min()) == (115.5, pytest.approx(100.0, abs=1.5))
    assert (high >= last)[2:].all()


def test_bars_alone_are_a_line_and_live_prices_go_on_from_it() -> None:
    oracle = Oracle()
    oracle.history.seed(SLOT, bars(START_S - 900, 15), math.nan, START_S)
    assert oracle.history.window(SLOT, START_S, 60).last[-1] == 115.0
    oracle.push(115.25, START_S + 1)
    assert oracle.history.window(SLOT, START_S + 1, 60).last[-1] == 115.25
    assert oracle.history.window(SLOT, START_S + 1, 60).last[-10] > 110


@settings(max_examples=150, deadline=None)
@given(events, waits_s, st.integers(0, 20), st.integers(1, 3))
@example([(0.0, "break"), (857.0, "break"), (0.0, "push")], 43.0, 1, 1)  # a gap in the bucket of the first price
@example([(0.0, "break"), (897.0, "break"), (0.125, "push")], 42.0, 1, 1)  # and one from before the line on
def test_bars_change_nothing_from_the_first_price_on(
    what: list[tuple[float, str]], wait_s: float, many: int, times: int
) -> None:
    oracle, now_s = told(what)
    now_s += wait_s
    for _ in range(times):
        oracle.history.seed(SLOT, bars(START_S - 60 * many, many, 500.0), START_S, now_s)
    found = oracle.history.window(SLOT, now_s, 50)
    if now_s - START_S > SPAN_S + 10:
        assert not ({*found.last.tolist()} & {*np.arange(500.0, 530.0)})
    newest = oracle.held(now_s)
    assert math.isnan(found.last[-1]) if newest is GAP else found.last[-1] == newest
    slack_s, step_s = 6.0, min(now_s - START_S + 60 * many, SPAN_S) / 50
    for number, (begun_s, _) in ((n, event) for n, event in enumerate(oracle.past) if event[1] is GAP):
        ends_s = next((at_s for at_s, price in oracle.past[number + 1 :] if price is not GAP), now_s)
        inside = now_s - SPAN_S + slack_s + step_s < begun_s < now_s - 2 * step_s - slack_s
        if inside and ends_s > begun_s and many:
            at = 50 - (now_s - begun_s) / step_s
            near = found.last[max(0, math.floor(at - 2 - slack_s / step_s)) : math.ceil(at + 3 + slack_s / step_s)]
            assert np.isnan(near).any(), "a cut stays a cut"


def test_a_bar_that_goes_on_while_prices_come_tells_only_how_it_began() -> None:
    oracle = Oracle()
    oracle.push(10.0, START_S)
    oracle.history.seed(SLOT, [Bar(START_S - 30, 60.0, 9.0, 99.0, 1.0, 50.0)], START_S, START_S + 60)
    last, high, low = oracle.history.window(SLOT, START_S + 60, 30)
    assert {*last[~np.isnan(last)].tolist()} == {9.0, 10.0}
    assert (np.nanmax(high), np.nanmin(low)) == (10.0, 9.0)


def test_bars_older_than_the_line_are_left_out() -> None:
    oracle = Oracle()
    oracle.history.seed(SLOT, bars(START_S - 9000, 100), math.nan, START_S)
    assert np.isnan(oracle.history.window(SLOT, START_S, 10).last).all()


def test_a_line_may_reach_back_a_day_and_again_a_quarter_of_an_hour() -> None:
    oracle = Oracle()
    for second in range(0, 3000, 5):
        oracle.push(float(second), START_S + second)
    now_s = START_S + 3000
    oracle.history.set_span(DAY_S, now_s)
    past = oracle.history.window(SLOT, now_s, 60).last
    assert past[-1] == 2995.0
    assert past[0] <= 2110.0, "what was kept is kept"
    for second in range(3000, 90_000, 20):
        oracle.push(float(second), START_S + second)
    now_s = START_S + 90_000
    past = oracle.history.window(SLOT, now_s, 60).last
    assert past[0] == pytest.approx(3600 + 1440, abs=800), "a day in sixty steps"
    assert (np.diff(past) > 0).all()
    oracle.history.set_span(SPAN_S, now_s)
    past = oracle.history.window(SLOT, now_s, 60).last
    assert past[-1] == 89_980.0
    assert past[~np.isnan(past)].min() >= 90_000 - 900 - 400
    oracle.history.seed(SLOT, bars(now_s - 900, 15), now_s - 1, now_s)
    assert not np.isnan(oracle.history.window(SLOT, now_s, 60).last[1:]).any()


def test_many_rows_take_no_longer_than_a_frame_to_reach_back_a_day() -> None:
    history = History()
    history.make_room(1000)
    slots = np.arange(1000)
    for second in range(0, 1000, 2):
        prices = np.full(1000, float(second))
        history.push(slots, prices, prices, prices, START_S + second)
    history.set_span(DAY_S, START_S + 1000)
    assert history.window(999, START_S + 1000, 10).last[-1] == 998.0
    assert history.window(0, START_S + 1000, 10).last.tolist() == history.window(999, START_S + 1000, 10).last.tolist()


@pytest.mark.parametrize("age_s", [3.0, 120.0, 899.0, 2000.0])
def test_each_step_of_a_window_is_of_the_time_that_is_said(age_s: float) -> None:
    history = History()
    history.make_room(1)
    assert math.isnan(history.times(0, START_S, 10)[0])
    for step in range(300):
        history.push_one(0, 100.0 + step, START_S + age_s * step / 299)
    begin_s, step_s = history.times(0, START_S + age_s, 20)
    for at, price in enumerate(history.window(0, START_S + age_s, 20).last.tolist()):
        end_s = min(begin_s + (at + 1) * step_s, START_S + age_s)
        came_s = START_S + (price - 100) / 299 * age_s
        assert end_s - step_s * 1.1 - 2 * WIDEST_S <= came_s <= end_s + 2 * WIDEST_S
