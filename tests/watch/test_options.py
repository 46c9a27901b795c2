"""What `watch` was asked for starts from nothing said."""

from quotedesk.watch.options import WatchOptions


def test_what_is_not_said_is_a_table_of_the_last_feed_without_end() -> None:
    options = WatchOptions()
    assert (options.is_json, options.for_s, options.feed, options.list_name) == (False, None, None, None)
    assert options.symbols == options.urls == ()
