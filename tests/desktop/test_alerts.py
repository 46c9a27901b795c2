"""Alerts by real keys on a virtual screen: a tick becomes a notice on the desktop's bus, a sound and marks."""

import asyncio
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from quotedesk.ui.looks.theme import DARK
from tests.fakes.notifications import FakeNotifications, fake_notifications, session_bus
from tests.fakes.screen import DemoServer, Desk, Hand, virtual_screen, wait_until

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox", "import", "dbus-daemon"))),
        reason="needs Xvfb, xdotool, openbox, ImageMagick and dbus-daemon",
    ),
    pytest.mark.display,
]

CODE = "BTCUSDT"  # a market that never closes
WIDTH, HEIGHT = 1000, 600
LEVEL = 64_000
# A sound card that takes everything and makes no sound.
NO_CARD = "pcm.!default { type null }\nctl.!default { type null }\n"


def tape(path: Path) -> Path:
    """Prices that go from 60,000 to 66,000 and back in six seconds, over and over."""
    begin = datetime.now(UTC)
    lines = ["product_id,time,trade_id,price,size,side"]
    for number in range(60):
        share = min(number, 60 - number) / 30
        time = (begin + timedelta(seconds=number / 10)).isoformat().replace("+00:00", "Z")
        lines.append(f"{CODE},{time},{number},{60_000 + 6_000 * share:.2f},1,BUY")
    path.write_text("\n".join(lines) + "\n")
    return path


class Desktop:
    """A notification service in a thread of its own; `click` waits until it is done."""

    def __init__(self, fake: FakeNotifications, loop: asyncio.AbstractEventLoop) -> None:
        self.fake = fake
        self._loop = loop

    def click(self, number: int) -> None:
        asyncio.run_coroutine_threadsafe(self.fake.click(number, "a-token"), self._loop).result(10)


@contextmanager
def desktop(bus: str) -> Iterator[Desktop]:
    with asyncio.Runner() as runner, ThreadPoolExecutor(1) as thread:
        is_over, is_there = asyncio.Event(), Future[Desktop]()

        async def serve() -> None:
            async with fake_notifications(bus=bus) as fake:
                is_there.set_result(Desktop(fake, asyncio.get_running_loop()))
                await is_over.wait()

        served = thread.submit(runner.run, serve())
        try:
            yield is_there.result(10)
        finally:
            runner.get_loop().call_soon_threadsafe(is_over.set)
            served.result(10)


def picture(screen: dict[str, str], window: str, path: Path) -> QImage:
    subprocess.run(["import", "-window", window, str(path)], env=screen, check=True)
    return QImage(str(path))


def rules(profile: Path) -> list[str]:
    path = profile / "alerts.toml"
    return list(tomllib.loads(path.read_text())["rules"]) if path.exists() else []


def has_chart(profile: Path) -> bool:
    path = profile / "window.toml"
    return path.exists() and bool(tomllib.loads(path.read_text())["windows"][0].get("chart", {}).get("is_open"))


def test_a_tick_becomes_a_notice_whose_click_shows_the_row(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    profile.mkdir()
    (profile / "settings.toml").write_text('format = 1\ntheme = "dark"\nalert_sound = "ping"\n')
    (tmp_path / "asoundrc").write_text(NO_CARD)
    with session_bus() as bus, virtual_screen() as screen, desktop(bus) as notices:
        screen |= {"DBUS_SESSION_BUS_ADDRESS": bus, "ALSA_CONFIG_PATH": str(tmp_path / "asoundrc")}
        server = DemoServer(tmp_path / "server.log", "--replay", str(tape(tmp_path / "tape.csv")), "--loop")
        arguments = ("--url", server.url, "--symbols", CODE, "--geometry", f"{WIDTH}x{HEIGHT}")
        desk = Desk(screen, profile, *arguments)
        try:
            hand = Hand(screen)
            window = hand.window()
            wait_until(lambda: desk.states() == {CODE: "live"})

            def pixels(name: str, *places: tuple[int, int]) -> list[QColor]:
                image = picture(screen, window, tmp_path / f"{name}.png")
                return [image.pixelColor(*place) for place in places]

            strip = (WIDTH // 2, HEIGHT - 44)
            wait_until(lambda: pixels("before", strip) == [DARK.table])
            hand.press("Home", "ctrl+alt+a")
            hand.dialog("New alert on")
            hand.type(str(LEVEL))
            hand.press("Return")
            (made,) = wait_until(lambda: rules(profile))
            assert made.startswith(f"{CODE}@demo last crosses-")
            shown = notices.fake.shown
            wait_until(lambda: shown)
            number, title, text, actions, _ = shown[0]
            assert f"{CODE}@demo " in title
            assert " to 64,000 at " in title
            assert "before)" in text
            assert actions == ["default", "Open"]
            assert notices.fake.refused == []
            wait_until(lambda: pixels("fired", strip) == [DARK.banner])
            notices.click(number)
            wait_until(lambda: has_chart(profile))
            wait_until(lambda: pixels("seen", strip) != [DARK.banner])
            hand.press("ctrl+shift+a")
            hand.dialog("Alerts")
            hand.type("* age >= 2h")
            hand.press("Return")
            wait_until(lambda: rules(profile) == [made, "* age >= 2h"])
            hand.press("ctrl+z", "ctrl+z")
            wait_until(lambda: rules(profile) == [])
            hand.press("Escape")
            wait_until(lambda: "Alerts" not in hand.titles())
            hand.window()
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
        finally:
            desk.kill()
            server.stop()
        log = (profile / "log" / "quotedesk.log").read_text()
        assert "No sound" not in log, "the sound went through a device"
