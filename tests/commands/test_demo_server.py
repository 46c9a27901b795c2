"""The server by itself: its mistakes, and its end."""

import re
import signal
import subprocess
import sys

import pytest

from tests.fakes.shell import User
from tests.fakes.waiting import PATIENCE_S

BAD = {
    "a port that is none": (["demo-server", "--port", "x"], "--port"),
    "a port that is too big": (["demo-server", "--port", "70000"], "0 to 65535"),
    "a log in no folder": (["demo-server", "--log", "nowhere/l"], "nowhere/l"),
    "a server's replay that is not there": (["demo-server", "--replay", "nowhere.csv"], "nowhere.csv"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_one_line(case: str, user: User) -> None:
    user.is_refused(*BAD[case], has_profile=False)


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
        assert process.communicate(timeout=PATIENCE_S) == ("", "")
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()
