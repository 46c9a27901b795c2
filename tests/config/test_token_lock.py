"""One process per token and profile, whatever becomes of that process. The others are real ones."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quotedesk.config.paths import Profile
from quotedesk.config.token_lock import TokenInUseError, hold

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from pathlib import Path
from quotedesk.config.paths import Profile
from quotedesk.config.token_lock import TokenInUseError, hold
try:
    lock = hold(Profile(Path(sys.argv[1])), sys.argv[2])
except TokenInUseError as fault:
    print(fault, flush=True)
    raise SystemExit(3)
print("held", flush=True)
sys.stdin.read()
"""
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts another process that holds a provider's token until its input ends."""
    started: list[subprocess.Popen[str]] = []

    def begin(profile: Profile, provider: str = "alltick") -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLDER, str(profile.folder), provider]
        pipe = subprocess.PIPE
        other = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT)
        started.append(other)
        return other

    yield begin
    for other in started:
        other.kill()
        other.wait()
        assert other.stdin
        assert other.stdout
        other.stdin.close()
        other.stdout.close()


def line(other: subprocess.Popen[str]) -> str:
    assert other.stdout
    return other.stdout.readline().strip()


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(tmp_path / "not made yet")


def test_another_process_does_not_get_the_token_and_is_told_who_has_it(profile: Profile, start: Start) -> None:
    other = start(profile)
    assert line(other) == "held"
    with pytest.raises(TokenInUseError, match=rf"process {other.pid}\b.*alltick.*--profile") as caught:
        hold(profile, "alltick")
    assert "\n" not in str(caught.value)


def test_this_process_keeps_it_from_another(profile: Profile, start: Start) -> None:
    lock = hold(profile, "alltick")
    other = start(profile)
    assert f"process {os.getpid()}" in line(other)
    assert other.wait() == 3
    lock.release()
    assert line(start(profile)) == "held"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_holder_that_is_killed_holds_nothing_any_more(number: signal.Signals, profile: Profile, start: Start) -> None:
    other = start(profile)
    assert line(other) == "held"
    other.send_signal(number)
    other.wait()
    hold(profile, "alltick").release()


def test_another_provider_and_another_profile_are_free(profile: Profile, start: Start, tmp_path: Path) -> None:
    assert line(start(profile)) == "held"
    hold(profile, "coinbase").release()
    hold(Profile(tmp_path / "other"), "alltick").release()


def test_one_process_may_hold_it_twice_and_lets_go_at_the_second_release(profile: Profile, start: Start) -> None:
    first, second = hold(profile, "alltick"), hold(profile, "alltick")
    first.release()
    assert start(profile).wait() == 3
    second.release()
    assert line(start(profile)) == "held"


def test_a_child_of_the_holder_does_not_hold_on_to_it(profile: Profile, start: Start) -> None:
    lock = hold(profile, "alltick")
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    lock.release()
    assert line(start(profile)) == "held"
    child.communicate()


def test_a_number_that_nobody_can_read_costs_only_the_number(profile: Profile, start: Start) -> None:
    other = start(profile)
    assert line(other) == "held"
    (profile.folder / "locks" / "alltick.lock").write_bytes(b"\xff\x00 nonsense")
    with pytest.raises(TokenInUseError, match=r"^Another quotedesk holds"):
        hold(profile, "alltick")


def test_what_an_earlier_holder_left_does_no_harm(profile: Profile) -> None:
    (profile.folder / "locks").mkdir(parents=True)
    (profile.folder / "locks" / "alltick.lock").write_text("99999999999999999999999\nmore")
    lock = hold(profile, "alltick")
    assert (profile.folder / "locks" / "alltick.lock").read_text() == f"{os.getpid()}\n"
    lock.release()
