"""One file per feed: bytes in, values out. This is the register: a new feed is one file and one entry here."""

from quotedesk.codec import alltick, alltick_action, alpaca, binance, bybit, coinbase, finnhub, kraken, okx
from quotedesk.codec.base import Feed

FEEDS: dict[str, Feed] = {
    feed.name: feed
    for feed in (
        alltick_action.DEMO_FEED,
        alltick.FEED,
        alltick_action.FEED,
        binance.FEED,
        kraken.FEED,
        bybit.FEED,
        coinbase.FEED,
        okx.FEED,
        finnhub.FEED,
        alpaca.FEED,
    )
}
BUILT_IN = next(feed.name for feed in FEEDS.values() if feed.is_built_in)  # runs with no account and no network
MARKETS = (binance.FEED.name, kraken.FEED.name, coinbase.FEED.name, bybit.FEED.name)  # real ones for a first start
