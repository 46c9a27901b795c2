"""Where a feed's prices come from: address, key, the right to the token, the demo server."""

import asyncio
import subprocess
import sys
from pathlib import Path

import keyring
import msgspec
import pytest
from websockets.asyncio.client import connect

from quotedesk.codec import FEEDS
from quotedesk.config.paths import Profile
from quotedesk.config.token_lock import TokenInUseError, hold
from quotedesk.engine.options import SourceOptions
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.source import Source, Sources, key_origins
from quotedesk.engine.tasks import Tasks
from quotedesk.market.errors import QuotedeskError
from quotedesk.net.client import DeniedError
from tests.fakes.engine import PATIENCE_S
from tests.fakes.holder import holding_token

TOKEN = "T0KEN-of-mine"
OTHER = "ws://127.0.0.1:9"


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(tmp_path / "profile")


def source(feed: str, profile: Profile, redactor: Redactor | None = None, **options: object) -> Source:
    return Source(FEEDS[feed], profile, SourceOptions(**options), redactor or Redactor())  # type: ignore[arg-type]


def is_free(profile: Profile) -> bool:
    """May another process have AllTick's token?"""
    script = (
        "import sys, pathlib; from quotedesk.config import paths, token_lock\n"
        "try: token_lock.hold(paths.Profile(pathlib.Path(sys.argv[1])), 'alltick')\n"
        "except token_lock.TokenInUseError: raise SystemExit(9)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(profile.folder)], cwd=Path(__file__).parents[2])
    assert done.returncode in (0, 9)
    return done.returncode == 0


# -- address and key


@pytest.mark.anyio
async def test_a_key_of_the_environment_is_dialled_and_never_shown(profile: Profile, token: str) -> None:
    redactor = Redactor()
    alltick = source("alltick", profile, redactor)
    target = await alltick.find_target("stock")
    assert target.url == f"wss://quote.alltick.co/quote-stock-b-ws-api?token={token}"
    assert target.key is None
    assert alltick.addresses == {"stock": "wss://quote.alltick.co/quote-stock-b-ws-api"}
    assert token not in redactor.clean(f"it is {token}")
    alltick.stop()


@pytest.mark.anyio
async def test_a_key_that_the_greeting_says_is_not_in_the_address(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTEDESK_ALLTICK_TOKEN", TOKEN)
    feed = FEEDS["alltick"]
    greeting = msgspec.structs.replace(feed, provider=msgspec.structs.replace(feed.provider, key_in_url=False))
    here = Source(greeting, profile, SourceOptions(), Redactor())
    target = await here.find_target("other")
    assert (target.url, target.key) == ("wss://quote.alltick.co/quote-b-ws-api", TOKEN)
    here.stop()


@pytest.mark.anyio
async def test_the_key_is_looked_up_anew_each_time(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    alltick = source("alltick", profile)
    monkeypatch.setattr(keyring, "get_password", lambda *_: None)
    with pytest.raises(DeniedError, match="AllTick needs one"):
        await alltick.find_target("stock")
    monkeypatch.setattr(keyring, "get_password", lambda *_: "later")
    assert (await alltick.find_target("stock")).url.endswith("?token=later")
    alltick.stop()


@pytest.mark.anyio
async def test_without_a_key_only_a_server_on_this_machine_is_dialled(profile: Profile) -> None:
    with pytest.raises(DeniedError, match="no unlocked keyring"):
        await source("alltick", profile).find_target("stock")
    with pytest.raises(DeniedError, match="no unlocked keyring"):
        await source("alltick", profile, urls={"alltick": "wss://example.org"}).find_target("stock")
    own = source("alltick", profile, urls={"alltick": OTHER})
    assert (await own.find_target("stock")).url == f"{OTHER}/quote-stock-b-ws-api"
    own.stop()


def test_another_feeds_server_is_not_its(profile: Profile) -> None:
    assert source("alltick", profile, urls={"demo": OTHER}).base is None
    assert source("demo", profile, urls={"demo": OTHER}).base == OTHER


# -- what is told


def test_titles_say_what_the_prices_are(profile: Profile) -> None:
    assert source("demo", profile).title == FEEDS["demo"].title
    assert source("demo", profile, urls={"demo": OTHER}).title.endswith(" at 127.0.0.1:9")
    replayed = source("demo", profile, replay=Path("trades.csv"))
    assert replayed.title == "Replay of trades.csv: recorded prices"
    assert replayed.is_recorded
    other = source("alltick", profile, replay=Path("trades.csv"))
    assert other.is_recorded
    assert other.title == f"{FEEDS['alltick'].title}, recorded"


def test_the_advice_names_the_command_that_was_typed(profile: Profile) -> None:
    advice = source("alltick", profile, command="packaging/run").key_advice
    assert advice == "Set it in File > Settings, with packaging/run token set alltick, or in QUOTEDESK_ALLTICK_TOKEN"


@pytest.mark.anyio
async def test_a_relay_tells_its_own_user_what_is_missing(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    relayed = source("alltick", profile, is_relay=True)
    why = await relayed.why_no_key()
    assert why.startswith("No token yet: AllTick needs one")
    assert why.endswith("or in QUOTEDESK_ALLTICK_TOKEN, and start the relay again")
    assert "Settings" not in why
    monkeypatch.setenv("QUOTEDESK_ALLTICK_TOKEN", TOKEN)
    assert await relayed.why_no_key() == await source("demo", profile).why_no_key() == ""


def test_a_caution_is_for_the_providers_own_hosts(profile: Profile) -> None:
    assert source("alltick_action", profile).caution == FEEDS["alltick_action"].caution != ""
    assert source("alltick_action", profile, urls={"alltick_action": OTHER}).caution == ""
    assert source("demo", profile).caution == ""


def test_the_hours_of_its_markets_are_read_once(profile: Profile) -> None:
    here = source("alltick", profile)
    assert here.hours.market("NVDA.US") is not None
    assert here.hours is here.hours
    assert here.report == ""


def test_made_up_prices_know_no_night(profile: Profile) -> None:
    """Rows, charts and rules ask the source: were it New York's hours, rules would rest while prices tick."""
    for hours in (source("demo", profile).hours, source("demo", profile, urls={"demo": OTHER}).hours):
        assert hours.market("NVDA.US") is None
        assert all(hours.is_open("NVDA.US", hour * 3600.0) for hour in range(7 * 24))


def test_each_feed_says_where_its_key_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    origins = key_origins()
    assert origins.keys() == FEEDS.keys()
    assert origins["demo"] == "no token needed"
    assert origins["alltick"] == origins["alltick_action"] == "no token yet, no unlocked keyring"
    monkeypatch.setenv("QUOTEDESK_ALLTICK_TOKEN", TOKEN)
    assert key_origins()["alltick"] == "token from QUOTEDESK_ALLTICK_TOKEN"


def test_each_source_is_made_once_and_only_for_a_known_feed(profile: Profile) -> None:
    sources = Sources(profile, SourceOptions(), Redactor())
    assert sources.of("alltick") is sources.of("alltick")
    with pytest.raises(KeyError):
        sources.of("nowhere")


# -- the right to the token


@pytest.mark.anyio
async def test_the_token_is_held_from_the_first_dialling_until_it_is_let_go(profile: Profile, token: str) -> None:
    faults: list[BaseException] = []
    tasks = Tasks(faults.append)
    alltick = source("alltick", profile)
    others = asyncio.all_tasks()
    assert is_free(profile)
    await alltick.find_target("stock")
    await alltick.find_target("other")
    assert not is_free(profile)
    alltick.let_go(tasks)
    alltick.let_go(tasks)  # nobody waits for it, so it may be asked for again
    await alltick.find_target("stock")  # waits for that
    assert not is_free(profile)
    alltick.let_go(tasks)
    await asyncio.wait(asyncio.all_tasks() - others, timeout=PATIENCE_S)
    assert is_free(profile)
    assert faults == []


@pytest.mark.anyio
async def test_a_token_that_another_process_has_is_a_fault_that_may_pass(profile: Profile, token: str) -> None:
    alltick = source("alltick", profile)
    with holding_token(profile):
        with pytest.raises(TokenInUseError, match="holds the connection to alltick") as caught:
            await alltick.find_target("stock")
        assert not isinstance(caught.value, DeniedError), "it is tried again by itself"
    await alltick.find_target("stock")
    alltick.stop()


@pytest.mark.anyio
async def test_a_profile_that_cannot_be_written_to_is_said_in_plain_words(tmp_path: Path, token: str) -> None:
    (tmp_path / "profile").write_text("a file where a folder should be")
    with pytest.raises(QuotedeskError, match="profile's folder cannot be written to"):
        await source("alltick", Profile(tmp_path / "profile")).find_target("stock")


@pytest.mark.anyio
async def test_the_other_dialect_gets_the_token_without_anybody_coming_between(profile: Profile, token: str) -> None:
    tasks = Tasks(lambda fault: None)
    one, other = source("alltick", profile), source("alltick_action", profile)
    await one.find_target("stock")
    gone = asyncio.Event()
    other.take_token(one, tasks.spawn(gone.wait(), "goodbye"))  # type: ignore[arg-type]
    assert not is_free(profile)
    dialling = tasks.spawn(other.find_target("stock"), "dial")
    await asyncio.sleep(0.05)
    assert not dialling.done(), "the other one has not hung up"
    gone.set()
    await dialling
    one.stop()
    assert not is_free(profile)
    other.stop()
    assert is_free(profile)


@pytest.mark.anyio
async def test_a_token_that_both_dialects_held_is_let_go_once(profile: Profile, token: str) -> None:
    tasks = Tasks(lambda fault: None)
    one, other = source("alltick", profile), source("alltick_action", profile)
    one.hold_token()
    other.hold_token()
    other.take_token(one, tasks.spawn(asyncio.sleep(0), "goodbye"))
    assert not is_free(profile)
    other.stop()
    assert is_free(profile)


def test_a_feed_without_a_key_holds_nothing(profile: Profile) -> None:
    source("demo", profile).hold_token()
    assert not profile.folder.exists()
    hold(profile, "demo").release()


# -- the demo server


@pytest.mark.anyio
async def test_the_demo_server_is_started_when_it_is_dialled_let_go_and_started_again(profile: Profile) -> None:
    faults: list[BaseException] = []
    tasks = Tasks(faults.append)
    demo = source("demo", profile)
    try:
        for _ in range(3):
            url = (await demo.find_target("demo")).url
            async with connect(url, proxy=None):
                pass
            demo.let_go(tasks)
            demo.let_go(tasks)
        assert len(demo._before) == 1
    finally:
        await asyncio.wait(demo._before)
        demo.stop()
    with pytest.raises(OSError, match=r"."):
        await connect(url, proxy=None)
    assert faults == []


@pytest.mark.anyio
async def test_stopping_in_two_threads_at_once_is_stopping_once(profile: Profile) -> None:
    demo = source("demo", profile)
    demo.start()
    await asyncio.gather(*(asyncio.to_thread(demo.stop) for _ in range(4)))
    assert demo._demo is not None
    assert not demo._demo.is_running


def test_where_another_server_is_named_none_is_started(profile: Profile) -> None:
    demo = source("demo", profile, urls={"demo": OTHER})
    demo.start()
    assert demo._demo is None
    demo.stop()
