"""The register of feeds."""

import json
import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec import FEEDS
from quotedesk.codec.base import Change, Feed, Message, Request
from quotedesk.market.quote import Trade

feeds = pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)


def test_the_feeds_are_known_by_the_names_the_command_line_takes() -> None:
    assert list(FEEDS)[:3] == ["demo", "alltick", "alltick_action"]
    assert all(feed.name == name for name, feed in FEEDS.items())


def test_two_alltick_feeds_share_one_key_and_the_demo_feed_needs_none() -> None:
    assert FEEDS["alltick"].provider is FEEDS["alltick_action"].provider
    assert FEEDS["alltick"].provider.needs_key
    assert not FEEDS["demo"].provider.needs_key


@feeds
def test_every_feed_is_told_apart_from_the_others_in_plain_words(feed: Feed) -> None:
    assert re.fullmatch("[a-z_]+", feed.name)
    assert [other.title for other in FEEDS.values()].count(feed.title) == 1


@feeds
def test_every_endpoint_of_a_feed_can_be_dialled_without_a_secret_in_its_address(feed: Feed) -> None:
    for url in feed.provider.endpoints.values():
        parts = urlsplit(url)
        assert parts.scheme == "wss" or parts.hostname == "127.0.0.1"
        assert parts.path.startswith("/")
        assert not parts.query
        assert not parts.username


@pytest.mark.parametrize("name", ["alpaca", "binance", "bybit", "coinbase", "finnhub", "kraken", "okx"])
def test_a_venue_that_comes_back_is_dialled_in_time_to_be_live_within_ten_seconds(name: str) -> None:
    assert FEEDS[name].limits.retry_most_s <= 8.0


@feeds
def test_every_code_has_an_endpoint_of_its_provider(feed: Feed) -> None:
    for code in ("AAPL.US", "GOLD", "700.HK", "", ".US", "aapl.us", "BTC/USDT"):
        assert feed.provider.endpoint(code) in feed.provider.endpoints


@feeds
def test_every_feed_makes_a_codec_of_its_own_for_each_connection(feed: Feed) -> None:
    one, other = feed.codec(), feed.codec()
    assert one is not other
    assert one.decode(b"")


def test_the_demo_feed_speaks_the_articles_frames_to_one_address() -> None:
    demo = FEEDS["demo"]
    assert issubclass(demo.codec, FEEDS["alltick_action"].codec)
    assert [urlsplit(url).path for url in demo.provider.endpoints.values()] == ["/demo"]
    assert (demo.limits.retry_min_s, FEEDS["alltick"].limits.retry_min_s) == (1.0, 10.0)
    assert FEEDS["alltick_action"].limits.retry_min_s == 10.0


def test_only_the_feed_that_alltick_does_not_publish_carries_a_caution_and_it_says_how_to_switch() -> None:
    assert [feed.name for feed in FEEDS.values() if feed.caution] == ["alltick_action"]
    assert "--feed alltick" in FEEDS["alltick_action"].caution


# -- nothing that a server sends makes a codec or a reader of HTTP raise

_KEYS = st.sampled_from(
    [
        *("type", "T", "event", "op", "arg", "data", "channels", "product_ids", "name", "reason", "message", "msg"),
        *("code", "id", "instId", "channel", "last", "price", "p", "v", "s", "S", "t", "bp", "ap", "best_bid", "time"),
        *("trades", "quotes", "bars", "snapshots", "products", "symbol", "status", "o", "h", "l", "c", "pc", "i"),
    ]
)
_WORDS = st.sampled_from(
    [
        *("ticker", "tickers", "subscriptions", "error", "trade", "t", "q", "subscription", "success", "connected"),
        *("notice", "subscribe", "64008", "60018", "BTC-USD", "BTC-USD is not a valid product", "too many symbols"),
        *("1e999999999", "-1", "0", "", "2026-07-11T14:30:00.123456789Z", "9" * 300, "\ud800", "NaN"),
    ]
)
_scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | _WORDS
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=10) | st.dictionaries(_KEYS | st.text(max_size=4), inner, max_size=8),
    max_leaves=25,
)
_frames = st.binary(max_size=200) | _values.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass"))
_HUGE = "1e99999999999999999999"  # no Decimal has such an exponent
_ODD = (
    *(b"", b"[" * 100_000, b"{", b"[]", b"{}", b"\xff\xfe", b"pong", b"1" * 5000, b"null", b'{"data":null}'),
    *(b"<html>log in</html>", b'[{"T":"t","S":"A","p":%s}]' % _HUGE.encode()),
    b'{"type":"ticker","product_id":"A","price":%s}' % _HUGE.encode(),
    b'[{"T":"t","S":"A","p":1,"t":[]},{"T":"q","S":"A","bp":1,"t":{}}]',
    b'{"type":"ticker","product_id":"A","price":1,"time":{}}',
    b'{"cmd_id":22998,"data":{"code":"A","price":%s}}' % _HUGE.encode(),
)


@feeds
@given(_frames)
def test_no_frame_makes_a_codec_raise(feed: Feed, frame: bytes) -> None:
    codec = feed.codec()
    codec.greet("key:secret")
    codec.encode(Change(("BTC-USD", "A"), ("BTC-USD", "A"), (), 1))
    messages = codec.decode(frame)
    assert all(isinstance(each, Message) for each in messages)
    for each in messages:
        if isinstance(each, Trade):
            assert each.price.is_known


@feeds
@pytest.mark.parametrize("frame", _ODD, ids=[each[:12].decode("latin-1") for each in _ODD])
def test_no_odd_frame_makes_a_codec_raise(feed: Feed, frame: bytes) -> None:
    assert all(isinstance(each, Message) for each in feed.codec().decode(frame))


@pytest.mark.parametrize("feed", [feed for feed in FEEDS.values() if feed.reference], ids=lambda feed: feed.name)
@given(_frames)
def test_no_answer_by_http_makes_a_reader_raise(feed: Feed, data: bytes) -> None:
    reference = feed.reference
    assert reference
    for asked in [*reference.directory(), Request("/x", (("symbols", "A"), ("symbol", "A"), ("end", "x")))]:
        for read in (reference.read_directory, reference.read_candles, reference.read_snapshot):
            page = read(data, asked)
            assert "\n" not in page.fault


@pytest.mark.parametrize("feed", [feed for feed in FEEDS.values() if feed.reference], ids=lambda feed: feed.name)
@pytest.mark.parametrize("data", [b"<!DOCTYPE html><html>Please log in", b"", b'[{"id":"BTC-USD","sta', b'{"a":1}'])
def test_an_answer_that_is_none_is_one_plain_line(feed: Feed, data: bytes) -> None:
    reference = feed.reference
    assert reference
    requests = [*reference.directory()]
    pages = [reference.read_directory(data, asked) for asked in requests]
    if asked := reference.candles("BTC-USD", 60, 10, None):
        pages.append(reference.read_candles(data, asked))
    if asked := reference.snapshot(["BTC-USD"]):
        pages.append(reference.read_snapshot(data, asked))
    for page in pages:
        assert page.items == ()
        assert 10 < len(page.fault) < 200
        assert page.fault.isprintable()


@feeds
def test_a_place_that_is_not_served_is_told_in_plain_words_with_what_to_use_instead(feed: Feed) -> None:
    for status, words in feed.provider.refusals.items():
        assert 400 <= status < 500
        assert words[0].isupper()
        assert words.isprintable()
    assert set(feed.provider.refusals) >= (
        {403, 451} if feed.name in ("coinbase", "okx", "finnhub", "alpaca") else set()
    )


@feeds
def test_a_key_is_whole_or_it_is_told_how_it_is_written(feed: Feed) -> None:
    provider = feed.provider
    whole = ":".join("k3y" for _ in provider.key_parts)
    assert provider.fault_of(whole) == ""
    assert provider.secrets_in(whole) == ("k3y",) * len(provider.key_parts)
    assert provider.secrets_in(None) == ()
    assert "blanks" in provider.fault_of("a b")
    if len(provider.key_parts) > 1:
        assert provider.key_form in provider.fault_of("k3y")
        assert provider.key_form in provider.fault_of("k3y:")
