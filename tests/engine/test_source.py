"""What a feed needs to run. Its list is tested through tests/app/test_start.py."""

from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from quotedesk.codec import FEEDS
from quotedesk.config.paths import Profile
from quotedesk.engine.options import Options
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.source import Source, key_origins
from quotedesk.net.client import DeniedError

TOKEN = "T0KEN-of-mine"


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_password", NoKeyring().get_password)
    monkeypatch.delenv("QUOTEDESK_ALLTICK_TOKEN", raising=False)


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    profile = Profile(tmp_path / "profile")
    profile.make()
    return profile


def supply(feed: str, profile: Profile, redactor: Redactor | None = None, **options) -> Source:
    return Source(FEEDS[feed], profile, Options(**options), redactor or Redactor())


@pytest.mark.anyio
async def test_a_key_of_the_environment_is_dialled_and_never_shown(profile, monkeypatch) -> None:
    monkeypatch.setenv("QUOTEDESK_ALLTICK_TOKEN", TOKEN)
    redactor = Redactor()
    alltick = supply("alltick", profile, redactor)
    (endpoint, *_) = FEEDS["alltick"].provider.endpoints
    assert TOKEN in await alltick.find_address(endpoint)
    assert TOKEN not in alltick.addresses[endpoint]
    assert TOKEN not in redactor.clean(f"token={TOKEN}")


@pytest.mark.anyio
async def test_without_a_key_only_a_server_of_ones_own_is_dialled(profile) -> None:
    (endpoint, *_) = FEEDS["alltick"].provider.endpoints
    with pytest.raises(DeniedError, match="no unlocked keyring"):
        await supply("alltick", profile).find_address(endpoint)
    address = await supply("alltick", profile, url="ws://127.0.0.1:9").find_address(endpoint)
    assert address.startswith("ws://127.0.0.1:9/")


def test_titles_say_what_the_prices_are(profile, tmp_path: Path) -> None:
    assert supply("demo", profile).title == FEEDS["demo"].title
    assert supply("demo", profile, url="ws://127.0.0.1:9").title.endswith(" at 127.0.0.1:9")
    trades = tmp_path / "trades.csv"
    trades.write_text("symbol,ts_ms,trade_id,price,size,side\nT.US,1786310819680,1,1.5,2,Buy\n")
    assert supply("demo", profile, replay=trades).title == "Replay of trades.csv: recorded prices"


def test_the_advice_names_the_command_that_was_typed(profile) -> None:
    advice = supply("alltick", profile, command="packaging/run").key_advice
    assert advice == "Set it in File > Settings, with packaging/run key set alltick, or in QUOTEDESK_ALLTICK_TOKEN"


def test_each_feed_says_where_its_key_comes_from(monkeypatch) -> None:
    assert key_origins() == {
        "demo": "no key needed",
        "alltick": "no key, no unlocked keyring",
        "alltick_action": "no key, no unlocked keyring",
    }
    monkeypatch.setenv("QUOTEDESK_ALLTICK_TOKEN", TOKEN)
    assert key_origins()["alltick"] == "key from QUOTEDESK_ALLTICK_TOKEN"
