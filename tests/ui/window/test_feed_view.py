"""What windows show of the feeds, as one value."""

import math

from quotedesk.market.instrument import Instrument
from quotedesk.ui.window.feed_view import FeedView


def test_at_first_nothing_is_known() -> None:
    view = FeedView()
    assert (view.links, view.slots, dict(view.origins)) == ((), None, {})
    assert math.isnan(view.messages_per_s)
    assert view.trace_of(Instrument("demo", "A.US")) == (None, None)


def test_a_window_shows_all_of_it(open_desk) -> None:
    desk = open_desk()
    desk.show_feeds(used=4, slots=16, messages_per_s=412.0, round_trip_s=0.009)
    assert "4 of 16 slots" in desk.window.status_bar.words()
    assert "412 msg/s 9 ms round trip" in desk.window.status_bar.words()
