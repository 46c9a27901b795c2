"""What a relay brought is played as the rows of the feeds it stood for, to the same end, wherever it is begun."""

import asyncio
from pathlib import Path

import pytest

from quotedesk.codec.relay_wire import RelayedQuote, RelayedStatus
from quotedesk.config.recording_store import copy_since
from quotedesk.engine.flight_recording import record
from quotedesk.engine.told_recording import told
from quotedesk.market.states import LinkState, RowState
from quotedesk.net.client import Target
from tests.fakes.engine import engine_at_work
from tests.fakes.relay_end import quote, state
from tests.fakes.relay_server import fake_relay
from tests.fakes.replaying import Player

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("hurry")]
ROWS = "A .DJI.US@alltick"


async def test_rows_of_a_relay_are_recorded_and_played(tmp_path: Path) -> None:
    path = tmp_path / "run.qdrec"
    async with fake_relay() as relay, engine_at_work(tmp_path) as engine:
        key = relay.key()

        async def find() -> Target:
            return Target(relay.url, key.text, key.fingerprint)

        recorder = record(engine.services, path, None, pytest.fail)
        engine.services.redactor.learn("s3cret-word")
        engine.feeds.use_relay(find)
        engine.want(ROWS)
        await engine.until(lambda: relay.ends and relay.ends[-1].lasts)
        for feed, code in (("demo", "A"), ("alltick", ".DJI.US")):
            await relay.say(quote(feed, code, RelayedQuote(1, "5.25")), state(feed, code, RelayedStatus("live")))
        await engine.until(lambda: engine.are(RowState.LIVE, ROWS))
        recorder.checkpoint()
        for n in range(2, 30):
            await relay.say(quote("demo", "A", RelayedQuote(n, f"{n}.5")))
        halted = RelayedStatus("halted", reason="told s3cret-word")
        await relay.say(state("alltick", ".DJI.US", halted))
        await engine.until(lambda: engine.state(".DJI.US@alltick") is RowState.HALTED)
        await engine.until(lambda: engine.counts("A") == [29])
        begun_utc_s = engine.services.clock.utc_s(engine.services.clock.now_s())
        recorder.checkpoint()
        later_utc_s = engine.services.clock.utc_s(engine.services.clock.now_s())
        await relay.say(quote("demo", "A", RelayedQuote(30, "30.5")))
        await engine.until(lambda: engine.counts("A") == [30])
        await asyncio.to_thread(recorder.close)
        assert recorder.fault == ""
    player = Player(path, tmp_path).play()
    assert [price for code, price in player.trades if code == "A"] == ["5.25", *(f"{n}.5" for n in range(2, 31))]
    assert player.rows() == {"A": ("30.5", "", "live"), ".DJI.US": ("5.25", "", "halted")}
    assert "s3cret-word" not in str(player.batches)
    assert player.feeds.runners == {}, "nothing is made as if their feeds were dialled"
    assert [(each.name, each.state) for each in player.display.links] == [("relay", LinkState.UP)]
    again = Player(path, tmp_path)
    again.replay.seek(begun_utc_s)
    assert again.rows() == {"A": ("29.5", "", "live"), ".DJI.US": ("5.25", "", "halted")}
    again.play()
    assert again.rows() == player.rows()
    copy_since(path, tmp_path / "last.qdrec", later_utc_s)
    last = Player(tmp_path / "last.qdrec", tmp_path).play()
    assert last.trades == [("A", "30.5")], "begun in the middle, at a checkpoint"
    assert last.rows() == player.rows()
    assert last.feeds.runners == {}
    lines = dict(told(path, 0.0))
    assert lines["Connections"] == "relay"
    assert lines["The newest messages"].endswith("told A@demo 30.5")


async def test_where_the_relay_is_left_rows_come_from_their_feeds_again(tmp_path: Path) -> None:
    path = tmp_path / "run.qdrec"
    async with fake_relay() as relay, engine_at_work(tmp_path) as engine:
        key = relay.key()

        async def find() -> Target:
            return Target(relay.url, key.text, key.fingerprint)

        recorder = record(engine.services, path, None, pytest.fail)
        engine.feeds.use_relay(find)
        engine.want("A")
        await engine.until(lambda: relay.ends and relay.ends[-1].lasts)
        await engine.feeds.leave_relay()
        await asyncio.to_thread(recorder.close)
    player = Player(path, tmp_path).play()
    assert list(player.feeds.runners) == ["demo"]
    assert "relay" not in [each.name for each in player.display.links]
