"""`quotedesk doctor`: each finding, and what it says to do."""

import ctypes
import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

from quotedesk.app.tools import doctor
from quotedesk.app.tools.doctor import LIBRARIES, clock, folder, fonts, keyring, libraries, reach, screen, server
from quotedesk.codec import FEEDS, nkeys
from quotedesk.codec.relay_key import RelayKey
from quotedesk.config import secrets
from quotedesk.config.paths import Profile
from quotedesk.net.probe import Answered

WALL_S = 1_790_000_000.0
DEMO, ALLTICK = FEEDS["demo"], FEEDS["alltick"]


def run(tmp_path: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    command = [sys.executable, "-m", "quotedesk", "doctor", "--profile", tmp_path / "profile", *words]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, timeout=60)


def test_on_the_demo_feed_all_is_well_with_no_account(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == "All is well."
    assert [line[:2] for line in lines[:-1]] == ["ok"] * (len(lines) - 1)
    assert [line.split()[1] for line in lines[:-1]] == [
        *("Program", "Resources", "Libraries", "Display", "Fonts", "Profile", "Token", "Clock", "Server")
    ]
    assert done.stderr == ""


def test_what_is_wrong_comes_with_what_to_do_and_the_exit_code_tells(tmp_path: Path) -> None:
    done = run(tmp_path, "--feed", "alltick", "--url", "ws://127.0.0.1:9", QT_QPA_PLATFORM="nonsense")
    assert done.returncode == 1
    told = done.stdout
    assert "!!  Display" in told
    assert "-> Check DISPLAY, WAYLAND_DISPLAY and QT_QPA_PLATFORM" in told
    assert "!!  Server      stock: connection refused" in told
    assert told.splitlines()[-1] == "Do what the arrows say, then look again."


def test_the_token_is_not_told(tmp_path: Path) -> None:
    done = run(tmp_path, "--feed", "alltick", "--url", "ws://127.0.0.1:9", QUOTEDESK_ALLTICK_TOKEN="s3cr3t")
    assert "s3cr3t" not in done.stdout + done.stderr
    assert "QUOTEDESK_ALLTICK_TOKEN" in done.stdout


def test_a_missing_library_is_named_with_its_package() -> None:
    def opened(name: str) -> object:
        if name == "libxcb-cursor.so.0":
            raise OSError(name)
        return ctypes.CDLL(None)

    finding = libraries(opened)
    assert "libxcb-cursor.so.0" in finding.told
    assert "libxcb-cursor0" in finding.advice
    assert libraries(lambda name: None).advice == ""


def test_every_library_that_the_package_depends_on_is_looked_for() -> None:
    packaging = Path(__file__).parents[3] / "packaging"
    needs, depends = (packaging / "prepare.sh").read_text(), (packaging / "parts.py").read_text()
    for name, package in LIBRARIES.items():
        assert f"{name}:{package}" in needs
        assert re.search(rf"[ \"]{re.escape(package)}[,\" ]", depends), package


def test_a_system_without_fonts_is_told_and_what_to_install() -> None:
    assert fonts(0, 40, 3) == fonts(0, 40, 1)
    assert fonts(0, 40, 3).advice == ""
    assert "none of them with Chinese" in fonts(0, 40, 0).told
    assert "the system has none" in fonts(0, 0, 0).told
    assert "fonts-noto-cjk" in fonts(0, 0, 0).advice
    assert "Install quotedesk again" in fonts(1, 40, 3).advice


def test_the_program_starts_where_there_is_no_font(tmp_path: Path) -> None:
    (tmp_path / "fonts.conf").write_text(
        f"<fontconfig><dir>{tmp_path}/none</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>"
    )
    done = run(tmp_path, FONTCONFIG_FILE=str(tmp_path / "fonts.conf"))
    assert "!!  Fonts       the program's own; the system has none" in done.stdout


def test_without_a_display_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert "desktop" in screen()[0].advice


def test_a_folder_that_cannot_be_used_is_told_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert folder(Profile(tmp_path / "fine")).advice == ""
    assert "--profile" in folder(Profile(tmp_path / "file" / "x")).advice


def test_the_keyring_is_looked_into_and_may_be_locked_or_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTEDESK_ALLTICK_TOKEN", "abc")
    assert keyring(ALLTICK) == ("abc", doctor.Finding("Token", "AllTick: token from QUOTEDESK_ALLTICK_TOKEN"))
    assert keyring(DEMO)[1].advice == ""

    def locked(provider: str) -> str:
        raise secrets.NoKeyringError(provider)

    monkeypatch.setattr(secrets, "key", locked)
    assert "QUOTEDESK_ALLTICK_TOKEN" in keyring(ALLTICK)[1].advice
    monkeypatch.setattr(secrets, "key", lambda provider: None)
    monkeypatch.setattr(secrets, "origin", lambda provider: "no token yet")
    assert "token set alltick" in keyring(ALLTICK)[1].advice
    monkeypatch.setattr(doctor, "_PATIENCE_S", 0.05)
    import threading

    monkeypatch.setattr(secrets, "key", lambda provider: threading.Event().wait(1.0))
    assert "Unlock" in keyring(ALLTICK)[1].advice


@pytest.mark.parametrize(
    ("ahead_s", "told", "is_well"),
    [
        (2.0, "as the server's", True),
        (-3.0, "as the server's", True),
        (90.0, "90 s behind", False),
        (-7200.0, "7,200 s ahead of", False),
        (math.nan, "no server said", True),
    ],
)
def test_the_clock_is_compared_with_the_servers(ahead_s: float, told: str, is_well: bool) -> None:
    finding = clock({"a": Answered(True, True, "", ahead_s), "b": Answered(False, False, "")}, WALL_S)
    assert told in finding.told
    assert (finding.advice == "") == is_well


def test_a_clock_of_the_past_needs_no_server() -> None:
    assert "years behind" in clock({}, 1_000_000_000.0).told


def test_a_server_that_refuses_is_another_thing_than_one_that_is_not_there() -> None:
    away = server(ALLTICK, None, "k", {"stock": Answered(False, False, "no answer within 10 s")})
    assert "quote.alltick.co" in away.advice
    refused = server(ALLTICK, None, "k", {"stock": Answered(True, False, "HTTP 401")})
    assert "refused" in refused.advice
    assert "wants a token" in server(ALLTICK, None, None, {"stock": Answered(True, False, "HTTP 401")}).advice
    assert server(ALLTICK, None, "k", {"stock": Answered(True, True, "It answered: x")}).advice == ""


def test_our_own_server_is_started_to_be_asked() -> None:
    (answered,) = reach(DEMO, None, None).values()
    assert answered.is_reached
    assert answered.is_taken


def test_a_key_that_is_no_part_of_the_address_is_not_put_there() -> None:
    seen: list[str] = []

    async def ask_it(*what: object) -> Answered:
        seen.append(str(what[1]))
        assert what[3] == "K1:s3cr3t"
        return Answered(True, True, "")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doctor, "ask", ask_it)
        reach(FEEDS["alpaca"], None, "K1:s3cr3t")
    assert seen == ["wss://stream.data.alpaca.markets/v2/iex"]


def test_where_prices_come_through_a_relay_that_is_asked_and_not_the_provider(tmp_path: Path) -> None:
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / "settings.toml").write_text('feed = "alltick"\nrelay = "127.0.0.1:9"\n')
    told = run(tmp_path, QUOTEDESK_RELAY_KEY="").stdout
    assert "!!  Relay       Not paired yet: this desk has no key of the relay" in told
    assert "quotedesk pair 127.0.0.1:9 CODE" in told
    assert "Server" not in told
    assert "Token" not in told
    key = RelayKey("desk1", "anna", 64 * "a", nkeys.new_seed(bytes(32))).text
    told = run(tmp_path, QUOTEDESK_RELAY_KEY=key).stdout
    assert "-> Cannot connect to 127.0.0.1:9: connection refused. Check the address, and whether" in told
    assert "Server" in run(tmp_path, "--feed", "demo").stdout, "whoever names a feed wants that one"
