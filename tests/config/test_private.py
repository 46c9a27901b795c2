"""What is the user's is readable by nobody else, wherever the profile lies."""

import os
import stat
from pathlib import Path

import pytest

from quotedesk.config import private
from tests.fakes.shell import LIST, User

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there folders are closed already")


@pytest.fixture
def user(tmp_path: Path) -> User:
    return User(tmp_path)


SECRETS = ("lists.toml", "positions.toml", "alerts.toml", "alerts.sqlite", "recording.sqlite")


@pytest.fixture(autouse=True)
def usual_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def everything(folder: Path) -> dict[str, int]:
    return {str(each.relative_to(folder)): mode(each) for each in folder.rglob("*")}


def test_a_new_profile_is_closed_to_others_and_an_old_one_in_the_usual_place_is_narrowed(user: User) -> None:
    assert user.says("--symbols", "A.US", "--quit-after", "1").code == 0
    folder = user.home / "data/quotedesk"
    assert mode(folder) == 0o700
    assert mode(folder.parent) == 0o755, "what is not ours stays as it is"
    assert mode(folder / "log") == 0o700
    assert [mode(folder / name) for name in ("lists.toml", "recording.sqlite")] == [0o600] * 2
    folder.chmod(0o755)
    assert user.says("--quit-after", "0.2").code == 0
    assert mode(folder) == 0o700


def test_a_shared_folder_stays_so_and_what_is_the_user_s_in_it_is_closed(user: User) -> None:
    user.profile.chmod(0o755)
    for name in SECRETS:
        for ending in (".previous", ".unreadable-1"):
            (user.profile / (name + ending)).touch(0o644)
    user.profile.joinpath("positions.toml").write_text("format = 1\n")
    assert mode(user.list) == 0o644
    assert user.runs("--symbols", "A.US", "--quit-after", "1").code == 0
    assert mode(user.profile) == 0o755
    found = everything(user.profile)
    kept = {name: rights for name, rights in found.items() if name.startswith(SECRETS)}
    assert {"lists.toml", "lists.toml.previous", "positions.toml", "recording.sqlite"} <= set(kept)
    assert set(kept.values()) == {0o600}, kept


def test_what_a_link_leads_to_keeps_the_rights_that_its_owner_gave_it(user: User) -> None:
    shared = user.home / "shared.toml"
    shared.write_text(LIST)
    user.list.unlink()
    user.list.symlink_to(shared)
    assert user.runs("--symbols", "A.US", "--quit-after", "0.2").code == 0
    assert "A.US" in shared.read_text()
    assert mode(shared) == 0o644


def test_a_file_for_sqlite_is_made_closed_and_so_is_what_is_beside_it(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "x.sqlite"
    private.make_file(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE t (x)")
    assert everything(tmp_path) == dict.fromkeys(("x.sqlite", "x.sqlite-wal", "x.sqlite-shm"), 0o600)
    connection.close()


def test_nothing_is_taken_from_whom_a_file_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "theirs"
    path.touch(0o644)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    private.make_file(path)
    assert mode(path) == 0o644
