"""What is said of the sources."""

from quotedesk.engine.options import SourceOptions


def test_by_itself_each_feed_is_dialled_where_its_provider_is() -> None:
    options = SourceOptions()
    assert (dict(options.urls), options.replay, options.replay_speed, options.loops) == ({}, None, 1.0, False)
    assert options.command == "quotedesk"
