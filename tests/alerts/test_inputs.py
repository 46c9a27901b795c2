"""The numbers of which fields are calculated: kept, seeded, cut, and over with their day."""

import pytest

from quotedesk.alerts.inputs import Inputs
from quotedesk.alerts.measure import BASE
from quotedesk.engine.alerting import ALERT_FIELDS
from quotedesk.market.number import number
from quotedesk.market.quote import Quote, Trade


def inputs(*names: str) -> Inputs:
    made = Inputs(ALERT_FIELDS)
    made.need(names)
    return made


def quote(**values: float) -> Quote:
    return Quote(code="X", **{name: number(value) for name, value in values.items()})  # type: ignore[arg-type]


def said(kept: Inputs, update: Quote | Trade, utc_s: float = 100.0) -> tuple[set[str], set[str]]:
    """Which changed, and which jumped; what change counts from follows."""
    changed, jumped = kept.keep(update, utc_s)
    if kept.is_base_due(changed):
        kept.rebase()
    names = [{name for at, name in enumerate(kept.names) if bits >> at & 1} for bits in (changed, jumped)]
    return names[0], names[1]


def test_what_changed_and_what_jumped() -> None:
    kept = inputs("bid", "ask", "volume")
    assert said(kept, quote(bid=100, ask=101, last=5)) == ({"bid", "ask"}, set())
    assert said(kept, quote(bid=100, ask=101)) == (set(), set())
    assert said(kept, quote(bid=59, volume=1)) == ({"bid", "volume"}, {"bid"})
    assert said(kept, quote(volume=9)) == ({"volume"}, set())
    assert said(kept, Trade("X", number("5"))) == (set(), set())
    assert kept.known() == {"bid": 59.0, "ask": 101.0, "volume": 9.0}


def test_one_name_and_none() -> None:
    assert said(inputs("bid"), quote(bid=1)) == ({"bid"}, set())
    assert said(inputs(), quote(bid=1)) == (set(), set())
    assert said(inputs("last", "size"), Trade("X", number("5"), number("3"))) == ({"last", "size"}, set())


@pytest.mark.parametrize(
    ("first", "then", "is_other"),
    [
        ({"open": 100}, {"open_24h": 90}, True),
        ({"open_24h": 90}, {"open_24h": 91}, False),  # it moves along
        ({"prev_close": 90}, {"open_24h": 80}, False),
        ({"prev_close": 90}, {"prev_close": 91}, True),
        ({"prev_close": 90}, {"last": 91}, False),
    ],
)
def test_what_change_counts_from(first: dict[str, float], then: dict[str, float], is_other: bool) -> None:
    kept = inputs(BASE)
    kept.keep(quote(**first), 0.0)
    assert not kept.rebase(), "the first is no other"
    kept.keep(quote(**then), 0.0)
    assert kept.rebase() is is_other


def test_a_seed_is_what_no_update_has_said() -> None:
    kept = inputs(BASE)
    kept.seed(quote(prev_close=90, last=5))
    changed, _ = said(kept, quote(last=100))
    assert "prev_close" in changed
    assert kept.known() == {"last": 100.0, "prev_close": 90.0, BASE: 90.0}
    kept.cut()
    assert kept.known() == {"prev_close": 90.0, BASE: 90.0}, "no stream says it again"
    said(kept, quote(prev_close=95))
    kept.seed(quote(prev_close=90))
    assert kept.known()["prev_close"] == 95.0
    kept.cut()
    assert kept.known() == {}


def test_a_day_takes_its_figures_along() -> None:
    kept = inputs(BASE, "high", "volume")
    said(kept, quote(last=100, prev_close=90, high=105, volume=7), utc_s=50.0)
    assert kept.turn_day(40.0) == set(), "said since it began"
    assert BASE in kept.turn_day(60.0)
    assert kept.known() == {"last": 100.0}


def test_beside_a_window_of_24_hours_only_the_close_before_is_over() -> None:
    kept = inputs(BASE, "high")
    said(kept, quote(last=100, open_24h=90, high=105), utc_s=50.0)
    assert kept.turn_day(60.0) == {"prev_close"}
    assert kept.known() == {"last": 100.0, "open_24h": 90.0, "high": 105.0, BASE: 90.0}


def test_what_is_held() -> None:
    kept = inputs("last")
    assert kept.hold({"quantity": 5.0})
    assert not kept.hold({"quantity": 5.0})
    assert kept.known() == {"quantity": 5.0}
    assert kept.need(["last", "bid"])
    assert kept.known() == {"quantity": 5.0}, "what is known stays"
