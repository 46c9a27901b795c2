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


def test_values_have_the_decimals_of_their_row_and_not_those_of_the_wire(alarmed: Callable[..., Any]) -> None:
    here = alarmed()
    here.desk.tick("NVDA.US", 119.98, decimals=2)
    model = LogModel(here.alerts, looks := Appearance(), "demo", looks)
    made = "NVDA.US@demo change% >= 3"
    of_row, gone, finer = (
        firing(RULE, value="120.50000000", before="119.90000000"),
        firing("XRPUSDT@demo last crosses 3", value="3.06310000", before="3.06230000"),
        firing(RULE, value="120.505", before="119.9"),
    )
    model.show_log([of_row, gone, finer, firing(made, value="3.123456789", before="2.9")], AT)
    said = [[model.data(model.index(row, column)) for column in (3, 4)] for row in range(4)]
    assert said == [["120.50", "119.90"], ["3.0631", "3.0623"], ["120.505", "119.90"], ["3.12", "2.90"]]
    assert here.alerts.said(of_row).more == "120.50 (119.90 before)", "so says the banner"
    assert details(of_row, here.alerts)[2].startswith("Price 120.50, ")
    assert not here.desk.quotes.has_slot(gone.instrument), "the log makes no rows"


def test_all_that_is_kept_is_in_the_tip(alarmed: Callable[..., Any]) -> None:
    alerts = alarmed().alerts
    lines = details(firing(RULE), alerts, "demo")
    assert [line.split(" ")[0] for line in lines] == ["NVDA.US", "Rule:", "Price", "Before", "Received", "Link:"]
    assert lines[2].endswith(f"{time_of_day(AT)}.000")
