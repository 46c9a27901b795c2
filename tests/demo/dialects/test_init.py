"""The register of the doubles."""

import pytest

from quotedesk.demo.dialects import NAMES, venue_class
from quotedesk.demo.dialects.base import Venue
from quotedesk.demo.faults import ServerFaults


@pytest.mark.parametrize("name", NAMES)
def test_each_name_makes_a_venue_that_lists_something(name: str) -> None:
    venue = venue_class(name)(ServerFaults(), 1)
    assert isinstance(venue, Venue)
    assert 20 <= len(venue.instruments) <= 70
    assert all(venue.serves(path) for path in venue.paths)
    assert venue.error() is not None
