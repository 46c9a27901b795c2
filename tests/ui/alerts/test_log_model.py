"""The log: the newest first, and all that is kept of each."""

from collections.abc import Callable
from typing import Any

from PySide6.QtTest import QAbstractItemModelTester

from quotedesk.alerts.firing import FiringKind
from quotedesk.ui.alerts.log_model import MOST_SHOWN, LogModel, details
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.table.numbers import date, time_of_day
from tests.fakes.alerting import firing

RULE = "NVDA.US@demo last crosses-up 120"
AT = 1_764_000_067.0


def test_what_is_new_comes_at_the_top_and_the_others_stay(alarmed: Callable[..., Any]) -> None:
    model = LogModel(alarmed().alerts, looks := Appearance(), "demo", looks)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    kept = [firing(RULE, at_utc_s=AT + number) for number in range(5)]
    model.show_log(kept[:2][::-1], AT)
    inserted = []
    model.rowsInserted.connect(lambda parent, first, last: inserted.append((first, last)))
    model.show_log(kept[::-1], AT)
    assert inserted == [(0, 2)]
    assert model.firings == kept[::-1]
    model.show_log(kept[::-1], AT)
    assert inserted == [(0, 2)]
    model.show_log([firing(RULE)] * (MOST_SHOWN + 5), AT)
    assert model.rowCount() == MOST_SHOWN
    assert tester.model() is model


def test_a_row_says_when_what_and_by_which_prices(alarmed: Callable[..., Any]) -> None:
    alerts = alarmed().alerts
    model = LogModel(alerts, looks := Appearance(), "demo", looks)
    fired = firing("AAPL.US@coinbase last crosses 5", kind=FiringKind.JUMP)
    model.show_log([fired, firing(RULE, at_utc_s=AT - 200_000)], AT)
    said = [model.data(model.index(0, column)) for column in range(model.columnCount())]
    assert said == [
        time_of_day(AT),
        "AAPL.US@coinbase",
        "Jump",
        "60,001.20",
        "59,998.40",
        "AAPL.US@coinbase last crosses 5",
    ]
    assert model.data(model.index(1, 0)).startswith(date(AT - 200_000))
    lines = details(firing(RULE), alerts, "demo")
    assert [line.split(" ")[0] for line in lines] == ["NVDA.US", "Rule:", "Price", "Before", "Received", "Link:"]
    assert lines[2].endswith(f"{time_of_day(AT)}.000")
