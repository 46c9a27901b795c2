"""What a run beside another one reads of its profile, and leaves nothing of."""

import sqlite3
from contextlib import closing
from pathlib import Path

from quotedesk.app.process import instance
from quotedesk.app.process.profile_copy import copy_of
from quotedesk.config.paths import Profile


def test_a_copy_has_what_was_chosen_and_goes_with_the_run_even_a_killed_one(tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    profile.make()
    profile.settings.write_text("format = 1\n")
    profile.lists_file.write_text("format = 1\n")
    left, running = Profile(tmp_path / "replay-left"), Profile(tmp_path / "replay-running")
    for each in (left, running):
        each.make()
    with closing(sqlite3.connect(profile.directories)) as open_elsewhere:
        open_elsewhere.execute("PRAGMA journal_mode = WAL")
        open_elsewhere.execute("CREATE TABLE symbols (code TEXT)")
        open_elsewhere.execute("INSERT INTO symbols VALUES ('A')")
        open_elsewhere.commit()
        lock = instance.hold(running)
        with copy_of(profile) as copy:
            assert copy.settings.read_text() == "format = 1\n"
            assert not copy.lists_file.exists()
            assert not copy.formulas.exists()
            with closing(sqlite3.connect(copy.directories)) as database:
                assert database.execute("SELECT code FROM symbols").fetchall() == [("A",)]
            assert not left.folder.exists()
            assert copy.folder.stat().st_mode & 0o077 == 0
        lock.unlock()
    assert {each.name for each in tmp_path.glob("replay-*")} == {"replay-running"}


def test_a_profile_without_anything_has_an_empty_copy(tmp_path: Path) -> None:
    with copy_of(Profile(tmp_path)) as copy:
        assert not copy.settings.exists()
