"""What comes before the window. What a user sees of it is in tests/test_cli.py; here: what it is told to start."""

from pathlib import Path
from typing import Any

import pytest

from quotedesk.app import start
from quotedesk.config import lists_file, settings
from quotedesk.config.paths import Profile
from quotedesk.engine.options import Options
from quotedesk.engine.source import Source
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument


class Started:
    """Takes the place of the program with a window, and notes what it is given."""

    def __init__(self) -> None:
        self.feed = ""
        self.codes: list[str] = []
        self.has_server = False
        self.server_began = False
        self.reports: list[str] = []
        self.keep: Any = None
        self.crash = ""
        self.is_new = False

    def __call__(
        self,
        options: Options,
        profile: Profile,
        supply: Source,
        redactor: Any,
        faults: Any,
        settings: Any,
        reports: list[str],
        crash: str = "",
        is_new: bool = False,
    ) -> "Started":
        self.crash, self.is_new = crash, is_new
        self.feed, self.has_server, self.reports, self.keep = supply.feed.name, self.server_began, reports, supply.keep
        self.server_began = False
        self.codes = [row.code for row in supply.content.lists[0].rows]
        return self

    def run(self) -> int:
        return 0


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    started = Started()
    monkeypatch.setattr("quotedesk.app.main.Program", started)
    monkeypatch.setattr("sys.excepthook", lambda *_: None)
    monkeypatch.setattr(
        "quotedesk.engine.demo_process.DemoProcess.start", lambda process: setattr(started, "server_began", True)
    )
    monkeypatch.setattr("quotedesk.app.process.faults.start_log", lambda path, redactor: None)
    return started


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(tmp_path / "profile")


def test_the_first_start_is_the_starter_list_on_the_demo_feed(started: Started, profile: Profile) -> None:
    assert start.run(Options(profile=profile.folder)) == 0
    assert (started.feed, started.has_server) == ("demo", True)
    assert started.codes == lists_file.starter()
    assert len(started.codes) == 10
    assert started.is_new


def test_a_profile_with_settings_is_not_new(started: Started, profile: Profile) -> None:
    profile.make()
    settings.save(profile.settings, settings.Settings())
    start.run(Options(profile=profile.folder))
    assert not started.is_new


def test_what_a_crash_left_is_given_to_the_next_start_once(started: Started, profile: Profile) -> None:
    profile.make()
    profile.crash.write_text("Fatal Python error: Segmentation fault\n")
    start.run(Options(profile=profile.folder))
    assert started.crash == "Fatal Python error: Segmentation fault"
    start.run(Options(profile=profile.folder))
    assert started.crash == ""


def test_the_feed_that_was_asked_for_is_remembered_and_has_a_list_of_its_own(
    started: Started, profile: Profile
) -> None:
    start.run(Options(profile=profile.folder, feed="alltick", symbols=("A.US",)))
    start.run(Options(profile=profile.folder))
    assert (started.feed, started.codes, started.has_server) == ("alltick", ["A.US"], False)
    start.run(Options(profile=profile.folder, feed="demo"))
    assert started.codes == lists_file.starter()


def test_a_server_of_the_users_own_takes_the_place_of_ours(started: Started, profile: Profile) -> None:
    start.run(Options(profile=profile.folder, url="ws://127.0.0.1:1"))
    assert (started.feed, started.has_server) == ("demo", False)


def test_a_feed_that_is_gone_is_reported_and_the_demo_feed_takes_its_place(started: Started, profile: Profile) -> None:
    profile.make()
    settings.save(profile.settings, settings.Settings(feed="gone"))
    start.run(Options(profile=profile.folder))
    assert started.feed == "demo"
    assert "gone" in started.reports[0]
    assert settings.load(profile.settings)[0].feed == "gone", "what was chosen is kept"


def test_an_edit_is_saved_but_not_in_a_replay(started: Started, profile: Profile, tmp_path: Path) -> None:
    start.run(Options(profile=profile.folder))
    started.keep(lists_file.of_codes("demo", ["X"]))
    assert lists_file.load(profile.lists("demo"), "demo")[0].lists[0].rows == (Instrument("demo", "X"),)
    replay = tmp_path / "trades.csv"
    replay.write_text("symbol,ts_ms,trade_id,price,size,side\nT.US,1786310819680,1,1.5,2,Buy\n")
    start.run(Options(profile=profile.folder, replay=replay))
    assert started.codes == ["T.US"]
    started.keep([Instrument("demo", "Y")])
    assert lists_file.load(profile.lists("demo"), "demo")[0].lists[0].rows == (Instrument("demo", "X"),)


def test_a_feed_whose_list_stops_the_start_is_not_remembered(started: Started, profile: Profile) -> None:
    profile.make()
    profile.lists("alltick").write_text("format = 99\n")
    for _ in range(2):
        with pytest.raises(QuotedeskError, match="newer"):
            start.run(Options(profile=profile.folder, feed="alltick"))
    start.run(Options(profile=profile.folder))
    assert started.feed == "demo", "else every start would fail from now on"


def test_a_replay_needs_no_list_and_a_bad_one_costs_none(started: Started, profile: Profile, tmp_path: Path) -> None:
    profile.make()
    newer = profile.lists("demo")
    newer.write_text("format = 99\n")
    (tmp_path / "trades.csv").write_text("symbol,ts_ms,trade_id,price,size,side\nT.US,1786310819680,1,1.5,2,Buy\n")
    start.run(Options(profile=profile.folder, replay=tmp_path / "trades.csv"))
    assert started.codes == ["T.US"]
    with pytest.raises(QuotedeskError, match="newer"):
        start.run(Options(profile=profile.folder, replay=tmp_path / "trades.csv", symbols=("T.US",)))
    assert newer.read_text() == "format = 99\n"


def test_the_tour_shows_the_demo_feed_whatever_was_used_last(started: Started, profile: Profile) -> None:
    start.run(Options(profile=profile.folder, feed="alltick"))
    start.run(Options(profile=profile.folder, is_tour=True))
    assert started.feed == "demo"
    assert settings.load(profile.settings)[0].feed == "alltick"


def test_a_profile_is_free_again_after_a_start_that_failed(started: Started, profile: Profile, tmp_path: Path) -> None:
    with pytest.raises(QuotedeskError, match="nowhere"):
        start.run(Options(profile=profile.folder, replay=tmp_path / "nowhere.csv"))
    assert start.run(Options(profile=profile.folder)) == 0
