"""What is not said has a plain default."""

from quotedesk.relay.options import RelayOptions


def test_the_default_is_this_machine_alone() -> None:
    options = RelayOptions()
    assert (options.listen, options.nats, options.metrics_port, options.feeds) == ("", None, None, ())
