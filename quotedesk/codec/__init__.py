"""One file per feed: bytes in, values out. This is the register: a new feed is one file and one entry here."""

from quotedesk.codec import (
    alltick,
    alltick_action,
    alpaca,
    coinbase,
    finnhub,
    okx,
)
from quotedesk.codec.base import Feed

_ALL = (
    alltick_action.DEMO_FEED,
    alltick.FEED,
    alltick_action.FEED,
    coinbase.FEED,
    okx.FEED,
    finnhub.FEED,
    alpaca.FEED,
)
FEEDS: dict[str, Feed] = {feed.name: feed for feed in _ALL}
BUILT_IN = next(feed.name for feed in FEEDS.values() if feed.is_built_in)  # runs with no account and no network
