"""How large tiles are: by what is known, never nothing."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import of_float
from quotedesk.market.quote import Quote
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.heat.areas import areas, turnovers

TURNOVERS = st.lists(st.one_of(st.just(math.nan), st.floats(1.0, 1e12)), min_size=1, max_size=50)


@given(TURNOVERS)
def test_all_have_a_share_and_the_shares_are_the_whole(known):
    shares = areas(known)
    assert sum(shares) == pytest.approx(1.0)
    assert min(shares) >= 0.25 / len(known) / 2


@given(TURNOVERS)
def test_more_turnover_is_never_a_smaller_tile(known):
    pairs = sorted(
        (turnover, share) for turnover, share in zip(known, areas(known), strict=True) if turnover == turnover
    )
    assert [share for _, share in pairs] == sorted(share for _, share in pairs)


def test_nothing_known_makes_all_alike():
    assert areas([math.nan] * 4) == [0.25] * 4


def test_turnover_is_the_feeds_or_volume_times_last():
    quotes = Quotes()
    slots = quotes.slots([Instrument("demo", code) for code in ("SAYS", "COUNTS", "NEITHER", "ZERO")])
    said = [
        Quote(code="SAYS", last=of_float(2, 0), volume=of_float(5, 0), turnover=of_float(11, 0)),
        Quote(code="COUNTS", last=of_float(2, 0), volume=of_float(5, 0)),
        Quote(code="NEITHER", last=of_float(2, 0)),
        Quote(code="ZERO", last=of_float(2, 0), turnover=of_float(0, 0)),
    ]
    quotes.apply(Batch("demo", said, 1.0))
    found = turnovers(quotes, slots).tolist()
    assert found[:2] == [11.0, 10.0]
    assert all(math.isnan(each) for each in found[2:])
