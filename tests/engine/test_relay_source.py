"""Where the relay is, and with which key."""

import pytest

from quotedesk.codec import nkeys
from quotedesk.codec.relay_key import RelayKey
from quotedesk.config import secrets
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.relay_source import RelaySource
from quotedesk.net.address import BadUrlError
from quotedesk.net.client import DeniedError

pytestmark = pytest.mark.anyio
KEY = RelayKey("desk1", "anna", 64 * "a", nkeys.new_seed(bytes(32)))


async def test_the_key_comes_from_the_environment_and_is_hidden_from_then_on(monkeypatch):
    monkeypatch.setenv("QUOTEDESK_RELAY_KEY", KEY.text)
    redactor = Redactor()
    target = await RelaySource("hut:8447", redactor).find_target()
    assert (target.url, target.key, target.fingerprint) == ("wss://hut:8447", KEY.text, KEY.fingerprint)
    assert KEY.seed not in redactor.clean(f"oh {KEY.seed}")


async def test_of_several_addresses_each_can_be_dialled_with_its_own_name(monkeypatch):
    monkeypatch.setenv("QUOTEDESK_RELAY_KEY", KEY.text)
    target = await RelaySource("hut:8447, 10.0.0.2:8447,wss://shed:1", Redactor()).find_target()
    assert (target.url, target.others) == ("wss://hut:8447", ("wss://10.0.0.2:8447", "wss://shed:1"))
    assert [target.at(other).url for other in ("", *target.others)] == [target.url, *target.others]
    assert target.at("wss://10.0.0.2:8447").host == "", "the user gave it: its certificate is to have that name"
    assert target.at("10.0.0.9:8447").host == "hut"
    for bad in ("hut:8447,", ",hut:8447", "hut:8447,shed", "hut:8447,ws://shed:1"):
        with pytest.raises(BadUrlError):
            RelaySource(bad, Redactor())


async def test_the_key_is_that_of_the_relay_there_however_its_address_is_written(monkeypatch):
    monkeypatch.delenv("QUOTEDESK_RELAY_KEY", raising=False)
    asked: list[str] = []
    monkeypatch.setattr(secrets, "key", lambda whose: asked.append(whose) or KEY.text)
    for address in ("Hut:8447", "wss://hut:8447/", "tower:8447"):
        await RelaySource(address, Redactor()).find_target()
    assert asked == ["relay hut:8447", "relay hut:8447", "relay tower:8447"]


async def test_a_desk_without_a_key_is_not_paired_and_is_told_how_to_be(monkeypatch):
    monkeypatch.delenv("QUOTEDESK_RELAY_KEY", raising=False)
    monkeypatch.setattr(secrets, "key", lambda provider: None)
    advice = r"quotedesk relay code.*File > Settings.*quotedesk pair hut:8447 CODE"
    with pytest.raises(DeniedError, match=f"^Not paired yet: this desk has no key.*{advice}$"):
        await RelaySource("hut:8447", Redactor()).find_target()

    def no_ring(provider: str) -> None:
        raise secrets.NoKeyringError(provider)

    monkeypatch.setattr(secrets, "key", no_ring)
    with pytest.raises(DeniedError, match=rf"^Not paired yet: .*{advice} --print.*RELAY_KEY=.*no unlocked keyring"):
        await RelaySource("hut:8447", Redactor()).find_target()


async def test_what_is_no_key_is_not_repeated(monkeypatch):
    monkeypatch.setenv("QUOTEDESK_RELAY_KEY", "desk1:anna:oops")
    with pytest.raises(DeniedError, match="quotedesk pair hut:8447 CODE") as told:
        await RelaySource("hut:8447", Redactor()).find_target()
    assert "oops" not in str(told.value)
