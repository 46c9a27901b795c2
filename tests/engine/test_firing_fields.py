"""What fired, as text: what is not known is absent."""

from quotedesk.alerts.firing import Firing, FiringKind
from quotedesk.alerts.rule_reader import RuleNames, read_rule
from quotedesk.engine.firing_fields import data_of, firing_fields
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from tests.fakes.alerting import firing

LINE = "A last >= 2"
RULE = read_rule(LINE, RuleNames(("last",), {}, ("demo",), "demo", ()))
T_S = 1_764_000_000.0


def test_what_is_not_known_is_absent_and_the_time_is_the_exchanges_where_it_says_one() -> None:
    about = Instrument("demo", "A")
    bare = Firing(rule=RULE, instrument=about, kind=FiringKind.ALREADY, field="last", value=number("2"))
    said = {"rule": LINE, "symbol": "A", "feed": "demo", "value": "2", "kind": "already"}
    assert firing_fields(LINE, bare) == said
    whole = Firing(
        rule=RULE,
        instrument=about,
        kind=FiringKind.CROSSED_OFFLINE,
        field="last",
        value=number("2.50"),
        before=number("1.9"),
        received_utc_s=T_S,
        since_utc_s=T_S - 60,
        until_utc_s=T_S - 30,
    )
    assert firing_fields(LINE, whole) == {
        **said,
        "value": "2.50",
        "before": "1.9",
        "time": "2025-11-24T16:00:00.000Z",
        "since": "2025-11-24T15:59:00.000Z",
        "until": "2025-11-24T15:59:30.000Z",
        "kind": "crossed-offline",
    }


def test_other_programs_get_numbers_as_the_feed_wrote_them() -> None:
    said = data_of(firing('BTC last crosses-up 60000 note "sell"', value="60001.20", before="", at_utc_s=0.5))
    assert said == {
        "type": "alert",
        "rule": 'BTC@demo last crosses-up 60000 note "sell"',
        "symbol": "BTC",
        "feed": "demo",
        "value": "60001.20",
        "time": "1970-01-01T00:00:00.500Z",
        "kind": "fired",
        "field": "last",
        "note": "sell",
    }


def test_hidden_amounts_are_told_to_no_program() -> None:
    fired = firing("BTC total_pl crosses-up 5000", value="5000.25", before="4999.50", at_utc_s=0.5)
    said = data_of(fired, is_hidden=True)
    assert (said["rule"], said["value"]) == ("BTC@demo total_pl crosses-up hidden", "hidden")
    assert "before" not in said
    assert "000" not in str({**said, "time": ""})
