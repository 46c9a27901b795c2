"""The lock without Qt and the window's own see each other."""

from pathlib import Path

import pytest

from quotedesk.app.process import instance
from quotedesk.config.paths import Profile
from quotedesk.config.profile_lock import ProfileInUseError, hold


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(tmp_path / "p")


def test_it_is_held_by_one_at_a_time_and_leaves_nothing(profile: Profile) -> None:
    with hold(profile), pytest.raises(ProfileInUseError, match="runs on"), hold(profile):
        pytest.fail("it was held twice")
    with hold(profile):
        assert profile.lock.exists()
    assert not profile.lock.exists()


def test_a_window_holds_it_against_a_command_and_the_other_way_round(profile: Profile) -> None:
    profile.make()
    lock = instance.hold(profile)
    with pytest.raises(ProfileInUseError), hold(profile):
        pytest.fail("a window runs")
    assert profile.lock.exists()
    lock.unlock()
    with hold(profile):
        with pytest.raises(instance.InUseError):
            instance.hold(profile)
        assert profile.lock.exists()
    instance.hold(profile).unlock()


def test_a_lock_that_a_crash_left_is_no_hindrance(profile: Profile) -> None:
    profile.make()
    profile.lock.write_text("999999\nquotedesk\nhost\n")
    with hold(profile):
        pass


def test_who_is_refused_is_told_what_fits_what_was_wanted(profile: Profile) -> None:
    refused = pytest.raises(ProfileInUseError, match="and serves already")
    with hold(profile), refused, hold(profile, " and serves already"):
        pytest.fail("it was held twice")
