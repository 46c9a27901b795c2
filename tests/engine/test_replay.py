"""A recording is played as it was lived: the same rows and the same to every consumer, however it is played."""

import itertools
import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from quotedesk.market.instrument import Instrument
from tests.fakes.made_recording import BEGIN_UTC_S, MadeRecording
from tests.fakes.replaying import Player

CODES = ("BTCUSDT", "ETHUSDT")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two rows over a cut, a sleep and a restart."""
    path = tmp_path / "made"
    with MadeRecording(path, CODES) as tape:
        for price in (10, 11, 12):
            tape.tick("BTCUSDT", price)
        tape.seeded("ETHUSDT", 99)
        tape.lost(20.0)
        tape.tick("BTCUSDT", 13)
        tape.again("BTCUSDT", 13)
        tape.tick("ETHUSDT", 100)
        tape.slept(3_600.0)
        tape.tick("BTCUSDT", 14)
        tape.restarted(8 * 3_600.0)
        tape.tick("BTCUSDT", 15)
        tape.wait(30.0)
        tape.tick("ETHUSDT", 101)
    return path


def test_all_comes_again_in_order_with_its_gaps(path: Path, tmp_path: Path) -> None:
    player = Player(path, tmp_path).play()
    assert [price for _, price in player.trades] == ["10", "11", "12", "13", "100", "14", "15", "101"]
    before = [gap for batch in player.batches for gap in ([batch.gaps] if batch.gaps else [])]
    assert before == [CODES, CODES, CODES], "a cut, a sleep, a restart"
    assert player.rows() == {"BTCUSDT": ("15", "", "quiet"), "ETHUSDT": ("101", "99", "live")}


def test_the_clock_is_that_of_the_recording(path: Path, tmp_path: Path) -> None:
    player = Player(path, tmp_path).play()
    replay = player.replay
    assert replay.now_utc_s == pytest.approx(replay.end_utc_s)
    assert replay.end_utc_s - BEGIN_UTC_S == pytest.approx(9 * 3_600 + 60, abs=20)
    slot = player.quotes.slot(Instrument("demo", "ETHUSDT"))
    assert replay.clock.utc_s(player.quotes.received_s.item(slot)) == pytest.approx(player.quotes.time_utc_s.item(slot))


def test_it_goes_as_fast_as_it_is_told_and_no_faster(path: Path, tmp_path: Path) -> None:
    player = Player(path, tmp_path, speed=2.0)
    player.replay.play_on()
    for _ in range(10):
        player.real.advance(0.1)
        player.replay.play_on()
    assert player.replay.now_utc_s == pytest.approx(BEGIN_UTC_S + 2.0)
    assert [price for _, price in player.trades] == ["10"]
    player.replay.is_playing = False
    player.real.advance(100.0)
    player.replay.play_on()
    assert len(player.trades) == 1, "it stands"
    player.replay.is_playing = True
    player.real.advance(0.5)
    player.replay.play_on()
    assert [price for _, price in player.trades] == ["10", "11"], "and goes on from there"


def test_what_happened_while_nothing_ran_is_not_waited_for(path: Path, tmp_path: Path) -> None:
    player = Player(path, tmp_path, speed=1.0)
    player.replay.play_on()
    turns = 0
    while not player.replay.is_over:
        player.real.advance(1.0)
        player.replay.play_on()
        turns += 1
    assert turns < 100, "neither a night nor a sleep"


@settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_pauses_steps_and_speeds_change_nothing(path: Path, tmp_path: Path, data: st.DataObject) -> None:
    whole, broken = Player(path, tmp_path).play(), Player(path, tmp_path, speed=1.0)
    while not broken.replay.is_over:
        match data.draw(st.sampled_from(["step", "on", "wait", "speed"])):
            case "step":
                broken.replay.step()
            case "wait":
                broken.replay.is_playing = not broken.replay.is_playing
            case "speed":
                broken.replay.speed = data.draw(st.sampled_from([1.0, 7.0, 100.0, math.inf]))
            case _:
                broken.replay.is_playing = True
                broken.real.advance(data.draw(st.floats(0.001, 5.0)))
                broken.replay.play_on()
    assert repr(broken.batches) == repr(whole.batches)
    assert broken.rows() == whole.rows()
    assert broken.quotes.tick_count.tolist() == whole.quotes.tick_count.tolist()


def test_a_step_is_the_next_frame(path: Path, tmp_path: Path) -> None:
    player = Player(path, tmp_path)
    for count in range(1, 4):
        while len(player.trades) < count:
            player.replay.step()
        assert len(player.trades) == count


def test_seconds_of_the_recording_are_told_and_none_of_the_night(path: Path, tmp_path: Path) -> None:
    player = Player(path, tmp_path)
    at_s: list[float] = []
    player.replay.each_second.append(lambda: at_s.append(player.replay.clock.at_s))
    player.play()
    assert 60 < len(at_s) < 90
    steps = [after - before for before, after in itertools.pairwise(at_s)]
    assert max(steps[:-1]) > 8 * 3_600
    assert sorted(steps)[-3] <= 1.0 + 1e-6


@pytest.mark.parametrize("after_s", [0.0, 2.5, 10.0, 30.0, 3_650.0, 9 * 3_600.0 + 30, 1e9])
def test_at_any_place_rows_know_what_they_knew_then(path: Path, tmp_path: Path, after_s: float) -> None:
    played, sought = Player(path, tmp_path, speed=1.0), Player(path, tmp_path)
    goal_utc_s = min(BEGIN_UTC_S + after_s, played.replay.end_utc_s)
    played.play_to(lambda: played.replay.now_utc_s >= goal_utc_s)
    sought.play()  # from its end back
    sought.replay.seek(goal_utc_s)
    if not played.replay.is_over and played.replay.now_utc_s > goal_utc_s:
        return  # what comes next is beyond it: nothing to compare with
    assert {code: row[:2] for code, row in sought.rows().items()} == {
        code: row[:2] for code, row in played.rows().items()
    }
    assert sought.replay.now_utc_s == pytest.approx(goal_utc_s)


def test_it_goes_on_from_a_place_as_if_played_to_there(path: Path, tmp_path: Path) -> None:
    whole, sought = Player(path, tmp_path).play(), Player(path, tmp_path).play()
    sought.replay.seek(BEGIN_UTC_S + 10.0)
    sought.batches.clear()
    sought.play()
    assert sought.trades == whole.trades[3:]
    assert sought.rows() == whole.rows()
    sought.replay.seek(BEGIN_UTC_S)
    sought.batches.clear()
    assert sought.play().trades == whole.trades


def test_a_page_that_is_missing_is_a_gap(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "made"
    with MadeRecording(path, CODES) as tape:
        for price in range(1_000):
            tape.tick("BTCUSDT", price + 1)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE pages SET data = x'00' WHERE id = 3")
    connection.commit()
    connection.close()
    player = Player(path, tmp_path).play()
    assert player.gaps == [CODES]
    assert 600 < len(player.trades) < 1_000


def test_lines_have_the_past_that_http_told(tmp_path: Path) -> None:
    path = tmp_path / "made"
    with MadeRecording(path, CODES) as tape:
        tape.past("BTCUSDT", 300.0, [5.0, 6.0, 7.0])
        tape.tick("BTCUSDT", 8)
    player = Player(path, tmp_path).play()
    slot = player.quotes.slot(Instrument("demo", "BTCUSDT"))
    past = player.quotes.history.window(slot, player.replay.clock.at_s, 60)
    assert [price for price in dict.fromkeys(past.last.tolist()) if price == price] == [5.0, 6.0, 7.0, 8.0]
