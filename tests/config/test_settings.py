"""What the user chose, on disk."""

from pathlib import Path

import msgspec
import pytest

from quotedesk.config import settings
from quotedesk.config.kept_file import NewerFileError
from quotedesk.config.settings import Settings


def test_at_first_there_are_defaults_and_no_file(tmp_path: Path) -> None:
    assert settings.load(tmp_path / "settings.toml") == (Settings(feed="demo"), "")
    assert list(tmp_path.iterdir()) == []


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    settings.save(path, Settings(feed="alltick"))
    assert settings.load(path) == (Settings(feed="alltick"), "")
    assert "feed = " in path.read_text(), "a person can read it"


def test_every_setting_has_a_default_so_that_an_old_file_goes_on_working(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("format = 1\n")
    assert settings.load(path) == (Settings(), "")
    assert not any(field.required for field in msgspec.structs.fields(Settings))


@pytest.mark.parametrize("text", ["", "feed = 3\nformat = 1", "format = 1\nfeed = ", "\x00"])
def test_nonsense_gives_defaults_a_report_and_is_kept(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    found, report = settings.load(path)
    assert found == Settings()
    assert "settings.toml could not be read" in report
    assert (tmp_path / "settings.toml.unreadable-1").read_text() == text


def test_a_plan_is_set_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("format = 1\n[plans]\nalltick = 5\n")
    assert settings.load(path) == (Settings(plans={"alltick": 5}), "")
    path.write_text("format = 1\n[plans]\nalltick = 0\n")
    assert "settings.toml could not be read" in settings.load(path)[1]


def test_a_newer_file_stays_and_stops_us(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("format = 2\nfeeds = []\n")
    with pytest.raises(NewerFileError):
        settings.load(path)
    assert path.read_text() == "format = 2\nfeeds = []\n"


def test_a_glance_reports_nothing_and_sets_nothing_aside(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    assert settings.glance(path) == Settings()
    path.write_text('format = 1\nfeed = "alltick"\n')
    assert settings.glance(path).feed == "alltick"
    path.write_text("nonsense")
    assert settings.glance(path) == Settings()
    assert [each.name for each in tmp_path.iterdir()] == ["settings.toml"]
    assert path.read_text() == "nonsense"


def test_the_first_choice_makes_the_file_even_where_it_is_the_usual_one(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    kept = settings.SettingsFile(path, Settings())
    kept.change(tells=True)
    assert settings.load(path) == (Settings(), "")


def test_a_feed_that_is_no_more_gives_way_to_the_built_in_one() -> None:
    assert (Settings(feed="alltick").known_feed, Settings(feed="gone").known_feed) == ("alltick", "demo")
