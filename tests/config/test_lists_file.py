"""A feed's lists on disk, and what hands do to them."""

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

from quotedesk.config import lists_file
from quotedesk.config.kept_file import NewerFileError, previous
from quotedesk.lists.saved import Content, Flag, ListContent
from quotedesk.lists.section import Row, Section, new_section, section_name
from quotedesk.market.instrument import LONGEST_CODE, Instrument, check_code

FEED = "alltick"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / f"{FEED}.toml"


def load(path: Path) -> tuple[list[str], str]:
    """The codes of the first list, and the report."""
    content, report = lists_file.load(path, FEED)
    rows = content.lists[0].rows
    assert {each.feed for each in rows if isinstance(each, Instrument)} <= {FEED}
    assert report == "" or report.isprintable(), "one line"
    return [each.code for each in rows if isinstance(each, Instrument)], report


def save(path: Path, *codes: str) -> None:
    lists_file.save(path, FEED, lists_file.of_codes(FEED, codes))


def said(content: Content) -> object:
    """All of it but the keys of sections, which are anew in each run."""

    def shown(row: Row, folded: frozenset[int]) -> object:
        return (row.name, row.key in folded) if isinstance(row, Section) else row

    lists = [(each.name, each.is_open, [shown(row, each.folded) for row in each.rows]) for each in content.lists]
    return lists, content.flags, content.notes


code = st.text("abzAZ019._-/", min_size=1, max_size=LONGEST_CODE)
instruments = code.map(lambda code: Instrument(FEED, code))
rows = st.lists(instruments | st.text(max_size=9).map(new_section), unique=True, max_size=12)


@st.composite
def contents(draw: st.DrawFn) -> Content:
    names = draw(st.lists(st.text(max_size=8).map(section_name), unique=True, min_size=1, max_size=4))
    lists = []
    for name in names:
        held: list[Row] = draw(rows)
        keys = [row.key for row in held if isinstance(row, Section)]
        folded = draw(st.sets(st.sampled_from(keys))) if keys else set()
        lists.append(ListContent(name, tuple(held), frozenset(folded), draw(st.booleans())))
    notes = draw(st.dictionaries(instruments, st.text(st.characters(exclude_categories=["Cs"]), min_size=1)))
    return Content(tuple(lists), draw(st.dictionaries(instruments, st.sampled_from(Flag))), notes)


@given(contents())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_lists_come_back_as_they_were(path: Path, content: Content) -> None:
    lists_file.save(path, FEED, content)
    again, report = lists_file.load(path, FEED)
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
    metals, gold = new_section("Metals"), Instrument(FEED, "GOLD")
    listed = ListContent("Mine", (Instrument(FEED, "AAPL.US"), metals, gold), frozenset({metals.key}))
    lists_file.save(path, FEED, Content((listed,), {gold: Flag.RED}, {gold: "buy"}))
    assert tomllib.loads(path.read_text()) == {
        "format": 2,
        "feed": FEED,
        "lists": [{"name": "Mine", "rows": ["AAPL.US", {"section": "Metals", "folded": True}, "GOLD"], "open": True}],
        "flags": {"GOLD": "red"},
        "notes": {"GOLD": "buy"},
    }


def test_the_file_of_the_release_before_becomes_the_only_list(path: Path) -> None:
    path.write_text('format = 1\nfeed = "alltick"\ncodes = ["A.US", "B.US", "A.US"]\n')
    content, report = lists_file.load(path, FEED)
    assert (said(content), report) == (
        ([("Watchlist", True, [Instrument(FEED, "A.US"), Instrument(FEED, "B.US")])], {}, {}),
        "",
    )


def test_names_that_two_lists_share_or_that_are_none_are_mended(path: Path) -> None:
    lists = "".join(f'[[lists]]\nname = "{name}"\nrows = []\n' for name in ("a", "a", "", "a\\nb,"))
    path.write_text(f"format = 2\n{lists}")
    content, _ = lists_file.load(path, FEED)
    assert [each.name for each in content.lists] == ["a", "a 2", "Section", "a b;"]


def test_no_list_at_all_is_an_empty_one(path: Path) -> None:
    path.write_text("format = 2\nlists = []\n")
    assert load(path) == ([], "")


BAD = ["", " A.US", "A B", "A,B", "é.US", "x" * 33, "A\\nB", "\\u0000", "\U0001f4c8", "A:B"]


def bad_list(path: Path) -> bytes:
    entries = ", ".join(f'"{each}"' for each in ["GOOD.US", *BAD, "ALSO/GOOD"])
    path.write_bytes(f'format = 2\nfeed = "alltick"\n[[lists]]\nname = "x"\nrows = [{entries}]\n'.encode())
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
    path.write_text('format = 1\nfeed = "alltick"\ncodes = ["A B"]\n')
    assert "1 entry that cannot be a symbol" in load(path)[1]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"AAPL.US\nTSLA.US\n",
        b"format = 1\n",
        b"format = 2\n",
        b'format = 1\nfeed = "alltick"\ncodes = "AAPL.US"\n',
        b'format = 2\n[[lists]]\nname = "x"\nrows = [1, 2]\n',
        b'format = 2\n[[lists]]\nname = "x"\nrows = [["A"]]\n',
        b'format = 2\n[[lists]]\nname = "x"\nrows = [{section = 7}]\n',
        b'format = 2\nlists = []\n[flags]\n"A.US" = "pink"\n',
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


def test_nonsense_without_a_version_before_gives_the_starter_list(path: Path) -> None:
    path.write_bytes(b"\xff")
    codes, report = load(path)
    assert codes == lists_file.starter()
    assert report


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_windows_editors_do_no_harm(path: Path, end: str, mark: str) -> None:
    lines = ["format = 2", "[[lists]]", 'name = "x"', "rows = [", '  "A.US",', "]", ""]
    path.write_bytes((mark + end.join(lines)).encode())
    assert load(path) == (["A.US"], "")


def test_a_list_copied_from_another_feed_is_read_as_this_feeds(path: Path) -> None:
    path.write_text('format = 1\nfeed = "demo"\ncodes = ["A.US"]\n')
    assert load(path) == (["A.US"], "")


def test_a_newer_file_stops_us_and_stays(path: Path) -> None:
    path.write_text("format = 3\nrows = []\n")
    with pytest.raises(NewerFileError):
        load(path)
    assert path.read_text() == "format = 3\nrows = []\n"
    assert list(path.parent.iterdir()) == [path]


# Edits a book and saves it, on and on; tells the state before and after each edit, so that a reader may compare.
WRITER = """
import random, sys
from pathlib import Path
from quotedesk.config import lists_file
from quotedesk.market.instrument import Instrument
from quotedesk.lists.book import Book
from quotedesk.lists.book_edits import On, Together
from quotedesk.lists.edits import Insert, Remove
path, rng = Path(sys.argv[1]), random.Random(int(sys.argv[2]))
book = Book(lists_file.load(path, "demo")[0])
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
    lists_file.save(path, "demo", book.content())
    print("saved", flush=True)
"""


@pytest.mark.timeout(300)
def test_killed_at_any_moment_the_file_is_the_state_before_or_after_an_edit(path: Path) -> None:
    lists = (ListContent("one", tuple(Instrument("demo", f"S{row}.US") for row in range(300))), ListContent("two"))
    lists_file.save(path, "demo", Content(lists))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    rng = random.Random(3)
    for turn in range(200):
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
        content, report = lists_file.load(path, "demo")
        assert report == ""
        found = "|".join(",".join(row.code for row in each.rows) for each in content.lists)
        assert found in states[-2:], turn
