"""The command line from outside: every mistake is one line that says what to do, and costs no list."""

import argparse
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import quotedesk
from quotedesk.cli import _parser
from tests.fakes.shell import LIST, TOKEN, Done, User
from tests.fakes.waiting import PATIENCE_S, wait_until


@pytest.fixture
def user(tmp_path: Path) -> User:
    return User(tmp_path)


BAD = {
    "an option without its value": (["--feed"], "--feed"),
    "an unknown option": (["--frobnicate"], "--frobnicate"),
    "a shortened option": (["--prof", "x"], "no such option"),
    "a token as an option": ([f"--token={TOKEN}"], "--token"),
    "a symbol as a command": (["AAPL.US"], "demo-server"),
    "an argument too many": (["where", "more"], "an argument too many. See: quotedesk where --help"),
    "an option of another command": (["pair", "hut:8447", "C", "--profile", "x"], "See: quotedesk pair --help"),
    "an option below a command": (["relay", "code", "--frobnicate"], "See: quotedesk relay code --help"),
    "an option before all commands": (["--frobnicate"], "See: quotedesk --help"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_one_line_that_says_what_to_do_and_costs_no_list(case: str, user: User) -> None:
    user.is_refused(*BAD[case])


def test_messages_name_the_command_that_the_user_used(user: User) -> None:
    done = user.runs("--url", "nonsense", QUOTEDESK_COMMAND="packaging/run")
    assert done.line.startswith("packaging/run: ")
    done = user.runs("--frobnicate", QUOTEDESK_COMMAND="packaging/run")
    assert done.line.startswith("packaging/run: ")
    done = user.says("key", "set", "alltick", type_in="", QUOTEDESK_COMMAND="packaging/run")
    assert done.line.startswith("packaging/run: ")
    assert "usage: packaging/run" in user.says("--help", QUOTEDESK_COMMAND="packaging/run").out


def test_the_help_of_each_command_begins_with_what_it_does() -> None:
    """Also of those that a command has below it."""
    waiting = [("quotedesk", _parser("quotedesk"))]
    while waiting:
        name, parser = waiting.pop()
        assert parser.description, name
        assert parser.description.endswith("."), name
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                waiting += [(f"{name} {below}", each) for below, each in action.choices.items()]


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


def test_a_profile_in_use_exits_3_and_the_first_goes_on(user: User, tmp_path: Path) -> None:
    stats = tmp_path / "s.json"
    first = subprocess.Popen(
        [sys.executable, "-m", "quotedesk", "--profile", user.profile, "--stats", stats],
        env=user.environment(),
        cwd=user.home,
        stderr=subprocess.PIPE,
    )
    try:
        wait_until(stats.exists)
        second = user.runs("--symbols", "A.US", "--feed", "alltick", "--quit-after", "0")
        assert second.code == 3
        assert "already runs" in second.line
        assert "--profile" in second.line
        assert user.list.read_text() == LIST
        assert not (user.profile / "settings.toml").exists()
        assert first.poll() is None
        first.send_signal(signal.SIGTERM)
        assert first.communicate(timeout=PATIENCE_S)[1] == b""
        assert first.returncode == 0
    finally:
        first.kill()
        first.communicate()
