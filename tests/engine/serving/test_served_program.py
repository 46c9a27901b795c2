"""Where nobody evaluates rules that is said, and nothing is listed."""

import pytest

from quotedesk.engine.serving.served_program import NoAlerts
from quotedesk.market.batch import Batch
from quotedesk.market.errors import QuotedeskError
from tests.fakes.served import FakeReader, ServedStore


def test_a_program_without_rules_says_so() -> None:
    alerts, reader = NoAlerts(), FakeReader(ServedStore().serving).session
    assert list(alerts.listed()) == list(alerts.wanted()) == []
    with pytest.raises(QuotedeskError, match="no rules"):
        alerts.watch(reader, ["A last >= 1"], "demo")
    assert alerts.book_feeds() == set()
    alerts.consume(Batch("demo", [], 1.0))
    alerts.second()
    alerts.forget(reader)
