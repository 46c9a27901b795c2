"""A feed's list on disk, and what hands do to it."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quotedesk.config import watchlist_file
from quotedesk.config.kept_file import NewerFileError, previous
from quotedesk.market.instrument import LONGEST_CODE, Instrument, check_code

FEED = "alltick"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / f"{FEED}.toml"


def load(path: Path) -> tuple[list[str], str]:
    instruments, report = watchlist_file.load(path, FEED)
    assert {each.feed for each in instruments} <= {FEED}
    assert report == "" or report.isprintable(), "one line"
    return [each.code for each in instruments], report


def save(path: Path, *codes: str) -> None:
    watchlist_file.save(path, FEED, [Instrument(FEED, code) for code in codes])


code = st.text("abzAZ019._-/", min_size=1, max_size=LONGEST_CODE)


@given(st.lists(code, unique=True, max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_a_list_comes_back_as_it_was_in_its_order(path: Path, codes: list[str]) -> None:
    save(path, *codes)
    assert load(path) == (codes, "")


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
    save(path, "AAPL.US", "700.HK")
    assert tomllib.loads(path.read_text()) == {"feed": FEED, "codes": ["AAPL.US", "700.HK"], "format": 1}


def test_a_code_twice_is_one_row(path: Path) -> None:
    path.write_text('format = 1\nfeed = "alltick"\ncodes = ["A.US", "B.US", "A.US"]\n')
    assert load(path) == (["A.US", "B.US"], "")


BAD = ["", " A.US", "A B", "A,B", "é.US", "x" * 33, "A\\nB", "\\u0000", "\U0001f4c8", "A:B"]


def bad_list(path: Path) -> bytes:
    entries = ", ".join(f'"{each}"' for each in ["GOOD.US", *BAD, "ALSO/GOOD"])
    path.write_bytes(f'format = 1\nfeed = "alltick"\ncodes = [{entries}]\n'.encode())
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
        b'format = 1\nfeed = "alltick"\ncodes = "AAPL.US"\n',
        b'format = 1\nfeed = "alltick"\ncodes = [1, 2]\n',
        b'format = 1\nfeed = "alltick"\ncodes = [["A"]]\n',
        b'format = 1\nfeed = 7\ncodes = ["A"]\n',
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
    assert codes == watchlist_file.starter()
    assert report


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_windows_editors_do_no_harm(path: Path, end: str, mark: str) -> None:
    path.write_bytes((mark + end.join(["format = 1", "codes = [", '  "A.US",', "]", 'feed = "alltick"', ""])).encode())
    assert load(path) == (["A.US"], "")


def test_a_list_copied_from_another_feed_is_read_as_this_feeds(path: Path) -> None:
    path.write_text('format = 1\nfeed = "demo"\ncodes = ["A.US"]\n')
    assert load(path) == (["A.US"], "")


def test_a_newer_list_stops_us_and_stays(path: Path) -> None:
    path.write_text("format = 2\nrows = []\n")
    with pytest.raises(NewerFileError):
        load(path)
    assert path.read_text() == "format = 2\nrows = []\n"
    assert list(path.parent.iterdir()) == [path]
