"""A client moves bytes for either kind of session."""

import inspect
import random

import pytest

from quotedesk.codec import FEEDS
from quotedesk.feed.conversation import Conversation
from quotedesk.feed.pace import Pace
from quotedesk.feed.relay_session import RelaySession
from quotedesk.feed.relayed_rows import RelayedRows
from quotedesk.feed.round_trip import RoundTrip
from quotedesk.feed.session import Session

WORDS = [name for name, value in vars(Conversation).items() if inspect.isfunction(value) and not name.startswith("_")]


@pytest.mark.parametrize("kind", [Session, RelaySession])
def test_both_take_the_same_words(kind):
    assert WORDS
    for name in WORDS:
        theirs, ours = (list(inspect.signature(getattr(each, name)).parameters) for each in (Conversation, kind))
        assert ours == theirs, name


def test_both_have_a_link_and_a_provider():
    pace = Pace(0.0, 0.0)
    for made in (
        Session(FEEDS["demo"], "demo", pace, random.Random(1)),
        RelaySession(lambda feed: RelayedRows(FEEDS[feed], RoundTrip()), random.Random(1), "0"),
    ):
        assert made.provider.title
        assert made.status.name
        assert made.look_at_s >= 0
