"""What comes before the window: what it is told to start. What a user sees is in tests/commands/test_window.py."""

from pathlib import Path

import pytest

from quotedesk.app import start
from quotedesk.app.options import Options
from quotedesk.app.prepared import Prepared
from quotedesk.codec import FEEDS
from quotedesk.config import lists_file, settings
from quotedesk.config.paths import Profile
from quotedesk.engine.demo_process import DemoProcess
from quotedesk.lists.saved import Content, ListContent
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument, shown


class Started:
    """Takes the place of the program with a window, and notes what it is given.

    Attributes:
        servers: the feeds whose server of ours was started before it.
    """

    prepared: Prepared

    def __init__(self) -> None:
        self.servers: list[str] = []
        self._begun: list[str] = []

    def __call__(self, prepared: Prepared) -> "Started":
        self.prepared = prepared
        self.servers, self._begun = self._begun, []
        return self

    def begin_server(self) -> None:
        self._begun.append("demo")

    def run(self) -> int:
        return 0

    @property
    def codes(self) -> list[str]:
        """The symbols of the list that is shown, as it shows them."""
        lists = self.prepared.lists
        content = next((each for each in lists.content.lists if each.name == lists.shown), lists.content.lists[0])
        return [shown(each, content.feed) for each in content.instruments]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    started = Started()
    monkeypatch.setattr("quotedesk.app.main.Program", started)
    monkeypatch.setattr("sys.excepthook", lambda *_: None)
    monkeypatch.setattr(DemoProcess, "start", lambda process: started.begin_server())
    monkeypatch.setattr("quotedesk.app.process.faults.start_log", lambda path, redactor: None)
    return started


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(tmp_path / "profile")


def test_the_first_start_is_the_starter_list_on_the_demo_feed(started: Started, profile: Profile) -> None:
    assert start.run(Options(profile=profile.folder)) == 0
    assert (started.prepared.feed, started.servers) == ("demo", ["demo"])
    assert started.codes == lists_file.starter("alltick")
    assert len(started.codes) == 10
    assert started.prepared.is_new


def test_a_profile_with_settings_is_not_new(started: Started, profile: Profile) -> None:
    profile.make()
    settings.save(profile.settings, settings.Settings())
    start.run(Options(profile=profile.folder))
    assert not started.prepared.is_new


def test_what_a_crash_left_is_given_to_the_next_start_once(started: Started, profile: Profile) -> None:
    profile.make()
    profile.crash.write_text("Fatal Python error: Segmentation fault\n")
    start.run(Options(profile=profile.folder))
    assert started.prepared.crash == "Fatal Python error: Segmentation fault"
    start.run(Options(profile=profile.folder))
    assert started.prepared.crash == ""


def test_the_feed_that_was_asked_for_is_that_of_new_lists_from_now_on_and_has_a_list(
    started: Started, profile: Profile
) -> None:
    start.run(Options(profile=profile.folder, feed="alltick", symbols=(Instrument("", "A.US"),)))
    assert (started.prepared.feed, started.codes, started.servers) == ("alltick", ["A.US"], [])
    start.run(Options(profile=profile.folder))
    assert started.prepared.feed == "alltick"
    start.run(Options(profile=profile.folder, feed="demo"))
    assert (started.prepared.feed, started.codes) == ("demo", lists_file.starter("alltick"))
    assert [(each.name, each.feed) for each in started.prepared.lists.content.lists] == [
        ("Watchlist", "alltick"),
        ("Watchlist 2", "demo"),
    ]


def test_our_server_runs_for_the_rows_of_open_lists_alone(started: Started, profile: Profile) -> None:
    profile.make()
    demo, alltick = Instrument("demo", "A.US"), Instrument("alltick", "B.US")
    closed = ListContent("Two", (demo,), is_open=False, feed="demo")
    lists_file.save(profile.lists_file, Content((ListContent("One", (alltick,), feed="demo"), closed)), FEEDS)
    start.run(Options(profile=profile.folder))
    assert started.servers == []
    start.run(Options(profile=profile.folder, symbols=(alltick, demo)))
    assert (started.codes, started.servers) == (["B.US@alltick", "A.US"], ["demo"])


def test_a_server_of_the_users_own_takes_the_place_of_ours(started: Started, profile: Profile) -> None:
    start.run(Options(profile=profile.folder, urls={"demo": "ws://127.0.0.1:1"}))
    assert (started.prepared.feed, started.servers) == ("demo", [])


def test_a_feed_that_is_gone_is_reported_and_the_demo_feed_takes_its_place(started: Started, profile: Profile) -> None:
    profile.make()
    settings.save(profile.settings, settings.Settings(feed="gone"))
    start.run(Options(profile=profile.folder))
    assert started.prepared.feed == "demo"
    assert "gone" in started.prepared.reports[0]
    assert [each.feed for each in started.prepared.lists.content.lists] == ["demo"]
    assert started.codes == lists_file.starter("alltick")
    assert settings.load(profile.settings)[0].feed == "gone", "what was chosen is kept"


def test_an_edit_is_saved_but_not_in_a_replay(started: Started, profile: Profile, tmp_path: Path) -> None:
    def kept() -> tuple[Instrument, ...]:
        return lists_file.load(profile, "demo", FEEDS)[0].lists[0].instruments

    start.run(Options(profile=profile.folder))
    started.prepared.lists.keep(Content((ListContent("L", (Instrument("demo", "X"),), feed="demo"),)))
    assert kept() == (Instrument("demo", "X"),)
    replay = tmp_path / "trades.csv"
    replay.write_text("symbol,ts_ms,trade_id,price,size,side\nT.US,1786310819680,1,1.5,2,Buy\n")
    start.run(Options(profile=profile.folder, replay=replay))
    assert started.codes == ["T.US"]
    started.prepared.lists.keep(Content((ListContent("L", (Instrument("demo", "Y"),), feed="demo"),)))
    assert kept() == (Instrument("demo", "X"),)


def test_lists_that_stop_the_start_leave_the_feed_as_it_was(started: Started, profile: Profile) -> None:
    profile.make()
    profile.lists_file.write_text("format = 99\n")
    for _ in range(2):
        with pytest.raises(QuotedeskError, match="newer"):
            start.run(Options(profile=profile.folder, feed="alltick"))
    profile.lists_file.unlink()
    start.run(Options(profile=profile.folder))
    assert started.prepared.feed == "demo"


def test_a_replay_needs_no_list_and_a_bad_one_costs_none(started: Started, profile: Profile, tmp_path: Path) -> None:
    profile.make()
    newer = profile.lists_file
    newer.write_text("format = 99\n")
    (tmp_path / "trades.csv").write_text("symbol,ts_ms,trade_id,price,size,side\nT.US,1786310819680,1,1.5,2,Buy\n")
    start.run(Options(profile=profile.folder, replay=tmp_path / "trades.csv"))
    assert started.codes == ["T.US"]
    assert newer.read_text() == "format = 99\n"


def test_the_tour_shows_the_demo_feed_whatever_was_used_last(started: Started, profile: Profile) -> None:
    start.run(Options(profile=profile.folder, feed="alltick"))
    start.run(Options(profile=profile.folder, is_tour=True))
    assert started.prepared.feed == "demo"
    assert settings.load(profile.settings)[0].feed == "alltick"


def test_a_profile_is_free_again_after_a_start_that_failed(started: Started, profile: Profile, tmp_path: Path) -> None:
    with pytest.raises(QuotedeskError, match="nowhere"):
        start.run(Options(profile=profile.folder, replay=tmp_path / "nowhere.csv"))
    assert start.run(Options(profile=profile.folder)) == 0
