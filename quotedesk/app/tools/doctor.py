"""`quotedesk doctor`: looks at all that a start needs, and says what to do about what is missing."""

import asyncio
import ctypes
import os
import platform
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from quotedesk import __version__
from quotedesk.codec.base import Feed
from quotedesk.config import secrets
from quotedesk.config.paths import Profile, resource
from quotedesk.engine.clock import SystemClock
from quotedesk.engine.demo_process import DemoProcess, ourselves
from quotedesk.engine.redactor import Redactor
from quotedesk.market.errors import QuotedeskError
from quotedesk.net.address import address, host_of, is_loopback
from quotedesk.net.client import DeniedError
from quotedesk.net.probe import Answered, ask

# The libraries of the system that Qt opens, and the Debian package of each.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
CLOCK_SLACK_S = 5.0
_PATIENCE_S = 15.0
_FONTS = "fonts: "
_MADE_UTC_S = 1_767_225_600.0  # 2026-01-01: no clock that is right says less


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: it, in a word or two.
        told: how it is.
        advice: what to do; "" where all is well.
    """

    what: str
    told: str
    advice: str = ""


def run(feed: Feed, url: str | None, profile: Profile, relay: str = "") -> int:
    """Look at everything, telling it as it goes; 0 where all is well, else 1. `relay`: prices come through that one."""
    redactor = Redactor()
    is_well = True
    for finding in examine(feed, url, profile, redactor, relay):
        is_well = is_well and not finding.advice
        told = redactor.clean(f"{'!!' if finding.advice else 'ok'}  {finding.what:12}{finding.told}")
        print("".join(letter if letter.isprintable() else " " for letter in told), flush=True)
        if finding.advice:
            print(f"{'':16}-> {redactor.clean(finding.advice)}", flush=True)
    print("All is well." if is_well else "Do what the arrows say, then look again.")
    return 0 if is_well else 1


def examine(feed: Feed, url: str | None, profile: Profile, redactor: Redactor, relay: str = "") -> Iterator[Finding]:
    """The findings, one by one."""
    yield Finding("Program", f"quotedesk {__version__}, Python {platform.python_version()}, {platform.platform()}")
    yield resources()
    yield libraries()
    shown, fonts = screen()
    yield shown
    if fonts is not None:
        yield fonts
    yield folder(profile)
    if relay:  # who holds the provider's one connection: it is not dialled beside it
        yield relayed(relay, redactor)
        return
    key, finding = keyring(feed)
    redactor.learn(key, *feed.provider.secrets_in(key))
    yield finding
    answered = reach(feed, url, key)
    yield clock(answered, SystemClock().utc_s(SystemClock().now_s()))
    yield server(feed, url, key, answered)


def resources() -> Finding:
    try:
        return Finding("Resources", str(resource("icons").parent))
    except FileNotFoundError as fault:
        return Finding("Resources", str(fault), "Install quotedesk again: files of it are missing.")


def libraries(opened: Callable[[str], object] = ctypes.CDLL) -> Finding:
    """Can what Qt needs be opened?"""
    missing = []
    if sys.platform.startswith("linux"):
        for name in LIBRARIES:
            try:
                opened(name)
            except OSError:
                missing.append(name)
    if missing:
        packages = " ".join(LIBRARIES[name] for name in missing)
        advice = f"On Debian and Ubuntu: sudo apt install {packages}. Elsewhere install what brings these files."
        return Finding("Libraries", f"missing: {', '.join(missing)}", advice)
    try:
        from PySide6.QtCore import qVersion
        from PySide6.QtWidgets import QApplication  # noqa: F401 - can it be imported?
    except ImportError as fault:
        return Finding("Libraries", f"Qt cannot be loaded: {fault}", "Install the library that is named.")
    return Finding("Libraries", f"Qt {qVersion()} and what it needs")


def screen() -> tuple[Finding, Finding | None]:
    """Can a window be opened, and what is its text written with? Qt gives up with the process, so another one tries."""
    is_linux = sys.platform.startswith("linux")
    if is_linux and not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        words = "neither DISPLAY nor WAYLAND_DISPLAY is set"
        return Finding("Display", words, "Start it on a desktop, not in a bare console."), None
    command = [*ourselves(), "doctor", "--screen"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE_S)  # noqa: S603 - ours
    except subprocess.TimeoutExpired:
        words = f"no answer within {_PATIENCE_S:.0f} s"
        return Finding("Display", words, "Is the desktop session alive? Log in anew."), None
    if done.returncode != 0 or not done.stdout.strip():
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        words = lines[0] if lines else f"ended with {done.returncode}"
        return Finding("Display", words, "Check DISPLAY, WAYLAND_DISPLAY and QT_QPA_PLATFORM of this session."), None
    lines = done.stdout.strip().splitlines()
    counts = lines[0].removeprefix(_FONTS).split(",") if lines[0].startswith(_FONTS) else []
    return Finding("Display", lines[-1]), fonts(*map(int, counts)) if counts else None


def fonts(missing: int, families: int, chinese: int) -> Finding:
    """What text is written with: how many of our own files are missing; the system's fonts, and those with Chinese."""
    if missing:
        return Finding("Fonts", "the program's own cannot be used", "Install quotedesk again: files of it are missing.")
    if not families:
        advice = "Names in Chinese, Japanese or Korean show as boxes. Install a font: on Debian fonts-noto-cjk."
        return Finding("Fonts", "the program's own; the system has none", advice)
    beside = f"{families:,} of the system" + ("" if chinese else ", none of them with Chinese")
    return Finding("Fonts", f"the program's own, and {beside}")


def tell_screen() -> int:
    """What `screen` asks another process for."""
    from PySide6.QtGui import QFontDatabase, QGuiApplication

    from quotedesk.ui.looks import fonts as own

    app = QGuiApplication(["quotedesk"])
    # Three are always there, as names for whichever font fits.
    families = set(QFontDatabase.families()) - {"Monospace", "Sans Serif", "Serif"}
    chinese = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    print(f"{_FONTS}{len(own.load())},{len(families)},{len(chinese)}")
    screens = [
        f"{each.size().width()} x {each.size().height()} at {each.devicePixelRatio():.0%}" for each in app.screens()
    ]
    print(f"{app.platformName()}, {', '.join(screens) or 'no screen'}")
    return 0


def folder(profile: Profile) -> Finding:
    """Can the profile be written to?"""
    try:
        profile.make()
        with tempfile.TemporaryFile(dir=profile.folder) as file:
            file.write(bytes(4096))
    except OSError as fault:
        advice = "Make room, or the folder writable, or choose another one with --profile."
        return Finding("Profile", f"{profile.folder}: {fault.strerror}", advice)
    return Finding("Profile", str(profile.folder))


def keyring(feed: Feed) -> tuple[str | None, Finding]:
    """The feed's key, and where it is from."""
    provider = feed.provider
    if not provider.needs_key:
        return None, Finding("Token", f"{feed.title}: none needed")
    found: list[tuple[str | None, Finding]] = []

    def look() -> None:
        try:
            key, words = secrets.key(provider.name), secrets.origin(provider.name)
        except secrets.NoKeyringError as fault:
            found.append((None, Finding("Token", "no unlocked keyring", str(fault))))
            return
        advice = "" if key else f"quotedesk token set {provider.name}, or File > Settings."
        found.append((key, Finding("Token", f"{provider.title}: {words}", advice)))

    # It may wait for a prompt of the desktop for ever.
    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    looking.join(_PATIENCE_S)
    return found[0] if found else (None, Finding("Token", "the keyring does not answer", "Unlock it, then look again."))


def reach(feed: Feed, url: str | None, key: str | None) -> dict[str, Answered]:
    """What each of the feed's addresses answers."""
    if feed.provider.needs_key and key is None and not (url and is_loopback(url)):
        key = "doctor-without-a-key"  # the server is asked all the same, and says no

    async def ask_all() -> dict[str, Answered]:
        clock = SystemClock()
        demo = DemoProcess() if feed.name == "demo" and not url else None
        try:
            base = await demo.find_url() if demo else url
            answered: dict[str, Answered] = {}
            for name, endpoint in feed.provider.endpoints.items():
                if answered:
                    await asyncio.sleep(feed.limits.link_gap_s)  # what the provider asks for between two
                in_url, greeted = (key, None) if feed.provider.key_in_url else (None, key)
                target = address(endpoint, base, in_url)
                answered[name] = await ask(feed, target, clock.utc_s(clock.now_s()), greeted)
            return answered
        except (QuotedeskError, OSError) as fault:
            return {name: Answered(False, False, str(fault)) for name in feed.provider.endpoints}
        finally:
            if demo:
                demo.stop()

    return asyncio.run(ask_all())


def relayed(address: str, redactor: Redactor) -> Finding:
    """Does the relay let this desk in?"""
    from quotedesk.engine.pairing import greet
    from quotedesk.engine.relay_source import RelaySource

    async def ask_it() -> str:
        said = await greet(await RelaySource(address, redactor).find_target())
        return f"{said.relay} knows this desk as {said.desk}, and has {', '.join(feed.name for feed in said.feeds)}"

    try:
        return Finding("Relay", asyncio.run(ask_it()))
    except DeniedError as fault:
        why, _, advice = str(fault).partition(". ")
        return Finding("Relay", why, f"{advice}.")
    except QuotedeskError as fault:
        return Finding("Relay", address, str(fault))


def clock(answered: dict[str, Answered], wall_s: float) -> Finding:
    """Is this computer's clock right? The age of prices depends on it."""
    advice = "Let the system set its clock from the network (timedatectl set-ntp true)."
    if wall_s < _MADE_UTC_S:
        return Finding("Clock", "this computer's clock is years behind", advice)
    known = [each.ahead_s for each in answered.values() if each.ahead_s == each.ahead_s]
    if not known:
        return Finding("Clock", "no server said what time it is")
    ahead_s = min(known, key=abs)
    if abs(ahead_s) > CLOCK_SLACK_S:
        way = "behind" if ahead_s > 0 else "ahead of"
        return Finding("Clock", f"{abs(ahead_s):,.0f} s {way} the server's", advice)
    return Finding("Clock", "as the server's, within a few seconds")


def server(feed: Feed, url: str | None, key: str | None, answered: dict[str, Answered]) -> Finding:
    """Do the feed's servers answer, and take the key?"""
    told = "; ".join(f"{name}: {each.told}" for name, each in answered.items())
    if not all(each.is_reached for each in answered.values()):
        host = host_of(url or next(iter(feed.provider.endpoints.values())))
        return Finding("Server", told, f"Is the network there, and {host} allowed by firewall and proxy?")
    if not all(each.is_taken for each in answered.values()):
        advice = "The token is refused: get a new one and set it." if key else "It wants a token: see above."
        return Finding("Server", told, advice)
    return Finding("Server", told)
