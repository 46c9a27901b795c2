"""One running program per profile, as two processes see it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quotedesk.app.process import instance
from quotedesk.app.process.instance import InUseError, LeftLockError
from quotedesk.config.paths import Profile

IS_ROOT = os.geteuid() == 0
HOLDER = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from quotedesk.app.process import instance
from quotedesk.config.paths import Profile
try:
    lock = instance.hold(Profile(Path(sys.argv[1])))
    print("held", flush=True)
    sys.stdin.read()
except (instance.InUseError, instance.LeftLockError, OSError) as fault:
    print(type(fault).__name__, fault, flush=True)
"""


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    profile = Profile(tmp_path / "p")
    profile.make()
    return profile


class Other:
    """Another process that takes the profile."""

    def __init__(self, profile: Profile, *before: str) -> None:
        command = [*before, sys.executable, "-c", HOLDER, str(profile.folder), str(Path(__file__).parents[3])]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.says = self.process.stdout.readline().strip()

    def end(self, number: int = 0) -> None:
        if number:
            self.process.send_signal(number)
        self.process.communicate()


@pytest.fixture
def other(profile: Profile) -> Iterator[Other]:
    other = Other(profile)
    yield other
    other.end(signal.SIGKILL)


def test_a_profile_in_use_is_refused_with_what_to_do(profile: Profile, other: Other) -> None:
    assert other.says == "held"
    with pytest.raises(InUseError, match="--profile") as caught:
        instance.hold(profile)
    assert str(profile.folder) in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_profile_in_use_for_days_is_still_in_use(profile: Profile, other: Other) -> None:
    os.utime(profile.lock, (1, 1))
    with pytest.raises(InUseError):
        instance.hold(profile)
    assert other.process.poll() is None
    assert profile.lock.exists()


def test_it_is_refused_within_one_process_as_well(profile: Profile) -> None:
    lock = instance.hold(profile)
    with pytest.raises(InUseError):
        instance.hold(profile)
    lock.unlock()
    instance.hold(profile).unlock()


def test_a_profile_is_free_after_a_good_end(profile: Profile, other: Other) -> None:
    other.end()
    instance.hold(profile).unlock()


def test_a_profile_is_free_after_a_kill(profile: Profile, other: Other) -> None:
    other.end(signal.SIGKILL)
    assert profile.lock.exists(), "it had no time to tidy up"
    again = Other(profile)
    assert again.says == "held"
    again.end()


def test_the_lock_of_a_machine_that_lost_its_power_is_no_lock(profile: Profile, other: Other) -> None:
    # The number of the dead process now belongs to somebody else, as after a restart of the machine.
    lines = profile.lock.read_text().splitlines()
    other.end(signal.SIGKILL)
    lines[0] = str(os.getpid())
    profile.lock.write_text("\n".join(lines) + "\n")
    os.utime(profile.lock, (1, 1))
    instance.hold(profile).unlock()


def test_the_lock_of_a_killed_process_is_no_lock_once_the_machine_has_another_name(
    profile: Profile, other: Other
) -> None:
    # Laptops change their names with the network.
    lines = profile.lock.read_text().splitlines()
    other.end(signal.SIGKILL)
    profile.lock.write_text("\n".join([lines[0], lines[1], "another-name", *lines[3:]]) + "\n")
    os.utime(profile.lock, (1, 1))  # a file of this very millisecond is nobody's leftover
    instance.hold(profile).unlock()


@pytest.mark.parametrize("text", ["", "\x00\x00", "not a number\n\n\n"])
def test_a_lock_file_that_says_nothing_is_no_lock(profile: Profile, text: str) -> None:
    profile.lock.write_text(text)
    os.utime(profile.lock, (1, 1))
    instance.hold(profile).unlock()


def test_two_profiles_do_not_mind_one_another(tmp_path: Path, other: Other) -> None:
    second = Profile(tmp_path / "second")
    second.make()
    instance.hold(second).unlock()


def test_a_folder_that_may_not_be_written_to_says_so(profile: Profile) -> None:
    for folder in list(profile.folder.parents)[:4]:  # up to that of pytest, which is one deeper under xdist
        folder.chmod(folder.stat().st_mode | 0o055)
    profile.folder.chmod(0o555)
    who = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if IS_ROOT else []
    other = Other(profile, *who)
    other.end()
    if not other.says:
        pytest.skip("cannot run as somebody else here")
    assert other.says.startswith("PermissionError")
    assert str(profile.folder) in other.says


def as_nobody(profile: Profile) -> Other:
    """A start by another user."""
    for folder in list(profile.folder.parents)[:4]:  # up to that of pytest, which is one deeper under xdist
        folder.chmod(folder.stat().st_mode | 0o055)
    profile.folder.chmod(0o777)
    other = Other(profile, "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    other.end()
    if not other.says:
        pytest.skip("cannot run as somebody else here")
    return other


@pytest.mark.skipif(not IS_ROOT, reason="needs a second user")
@pytest.mark.parametrize("is_running", [True, False])
def test_another_users_lock_is_told_from_a_program_that_runs(profile: Profile, is_running: bool) -> None:
    holder = Other(profile)
    if not is_running:
        holder.end(signal.SIGKILL)
    profile.lock.chmod(0o644)
    says = as_nobody(profile).says
    holder.end(signal.SIGKILL)
    assert says.startswith(f"LeftLockError {profile.lock} is a lock of the user root: ")
    assert "--profile" in says


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_a_lock_that_is_no_file_is_told_from_a_program_that_runs(
    profile: Profile, make: Callable[[Path], None]
) -> None:
    make(profile.lock)
    with pytest.raises(LeftLockError, match="Move it away"):
        instance.hold(profile)


def test_a_full_disk_is_called_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    script = (
        f"mount -t tmpfs -o size=256k t {disk} && mkdir {disk}/p && "
        f"{{ head -c 1000000 /dev/zero > {disk}/fill 2>/dev/null; }}; "
        f"exec {sys.executable} -c '{HOLDER}' {disk}/p {Path(__file__).parents[3]}"
    )
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if not done.stdout:
        pytest.skip(f"cannot mount here: {done.stderr[-200:]}")
    assert done.stdout.startswith("OSError [Errno 28] No space left on device")
