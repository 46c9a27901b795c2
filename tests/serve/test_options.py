"""What `serve` was asked for starts from nothing said."""

from quotedesk.serve.options import ServeOptions


def test_what_is_not_said_is_the_last_feed_and_nothing_wanted() -> None:
    options = ServeOptions()
    assert (options.feed, options.list_name, options.profile, options.web_port) == (None, None, None, None)
    assert options.symbols == options.urls == ()
