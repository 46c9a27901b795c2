"""Prices and times that mislead, in a real window: its figures say what its rows show."""

import shutil
from pathlib import Path

import pytest

from tests.fakes.screen import DemoServer, Desk, Hand, virtual_screen, wait_until

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox"))), reason="needs Xvfb, xdotool and openbox"
    ),
    pytest.mark.display,
]


def test_rows_that_a_server_misleads_stay_true(tmp_path: Path) -> None:
    codes = ["BTCUSDT", "ETHUSDT", "USOIL", "BNBUSDT", "XRPUSDT"]
    faults = ("ahead ETHUSDT", "negative USOIL", "noise BTCUSDT", "seldom BNBUSDT,XRPUSDT")
    with virtual_screen() as screen:
        server = DemoServer(tmp_path / "server.log", *(word for fault in faults for word in ("--fault", fault)))
        url = f"demo={server.url}"
        desk = Desk(screen, tmp_path / "profile", "--feed", "demo", "--url", url, "--symbols", ",".join(codes))

        def sent(code: str) -> list[str]:
            return [line["price"] for line in server.log() if line["event"] == "tick" and line["code"] == code]

        try:
            hand = Hand(screen)
            hand.window()
            busy, seldom = codes[:3], codes[3:]
            wait_until(lambda: [desk.states().get(code) for code in seldom] == ["quiet", "quiet"], 40.0)
            wait_until(lambda: [desk.states()[code] for code in busy] == ["live"] * 3, 40.0)
            assert [len(sent(code)) for code in seldom] == [1, 1]
            assert all(price.startswith("-") for price in sent("USOIL"))
            assert sum(len(price) > 14 for price in sent("BTCUSDT")) == 1
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
        finally:
            desk.kill()
            server.stop()
        prices = (tmp_path / "profile" / "prices").rglob("*")
        assert "-6" in "".join(path.read_text() for path in prices if path.is_file()), "the price below zero is kept"
