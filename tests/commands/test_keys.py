"""A provider's token: typed, piped, kept, forgotten, and never shown."""

import fcntl
import os
import pty
import select
import shlex
import signal
import subprocess
import sys
import termios

import pytest

from tests.fakes.shell import TOKEN, Done, User

BAD = {
    "a forgotten key of nobody": (["key", "forget", "nasdaq"], "alltick"),
    "a key of nobody": (["key", "set", "nasdaq"], "alltick"),
    "a key of the demo": (["key", "set", "demo"], "alltick"),
    "a key as an argument": (["key", "set", "alltick", TOKEN], "never"),
    "a key as an option": (["key", "set", "alltick", f"--key={TOKEN}"], "--key"),
    "no key command": (["key"], "set"),
    "a key of a relay that nobody named": (["key", "forget", "relay"], "say which"),
    "a key of what is no relay": (["key", "forget", "relay", "hut"], "HOST:8447"),
    "a provider's address": (["key", "forget", "alltick", "hut:8447"], "leave hut:8447 out"),
    "a relay's key, which is paired": (["key", "set", "relay"], "alltick"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_one_line(case: str, user: User) -> None:
    user.is_refused(*BAD[case], has_profile=False)


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


def test_a_key_is_forgotten_or_the_keyring_says_why_not(user: User) -> None:
    done = user.says("key", "forget", "alltick")
    assert (done.code, done.out) == (2, "")
    assert "no unlocked keyring. Nothing can be forgotten" in done.line
    assert "QUOTEDESK" not in done.line
    done = user.says("key", "forget", "relay", "hut:8447", QUOTEDESK_RELAY_KEY=TOKEN)
    assert "QUOTEDESK_RELAY_KEY holds a key: unset it" in done.line
    assert TOKEN not in done.err


def test_the_key_of_one_relay_is_forgotten_and_it_is_said_which(user: User, keyring: dict[str, str]) -> None:
    for host in ("home", "office"):
        (user.home / f"quotedesk-relay {host}:8447").write_text("key")
    (user.profile / "settings.toml").write_text('format = 1\nrelay = "Home:8447,den:8447"\n')
    done = user.says("token", "forget", "relay", "wss://office:8447", **keyring)
    assert done.out == "This desk's key for the relay office:8447 is no longer in the keyring.\n"
    assert [each.name for each in user.home.glob("quotedesk-*")] == ["quotedesk-relay home:8447"]
    done = user.runs("token", "forget", "relay", **keyring, QUOTEDESK_RELAY_KEY="one")
    first, second = done.out.splitlines()
    assert first == "This desk's key for the relay home:8447 is no longer in the keyring."
    assert "QUOTEDESK_RELAY_KEY still holds one" in second
    assert not list(user.home.glob("quotedesk-*"))
