"""The lists at the start, as the command line wants them."""

from pathlib import Path

import pytest

from quotedesk.app.kept_lists import KeptLists
from quotedesk.app.options import Options
from quotedesk.codec import FEEDS
from quotedesk.config import lists_file
from quotedesk.config.paths import Profile
from quotedesk.lists.saved import Content, ListContent
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument

DEMO, ALLTICK = Instrument("demo", "A.US"), Instrument("alltick", "B.US")


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    profile = Profile(tmp_path)
    profile.make()
    return profile


def kept(profile: Profile, last_shown: tuple[str, ...] = (), feed: str | None = None, **said: object) -> KeptLists:
    options = Options(feed=feed, **said)  # type: ignore[arg-type]
    return KeptLists(profile, options, feed or "demo", "demo", FEEDS, last_shown)


def save(profile: Profile, *lists: ListContent) -> None:
    lists_file.save(profile.lists_file, Content(lists), FEEDS)


def names(lists: KeptLists) -> dict[str, tuple[str, bool]]:
    return {each.name: (each.feed, each.is_open) for each in lists.content.lists}


def test_a_first_start_has_the_starter_list_of_the_feed(profile: Profile) -> None:
    lists = kept(profile)
    (only,) = lists.content.lists
    assert only.feed == "demo"
    assert len(only.instruments) == 10
    assert lists.shown == "", "nothing was said of lists"


def test_the_first_start_on_another_feed_has_its_list_alone(profile: Profile) -> None:
    assert names(kept(profile, feed="alltick")) == {"Watchlist": ("alltick", True)}


def test_a_feed_without_a_list_gets_one_beside_the_others(profile: Profile) -> None:
    save(profile, ListContent("Watchlist", (DEMO,), feed="demo"))
    lists = kept(profile, feed="alltick")
    assert names(lists) == {"Watchlist": ("demo", True), "Watchlist 2": ("alltick", True)}
    assert lists.shown == "Watchlist 2"
    assert {each.feed for each in lists.content.lists[1].instruments} == {"alltick"}


@pytest.mark.parametrize(
    ("last_shown", "chosen"), [((), "Two"), (("Three", "One"), "Three"), (("One",), "Two"), (("Gone",), "Two")]
)
def test_the_feeds_list_that_was_shown_last_is_shown_and_has_a_tab(
    profile: Profile, last_shown: tuple[str, ...], chosen: str
) -> None:
    save(
        profile,
        ListContent("One", (DEMO,), feed="demo"),
        ListContent("Three", (ALLTICK,), feed="alltick", is_open=False),
        ListContent("Two", (ALLTICK,), feed="alltick"),
    )
    lists = kept(profile, last_shown, feed="alltick")
    assert lists.shown == chosen
    assert names(lists)[chosen] == ("alltick", True)
    assert len(lists.content.lists) == 3


def test_symbols_replace_the_rows_of_that_list_and_are_saved(profile: Profile) -> None:
    save(profile, ListContent("One", (DEMO,), feed="demo"), ListContent("Two", (DEMO,), feed="demo"))
    lists = kept(profile, ("Two",), symbols=(Instrument("", "X"), ALLTICK, Instrument("demo", "X")))
    assert lists.shown == "Two"
    assert lists.content.lists[1].instruments == (Instrument("demo", "X"), ALLTICK)
    assert lists.content.lists[0].instruments == (DEMO,)
    again = kept(profile)
    assert [each.instruments for each in again.content.lists] == [each.instruments for each in lists.content.lists]


def test_a_recording_brings_its_own_list_and_saves_nothing(profile: Profile, tmp_path: Path) -> None:
    csv = tmp_path / "trades.csv"
    csv.write_text("product_id,time,price,size,side\nBTC-USD,2026-08-09T00:00:00.000000Z,1.0,2,BUY\n")
    lists = kept(profile, replay=csv)
    assert [each.code for each in lists.content.lists[0].instruments] == ["BTC-USD"]
    lists.keep(lists.content)
    assert not profile.lists_file.exists()


@pytest.mark.parametrize("text", [None, "not,a,recording\n"])
def test_a_recording_that_cannot_be_read_is_told_in_a_line(profile: Profile, tmp_path: Path, text: str | None) -> None:
    csv = tmp_path / "trades.csv"
    if text is not None:
        csv.write_text(text)
    with pytest.raises(QuotedeskError, match="--replay: "):
        kept(profile, replay=csv)
