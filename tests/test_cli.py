"""The command line from outside: every mistake is one line that says what to do, and costs no list."""

import fcntl
import json
import os
import pty
import re
import select
import shlex
import signal
import subprocess
import sys
import termios
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

import quotedesk

ROOT = Path(__file__).parents[1]
TOKEN = "s3cr3t-T0KEN"
LIST = 'format = 3\n[[lists]]\nname = "Watchlist"\nfeed = "demo"\nrows = ["demo:KEPT.US", "demo:ALSO.HK"]\n'


@dataclass
class Done:
    code: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """The one line on standard error."""
        assert self.err.endswith("\n")
        assert self.err.count("\n") == 1, self.err
        assert self.out == ""
        return self.err.strip()


class User:
    """Somebody with a profile and a shell.

    Attributes:
        profile, list: the folder and its lists, of which there is one, of the demo feed.
    """

    def __init__(self, folder: Path) -> None:
        self.home = folder
        self.profile = folder / "profile"
        self.list = self.profile / "lists.toml"
        self.profile.mkdir()
        self.list.write_text(LIST)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
        own = {
            "HOME": str(self.home),
            "XDG_DATA_HOME": str(self.home / "data"),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "PYTHONPATH": str(ROOT),
        }
        return {name: value for name, value in {**kept, **own, **more}.items() if value}

    def says(self, *arguments: object, type_in: str | bytes = b"", **environment: str) -> Done:
        """Run without choosing a profile."""
        done = subprocess.run(
            [sys.executable, "-m", "quotedesk", *map(str, arguments)],
            input=type_in.encode() if isinstance(type_in, str) else type_in,
            capture_output=True,
            cwd=self.home,
            env=self.environment(**environment),
            timeout=30,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def runs(self, *arguments: object, **environment: str) -> Done:
        """Run on the profile."""
        return self.says("--profile", self.profile, *arguments, **environment)


@pytest.fixture
def user(tmp_path: Path) -> User:
    return User(tmp_path)


@pytest.fixture
def trades(tmp_path: Path) -> Path:
    path = tmp_path / "trades.csv"
    path.write_text("symbol,ts_ms,trade_id,price,size,side\nBTCUSDT,1786310000000,1,65000.5,1,Buy\n")
    return path


BAD = {
    "an unknown feed": (["--feed", "nasdaq"], "alltick_action"),
    "a remote plain address": (["--url", "ws://example.org"], "wss://"),
    "an address with a token": (["--url", f"wss://example.org/?token={TOKEN}"], "token set"),
    "an address with a user": (["--url", f"wss://me:{TOKEN}@example.org"], "token set"),
    "an address with a path": (["--url", f"wss://example.org/{TOKEN}"], "no path"),
    "no address": (["--url", "nonsense"], "ws://127.0.0.1:PORT"),
    "an empty address": (["--url", ""], "ws://127.0.0.1:PORT"),
    "a port out of range": (["--url", "ws://127.0.0.1:70000"], "ws://127.0.0.1:PORT"),
    "an address of an unknown feed": (["--url", "nasdaq=ws://127.0.0.1:9"], "one of: alltick, alltick_action, "),
    "a feed's address with a token": (["--url", f"alltick=wss://example.org/?token={TOKEN}"], "token set"),
    "a feed's address with a path": (["--url", f"alltick=wss://example.org/{TOKEN}"], "no path"),
    "a token in place of a feed": (["--url", f"{TOKEN}=ws://127.0.0.1:9"], "Give FEED=BASE"),
    "a second address that is none": (["--url", "ws://127.0.0.1:9", "--url", "demo=x"], "ws://127.0.0.1:PORT"),
    "an address of a feed that is none": (["--url", "demo="], "ws://127.0.0.1:PORT"),
    "a bad symbol": (["--symbols", "NVDA.US,NV:DA"], "“:” cannot be part of a symbol. Use letters"),
    "a long symbol": (["--symbols", "X" * 33], "at most 32"),
    "a symbol of an unknown feed": (["--symbols", "A.US,B.US@nasdaq"], "There is no feed nasdaq. Choose from: alltick"),
    "a symbol of no feed": (["--symbols", "A.US@"], "“@” cannot be part of a symbol"),
    "a feed without a symbol": (["--symbols", "@demo"], "“@” cannot be part of a symbol"),
    "no symbols": (["--symbols", ""], "--symbols"),
    "only separators": (["--symbols", " , ;"], "--symbols"),
    "a replay that is not there": (["--replay", "nowhere.csv"], "--replay: nowhere.csv: No such file"),
    "a replay of a folder": (["--replay", "."], "--replay"),
    "a replay with symbols that is not there": (["--replay", "nowhere.csv", "--symbols", "A"], "nowhere.csv"),
    "a speed of nothing": (["--replay-speed", "2"], "--replay-speed is for a recording; name one with --replay"),
    "a loop of nothing": (["demo-server", "--loop"], "--loop is for a recording; name one with --replay"),
    "a speed that is none": (["--replay", "trades.csv", "--replay-speed", "0"], "0.1 to 1000"),
    "a replay on another feed": (["--replay", "trades.csv", "--feed", "alltick"], "leave out --feed"),
    "a replay on a server": (["--replay", "trades.csv", "--url", "ws://127.0.0.1:1"], "leave out --url"),
    "a replay on the demo feed's server": (["--replay", "trades.csv", "--url", "demo=ws://127.0.0.1:1"], "leave out"),
    "a recording in no folder": (["--record", "no/where.qdrec"], "--record: no/where.qdrec"),
    "a recording of a recording": (["--replay", "trades.csv", "--record", "r"], "leave out --record"),
    "a watched recording of a recording": (["watch", "--replay", "t.csv", "--record", "r"], "leave out --record"),
    "a recording of no minutes": (["record", "save", "--minutes", "0"], "more than 0"),
    "a doctor for an unknown feed": (["doctor", "--feed", "nasdaq"], "alltick_action"),
    "a doctor with an address of an unknown feed": (["doctor", "--url", "nasdaq=ws://127.0.0.1:9"], "FEED=BASE"),
    "a doctor with another feed's address": (["doctor", "--url", "alltick=ws://127.0.0.1:9"], "Add --feed alltick"),
    "a doctor with a token in an address": (["doctor", "--url", f"wss://example.org/?token={TOKEN}"], "token set"),
    "a picture in no folder": (["--screenshot", "nowhere/p.png"], "nowhere"),
    "figures in no folder": (["--stats", "nowhere/s.json"], "nowhere"),
    "figures in place of a folder": (["--stats", "."], "--stats"),
    "a picture in place of a folder": (["--screenshot", "."], "--screenshot"),
    "a time that is none": (["--quit-after", "soon"], "--quit-after"),
    "a time before now": (["--quit-after", "-1"], "--quit-after"),
    "a time without end": (["--quit-after", "inf"], "--quit-after"),
    "no number": (["--quit-after", "nan"], "--quit-after"),
    "an option without its value": (["--feed"], "--feed"),
    "an unknown option": (["--frobnicate"], "--frobnicate"),
    "a shortened option": (["--prof", "x"], "no such option"),
    "a token as an option": ([f"--token={TOKEN}"], "--token"),
    "a symbol as a command": (["AAPL.US"], "demo-server"),
    "a port that is none": (["demo-server", "--port", "x"], "--port"),
    "a port that is too big": (["demo-server", "--port", "70000"], "0 to 65535"),
    "a log in no folder": (["demo-server", "--log", "nowhere/l"], "nowhere/l"),
    "a server's replay that is not there": (["demo-server", "--replay", "nowhere.csv"], "nowhere.csv"),
    "a size that is none": (["--geometry", "big"], "1280x800"),
    "a size without end": (["--geometry", "1x99999"], "100 to 20000"),
    "an order by no column": (["--sort", "Price"], "Choose from Symbol, State, Last"),
    "a chart of no range": (["--chart", "NVDA.US:2h"], "choose from 1m, 5m"),
    "a chart of no feed": (["--chart", "NVDA.US@nasdaq:1m"], "no feed nasdaq"),
    "a chart of nothing": (["--chart", ":1m"], "symbol"),
    "an order that is none": (["--sort", "Last:down"], "Give :asc or :desc"),
    "a forgotten key of nobody": (["key", "forget", "nasdaq"], "alltick"),
    "a key of nobody": (["key", "set", "nasdaq"], "alltick"),
    "a key of the demo": (["key", "set", "demo"], "alltick"),
    "a key as an argument": (["key", "set", "alltick", TOKEN], "never"),
    "a key as an option": (["key", "set", "alltick", f"--key={TOKEN}"], "--key"),
    "no key command": (["key"], "set"),
    "an import of nothing": (["import"], "FILE"),
    "an import that is not there": (["import", "nowhere.txt"], "There is no file nowhere.txt"),
    "an import for a feed of nobody": (["import", "--feed", "nasdaq", "x.txt"], "alltick_action"),
    "an export of nothing": (["export", "--format", "csv"], "LIST"),
    "an export as nothing": (["export", "Watchlist"], "--format"),
    "an export as something else": (["export", "Watchlist", "--format", "xls"], "choose from tradingview"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_one_line_that_says_what_to_do_and_costs_no_list(case: str, user: User, trades: Path) -> None:
    arguments, advice = BAD[case]
    done = user.says(*arguments) if arguments[0] in ("demo-server", "doctor", "key") else user.runs(*arguments)
    assert done.code == 2
    assert advice in done.line
    assert done.line.startswith("quotedesk")
    assert TOKEN not in done.err
    assert "Traceback" not in done.err
    assert user.list.read_text() == LIST
    assert [each.name for each in user.profile.iterdir() if each.suffix == ".toml"] == ["lists.toml"]
    assert not (user.profile / "settings.toml").exists(), "a wrong command line is not remembered"


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", "its first line is not"),
        ("a,b,c\n1,2,3\n", "its first line is not"),
        ("symbol,ts_ms,trade_id,price,size,side\n", "no trades"),
        ("symbol,ts_ms,trade_id,price,size,side\nA.US,soon,1,1,1,Buy\n", "line 2"),
        ("symbol,ts_ms,trade_id,price,size,side\nA.US,1786310000000,1,free,1,Buy\n", "line 2"),
    ],
)
def test_a_replay_that_holds_no_trades_is_one_line(user: User, tmp_path: Path, text: str, advice: str) -> None:
    (tmp_path / "bad.csv").write_text(text)
    done = user.runs("--replay", "bad.csv")
    assert done.code == 2
    assert "--replay: bad.csv" in done.line
    assert advice in done.line
    assert user.list.read_text() == LIST


def test_messages_name_the_command_that_the_user_used(user: User) -> None:
    done = user.runs("--url", "nonsense", QUOTEDESK_COMMAND="packaging/run")
    assert done.line.startswith("packaging/run: ")
    done = user.runs("--frobnicate", QUOTEDESK_COMMAND="packaging/run")
    assert done.line.startswith("packaging/run: ")
    done = user.says("key", "set", "alltick", type_in="", QUOTEDESK_COMMAND="packaging/run")
    assert done.line.startswith("packaging/run: ")
    assert "usage: packaging/run" in user.says("--help", QUOTEDESK_COMMAND="packaging/run").out


def test_the_version_is_told_on_standard_output(user: User) -> None:
    assert user.says("--version") == Done(0, f"quotedesk {quotedesk.__version__}\n", "")


def test_help_names_every_option_of_the_manual(user: User) -> None:
    done = user.says("--help")
    assert (done.code, done.err) == (0, "")
    for option in [
        "feed",
        "url",
        "profile",
        "symbols",
        "replay",
        "replay-speed",
        "loop",
        "sort",
        "screenshot",
        "quit-after",
        "stats",
        "version",
    ]:
        assert f"--{option}" in done.out
    assert "demo-server" in done.out
    assert "key" in done.out


# -- screens -------------------------------------------------------------------------------------------------------


def test_arguments_without_a_screen_say_what_is_missing(user: User) -> None:
    done = user.runs("--feed", "demo", QT_QPA_PLATFORM="")
    assert done.code == 2
    assert "DISPLAY" in done.line
    assert "--screenshot" in done.line
    assert user.list.read_text() == LIST


def test_a_picture_needs_no_screen(user: User, tmp_path: Path) -> None:
    picture = tmp_path / "p.png"
    done = user.runs("--screenshot", picture, "--quit-after", "0.5", QT_QPA_PLATFORM="")
    assert done == Done(0, "", "")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert user.list.read_text() == LIST


def test_a_screen_that_is_not_there_is_a_line_and_not_an_abort(user: User) -> None:
    done = user.runs("--quit-after", "1", QT_QPA_PLATFORM="xcb", DISPLAY=":987")
    assert done.code == 2
    assert "screen" in done.line
    assert user.list.read_text() == LIST


# -- what is kept --------------------------------------------------------------------------------------------------


def codes(path: Path) -> list[str]:
    """The rows of the first list, as the file has them."""
    found: list[str] = tomllib.loads(path.read_text())["lists"][0]["rows"]
    return found


def test_symbols_replace_the_list_and_are_saved_with_the_one_before_kept(user: User, tmp_path: Path) -> None:
    stats = tmp_path / "s.json"
    done = user.runs("--symbols", "NVDA.US; 700.HK,NVDA.US", "--quit-after", "0.2", "--stats", stats)
    assert done == Done(0, "", "")
    assert codes(user.list) == ["demo:NVDA.US", "demo:700.HK"]
    assert user.list.with_name("lists.toml.previous").read_text() == LIST
    assert list(json.loads(stats.read_text())["symbols"]) == ["NVDA.US", "700.HK"]


def test_a_replay_shows_its_own_symbols_and_saves_nothing(user: User, trades: Path, tmp_path: Path) -> None:
    stats = tmp_path / "s.json"
    done = user.runs("--replay", trades, "--quit-after", "0.2", "--stats", stats)
    assert done == Done(0, "", "")
    assert list(json.loads(stats.read_text())["symbols"]) == ["BTCUSDT"]
    assert user.list.read_text() == LIST
    assert not (user.profile / "settings.toml").exists()


def test_symbols_may_say_their_feed_and_the_figures_say_it_where_it_is_another(user: User, tmp_path: Path) -> None:
    stats = tmp_path / "s.json"
    given = ["--symbols", "A.US,B.US@alltick,A.US@demo,A.US@alltick", "--url", "alltick=ws://127.0.0.1:9"]
    assert user.runs(*given, "--quit-after", "0.2", "--stats", stats) == Done(0, "", "")
    assert codes(user.list) == ["demo:A.US", "alltick:B.US", "alltick:A.US"]
    figures = json.loads(stats.read_text())
    assert list(figures["symbols"]) == list(figures["quotes"]) == ["A.US", "B.US@alltick", "A.US@alltick"]


def test_the_feed_is_remembered_as_that_of_new_lists_and_has_a_list_beside_the_others(
    user: User, tmp_path: Path
) -> None:
    stats = tmp_path / "s.json"
    url = ["--url", "alltick=ws://127.0.0.1:9"]
    assert user.runs("--feed", "alltick", "--symbols", "A.US", *url, "--quit-after", "0").code == 0
    assert user.runs(*url, "--quit-after", "0", "--stats", stats).code == 0
    assert list(json.loads(stats.read_text())["symbols"]) == ["A.US", "KEPT.US@demo", "ALSO.HK@demo"]
    lists = tomllib.loads(user.list.read_text())["lists"]
    assert [(each["name"], each["feed"]) for each in lists] == [("Watchlist", "demo"), ("Watchlist 2", "alltick")]
    assert tomllib.loads((user.profile / "settings.toml").read_text())["feed"] == "alltick"


@pytest.mark.parametrize("more", [[], ["--symbols", "A.US"]])
def test_a_newer_list_stops_the_start_and_stays_as_it_is(user: User, more: list[str]) -> None:
    newer = "format = 4\nrows = []\n"
    user.list.write_text(newer)
    done = user.runs(*more, "--quit-after", "1")
    assert done.code == 2
    assert "newer quotedesk" in done.line
    assert "--profile" in done.line
    assert user.list.read_text() == newer
    assert [each.name for each in user.profile.iterdir() if "lists" in each.name] == ["lists.toml"]


def test_newer_settings_stop_the_start_and_stay_as_they_are(user: User) -> None:
    settings = user.profile / "settings.toml"
    settings.write_text("format = 2\n")
    done = user.runs("--feed", "alltick", "--quit-after", "1")
    assert done.code == 2
    assert "newer quotedesk" in done.line
    assert settings.read_text() == "format = 2\n"


@pytest.mark.parametrize("more", [[], ["--symbols", "A.US"]])
def test_an_unreadable_list_is_set_aside_and_reported_in_the_log(user: User, more: list[str]) -> None:
    user.list.write_bytes(b"\x00nonsense")
    assert user.runs(*more, "--quit-after", "0").code == 0
    assert user.list.with_name("lists.toml.unreadable-1").read_bytes() == b"\x00nonsense"
    assert "lists.toml could not be read" in (user.profile / "log/quotedesk.log").read_text()


def test_a_profile_that_is_a_file_is_one_line_that_says_what_to_do(user: User) -> None:
    (user.home / "file").write_text("mine")
    done = user.says("--profile", user.home / "file", "--quit-after", "0")
    assert done.code == 2
    assert "--profile" in done.line
    assert (user.home / "file").read_text() == "mine"


def test_a_profile_in_use_exits_3_and_the_first_goes_on(user: User, tmp_path: Path) -> None:
    stats = tmp_path / "s.json"
    first = subprocess.Popen(
        [sys.executable, "-m", "quotedesk", "--profile", user.profile, "--stats", stats],
        env=user.environment(),
        cwd=user.home,
        stderr=subprocess.PIPE,
    )
    try:
        end_s = time.monotonic() + 15
        while not stats.exists():
            assert time.monotonic() < end_s
            time.sleep(0.05)
        second = user.runs("--symbols", "A.US", "--feed", "alltick", "--quit-after", "0")
        assert second.code == 3
        assert "already runs" in second.line
        assert "--profile" in second.line
        assert user.list.read_text() == LIST
        assert not (user.profile / "settings.toml").exists()
        assert first.poll() is None
        first.send_signal(signal.SIGTERM)
        assert first.communicate(timeout=10)[1] == b""
        assert first.returncode == 0
    finally:
        first.kill()
        first.communicate()


# -- keys ----------------------------------------------------------------------------------------------------------

KEYRING = """
import os
from pathlib import Path
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 1
    def get_password(self, service, username):
        path = Path(os.environ["HOME"], service + "-" + username)
        return path.read_text() if path.exists() else None
    def set_password(self, service, username, password):
        Path(os.environ["HOME"], service + "-" + username).write_text(password)
"""


@pytest.fixture
def keyring(user: User) -> dict[str, str]:
    """A keyring that keeps, in a file."""
    (user.home / "file_keyring.py").write_text(KEYRING)
    return {"PYTHON_KEYRING_BACKEND": "file_keyring.Keyring", "PYTHONPATH": f"{user.home}:{ROOT}"}


@pytest.mark.parametrize("typed", [TOKEN, f"{TOKEN}\n", f"  {TOKEN}\r\n", f"{TOKEN}\nmore\n"])
def test_a_key_is_read_from_standard_input_and_kept(user: User, keyring: dict[str, str], typed: str) -> None:
    done = user.says("key", "set", "alltick", type_in=typed, **keyring)
    assert (done.code, done.err) == (0, "")
    assert done.out.count("\n") == 1
    assert "--feed alltick" in done.out
    assert TOKEN not in done.out
    assert (user.home / "quotedesk-alltick").read_text() == TOKEN


@pytest.mark.parametrize("typed", [b"", b"\n", b"   \n", b"\xff\xfes3cr3t\n", b"two s3cr3t words\n", b"s3\x07cr3t\n"])
def test_what_cannot_be_a_key_changes_nothing(user: User, keyring: dict[str, str], typed: bytes) -> None:
    (user.home / "quotedesk-alltick").write_text("before")
    done = user.says("key", "set", "alltick", type_in=typed, **keyring)
    assert done.code == 2
    assert "nothing was changed" in done.line
    assert "cr3t" not in done.err
    assert (user.home / "quotedesk-alltick").read_text() == "before"


@pytest.mark.parametrize("typed", ["PK1D\ns3cr3t/x\n", "PK1D:s3cr3t/x\n", " PK1D \n s3cr3t/x\n"])
def test_a_key_of_two_parts_is_read_from_two_lines_or_one_and_kept_as_one(
    user: User, keyring: dict[str, str], typed: str
) -> None:
    done = user.says("token", "set", "alpaca", type_in=typed, **keyring)
    assert (done.code, done.err) == (0, "")
    assert "s3cr3t" not in done.out
    assert "PK1D" not in done.out
    assert (user.home / "quotedesk-alpaca").read_text() == "PK1D:s3cr3t/x"


@pytest.mark.parametrize("typed", ["PK1D\n", "PK1D\n\n", "PK1D:\n", ":s3cr3t\n", "PK1D s3cr3t\n"])
def test_half_a_key_changes_nothing_and_is_not_repeated(user: User, keyring: dict[str, str], typed: str) -> None:
    done = user.says("token", "set", "alpaca", type_in=typed, **keyring)
    assert done.code == 2
    assert "nothing was changed" in done.line
    assert "s3cr3t" not in done.err
    assert "PK1D" not in done.err
    assert not (user.home / "quotedesk-alpaca").exists()


def test_help_says_how_a_key_of_two_parts_is_given(user: User) -> None:
    said = " ".join(user.says("token", "set", "--help").out.split())
    assert "Alpaca's has a key ID and a secret key" in said
    assert "KEY_ID:SECRET_KEY" in said


def test_without_a_keyring_the_variable_is_named(user: User) -> None:
    done = user.says("key", "set", "alltick", type_in=TOKEN)
    assert done.code == 2
    assert "QUOTEDESK_ALLTICK_TOKEN" in done.line
    assert TOKEN not in done.err


def test_without_standard_input_nothing_is_changed(user: User) -> None:
    done = subprocess.run(
        ["sh", "-c", f"exec {shlex.quote(sys.executable)} -m quotedesk key set alltick <&-"],
        capture_output=True,
        env=user.environment(),
        cwd=user.home,
        text=True,
    )
    assert Done(done.returncode, done.stdout, done.stderr).line.endswith("nothing was changed.")
    assert done.returncode == 2


def take_the_terminal() -> None:
    """In the child: the terminal is ours, and Ctrl+C counts, though the tests may run in the background."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def at_a_terminal(user: User, *keys: bytes, provider: str = "alltick", **environment: str) -> tuple[int, str]:
    """`key set` where somebody answers each question; returns the exit code and all that was on the screen."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "quotedesk", "key", "set", provider],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=user.environment(**environment),
        cwd=user.home,
        start_new_session=True,
        preexec_fn=take_the_terminal,
    )
    os.close(theirs)
    screen = b""
    typed = 0
    try:
        while True:
            assert select.select([ours], [], [], 15)[0], screen
            try:
                read = os.read(ours, 4096)
            except OSError:  # the other end closed
                read = b""
            if not read:
                break
            screen += read
            if typed < len(keys) and screen.count(b" (not shown)") > typed:
                os.write(ours, keys[typed])
                typed += 1
        return process.wait(10), screen.decode()
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def test_a_key_typed_at_a_terminal_is_not_shown(user: User, keyring: dict[str, str]) -> None:
    code, screen = at_a_terminal(user, TOKEN.encode() + b"\n", **keyring)
    assert code == 0
    assert TOKEN not in screen
    assert (user.home / "quotedesk-alltick").read_text() == TOKEN


def test_both_parts_of_a_key_are_asked_for_at_a_terminal_and_neither_is_shown(
    user: User, keyring: dict[str, str]
) -> None:
    code, screen = at_a_terminal(user, b"PK1D\n", b"s3cr3t\n", provider="alpaca", **keyring)
    assert code == 0
    assert "Key ID for alpaca (not shown)" in screen
    assert "Secret key for alpaca (not shown)" in screen
    assert "PK1D" not in screen
    assert "s3cr3t" not in screen
    assert (user.home / "quotedesk-alpaca").read_text() == "PK1D:s3cr3t"


@pytest.mark.parametrize("keys", [b"\x03", b"\x04", b"\n"], ids=["ctrl-c", "ctrl-d", "enter"])
def test_who_gives_up_at_the_terminal_changes_nothing(user: User, keys: bytes) -> None:
    code, screen = at_a_terminal(user, keys)
    assert code == 2
    assert "nothing was changed" in screen
    assert "Traceback" not in screen


def test_without_a_key_the_program_runs_and_the_log_says_how_to_set_one(user: User) -> None:
    done = user.runs("--feed", "alltick", "--symbols", "A.US", "--quit-after", "2", QUOTEDESK_COMMAND="packaging/run")
    assert done == Done(0, "", "")
    assert "AllTick needs one" in (user.profile / "log/quotedesk.log").read_text()


def test_a_token_of_the_environment_reaches_no_file(user: User) -> None:
    done = user.runs(
        "--feed", "alltick", "--url", "ws://127.0.0.1:9", "--quit-after", "2", QUOTEDESK_ALLTICK_TOKEN=TOKEN
    )
    assert done == Done(0, "", "")
    assert "connection refused" in (user.profile / "log/quotedesk.log").read_text()
    for path in user.profile.rglob("*"):
        assert path.is_dir() or TOKEN.encode() not in path.read_bytes()


def test_a_demo_server_says_where_it_listens_and_ends_by_a_signal(user: User) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "quotedesk", "demo-server"],
        env=user.environment(),
        cwd=user.home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert re.fullmatch(r"ws://127\.0\.0\.1:\d+\n", process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=10) == ("", "")
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()


def test_where_prints_the_places_that_a_run_uses(user: User) -> None:
    assert user.runs("--quit-after", "0").code == 0
    done = user.says("where", "--profile", user.profile)
    assert done.code == 0
    places = dict(line.split(maxsplit=1) for line in done.out.replace(" of ", "-of-").splitlines())
    named = {"profile", "settings", "window", "log", "lists", "prices-of-demo", "prices-of-alltick", "resources"}
    assert named <= places.keys()
    for name in ("profile", "log", "lists", "resources"):
        assert Path(places[name]).exists()
    assert user.says("where").out.splitlines()[0].endswith(str(user.home / "data" / "quotedesk"))


def test_a_key_is_forgotten_or_the_keyring_says_why_not(user: User) -> None:
    done = user.says("key", "forget", "alltick")
    assert (done.code, done.out) == (2, "")
    assert "QUOTEDESK_ALLTICK_TOKEN" in done.line


def test_the_window_has_the_size_that_was_asked_for(user: User) -> None:
    picture = user.home / "p.png"
    assert user.runs("--geometry", "1280x800", "--quit-after", "1", "--screenshot", picture).code == 0
    assert picture.read_bytes()[16:24] == (1280).to_bytes(4, "big") + (800).to_bytes(4, "big")
