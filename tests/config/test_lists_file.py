"""All lists on disk, what hands do to them, and what earlier versions left."""

import os
import random
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quotedesk.codec import FEEDS
from quotedesk.config import lists_file
from quotedesk.config.kept_file import NewerFileError, previous
from quotedesk.config.paths import Profile
from quotedesk.lists.saved import Content, Flag, ListContent
from quotedesk.lists.section import Row, Section, new_section, section_name
from quotedesk.market.instrument import LONGEST_CODE, Instrument, check_code

FEED = "alltick"
ROOT = Path(__file__).parents[2]
KNOWN = {name: FEEDS[name] for name in ("demo", "alltick", "alltick_action")}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return Profile(tmp_path).lists_file


def load_all(path: Path, feed: str = FEED) -> tuple[Content, str]:
    content, report = lists_file.load(Profile(path.parent), feed, KNOWN)
    assert report == "" or report.isprintable(), "one line"
    return content, report


def load(path: Path) -> tuple[list[str], str]:
    """The codes of the first list, and the report."""
    content, report = load_all(path)
    assert content.lists[0].feed == FEED
    assert {each.feed for each in content.lists[0].instruments} <= {FEED}
    return [each.code for each in content.lists[0].instruments], report


def of_codes(feed: str, codes: tuple[str, ...]) -> Content:
    return Content((ListContent("Watchlist", tuple(Instrument(feed, code) for code in codes), feed=feed),))


def save(path: Path, *codes: str) -> None:
    lists_file.save(path, of_codes(FEED, codes), KNOWN)


def said(content: Content) -> object:
    """All of it but the keys of sections, which are anew in each run."""

    def shown(row: Row, folded: frozenset[int]) -> object:
        return (row.name, row.key in folded) if isinstance(row, Section) else row

    lists = [
        (each.name, each.feed, each.is_open, [shown(row, each.folded) for row in each.rows]) for each in content.lists
    ]
    return lists, content.flags, content.notes


code = st.text("abzAZ019._-/", min_size=1, max_size=LONGEST_CODE)
instruments = st.builds(Instrument, st.sampled_from([FEED, "demo", "gone"]), code)
rows = st.lists(instruments | st.text(max_size=9).map(new_section), unique=True, max_size=12)


@st.composite
def contents(draw: st.DrawFn) -> Content:
    names = draw(st.lists(st.text(max_size=8).map(section_name), unique=True, min_size=1, max_size=4))
    lists = []
    for name in names:
        held: list[Row] = draw(rows)
        keys = [row.key for row in held if isinstance(row, Section)]
        folded = draw(st.sets(st.sampled_from(keys))) if keys else set()
        lists.append(
            ListContent(
                name, tuple(held), frozenset(folded), draw(st.booleans()), draw(st.sampled_from([FEED, "gone"]))
            )
        )
    notes = draw(st.dictionaries(instruments, st.text(st.characters(exclude_categories=["Cs"]), min_size=1)))
    return Content(tuple(lists), draw(st.dictionaries(instruments, st.sampled_from(Flag))), notes)


@given(contents())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_lists_come_back_as_they_were(path: Path, content: Content) -> None:
    lists_file.save(path, content, KNOWN)
    again, report = load_all(path)
    assert said(again) == said(content)
    assert report == ""


def test_the_first_start_shows_ten_symbols_that_can_be_ones(path: Path) -> None:
    codes, report = load(path)
    assert report == ""
    assert len(codes) == len(set(codes)) == 10
    assert [check_code(each) for each in codes] == codes
    assert not path.exists(), "looking writes nothing"


def test_a_list_that_the_user_emptied_stays_empty(path: Path) -> None:
    save(path)
    assert load(path) == ([], "")


def test_the_file_can_be_read_by_a_person_and_says_its_format(path: Path) -> None:
    metals, gold = new_section("Metals"), Instrument("demo", "GOLD")
    rows = (Instrument(FEED, "AAPL.US"), metals, gold)
    listed = ListContent("Mine", rows, frozenset({metals.key}), feed=FEED)
    lists_file.save(path, Content((listed,), {gold: Flag.RED}, {gold: "buy"}), KNOWN)
    assert tomllib.loads(path.read_text()) == {
        "format": 3,
        "lists": [
            {
                "name": "Mine",
                "feed": FEED,
                "rows": ["alltick:AAPL.US", {"section": "Metals", "folded": True}, "demo:GOLD"],
                "open": True,
                "columns": [],
            }
        ],
        "flags": {"demo:GOLD": "red"},
        "notes": {"demo:GOLD": "buy"},
        "unknown": [],
    }


def test_a_bare_code_is_of_the_list_s_feed_and_a_list_that_says_none_of_the_one_used_last(path: Path) -> None:
    path.write_text(
        'format = 3\n[[lists]]\nname = "a"\nfeed = "demo"\nrows = ["A", "alltick:A", "demo:A"]\n'
        '[[lists]]\nname = "b"\nrows = ["A"]\n[flags]\nA = "red"\n'
    )
    content, report = load_all(path)
    assert report == ""
    assert [(each.feed, each.rows) for each in content.lists] == [
        ("demo", (Instrument("demo", "A"), Instrument("alltick", "A"))),
        ("alltick", (Instrument("alltick", "A"),)),
    ]
    assert content.flags == {Instrument("alltick", "A"): Flag.RED}


# A feed that is not known any more


def test_symbols_of_a_feed_that_is_gone_stay_and_are_told_of_once(path: Path) -> None:
    content = Content(
        (
            ListContent("a", (Instrument(FEED, "A"), Instrument("gone", "A"), Instrument("gone", "B")), feed=FEED),
            ListContent("b", (Instrument("gone", "A"), Instrument("left", "A")), feed="gone"),
        ),
        {Instrument("gone", "A"): Flag.RED},
    )
    lists_file.save(path, content, {*KNOWN, "gone", "left"})
    again, report = load_all(path)
    assert said(again) == said(content)
    assert report == (
        "There is no feed gone any more: its 2 symbols stay in the lists, without prices. "
        "There is no feed left any more: its 1 symbol stays in the lists, without prices."
    )
    again, report = load_all(path)
    assert (said(again), report) == (said(content), "")
    lists_file.save(path, again, KNOWN)
    assert load_all(path)[1] == ""


# Files of the versions that had one for each feed


@pytest.fixture
def earlier(path: Path) -> Path:
    """The folder of those files."""
    folder = path.parent / "lists"
    folder.mkdir()
    return folder


def files(folder: Path) -> dict[Path, bytes]:
    return {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_the_file_of_the_first_version_becomes_the_only_list(path: Path, earlier: Path) -> None:
    (earlier / "alltick.toml").write_text('format = 1\nfeed = "alltick"\ncodes = ["A.US", "B.US", "A.US"]\n')
    content, report = load_all(path)
    assert (said(content), report) == (
        ([("Watchlist", FEED, True, [Instrument(FEED, "A.US"), Instrument(FEED, "B.US")])], {}, {}),
        "",
    )


SECOND = """format = 2
feed = "demo"
[[lists]]
name = "Watchlist"
rows = ["GOLD", {section = "Metals", folded = true}, "Silver"]
[[lists]]
name = "Shut"
rows = []
open = false
[flags]
GOLD = "red"
[notes]
Silver = "buy"
"""


def test_lists_of_all_feeds_are_taken_over_those_of_the_feed_used_last_first_and_with_their_tabs(
    path: Path, earlier: Path
) -> None:
    (earlier / "demo.toml").write_text(SECOND)
    (earlier / "alltick.toml").write_text('format = 1\nfeed = "alltick"\ncodes = ["GOLD"]\n')
    (earlier / "stranger.toml").write_text('format = 1\nfeed = "stranger"\ncodes = ["X"]\n')
    before = files(earlier)
    content, report = load_all(path, "demo")
    gold, silver = Instrument("demo", "GOLD"), Instrument("demo", "Silver")
    expected = (
        [
            ("Watchlist", "demo", True, [gold, ("Metals", True), silver]),
            ("Shut", "demo", False, []),
            ("Watchlist (alltick)", "alltick", False, [Instrument("alltick", "GOLD")]),
        ],
        {gold: Flag.RED},
        {silver: "buy"},
    )
    assert said(content) == expected
    assert report == "Watchlist (alltick) has no tab yet: List > Open list gives one."
    assert files(earlier) == before
    again, report = load_all(path, "alltick")
    assert (said(again), report) == (expected, ""), "told once, and what is kept now counts"


def test_of_a_feed_used_last_without_lists_there_is_the_starter_list_before_those_of_the_others(
    path: Path, earlier: Path
) -> None:
    (earlier / "demo.toml").write_text(SECOND)
    content, report = load_all(path)
    assert [(each.name, each.feed, each.is_open) for each in content.lists] == [
        ("Watchlist", "alltick", True),
        ("Watchlist (demo)", "demo", False),
        ("Shut", "demo", False),
    ]
    assert [each.code for each in content.lists[0].instruments] == lists_file.starter("alltick")
    assert report == "2 lists of other feeds have no tab yet: List > Open list gives one."


def test_a_name_in_brackets_that_is_taken_gets_a_number_too(path: Path, earlier: Path) -> None:
    names = ["Watchlist", "Watchlist (demo)"]
    lists = "".join(f'[[lists]]\nname = "{name}"\nrows = []\n' for name in names)
    (earlier / "alltick.toml").write_text(f"format = 2\n{lists}")
    (earlier / "demo.toml").write_text("format = 1\nfeed = 'demo'\ncodes = []\n")
    content, _ = load_all(path)
    assert [each.name for each in content.lists] == [*names, "Watchlist (demo) 2"]


def test_an_earlier_file_with_bad_entries_or_none_that_can_be_read_costs_the_others_nothing(
    path: Path, earlier: Path
) -> None:
    (earlier / "alltick.toml").write_text('format = 1\nfeed = "alltick"\ncodes = ["A B", "demo:C", "GOOD"]\n')
    (earlier / "demo.toml").write_bytes(b"\xff")
    codes, report = load(path)
    assert codes == ["GOOD"]
    assert "alltick.toml had 2 entries that cannot be symbols" in report
    assert "demo.toml could not be read" in report
    assert (earlier / "demo.toml.unreadable-1").read_bytes() == b"\xff"
    assert load(path) == (["GOOD"], "")


def test_an_earlier_file_that_a_newer_version_wrote_stops_us_and_stays(path: Path, earlier: Path) -> None:
    (earlier / "demo.toml").write_text("format = 99\n")
    with pytest.raises(NewerFileError):
        load(path)
    assert list(files(path.parent)) == [earlier / "demo.toml"]


def test_where_the_one_file_cannot_be_read_those_of_the_feeds_are_better_than_nothing(
    path: Path, earlier: Path
) -> None:
    (earlier / "alltick.toml").write_text('format = 1\nfeed = "alltick"\ncodes = ["A.US"]\n')
    path.write_bytes(b"\xff")
    codes, report = load(path)
    assert codes == ["A.US"]
    assert "lists.toml could not be read" in report


# What hands do to the file


def test_names_that_two_lists_share_or_that_are_none_are_mended(path: Path) -> None:
    lists = "".join(f'[[lists]]\nname = "{name}"\nrows = []\n' for name in ("a", "a", "", "a\\nb,"))
    path.write_text(f"format = 3\n{lists}")
    content, _ = load_all(path)
    assert [each.name for each in content.lists] == ["a", "a 2", "Section", "a b;"]


def test_no_list_at_all_is_an_empty_one(path: Path) -> None:
    path.write_text('format = 3\nlists = []\n[notes]\n"alltick:A" = "x"\n')
    assert load(path) == ([], "")
    assert load_all(path)[0].notes == {Instrument(FEED, "A"): "x"}


BAD = [
    "",
    " A.US",
    "A B",
    "A,B",
    "é.US",
    "x" * 33,
    "A\\nB",
    "\\u0000",
    "\U0001f4c8",
    "A b:B",
    ":B",
    "A:B:C",
    "demo:",
    "A@demo",
]


def bad_list(path: Path) -> bytes:
    entries = ", ".join(f'"{each}"' for each in ["GOOD.US", *BAD, "ALSO/GOOD"])
    path.write_bytes(f'format = 3\n[[lists]]\nname = "x"\nrows = [{entries}]\n'.encode())
    return path.read_bytes()


def test_entries_that_cannot_be_symbols_are_kept_aside_and_the_good_ones_are_used(path: Path) -> None:
    data = bad_list(path)
    codes, report = load(path)
    assert codes == ["GOOD.US", "ALSO/GOOD"]
    aside = path.with_name(f"{path.name}.unreadable-1")
    assert aside.read_bytes() == data
    assert f"{len(BAD)} entries" in report
    assert str(aside) in report


def test_bad_entries_are_told_and_copied_once_and_not_at_every_start(path: Path) -> None:
    bad_list(path)
    load(path)
    assert load(path) == (["GOOD.US", "ALSO/GOOD"], "")
    assert [each.name for each in path.parent.glob("*unreadable*")] == [f"{path.name}.unreadable-1"]


def test_a_previous_version_with_bad_entries_is_used_as_well(path: Path) -> None:
    data = bad_list(path)
    previous(path).write_bytes(data)
    path.write_bytes(b"\x00")
    codes, report = load(path)
    assert codes == ["GOOD.US", "ALSO/GOOD"]
    kept = {each.read_bytes() for each in path.parent.iterdir()}
    assert {data, b"\x00"} <= kept
    assert "could not be read" in report
    assert "entries that cannot be symbols" in report


def test_one_bad_entry_is_told_in_the_singular(path: Path) -> None:
    path.write_text('format = 3\n[[lists]]\nname = "x"\nrows = ["A B"]\n')
    assert "1 entry that cannot be a symbol" in load(path)[1]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"AAPL.US\nTSLA.US\n",
        b"format = 3\n",
        b'format = 1\nfeed = "alltick"\ncodes = "AAPL.US"\n',
        b'format = 3\n[[lists]]\nname = "x"\nfeed = 7\nrows = []\n',
        b'format = 3\n[[lists]]\nname = "x"\nrows = [1, 2]\n',
        b'format = 3\n[[lists]]\nname = "x"\nrows = [["A"]]\n',
        b'format = 3\n[[lists]]\nname = "x"\nrows = [{section = 7}]\n',
        b'format = 3\nlists = []\n[flags]\n"A.US" = "pink"\n',
        b'format = 0\nfeed = 7\ncodes = ["A"]\n',
        bytes(range(256)),
    ],
)
def test_nonsense_falls_back_to_the_version_before_and_is_kept(path: Path, data: bytes) -> None:
    save(path, "OLD.US")
    save(path, "NEW.US")
    path.write_bytes(data)
    codes, report = load(path)
    assert codes == ["OLD.US"]
    assert path.with_name(f"{path.name}.unreadable-1").read_bytes() == data
    assert "could not be read" in report
    # The next edit finds a clean house.
    save(path, "OLD.US", "MORE.US")
    assert load(path) == (["OLD.US", "MORE.US"], "")


def test_a_starter_list_that_cannot_be_read_is_told_and_costs_no_start(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for data in (b"AAPL.US\xff\n", "AAPL.US".encode("utf-16"), b"x" * 5000):
        (tmp_path / "starter.txt").write_bytes(data)
        monkeypatch.setattr(lists_file, "provided", lambda folder, name: tmp_path / name)
        content, report = load_all(path)
        assert content.lists[0].rows == ()
        assert "starter.txt) could not be read" in report


def test_nonsense_without_a_version_before_gives_the_starter_list(path: Path) -> None:
    path.write_bytes(b"\xff")
    codes, report = load(path)
    assert codes == lists_file.starter("alltick")
    assert report


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_windows_editors_do_no_harm(path: Path, end: str, mark: str) -> None:
    lines = ["format = 3", "[[lists]]", 'name = "x"', "rows = [", '  "A.US",', "]", ""]
    path.write_bytes((mark + end.join(lines)).encode())
    assert load(path) == (["A.US"], "")


def test_a_newer_file_stops_us_and_stays(path: Path) -> None:
    path.write_text("format = 4\nrows = []\n")
    with pytest.raises(NewerFileError):
        load(path)
    assert path.read_text() == "format = 4\nrows = []\n"
    assert list(path.parent.iterdir()) == [path]


# Edits a book and saves it, on and on; tells the state before and after each edit, so that a reader may compare.
WRITER = """
import random, sys
from pathlib import Path
from quotedesk.config import lists_file
from quotedesk.config.paths import Profile
from quotedesk.market.instrument import Instrument
from quotedesk.lists.book import Book
from quotedesk.lists.book_edits import On, Together
from quotedesk.lists.edits import Insert, Remove
path, rng = Path(sys.argv[1]), random.Random(int(sys.argv[2]))
book = Book(lists_file.load(Profile(path.parent), "demo", {})[0])
def state():
    return "|".join(",".join(row.code for row in each) for each in book.lists)
print(state(), flush=True)
while True:
    one, two = rng.sample(book.lists, 2)
    moved = rng.sample(list(one), rng.randint(0, min(9, len(one))))
    new = [Instrument("demo", f"N{rng.randrange(10**6)}.US") for _ in range(rng.randint(1, 4))]
    edits = (On(one, Remove(tuple(moved))), On(two, Insert(tuple(enumerate([*moved, *new], start=rng.randrange(5))))))
    Together(edits, "move").apply(book)
    print(state(), flush=True)
    lists_file.save(path, book.content(), {"demo"})
    print("saved", flush=True)
"""


@pytest.mark.timeout(300)
def test_killed_at_any_moment_the_file_is_the_state_before_or_after_an_edit(
    path: Path, request: pytest.FixtureRequest
) -> None:
    lists = (ListContent("one", tuple(Instrument("demo", f"S{row}.US") for row in range(300))), ListContent("two"))
    lists_file.save(path, Content(lists), KNOWN)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    rng = random.Random(3)
    for turn in range(200 if request.config.getoption("--soak") else 40):
        command = [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{WRITER}", path, str(turn)]
        writer = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert writer.stdout
        told = [writer.stdout.readline() for _ in range(2)]
        # Two to a hundred edits later, and then somewhere within one: the kill comes as it comes.
        for _ in range(turn % 40):
            told.append(writer.stdout.readline())
        time.sleep(rng.uniform(0, 0.004))
        writer.send_signal(signal.SIGKILL)
        told += writer.communicate()[0].splitlines(keepends=True)
        states = [line.strip() for line in told if line.endswith("\n") and line != "saved\n"]
        content, report = load_all(path, "demo")
        assert report == ""
        found = "|".join(",".join(row.code for row in each.instruments) for each in content.lists)
        assert found in states[-2:], turn


def test_lists_are_kept_where_any_file_of_them_is_there(tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    assert not lists_file.are_kept(profile, KNOWN)
    for path in (previous(profile.lists_file), profile.lists_file, profile.lists("alltick")):
        path.parent.mkdir(exist_ok=True)
        path.write_text("nonsense")
        assert lists_file.are_kept(profile, KNOWN)
        path.unlink()


def test_each_list_keeps_its_columns_also_those_that_only_a_later_version_knows(path: Path) -> None:
    names = ("Symbol", "Gamma of a later version", "Bid")
    lists = (ListContent("a", feed=FEED, columns=names), ListContent("b", feed=FEED))
    lists_file.save(path, Content(lists), KNOWN)
    content, report = load_all(path)
    assert [each.columns for each in content.lists] == [names, ()]
    assert report == ""


def test_a_file_of_before_columns_has_the_usual_ones(path: Path) -> None:
    path.write_text('format = 3\n[[lists]]\nname = "a"\nfeed = "demo"\nrows = ["A"]\n')
    content, report = load_all(path)
    assert (content.lists[0].columns, report) == ((), "")
