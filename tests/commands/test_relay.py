"""What relay and pair refuse; what they do is in tests/relay and tests/end_to_end."""

import asyncio
from pathlib import Path

import pytest

from quotedesk.codec.relay_key import read_key
from tests.fakes.certificate import self_signed
from tests.fakes.relay_server import fake_relay
from tests.fakes.shell import User

BAD = {
    "credentials of no server": (["relay", "--creds", "x"], "name it with --nats"),
    "an address for another's server": (
        ["relay", "--nats", "tls://127.0.0.1:1", "--listen", "127.0.0.1:2"],
        "leave it out",
    ),
    "a feed of nobody": (["relay", "--feed", "nasdaq"], "alltick_action"),
    "a key taken back of nobody": (["relay", "revoke"], "NAME"),
    "a pair with nobody": (["pair", "nonsense", "CODE"], "HOST:8447"),
    "a pair without a code": (["pair", "127.0.0.1:1"], "CODE"),
}


def test_without_a_keyring_no_code_is_spent(user: User) -> None:
    done = user.says("pair", "127.0.0.1:1", "ABCD")
    assert done.code == 2
    assert "Add --print" in done.line
    assert "The code is still good" in done.line


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_one_line(case: str, user: User) -> None:
    user.is_refused(*BAD[case])


@pytest.mark.anyio
async def test_a_second_pairing_leaves_the_first_relay_its_key(
    user: User, keyring: dict[str, str], tmp_path: Path
) -> None:
    for name in ("home", "office"):
        (tmp_path / name).mkdir()
    async with (
        fake_relay(self_signed(tmp_path / "home")) as home,
        fake_relay(self_signed(tmp_path / "office")) as office,
    ):
        for relay in (home, office):
            assert relay.code is not None
            done = await asyncio.to_thread(lambda relay=relay: user.says("pair", relay.url, relay.code.text, **keyring))
            assert (done.code, done.err) == (0, "")
            assert f"Paired with the relay hut. Start with: quotedesk --relay {relay.url}" in done.out
        for relay in (home, office):
            key = read_key((user.home / f"quotedesk-relay {relay.url.removeprefix('wss://')}").read_text())
            assert key is not None
            assert key.fingerprint == relay.fingerprint
