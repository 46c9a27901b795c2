"""Keys from the environment or the keyring, and no word of them in any fault."""

import traceback
from collections.abc import Iterator

import keyring
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest
from keyring.backend import KeyringBackend

from quotedesk.codec import nkeys
from quotedesk.codec.relay_key import RelayKey
from quotedesk.config import secrets
from quotedesk.config.secrets import NoKeyringError
from tests.fakes.keyring import MemoryKeyring

SECRET = "k3y-S3CR3T"


class Failing(MemoryKeyring):
    """Every call ends in the fault it was made with."""

    def __init__(self, fault: Exception) -> None:
        super().__init__()
        self.fault = fault

    def get_password(self, service: str, username: str) -> str | None:
        raise self.fault

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.fault


class Forgetful(MemoryKeyring):
    """Takes everything, keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


FAULTS = [
    keyring.errors.KeyringLocked("Failed to unlock the collection!"),
    keyring.errors.InitError("Failed to create the collection: Prompt dismissed.."),
    keyring.errors.PasswordSetError("Can't store password on keychain"),
    keyring.errors.NoKeyringError("No recommended backend was available."),
    RuntimeError("no event loop"),
    OSError(111, "Connection refused"),
    Exception("org.freedesktop.DBus.Error.ServiceUnknown"),  # the bus library's own kind
]
LOCKED_OR_NONE = [keyring.backends.fail.Keyring(), *map(Failing, FAULTS)]


@pytest.fixture(autouse=True)
def own_keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("QUOTEDESK_ALLTICK_TOKEN", raising=False)
    monkeypatch.delenv("QUOTEDESK_RELAY_KEY", raising=False)
    monkeypatch.setattr(secrets, "_lent", {})
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def use(backend: KeyringBackend) -> None:
    keyring.set_keyring(backend)


def test_a_kept_key_is_found_for_its_provider_only() -> None:
    use(MemoryKeyring())
    secrets.keep_key("alltick", SECRET)
    assert secrets.key("alltick") == SECRET
    assert secrets.key("other") is None


def test_a_new_key_replaces_the_old() -> None:
    use(MemoryKeyring())
    secrets.keep_key("alltick", "old")
    secrets.keep_key("alltick", SECRET)
    assert secrets.key("alltick") == SECRET


def test_without_a_key_there_is_none() -> None:
    use(MemoryKeyring())
    assert secrets.key("alltick") is None


def test_an_empty_key_is_none() -> None:
    backend = MemoryKeyring()
    backend.kept["quotedesk", "alltick"] = ""
    use(backend)
    assert secrets.key("alltick") is None


def test_the_environment_wins_and_the_keyring_is_not_even_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    use(Failing(AssertionError("asked")))
    monkeypatch.setenv("QUOTEDESK_ALLTICK_TOKEN", f"  {SECRET}\n")
    assert secrets.key("alltick") == SECRET


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_variable_is_no_key(monkeypatch: pytest.MonkeyPatch, blank: str) -> None:
    backend = MemoryKeyring()
    backend.kept["quotedesk", "alltick"] = SECRET
    use(backend)
    monkeypatch.setenv("QUOTEDESK_ALLTICK_TOKEN", blank)
    assert secrets.key("alltick") == SECRET


@pytest.mark.parametrize("backend", LOCKED_OR_NONE, ids=lambda backend: repr(getattr(backend, "fault", "none")))
def test_a_keyring_that_is_missing_locked_or_broken_names_the_variable_instead(backend: KeyringBackend) -> None:
    use(backend)
    with pytest.raises(NoKeyringError, match="QUOTEDESK_ALLTICK_TOKEN") as caught:
        secrets.key("alltick")
    assert str(caught.value).isprintable()
    with pytest.raises(NoKeyringError, match="QUOTEDESK_ALLTICK_TOKEN"):
        secrets.keep_key("alltick", SECRET)


@pytest.mark.parametrize("backend", [keyring.backends.null.Keyring(), Forgetful()], ids=["null", "forgetful"])
def test_a_keyring_that_keeps_nothing_is_none(backend: KeyringBackend) -> None:
    use(backend)
    with pytest.raises(NoKeyringError, match="QUOTEDESK_ALLTICK_TOKEN"):
        secrets.keep_key("alltick", SECRET)


def test_no_fault_holds_the_key_even_where_the_backends_does() -> None:
    use(Failing(keyring.errors.PasswordSetError(f"cannot store '{SECRET}'")))
    with pytest.raises(NoKeyringError) as caught:
        secrets.keep_key("alltick", SECRET)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_forgotten_key_is_gone_and_one_that_never_was_is_no_fault() -> None:
    use(MemoryKeyring())
    secrets.keep_key("alltick", SECRET)
    assert secrets.forget_key("alltick")
    assert secrets.key("alltick") is None
    assert not secrets.forget_key("alltick")


@pytest.mark.parametrize("backend", LOCKED_OR_NONE, ids=lambda backend: repr(getattr(backend, "fault", "none")))
def test_a_keyring_that_cannot_be_asked_forgets_nothing_and_says_so(backend: KeyringBackend) -> None:
    use(backend)
    with pytest.raises(NoKeyringError):
        secrets.forget_key("alltick")


def test_where_a_key_comes_from_is_told_without_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring.set_keyring(MemoryKeyring())
    assert secrets.origin("alltick") == "no token yet"
    secrets.keep_key("alltick", SECRET)
    assert secrets.origin("alltick") == "token from the keyring"
    monkeypatch.setenv("QUOTEDESK_ALLTICK_TOKEN", SECRET)
    assert secrets.origin("alltick") == "token from QUOTEDESK_ALLTICK_TOKEN"
    monkeypatch.delenv("QUOTEDESK_ALLTICK_TOKEN")
    keyring.set_keyring(Failing(RuntimeError(SECRET)))
    assert secrets.origin("alltick") == "no token yet, no unlocked keyring"


def test_a_key_that_is_lent_is_used_without_a_keyring_and_forgotten_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    use(Failing(RuntimeError("locked")))
    secrets.lend_key("alltick", SECRET)
    assert secrets.key("alltick") == SECRET
    assert secrets.origin("alltick") == "token in use until you quit"
    with pytest.raises(NoKeyringError):
        secrets.key("other")
    monkeypatch.setenv("QUOTEDESK_ALLTICK_TOKEN", "from outside")
    assert secrets.key("alltick") == "from outside"
    monkeypatch.delenv("QUOTEDESK_ALLTICK_TOKEN")
    assert secrets.forget_key("alltick")
    with pytest.raises(NoKeyringError):
        secrets.key("alltick")


def test_a_key_that_is_kept_takes_the_place_of_one_that_was_lent_and_both_are_forgotten() -> None:
    use(MemoryKeyring())
    secrets.lend_key("alltick", "lent")
    secrets.keep_key("alltick", SECRET)
    assert secrets.key("alltick") == SECRET
    secrets.lend_key("alltick", "lent")
    assert secrets.forget_key("alltick")
    assert secrets.key("alltick") is None


def relay_key(number: int) -> str:
    """A desk's key for one of the relays."""
    return RelayKey("desk", "anna", f"{number:064x}", nkeys.new_seed(bytes([number]) * 32)).text


HOME, OFFICE = secrets.of_relay("home:8447"), secrets.of_relay("office:8447")


def test_each_relay_has_a_key_of_its_own_and_one_variable_wins_over_all(monkeypatch: pytest.MonkeyPatch) -> None:
    use(MemoryKeyring())
    secrets.keep_key(HOME, relay_key(1))
    secrets.keep_key(OFFICE, relay_key(2))
    assert (secrets.key(HOME), secrets.key(OFFICE)) == (relay_key(1), relay_key(2))
    assert secrets.key(secrets.of_relay("hut:8447")) is None
    assert secrets.forget_relay_key(OFFICE, is_in_use=True)
    assert (secrets.key(HOME), secrets.key(OFFICE)) == (relay_key(1), None)
    monkeypatch.setenv("QUOTEDESK_RELAY_KEY", relay_key(3))
    assert (secrets.key(HOME), secrets.key(OFFICE)) == (relay_key(3), relay_key(3))
    assert secrets.is_given(HOME)


def test_the_key_of_when_there_was_one_for_all_relays_counts_until_there_is_one_of_the_relay_s_own() -> None:
    ring = MemoryKeyring()
    ring.kept["quotedesk", "relay"] = relay_key(1)
    use(ring)
    assert secrets.key(HOME) == relay_key(1)
    secrets.keep_key(OFFICE, relay_key(2))
    assert (secrets.key(HOME), secrets.key(OFFICE)) == (relay_key(1), relay_key(2))
    assert secrets.forget_relay_key(OFFICE, is_in_use=True)
    assert not secrets.forget_relay_key(OFFICE, is_in_use=False)
    assert ring.kept == {("quotedesk", "relay"): relay_key(1)}, "it may be for another relay"
    assert secrets.forget_relay_key(HOME, is_in_use=True)
    assert ring.kept == {}
    assert not secrets.forget_relay_key(HOME, is_in_use=True)


@pytest.mark.parametrize("backend", LOCKED_OR_NONE, ids=lambda backend: repr(getattr(backend, "fault", "none")))
def test_where_no_keyring_takes_a_relay_s_key_the_variable_of_all_relays_is_named(backend: KeyringBackend) -> None:
    use(backend)
    with pytest.raises(NoKeyringError, match="variable QUOTEDESK_RELAY_KEY instead"):
        secrets.keep_key(HOME, relay_key(1))
