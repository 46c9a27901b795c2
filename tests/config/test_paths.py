"""Where things are."""

from pathlib import Path

import pytest

from quotedesk.config import paths
from quotedesk.config.paths import Profile, provided, resource


def test_a_profile_holds_all_state_of_a_run_under_its_folder(tmp_path: Path) -> None:
    profile = Profile(tmp_path / "p")
    every = [profile.settings, profile.formulas, profile.log, profile.lock, profile.lists_file, profile.prices("demo")]
    assert all(path.is_relative_to(tmp_path / "p") for path in every)
    assert len(set(every)) == len(every)


def test_making_a_profile_makes_a_place_for_each_file_and_may_be_done_again(tmp_path: Path) -> None:
    profile = Profile(tmp_path / "a" / "b" / "ünï kode")
    assert not profile.folder.exists(), "looking makes nothing"
    profile.make()
    for path in (profile.settings, profile.log, profile.lock, profile.lists_file, profile.prices("demo")):
        path.write_text("x")
    profile.make()
    assert profile.settings.read_text() == "x"


def test_a_profile_where_a_file_stands_raises_what_the_system_says(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OSError, match="file"):
        Profile(tmp_path / "file").make()
    assert (tmp_path / "file").read_text() == "mine"


def test_without_a_folder_it_is_the_systems_place_for_the_users_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = Profile().folder
    assert folder.name == "quotedesk"
    assert folder.is_relative_to(tmp_path)
    assert not folder.exists()


def test_resources_are_found_in_a_checkout() -> None:
    assert resource("alltick/starter.txt").read_text().split()


def test_in_a_wheel_and_in_a_frozen_program_resources_are_inside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "quotedesk/_resources").mkdir(parents=True)
    (tmp_path / "resources").mkdir()
    inside, beside = tmp_path / "quotedesk/_resources/starter.txt", tmp_path / "resources/starter.txt"
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "quotedesk")
    beside.touch()
    assert resource("starter.txt") == beside
    inside.touch()
    assert resource("starter.txt") == inside


def test_a_provider_may_have_some_files_or_no_folder_at_all_but_not_a_folder_that_is_missing() -> None:
    path = provided("alltick", "symbols.csv")
    assert path is not None
    assert path.is_file()
    assert provided("alltick", "nothing.txt") is None
    assert provided("", "symbols.csv") is None
    with pytest.raises(FileNotFoundError, match="nowhere"):
        provided("nowhere", "symbols.csv")


def test_a_resource_that_is_not_there_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"nothing\.txt"):
        resource("nothing.txt")
