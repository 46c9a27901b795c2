"""Addresses of servers that run already, and credentials for them."""

import asyncio
from pathlib import Path

import pytest

from quotedesk.codec.nkeys import new_seed
from quotedesk.market.errors import QuotedeskError
from quotedesk.relay.remote_server import RemoteServer

SEED = new_seed(b"r" * 32)


def test_its_servers_are_tried_one_after_the_other(tmp_path: Path) -> None:
    creds = tmp_path / "relay.creds"
    creds.write_text(
        f"-----BEGIN NATS USER JWT-----\neyJ0.x.y\n------END NATS USER JWT------\n\n"
        f"-----BEGIN USER NKEY SEED-----\n{SEED}\n------END USER NKEY SEED------\n"
    )
    remote = RemoteServer("tls://a.example:4443, nats://127.0.0.1", creds)

    async def run() -> None:
        first, second, third = [await remote.find() for _ in range(3)]
        assert (first.host, first.port, first.tls is None) == ("a.example", 4443, False)
        assert (second.host, second.port, second.tls) == ("127.0.0.1", 4222, None)
        assert third.host == "a.example"
        assert third.tls is first.tls, "made once: it takes 25 ms, and quotes wait for it"
        assert (first.jwt, first.seed) == ("eyJ0.x.y", SEED)
        assert SEED not in repr(first)

    asyncio.run(run())


def test_a_bare_seed_does(tmp_path: Path) -> None:
    creds = tmp_path / "relay.nk"
    creds.write_text(f"{SEED}\n")
    assert RemoteServer("nats://localhost:1", creds).read_creds() == ("", SEED)


@pytest.mark.parametrize("url", ["", ",", "http://x", "nats://x:99999", "nats://example.com", "tls://u:p@h", "tls://"])
def test_what_is_no_safe_address_is_refused(url: str) -> None:
    with pytest.raises(QuotedeskError):
        RemoteServer(url, None)


def test_a_file_without_a_seed_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("SUAX")
    with pytest.raises(QuotedeskError, match="no seed"):
        RemoteServer("nats://127.0.0.1", tmp_path / "x")
