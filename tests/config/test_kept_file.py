"""Files that survive: whole at any moment, the version before kept, nothing unreadable lost."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quotedesk.config import kept_file
from quotedesk.config.kept_file import NewerFileError, load, previous, save, set_aside

IS_ROOT = os.geteuid() == 0


class Kept(msgspec.Struct):
    words: list[str] = []
    number: int = 0
    format: int = kept_file.FORMAT


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept.toml"


def names(path: Path) -> set[str]:
    return {each.name for each in path.parent.iterdir()}


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.lists(text, max_size=8), st.integers(-(2**63), 2**63 - 1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_what_is_saved_is_loaded_whatever_it_is(path: Path, words: list[str], number: int) -> None:
    before, _ = load(path, Kept)
    save(path, Kept(words, number))
    assert load(path, Kept) == (Kept(words, number), "")
    if before:
        assert load(previous(path), Kept)[0] == before


def test_there_is_nothing_at_first_and_that_is_no_fault(path: Path) -> None:
    assert load(path, Kept) == (None, "")
    assert names(path) == set()


def test_only_the_file_and_the_version_before_are_left(path: Path) -> None:
    for number in range(4):
        save(path, Kept(number=number))
    assert names(path) == {"kept.toml", "kept.toml.previous"}
    assert load(previous(path), Kept) == (Kept(number=2), "")


# In a process of its own, as one with threads should not fork.
KILLER = """
import os, random, signal, sys, time
sys.path.insert(0, sys.argv[2])
from pathlib import Path
import msgspec
from quotedesk.config.kept_file import load, previous, save

class Kept(msgspec.Struct):
    words: list[str]
    number: int
    format: int = 1

path, chance, seen = Path(sys.argv[1]), random.Random(9), 0

def saved():
    return path.stat().st_ino if path.exists() else 0

for kills in range(40):
    before = saved()
    writer = os.fork()
    while writer == 0:
        seen += 1
        save(path, Kept([str(seen)] * 3000, seen))
    while saved() == before:  # on a busy machine it may be long until it writes
        time.sleep(0.001)
    time.sleep(chance.uniform(0.0, 0.03))
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
    kept, report = load(path, Kept)
    assert report == "", report
    before, report = load(previous(path), Kept)
    assert report == "", report
    if kept:
        assert kept.words == [str(kept.number)] * 3000
        assert kept.number >= seen, "a saved version was lost"
        seen = kept.number
    if kept and before:
        assert before.words == [str(before.number)] * 3000
        assert before.number in (kept.number - 1, kept.number)
print(seen)
"""


def test_a_kill_at_any_moment_leaves_the_old_or_the_new_version_whole(path: Path) -> None:
    command = [sys.executable, "-c", KILLER, str(path), str(Path(__file__).parents[2])]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stderr == ""
    assert int(done.stdout) > 30, "hardly anything was written"
    save(path, Kept(["after"], 1))
    assert names(path) <= {"kept.toml", "kept.toml.previous"}, "what a kill left behind is gone"


def test_a_full_disk_is_told_and_costs_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(path, Kept(number=1))
    save(path, Kept(number=2))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save(path, Kept(number=3))
    assert load(path, Kept) == (Kept(number=2), "")
    assert load(previous(path), Kept) == (Kept(number=1), "")


DEEP = b"format = 1\nwords = " + b"[" * 5000 + b"]" * 5000
NONSENSE = {
    "empty": b"",
    "blank": b"  \n\n",
    "binary": bytes(range(256)) * 20,
    "zeros": b"\0" * 4096,
    "not TOML": b"words: [a, b]\n",
    "cut off": b'format = 1\nwords = ["a", "b',
    "no format": b'words = ["a"]\n',
    "format is text": b'format = "1"\n',
    "format is a fraction": b"format = 1.5\n",
    "format is a date": b"format = 2020-01-01\n",
    "wrong types": b"format = 1\nwords = 5\n",
    "wrong types inside": b"format = 1\nwords = [1, 2]\n",
    "a table in its place": b"format = 1\n[words]\na = 1\n",
    "a key twice": b"format = 1\nformat = 1\n",
    "Latin-1": b'format = 1\nwords = ["\xe9"]\n',
    "UTF-16": 'format = 1\nwords = ["a"]\n'.encode("utf-16"),
    "nested deep": DEEP,
    "a huge number": b"format = 1\nnumber = " + b"9" * 6000,
}


@pytest.mark.parametrize("data", NONSENSE.values(), ids=NONSENSE)
def test_what_cannot_be_read_is_set_aside_and_the_version_before_is_taken(path: Path, data: bytes) -> None:
    save(path, Kept(["good"]))
    os.replace(path, previous(path))
    path.write_bytes(data)
    kept, report = load(path, Kept)
    assert kept == Kept(["good"])
    aside = path.with_name("kept.toml.unreadable-1")
    assert aside.read_bytes() == data
    assert not path.exists()
    assert "kept.toml could not be read" in report
    assert str(aside) in report
    assert report.isprintable(), "one line"


def test_that_the_version_before_was_taken_is_said(path: Path) -> None:
    save(path, Kept(["good"]))
    save(path, Kept(["newer"]))
    path.write_bytes(b"nonsense")
    kept, report = load(path, Kept)
    assert kept == Kept(["good"])
    assert report.endswith(". The version saved before it is shown instead.")


LINKS = {"beside": "other.toml", "elsewhere": "there/other.toml", "to a link": "link.toml"}


@pytest.mark.parametrize("to", LINKS.values(), ids=LINKS)
@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_is_written_through(path: Path, to: str, is_there: bool) -> None:
    there = path.parent / "there"
    there.mkdir()
    (path.parent / "link.toml").symlink_to(there / "last.toml")
    path.symlink_to(to)
    goal = path.resolve()
    if is_there:
        save(goal, Kept(["before"]))
    save(path, Kept(["good"]))
    assert os.readlink(path) == to
    assert load(goal, Kept) == (Kept(["good"]), "")
    save(path, Kept(["better"]))
    assert load(previous(path), Kept) == (Kept(["good"]), "")
    goal.write_bytes(b"nonsense")
    assert load(path, Kept)[0] == Kept(["good"])
    save(path, Kept(["again"]))
    assert os.readlink(path) == to
    assert load(goal, Kept) == (Kept(["again"]), "")


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
@pytest.mark.parametrize("ending", ["", ".previous", ".new", ".old"])
def test_what_is_no_file_holds_nothing_up_and_is_set_aside(
    path: Path, make: Callable[[Path], None], ending: str
) -> None:
    save(path, Kept(["good"]))
    in_the_way = path.with_name(path.name + ending)
    if not ending:
        os.replace(path, previous(path))
    make(in_the_way)
    assert load(path, Kept)[0] == Kept(["good"])
    save(path, Kept(["better"]))
    assert load(path, Kept) == (Kept(["better"]), "")
    assert any("unreadable" in name for name in names(path))


def test_where_both_versions_cannot_be_read_both_are_kept_and_told(path: Path) -> None:
    path.write_bytes(b"1")
    previous(path).write_bytes(b"2")
    kept, report = load(path, Kept)
    assert kept is None
    assert path.with_name("kept.toml.unreadable-1").read_bytes() == b"1"
    assert path.with_name("kept.toml.previous.unreadable-1").read_bytes() == b"2"
    assert "kept.toml.unreadable-1" in report
    assert "kept.toml.previous.unreadable-1" in report


def test_a_directory_in_place_of_the_file_is_set_aside_with_all_in_it(path: Path) -> None:
    path.mkdir()
    (path / "inside").write_text("mine")
    assert load(path, Kept)[0] is None
    assert (path.with_name("kept.toml.unreadable-1") / "inside").read_text() == "mine"
    save(path, Kept(number=1))
    assert load(path, Kept) == (Kept(number=1), "")


def test_setting_aside_never_writes_over_what_is_there(path: Path) -> None:
    for number in range(1, 5):
        path.write_text(str(number))
        assert set_aside(path).name == f"kept.toml.unreadable-{number}"
    for number in range(1, 5):
        assert path.with_name(f"kept.toml.unreadable-{number}").read_text() == str(number)


def test_a_dangling_link_with_the_name_of_a_set_aside_file_stays(path: Path) -> None:
    link = path.with_name("kept.toml.unreadable-1")
    link.symlink_to("/nowhere/at/all")
    path.write_text("x")
    assert set_aside(path).name == "kept.toml.unreadable-2"
    assert link.is_symlink()


@pytest.mark.parametrize("number", [kept_file.FORMAT + 1, 999, 2**62])
def test_a_newer_format_is_left_untouched_and_the_text_says_what_to_do(path: Path, number: int) -> None:
    data = f'format = {number}\nwords = {{ was = "a list once" }}\n'.encode()
    path.write_bytes(data)
    with pytest.raises(NewerFileError, match="--profile") as caught:
        load(path, Kept)
    assert str(path) in str(caught.value)
    assert str(caught.value).isprintable()
    assert path.read_bytes() == data
    assert names(path) == {"kept.toml"}


def test_what_a_newer_version_may_have_added_does_no_harm(path: Path) -> None:
    path.write_text('format = 1\nwords = ["a"]\ncolour = "red"\n')
    assert load(path, Kept) == (Kept(["a"]), "")


@pytest.mark.parametrize("data", [b'\xef\xbb\xbfformat = 1\nwords = ["a"]\n', b'format = 1\r\nwords = ["a"]\r\n'])
def test_an_editor_that_writes_a_byte_order_mark_or_crlf_does_no_harm(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    assert load(path, Kept) == (Kept(["a"]), "")


AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
LOADER = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from quotedesk.config import lists_file
from quotedesk.config.paths import Profile
from quotedesk.config.kept_file import NoRightsError
try:
    lists_file.load(Profile(Path(sys.argv[1]).parent), "demo", {})
except NoRightsError as fault:
    print("untouched", fault)
except OSError as fault:
    print("refused", fault.strerror)
"""


def load_as_nobody(folder: Path, file: Path, rights: int) -> str:
    """What becomes of a start by somebody who has only these rights to the folder."""
    if IS_ROOT:
        for above in list(folder.parents)[:4]:  # up to that of pytest, which is one deeper under xdist
            above.chmod(above.stat().st_mode | 0o055)
    folder.chmod(rights)
    root = str(Path(__file__).parents[2])
    command = [*(AS_NOBODY if IS_ROOT else []), sys.executable, "-c", LOADER, str(file), root]
    done = subprocess.run(command, capture_output=True, text=True)
    folder.chmod(0o755)
    if IS_ROOT and not done.stdout:
        pytest.skip(f"cannot run as somebody else here: {done.stderr[-200:]}")
    return done.stdout


def test_an_unreadable_file_in_a_folder_that_may_not_be_written_to_stays(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    file = folder / "lists.toml"
    file.write_text("nonsense")
    assert load_as_nobody(folder, file, 0o555).startswith("refused Permission denied")
    assert file.read_text() == "nonsense"
    assert list(folder.iterdir()) == [file]


def test_a_file_without_rights_is_named_and_stays(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    file = folder / "lists.toml"
    file.write_text("format = 3\nlists = []\n")
    file.chmod(0)
    told = load_as_nobody(folder, file, 0o777)
    file.chmod(0o644)
    assert told.startswith(f"untouched {file} may not be read by you")
    assert list(folder.iterdir()) == [file]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such devices")
def test_what_is_put_into_a_device_or_a_pipe_goes_there_and_it_stays(path: Path) -> None:
    reading, writing = os.pipe()
    kept_file.put(Path(f"/dev/fd/{writing}"), b"figures")
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b"figures"
    path.symlink_to(os.devnull)  # as root the device itself was replaced by a file
    kept_file.put(path, b"figures")
    assert Path(os.devnull).is_char_device()
    assert path.is_symlink()
    waiting = path.with_name("pipe")
    os.mkfifo(waiting)
    with pytest.raises(OSError, match="No such device"):
        kept_file.put(waiting, b"figures")  # nobody reads: that is told, and nothing waits


def test_what_is_put_into_a_file_is_there_whole_also_through_a_link(path: Path) -> None:
    path.symlink_to(path.with_name("there"))
    for data in (b"figures", b"more"):
        kept_file.put(path, data)
        assert path.with_name("there").read_bytes() == data
    assert {each.name for each in path.parent.iterdir()} == {path.name, "there"}
