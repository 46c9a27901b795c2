"""A second start rings at the first."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from quotedesk.app.process import activation as doorbell
from quotedesk.app.process.activation import Activation, request_activation
from quotedesk.config.paths import Profile

RING = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
app = QCoreApplication([])
from quotedesk.app.process.activation import request_activation
from quotedesk.config.paths import Profile
print(request_activation(Profile(Path(sys.argv[1])), 4000))
"""

LISTEN_AND_DIE = """
import os, signal, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
app = QCoreApplication([])
from quotedesk.app.process.activation import Activation
from quotedesk.config.paths import Profile
print(Activation(Profile(Path(sys.argv[1])), app).is_listening, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def owner(qtbot: QtBot):
    owner = QObject()
    yield owner
    for bell in owner.findChildren(Activation):
        bell.close()


def other(profile: Profile, **variables: str) -> "subprocess.Popen[str]":
    """Another process that rings."""
    command = [sys.executable, "-c", RING, str(profile.folder)]
    environment = {**os.environ, **variables, "PYTHONPATH": str(Path(__file__).parents[3])}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def answered(process: "subprocess.Popen[str]", qtbot: QtBot) -> bool:
    """Was it? Its answer needs our loop."""
    qtbot.waitUntil(lambda: process.poll() is not None)
    return process.communicate()[0].strip() == "True"


def test_whoever_rings_is_heard_and_answered(tmp_path: Path, qtbot: QtBot, owner: QObject) -> None:
    bell = Activation(Profile(tmp_path), owner)
    assert bell.is_listening
    for token in ("", "a-token"):
        with qtbot.waitSignal(bell.requested) as heard:
            process = other(Profile(tmp_path), XDG_ACTIVATION_TOKEN=token)
        assert heard.args == [token]
        assert answered(process, qtbot)


def test_where_nobody_answers_nobody_waits_for_ever(tmp_path: Path, qtbot: QtBot) -> None:
    assert not request_activation(Profile(tmp_path), 150)


def test_one_that_has_just_started_is_waited_for(tmp_path: Path, qtbot: QtBot, owner: QObject) -> None:
    process = other(Profile(tmp_path))
    qtbot.wait(700)  # it rings in vain
    bell = Activation(Profile(tmp_path), owner)
    with qtbot.waitSignal(bell.requested):
        pass
    assert answered(process, qtbot)


def test_two_profiles_have_two_bells_and_a_long_name_is_no_hindrance(tmp_path: Path, qtbot: QtBot, owner) -> None:
    long = tmp_path / ("x" * 100) / ("y" * 100)
    long.mkdir(parents=True)
    bells = [Activation(Profile(folder), owner) for folder in (tmp_path, long)]
    assert all(bell.is_listening for bell in bells)
    wrong = []
    bells[0].requested.connect(wrong.append)
    with qtbot.waitSignal(bells[1].requested):
        process = other(Profile(long))
    assert answered(process, qtbot)
    assert wrong == []


def test_what_a_killed_one_left_is_taken_over(tmp_path: Path, qtbot: QtBot, owner: QObject) -> None:
    command = [sys.executable, "-c", LISTEN_AND_DIE, str(tmp_path)]
    left = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])
    assert left.stdout.strip() == "True"
    assert Activation(Profile(tmp_path), owner).is_listening


def test_a_visitor_that_talks_nonsense_is_sent_away(tmp_path: Path, qtbot: QtBot, owner: QObject) -> None:
    bell = Activation(Profile(tmp_path), owner)
    requested = []
    bell.requested.connect(requested.append)
    socket = QLocalSocket()
    socket.connectToServer(doorbell._name(Profile(tmp_path)))
    socket.write(b"x" * 10_000)
    qtbot.waitUntil(lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert requested == []
    with qtbot.waitSignal(bell.requested) as heard:
        socket.connectToServer(doorbell._name(Profile(tmp_path)))
        socket.write(b"\x1b[31m\xff\n")
    assert heard.args == [""]
