"""Of which feed a code is that names none; what commands make of it is in tests/end_to_end/test_relay_bare_codes."""

import pytest

from quotedesk.codec.relay_requests import RelayedFeed
from quotedesk.engine.bare_codes import ask_feed, relayed_feed
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.relay_source import RelaySource
from quotedesk.market.errors import QuotedeskError
from tests.fakes.relay_server import fake_relay


@pytest.mark.parametrize(
    ("chosen", "relayed", "found"),
    [
        ("demo", ["alltick"], "alltick"),
        ("demo", ["alltick", "demo"], "demo"),
        ("demo", ["alltick", "kraken"], ""),
        ("demo", ["alltick", "moon"], "alltick"),
        ("moon", ["moon"], ""),
        ("demo", [], ""),
    ],
)
def test_it_is_the_chosen_one_or_the_only_one(chosen: str, relayed: list[str], found: str) -> None:
    assert relayed_feed(chosen, relayed) == found


@pytest.mark.anyio
async def test_a_relay_of_feeds_that_nobody_here_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async with fake_relay() as relay:
        monkeypatch.setenv("QUOTEDESK_RELAY_KEY", relay.key().text)
        relay.feeds[:] = [RelayedFeed("moon", "Moon")]
        with pytest.raises(QuotedeskError, match="hut has no feed that this quotedesk knows"):
            await ask_feed(RelaySource(relay.url, Redactor()), "demo", "GOLD")
