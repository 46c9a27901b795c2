"""Values between two levels cost nothing more, wherever the levels go."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from quotedesk.alerts.firing import Firing
from quotedesk.alerts.sample import Moment
from quotedesk.alerts.track import Track
from quotedesk.alerts.trigger import Trigger
from quotedesk.market.number import number
from quotedesk.market.quote import Trade
from tests.fakes.watcher import X, rule_of

NOW = Moment(0.0, 0.0)


def track_of(*rules: str) -> Track:
    track = Track("last", True)
    track.triggers.update(dict.fromkeys(Trigger(rule_of(each), X, 0.0) for each in rules))
    return track


def take(track: Track, price: object) -> list[Firing]:
    out: list[Firing] = []
    said = number(str(price))
    track.take(said.value, Trade("X", said), False, NOW, out)
    return out


def test_the_nearest_levels_on_both_sides() -> None:
    track = track_of("X last crosses 90", "X last crosses 100", "X last crosses 110")
    assert math.isnan(track.low)
    take(track, 95)
    assert (track.low, track.high) == (90.0, 100.0)
    take(track, 105)  # that of 100 is spent
    assert (track.low, track.high) == (90.0, 110.0)
    take(track, 110)
    assert (track.low, track.high) == (90.0, math.inf)


def test_on_a_level_every_other_value_is_looked_at() -> None:
    track = track_of("X last crosses-up 100")
    take(track, 100)
    assert (track.low, track.high) == (100.0, 100.0)
    take(track, 101)
    assert (track.low, track.high) == (100.0, math.inf)


def test_after_a_gap_every_value_is_looked_at() -> None:
    track = track_of("X last crosses 100")
    take(track, 99)
    track.cut(5.0, "cut")
    assert not track.is_unbroken
    assert not track.low < 99 < track.high
    missed = next(iter(track.triggers)).missed
    assert missed is not None
    assert (missed.sample.number.text, missed.since_utc_s, missed.reason) == ("99", 5.0, "cut")


def test_a_value_that_nobody_wrote_is_written_plainly() -> None:
    track = Track("", False)
    track.triggers[Trigger(rule_of('X "last / 3" crosses-up 1'), X, 0.0)] = None
    out: list[Firing] = []
    for value in (2 / 3, 4 / 3):
        track.take(value, None, False, NOW, out)
    assert [(each.before.text, each.value.text) for each in out] == [("0.666666667", "1.333333333")]


@given(st.lists(st.integers(100, 130), min_size=1, max_size=12), st.lists(st.integers(99, 131), max_size=40))
@settings(max_examples=200, deadline=None)
def test_the_levels_are_those_of_the_triggers_and_in_order(levels: list[int], prices: list[int]) -> None:
    rules = dict.fromkeys(f"X last crosses {level} repeat 0s band 2" for level in levels)
    track = track_of(*rules)
    for price in prices:
        take(track, price)
        wanted = sorted(level for trigger in track.triggers for level in trigger.levels)
        assert track._levels == wanted
        assert all(level in owner.placed for level, owner in zip(track._levels, track._owners, strict=True))
        below, above = [each for each in wanted if each < price], [each for each in wanted if each >= price]
        assert track.high == min(above, default=math.inf)
        assert track.low == (price if price in above else max(below, default=-math.inf))
