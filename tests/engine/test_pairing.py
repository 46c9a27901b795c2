"""A pairing code becomes a key: once, only with its own relay, and every failure says what to do."""

import pytest

from quotedesk.codec import nkeys
from quotedesk.codec.relay_key import code_of, read_key
from quotedesk.engine.pairing import PairingError, greet, pair
from quotedesk.net.client import Target
from tests.fakes.certificate import self_signed
from tests.fakes.relay_server import SECRET, fake_relay

pytestmark = pytest.mark.anyio


async def test_the_key_is_the_desk_s_own_and_its_seed_never_leaves(tmp_path):
    async with fake_relay(self_signed(tmp_path)) as relay:
        key, name = await pair(relay.url, relay.code.text, "my laptop")
    assert name == "hut"
    assert relay.paired == ["my laptop"]
    assert (key.desk, key.person, key.fingerprint) == ("desk7", "anna", relay.fingerprint)
    assert nkeys.public_key(key.seed) in relay.keys
    assert read_key(key.text) == key


async def test_a_spent_code_is_told(tmp_path):
    async with fake_relay(self_signed(tmp_path)) as relay:
        code = relay.code.text
        await pair(relay.url, code, "a")
        with pytest.raises(PairingError, match=r"spent.*quotedesk relay code"):
            await pair(relay.url, code, "b")


async def test_a_code_of_another_relay_is_never_said_to_this_one(tmp_path):
    async with fake_relay(self_signed(tmp_path)) as relay:
        with pytest.raises(PairingError, match=r"does not fit the relay at localhost:.*mistyped, or of another relay"):
            await pair(relay.url, code_of(64 * "a", SECRET).text, "a")
        assert relay.paired == []


@pytest.mark.parametrize("typed", ["", "abc", "AAAA-BBBB", "!" * 24])
async def test_what_is_no_code_is_told_before_anything_is_dialled(typed):
    with pytest.raises(PairingError, match="no pairing code"):
        await pair("ws://localhost:1", typed, "a")


async def test_nobody_there_is_told():
    with pytest.raises(PairingError, match="Cannot connect to localhost:1"):
        await pair("ws://localhost:1", code_of(64 * "a", SECRET).text, "a")


async def test_of_several_addresses_the_first_that_answers_is_enough_and_else_the_last_says_why(tmp_path):
    async with fake_relay(self_signed(tmp_path)) as relay:
        key = relay.key()
        target = Target("wss://localhost:1", key.text, key.fingerprint, others=(relay.url,))
        assert (await greet(target)).relay == "hut"
    with pytest.raises(PairingError, match=f"Cannot connect to {relay.url.partition('//')[2]}"):
        await greet(target)
