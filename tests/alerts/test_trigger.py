"""One rule for one symbol: the levels it wants to see, in each of its phases."""

from itertools import pairwise

import pytest

from quotedesk.alerts.firing import Firing
from quotedesk.alerts.sample import Moment, Sample
from quotedesk.alerts.trigger import Phase, Trigger
from quotedesk.market.number import number
from tests.fakes.watcher import X, rule_of


def sample(price: object) -> Sample:
    said = number(str(price))
    return Sample(said.value, said, 0.0)


@pytest.mark.parametrize(
    ("rule", "levels"),
    [
        ("X last crosses-up 100 repeat 1s band 5", [(100.0,), (95.0,), (100.0,)]),
        ("X last crosses 100 repeat 1s band 5", [(100.0,), (95.0, 105.0), (100.0,)]),
        ("X last crosses-up 100 once", [(100.0,), (), ()]),
        ("X last crosses-up 100 daily band 5", [(100.0,), (95.0,), (100.0,)]),
        ("X last crosses-up 100 for 5s", [(100.0,), (100.0, 100.0), (100.0,)]),
    ],
)
def test_the_levels_that_it_wants_to_see(rule: str, levels: list[tuple[float, ...]]) -> None:
    trigger, out = Trigger(rule_of(rule), X, 0.0), list[Firing]()
    prices = [sample(90), sample(101), sample(94)]
    trigger.first(prices[0], 0.01, Moment(0.0, 0.0), out)
    seen = [trigger.levels]
    for second, (before, price) in enumerate(pairwise(prices)):
        trigger.step(before, price, False, 0.01, Moment(float(second), 0.0), out)
        seen.append(trigger.levels)
    assert seen == levels


def test_a_new_high_looks_at_the_high_and_at_the_way_back() -> None:
    trigger, out = Trigger(rule_of("X last new-high repeat 1s band 5"), X, 0.0), list[Firing]()
    assert trigger.levels == ()
    trigger.first(sample(100), 0.01, Moment(0.0, 0.0), out)
    assert trigger.levels == (100.0,)
    trigger.step(sample(100), sample(110), False, 0.01, Moment(0.0, 0.0), out)
    assert trigger.phase is Phase.COOLING
    assert trigger.levels == (110.0, 105.0)
