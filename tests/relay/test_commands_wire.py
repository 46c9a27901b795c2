"""What commands ask is what the relay reads."""

from quotedesk.codec.relay_requests import read_request
from quotedesk.codec.relay_wire import message_of
from quotedesk.relay.commands_wire import CodeRequest, DeskState, FeedState, RelayState, RevokeRequest


def test_what_is_said_is_read() -> None:
    state = RelayState("office", "h:1", "ab", "leads", 1.0, [DeskState("a", "me")], [FeedState("demo", ["up"])], 5, 1.5)
    for said in (state, CodeRequest("anna"), RevokeRequest("laptop")):
        assert read_request(type(said), message_of(said)) == said
