"""A recording in a real window: keys pause it, step it, seek it and save what a live one has recorded."""

import shutil
import signal
from pathlib import Path

import pytest

from tests.fakes.made_recording import MadeRecording
from tests.fakes.screen import Desk, Hand, virtual_screen, wait_until

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox"))), reason="needs Xvfb, xdotool and openbox"
    ),
    pytest.mark.display,
]


def test_it_runs_beside_a_desk_on_the_same_profile_and_says_what_is_not_kept(tmp_path: Path) -> None:
    with MadeRecording(tmp_path / "made.qdrec", ["BTCUSDT"]) as tape:
        for at in range(200):
            tape.tick("BTCUSDT", 100 + at)
    profile = tmp_path / "profile"
    with virtual_screen() as screen:
        desk = Desk(screen, profile, "--symbols", "EURUSD")
        beside = None
        try:
            hand = Hand(screen)
            hand.window()
            wait_until(lambda: desk.states() == {"EURUSD": "live"})
            (profile / "replay-left").mkdir()
            kept = {name: (profile / name).read_bytes() for name in ("lists.toml",)}
            stats = tmp_path / "replay.json"
            beside = Desk(screen, profile, "--replay", str(tmp_path / "made.qdrec"), "--stats", str(stats))
            beside.stats_file = stats
            wait_until(lambda: any(title.startswith("REPLAY") for title in hand.titles()))
            wait_until(lambda: beside.stats().get("quotes", {}).get("BTCUSDT", {}).get("last"))
            (log,) = profile.glob("replay-*/log/quotedesk.log")
            assert "is gone when you quit" in log.read_text()
            assert not (profile / "replay-left").exists(), "what a killed one left goes"
            beside.process.send_signal(signal.SIGTERM)
            assert beside.end() == (0, "")
            assert desk.states() == {"EURUSD": "live"}
        finally:
            desk.kill()
            if beside is not None:
                beside.kill()
    assert list(profile.glob("replay-*")) == []
    assert {name: (profile / name).read_bytes() for name in kept} == kept


def test_keys_move_a_recording_that_every_window_is_marked_with(tmp_path: Path) -> None:
    with MadeRecording(tmp_path / "made.qdrec", ["BTCUSDT", "ETHUSDT"]) as tape:
        for at in range(600):
            tape.tick("BTCUSDT", 100 + at)
        tape.tick("ETHUSDT", 7)
    with virtual_screen() as screen:
        desk = Desk(screen, tmp_path / "profile", "--replay", str(tmp_path / "made.qdrec"), "--replay-speed", "5")
        hand = Hand(screen)
        try:
            window = hand.window()
            assert hand.title(window).startswith("REPLAY")

            def price() -> str:
                return str(desk.stats().get("quotes", {}).get("BTCUSDT", {}).get("last", ""))

            def stands() -> bool:
                before, seconds = price(), desk.stats()["cpu_s"]
                wait_until(lambda: desk.stats()["cpu_s"] != seconds)
                return bool(before) and price() == before

            wait_until(price)
            assert not stands()
            hand.press("ctrl+alt+space")
            wait_until(stands)
            at = int(price())
            hand.press("ctrl+alt+period", "ctrl+alt+period")
            wait_until(lambda: int(price()) > at)
            hand.press("ctrl+alt+Home")
            wait_until(lambda: price() in ("", "100", "101"))
            hand.press(*["ctrl+alt+Prior"] * 5, "ctrl+alt+space")
            wait_until(lambda: desk.stats()["quotes"].get("ETHUSDT", {}).get("last") == "7")
            assert price() == "699"
            hand.press("ctrl+n")
            wait_until(lambda: sum(title.startswith("REPLAY") for title in hand.titles()) == 2)
            desk.process.send_signal(signal.SIGTERM)
            assert desk.end() == (0, "")
        finally:
            desk.kill()
    assert sorted(each.name for each in (tmp_path / "profile").iterdir() if each.is_file()) in ([], ["in-use.lock"])
