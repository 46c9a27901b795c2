"""What is kept of a symbol: no more than its rules need."""

from quotedesk.alerts.measure import measure
from quotedesk.alerts.sample import Moment
from quotedesk.alerts.trigger import Trigger
from quotedesk.alerts.watched import Watched
from quotedesk.engine.alerting import ALERT_FIELDS
from quotedesk.market.number import number
from quotedesk.market.quote import Quote, Trade
from tests.fakes.watcher import X, rule_of

NOW = Moment(1.0, 1.0)


def watched(*rules: str) -> Watched:
    symbol = Watched(X, ALERT_FIELDS)
    for text in rules:
        rule = rule_of(text)
        symbol.track(rule.field, measure(rule.field, ALERT_FIELDS, {})).triggers[Trigger(rule, X, 0.0)] = None
    symbol.see_needs()
    return symbol


def test_of_a_rule_of_prices_nothing_else_is_kept() -> None:
    symbol = watched("X last crosses 100")
    symbol.take(Trade("X", number("99"), number("5")), NOW, [])
    symbol.take(Quote(code="X", last=number("98"), bid=number("97"), high=number("105")), NOW, [])
    assert symbol._inputs.known() == {}
    assert symbol.tracks["last"].value == 98.0


def test_what_a_formula_needs_is_kept_until_a_gap() -> None:
    symbol = watched("X spread crosses 1", "X change% >= 5")
    symbol.take(Quote(code="X", bid=number("97"), ask=number("98"), last=number("98")), NOW, [])
    symbol.seed(Quote(code="X", last=number("1"), prev_close=number("96"), bid=number("5")))
    assert symbol._inputs.known() == {"bid": 97.0, "ask": 98.0, "last": 98.0, "prev_close": 96.0}
    symbol.cut(2.0, "cut")
    assert symbol._inputs.known() == {"prev_close": 96.0}  # nothing of a stream says it


def test_what_nobody_needs_any_more_is_let_go() -> None:
    symbol = watched("X spread crosses 1", "X last crosses 1")
    symbol.take(Quote(code="X", bid=number("97"), ask=number("98")), NOW, [])
    symbol.drop(["spread"])
    symbol.see_needs()
    assert symbol._inputs.known() == {}
    assert list(symbol.tracks) == ["last"]
