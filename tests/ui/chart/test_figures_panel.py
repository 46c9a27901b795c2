"""The row's figures and its trace, as texts."""

import math

from pytestqt.qtbot import QtBot

from quotedesk.feed.subscription_trace import Trace
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Quote
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.chart.figures_panel import FiguresPanel
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.table.columns import read
from tests.fakes.clock import FakeClock

A = Instrument("demo", "A")


def test_figures_are_those_of_the_row_and_unknown_is_never_0(qtbot: QtBot) -> None:
    clock, quotes = FakeClock(), Quotes()
    quotes.slot(A)
    panel = FiguresPanel(Appearance(), clock)
    qtbot.addWidget(panel)
    said = {"last": "178.46", "bid": "178.45", "ask": "178.47", "open": "175.60", "volume": "41820000"}
    quote = Quote(code="A", **{name: number(text) for name, text in said.items()})
    quotes.apply(Batch("demo", [quote], clock.now_s()))
    panel.show_row(read(quotes, A, clock.now_s()), None)
    words = dict(panel.words())
    assert (words["Bid"], words["Ask"], words["Spread"]) == ("178.45", "178.47", "0.02")
    assert (words["Open"], words["Volume"]) == ("175.60", "41.82M")
    assert (words["High"], words["Low"], words["Prev close"]) == ("--", "--", "--")
    panel.show_row(None, None)
    assert set(dict(panel.words()).values()) == {"--"}


def test_the_trace_goes_as_far_as_it_is_proven(qtbot: QtBot) -> None:
    clock, quotes = FakeClock(), Quotes()
    panel = FiguresPanel(Appearance(), clock)
    qtbot.addWidget(panel)
    reading = read(quotes, A, clock.now_s() + 9)
    panel.show_row(reading, Trace(1000.0, 1000.021, 3, math.nan, math.nan))
    assert [step for step, _ in panel.words()[8:]] == ["Wanted", "Sent", "First tick"]
    assert panel.words()[-1] == ("First tick", "8 s")
    panel.show_row(reading, Trace(1000.0, 1000.021, 3, 1000.064, 1000.31))
    assert panel.words()[9:] == [("Sent", "+0.021 s"), ("Acknowledged", "+0.064 s"), ("First tick", "+0.310 s")]
