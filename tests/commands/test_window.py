"""The window from outside: what a start refuses, what it needs, what it keeps."""

import json
import tomllib
from pathlib import Path

import pytest

from tests.fakes.shell import LIST, TOKEN, Done, User

BAD = {
    "an unknown feed": (["--feed", "nasdaq"], "alltick_action"),
    "a bad symbol": (["--symbols", "NVDA.US,NV:DA"], "“:” cannot be part of a symbol. Use letters"),
    "a long symbol": (["--symbols", "X" * 33], "at most 32"),
    "a symbol of an unknown feed": (["--symbols", "A.US,B.US@nasdaq"], "There is no feed nasdaq. Choose from: alltick"),
    "a symbol of no feed": (["--symbols", "A.US@"], "“@” cannot be part of a symbol"),
    "a feed without a symbol": (["--symbols", "@demo"], "“@” cannot be part of a symbol"),
    "no symbols": (["--symbols", ""], "--symbols"),
    "only separators": (["--symbols", " , ;"], "--symbols"),
    "a replay that is not there": (
        ["--replay", "nowhere.csv"],
        "--replay: there is no file nowhere.csv. Name a recording",
    ),
    "a replay of a folder": (["--replay", "."], "--replay"),
    "a replay with symbols that is not there": (["--replay", "nowhere.csv", "--symbols", "A"], "nowhere.csv"),
    "a replay on another feed": (["--replay", "trades.csv", "--feed", "alltick"], "leave out --feed"),
    "a replay on a server": (["--replay", "trades.csv", "--url", "ws://127.0.0.1:1"], "leave out --url"),
    "a replay on the demo feed's server": (["--replay", "trades.csv", "--url", "demo=ws://127.0.0.1:1"], "leave out"),
    "a recording of a recording": (["--replay", "trades.csv", "--record", "r"], "leave out --record"),
    "a picture in no folder": (["--screenshot", "nowhere/p.png"], "nowhere"),
    "figures in no folder": (["--stats", "nowhere/s.json"], "nowhere"),
    "a picture where none can be": (["--screenshot", "/proc/p.png"], "--screenshot: /proc/p.png could not be written"),
    "figures where none can be": (["--stats", "/proc/s.json"], "--stats: /proc/s.json could not be written"),
    "figures in place of a folder": (["--stats", "."], "--stats"),
    "a picture in place of a folder": (["--screenshot", "."], "--screenshot"),
    "a file as the profile": (["--profile", "trades.csv"], "cannot be used (it is a file, not a folder)"),
    "a size that is none": (["--geometry", "big"], "1280x800"),
    "a size without end": (["--geometry", "1x99999"], "100 to 20000"),
    "an order by no column": (["--sort", "Price"], "Choose from Symbol, State, Last"),
    "a chart of no range": (["--chart", "NVDA.US:2h"], "choose from 1m, 5m"),
    "a chart of no feed": (["--chart", "NVDA.US@nasdaq:1m"], "no feed nasdaq"),
    "a chart of nothing": (["--chart", ":1m"], "symbol"),
    "an order that is none": (["--sort", "Last:down"], "Give :asc or :desc"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_one_line_and_costs_no_list(case: str, user: User, trades: Path) -> None:
    user.is_refused(*BAD[case])


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", "its first line is not"),
        ("a,b,c\n1,2,3\n", "its first line is not"),
        ("symbol,ts_ms,trade_id,price,size,side\n", "no trades"),
        ("symbol,ts_ms,trade_id,price,size,side\nA.US,soon,1,1,1,Buy\n", "line 2"),
        ("symbol,ts_ms,trade_id,price,size,side\nA.US,1786310000000,1,free,1,Buy\n", "line 2"),
    ],
)
def test_a_replay_that_holds_no_trades_is_one_line(user: User, tmp_path: Path, text: str, advice: str) -> None:
    (tmp_path / "bad.csv").write_text(text)
    done = user.runs("--replay", "bad.csv")
    assert done.code == 2
    assert "--replay: bad.csv" in done.line
    assert advice in done.line
    assert user.list.read_text() == LIST


def test_arguments_without_a_screen_say_what_is_missing(user: User) -> None:
    done = user.runs("--feed", "demo", QT_QPA_PLATFORM="")
    assert done.code == 2
    assert "DISPLAY" in done.line
    assert "--screenshot" in done.line
    assert user.list.read_text() == LIST


def test_a_picture_needs_no_screen(user: User, tmp_path: Path) -> None:
    picture = tmp_path / "p.png"
    done = user.runs("--screenshot", picture, "--quit-after", "0.5", QT_QPA_PLATFORM="")
    assert done == Done(0, "", "")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert user.list.read_text() == LIST


def test_a_screen_that_is_not_there_is_a_line_and_not_an_abort(user: User) -> None:
    done = user.runs("--quit-after", "1", QT_QPA_PLATFORM="xcb", DISPLAY=":987")
    assert done.code == 2
    assert "screen" in done.line
    assert user.list.read_text() == LIST


def codes(path: Path) -> list[str]:
    """The rows of the first list, as the file has them."""
    found: list[str] = tomllib.loads(path.read_text())["lists"][0]["rows"]
    return found


def test_symbols_replace_the_list_and_are_saved_with_the_one_before_kept(user: User, tmp_path: Path) -> None:
    stats = tmp_path / "s.json"
    done = user.runs("--symbols", "NVDA.US; 700.HK,NVDA.US", "--quit-after", "0.2", "--stats", stats)
    assert done == Done(0, "", "")
    assert codes(user.list) == ["demo:NVDA.US", "demo:700.HK"]
    assert user.list.with_name("lists.toml.previous").read_text() == LIST
    assert list(json.loads(stats.read_text())["symbols"]) == ["NVDA.US", "700.HK"]


def test_a_replay_shows_its_own_symbols_and_saves_nothing(user: User, trades: Path, tmp_path: Path) -> None:
    stats = tmp_path / "s.json"
    done = user.runs("--replay", trades, "--quit-after", "0.2", "--stats", stats)
    assert done == Done(0, "", "")
    assert list(json.loads(stats.read_text())["symbols"]) == ["BTCUSDT"]
    assert user.list.read_text() == LIST
    assert not (user.profile / "settings.toml").exists()


def test_symbols_may_say_their_feed_and_the_figures_say_it_where_it_is_another(user: User, tmp_path: Path) -> None:
    stats = tmp_path / "s.json"
    given = ["--symbols", "A.US,B.US@alltick,A.US@demo,A.US@alltick", "--url", "alltick=ws://127.0.0.1:9"]
    assert user.runs(*given, "--quit-after", "0.2", "--stats", stats) == Done(0, "", "")
    assert codes(user.list) == ["demo:A.US", "alltick:B.US", "alltick:A.US"]
    figures = json.loads(stats.read_text())
    assert list(figures["symbols"]) == list(figures["quotes"]) == ["A.US", "B.US@alltick", "A.US@alltick"]


def test_the_feed_is_remembered_as_that_of_new_lists_and_has_a_list_beside_the_others(
    user: User, tmp_path: Path
) -> None:
    stats = tmp_path / "s.json"
    url = ["--url", "alltick=ws://127.0.0.1:9"]
    assert user.runs("--feed", "alltick", "--symbols", "A.US", *url, "--quit-after", "0").code == 0
    assert user.runs(*url, "--quit-after", "0", "--stats", stats).code == 0
    assert list(json.loads(stats.read_text())["symbols"]) == ["A.US", "KEPT.US@demo", "ALSO.HK@demo"]
    lists = tomllib.loads(user.list.read_text())["lists"]
    assert [(each["name"], each["feed"]) for each in lists] == [("Watchlist", "demo"), ("Watchlist 2", "alltick")]
    assert tomllib.loads((user.profile / "settings.toml").read_text())["feed"] == "alltick"


@pytest.mark.parametrize("more", [[], ["--symbols", "A.US"]])
def test_a_newer_list_stops_the_start_and_stays_as_it_is(user: User, more: list[str]) -> None:
    newer = "format = 4\nrows = []\n"
    user.list.write_text(newer)
    done = user.runs(*more, "--quit-after", "1")
    assert done.code == 2
    assert "newer quotedesk" in done.line
    assert "--profile" in done.line
    assert user.list.read_text() == newer
    assert [each.name for each in user.profile.iterdir() if "lists" in each.name] == ["lists.toml"]


def test_newer_settings_stop_the_start_and_stay_as_they_are(user: User) -> None:
    settings = user.profile / "settings.toml"
    settings.write_text("format = 2\n")
    done = user.runs("--feed", "alltick", "--quit-after", "1")
    assert done.code == 2
    assert "newer quotedesk" in done.line
    assert settings.read_text() == "format = 2\n"


@pytest.mark.parametrize("more", [[], ["--symbols", "A.US"]])
def test_an_unreadable_list_is_set_aside_and_reported_in_the_log(user: User, more: list[str]) -> None:
    user.list.write_bytes(b"\x00nonsense")
    assert user.runs(*more, "--quit-after", "0").code == 0
    assert user.list.with_name("lists.toml.unreadable-1").read_bytes() == b"\x00nonsense"
    assert "lists.toml could not be read" in (user.profile / "log/quotedesk.log").read_text()


def test_a_profile_that_is_a_file_is_one_line_that_says_what_to_do(user: User) -> None:
    (user.home / "file").write_text("mine")
    done = user.says("--profile", user.home / "file", "--quit-after", "0")
    assert done.code == 2
    assert "--profile" in done.line
    assert (user.home / "file").read_text() == "mine"


def test_the_window_has_the_size_that_was_asked_for(user: User) -> None:
    picture = user.home / "p.png"
    assert user.runs("--geometry", "1280x800", "--quit-after", "1", "--screenshot", picture).code == 0
    assert picture.read_bytes()[16:24] == (1280).to_bytes(4, "big") + (800).to_bytes(4, "big")


def test_without_a_key_the_program_runs_and_the_log_says_how_to_set_one(user: User) -> None:
    done = user.runs("--feed", "alltick", "--symbols", "A.US", "--quit-after", "2", QUOTEDESK_COMMAND="packaging/run")
    assert done == Done(0, "", "")
    assert "AllTick needs one" in (user.profile / "log/quotedesk.log").read_text()


def test_a_token_of_the_environment_reaches_no_file(user: User) -> None:
    done = user.runs(
        "--feed", "alltick", "--url", "ws://127.0.0.1:9", "--quit-after", "2", QUOTEDESK_ALLTICK_TOKEN=TOKEN
    )
    assert done == Done(0, "", "")
    assert "connection refused" in (user.profile / "log/quotedesk.log").read_text()
    for path in user.profile.rglob("*"):
        assert path.is_dir() or TOKEN.encode() not in path.read_bytes()
