"""The engine runs under plain asyncio, with feeds in a hurry, no keyring and no proxy."""

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from quotedesk.codec import FEEDS
from tests.fakes.engine import hurried

TOKEN = "T0KEN-of-mine"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_password", NoKeyring().get_password)
    monkeypatch.delenv("QUOTEDESK_ALLTICK_TOKEN", raising=False)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for scheme in ("http", "https", "all", "ws", "wss", "socks", "no"):
        monkeypatch.delenv(f"{scheme}_proxy", raising=False)
        monkeypatch.delenv(f"{scheme}_proxy".upper(), raising=False)


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    """AllTick's key is set."""
    monkeypatch.setenv("QUOTEDESK_ALLTICK_TOKEN", TOKEN)
    return TOKEN


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The feeds of the register have short patience."""
    for name, feed in list(FEEDS.items()):
        monkeypatch.setitem(FEEDS, name, hurried(feed))
