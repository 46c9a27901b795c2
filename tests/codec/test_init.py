"""The register of feeds."""

import re
from urllib.parse import urlsplit

import pytest

from quotedesk.codec import FEEDS
from quotedesk.codec.base import Feed

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
