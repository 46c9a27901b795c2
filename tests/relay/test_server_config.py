"""Who may say and hear what: the configuration, as a real server takes it."""

import asyncio
from pathlib import Path

import pytest

from quotedesk.codec.nkeys import new_seed, public_key
from quotedesk.relay.desks import DeskKey
from quotedesk.relay.identity import RelayFolder
from quotedesk.relay.server_config import config_of, heard_by, said_by
from tests.fakes.nats_servers import client_of, relay_server, settings_of
from tests.fakes.waiting import until

SEED = new_seed(b"d" * 32)
DESK = DeskKey("d1", "laptop", 'an"na.b', public_key(SEED))


def test_a_desk_may_do_its_own_and_nothing_else() -> None:
    assert heard_by(DESK) == ["q.>", "s.>", "slow.>", "link.>", "changed.an=22na=2Eb", "_INBOX.d1.>"]
    assert set(said_by(DESK)) == {
        "hello.d1",
        "want.d1",
        "last.d1",
        "lists.an=22na=2Eb.d1.get",
        "lists.an=22na=2Eb.d1.put",
        "lists.an=22na=2Eb.d1.history",
    }


def test_the_file_says_what_protects_the_others(tmp_path: Path) -> None:
    text = config_of(settings_of(RelayFolder(tmp_path), (DESK,)))
    for line in ("no_fast_producer_stall: true", "max_pending: 8MB", 'write_deadline: "5s"', "ping_max: 2"):
        assert line in text
    assert "no_auth_user" not in text
    assert "password" not in text


@pytest.mark.parametrize("subject", ["q.demo.A", "want.d2", "lists.bo.d1.put", "changed.an=22na=2Eb", "$JS.API.INFO"])
def test_the_server_refuses_what_a_desk_may_not_publish(tmp_path: Path, subject: str) -> None:
    async def run() -> None:
        async with relay_server(tmp_path, (DESK,)) as server, client_of(server.own_port, SEED, "d1/s") as desk:
            desk.publish(subject, b"")
            await until(lambda: f'Permissions Violation for Publish to "{subject}"' in desk.complaint)
            desk.complaint = ""
            desk.subscribe("want.>", lambda said: None)
            await until(lambda: "Permissions Violation for Subscription" in desk.complaint)

    asyncio.run(run())
