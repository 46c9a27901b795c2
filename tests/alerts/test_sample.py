"""Values with their moments are plain tuples: thousands of them are made a second."""

from quotedesk.alerts.sample import LastSeen, Moment, Sample
from quotedesk.market.number import number


def test_a_last_value_of_an_earlier_run_has_no_source() -> None:
    seen = LastSeen(Sample(1.0, number("1"), 0.0), 5.0, "restart")
    assert seen.source is None
    assert Moment(1.0, 2.0) == (1.0, 2.0)
