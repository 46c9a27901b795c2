"""A half-typed symbol is completed by keys, on the real window: in the table, on disk and on the wire."""

import shutil
from pathlib import Path

import pytest

from tests.fakes.screen import DemoServer, Desk, Hand, kept_lists, virtual_screen, wait_until

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox"))), reason="needs Xvfb, xdotool and openbox"
    ),
    pytest.mark.display,
]


def test_half_a_name_and_two_keys_are_a_row(tmp_path: Path) -> None:
    with virtual_screen() as screen:
        server = DemoServer(tmp_path / "server.log")
        desk = Desk(screen, tmp_path / "profile", "--feed", "demo", "--url", server.url, "--symbols", "EURUSD")
        try:
            hand = Hand(screen)
            hand.window()
            wait_until(lambda: desk.states() == {"EURUSD": "live"})
            hand.type("nvid")
            hand.press("Return")
            wait_until(lambda: desk.states() == {"EURUSD": "live", "NVDA.US": "live"})
            hand.press("F2")
            hand.type("appl")
            hand.press("Tab", "Return")
            wait_until(lambda: desk.states() == {"EURUSD": "live", "AAPL.US": "live"})
            wait_until(lambda: kept_lists(tmp_path / "profile") == [("Watchlist", ["EURUSD", "AAPL.US"])])
            asked = [line["frame"] for line in server.log() if line["event"] == "in" and "code" in line["frame"]]
            named = [code for frame in asked for code in frame["code"]]
            assert set(named) == {"EURUSD", "NVDA.US", "AAPL.US"}
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
        finally:
            desk.kill()
            server.stop()


def test_rubbish_comes_in_only_by_ctrl_enter_and_of_several_codes_the_known_ones_do(tmp_path: Path) -> None:
    """A walk of somebody who mistypes: at each step the list on disk and the symbols asked for are what was meant."""
    with virtual_screen() as screen:
        server = DemoServer(tmp_path / "server.log")
        desk = Desk(screen, tmp_path / "profile", "--feed", "demo", "--url", server.url, "--symbols", "EURUSD")

        def rows() -> list[str]:
            return list(desk.states())

        def named() -> set[str]:
            """All that the server was asked for."""
            asked = [line["frame"] for line in server.log() if line["event"] == "in" and "code" in line["frame"]]
            return {code for frame in asked for code in frame["code"]}

        try:
            hand = Hand(screen)
            hand.window()
            wait_until(lambda: desk.states() == {"EURUSD": "live"})
            hand.type("APPL.US")
            hand.press("Return")  # nothing is added: "APPL.US: no such code. AAPL.US?"
            hand.press("Return")  # that one, then
            wait_until(lambda: rows() == ["EURUSD", "AAPL.US"])
            hand.type("nv")
            hand.press("Return")
            wait_until(lambda: rows() == ["EURUSD", "AAPL.US", "NVDA.US"])
            hand.type("GOLD, zzqq Silver")
            hand.press("Return")
            wait_until(lambda: rows() == ["EURUSD", "AAPL.US", "NVDA.US", "GOLD", "Silver"])
            hand.press("Escape")
            hand.press("ctrl+k")
            hand.type("tencent")
            hand.press("Return")
            wait_until(lambda: rows()[-1] == "700.HK")
            hand.type("zzqq")
            hand.press("ctrl+Return")
            wait_until(lambda: rows()[-1] == "zzqq")
            expected = {"EURUSD", "AAPL.US", "NVDA.US", "GOLD", "Silver", "700.HK", "zzqq"}
            wait_until(lambda: named() == expected)
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
        finally:
            desk.kill()
            server.stop()
