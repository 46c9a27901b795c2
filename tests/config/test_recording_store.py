"""The file of a recording: appended to, bounded, copied, cut off, spoilt, and written by a process that is killed."""

import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from quotedesk.config.recording import AnyRecord, Began, Came, Checkpoint, Skipped, Wanted
from quotedesk.config.recording_store import (
    NoRecordingError,
    RecordingReader,
    RecordingWriter,
    copy_since,
    is_recording,
)

ROOT = Path(__file__).parents[2]
KILLS = 200
_KILLED = """
import sys
from pathlib import Path
from quotedesk.config.recording import Began, Came
from quotedesk.config.recording_store import RecordingWriter
with RecordingWriter(Path(sys.argv[1]), int(sys.argv[2])) as writer:
    place = writer.size_bytes
    for at in range(1_000_000):
        records = [Came(at, 1, [bytes(str(at), "ascii") * 200])]
        if at % 10 == 0:
            records.insert(0, Began(at, at))
        writer.append(records, at, at, 1, is_key=at % 10 == 0)
        print(at, flush=True)
"""


def page(at: float, size: int = 100) -> list[AnyRecord]:
    return [Came(at, 1, [random.Random(at).randbytes(size)])]


def write(path: Path, pages: int, every: int = 5, size: int = 100, most_bytes: int | None = None) -> None:
    """A page a second from 0 on, each `every`th a key."""
    with RecordingWriter(path, most_bytes) as writer:
        for at in range(pages):
            records = [Began(at, at), *page(at, size)] if at % every == 0 else page(at, size)
            writer.append(records, at, at, 1, is_key=at % every == 0)


def times(path: Path) -> list[float]:
    with RecordingReader(path) as reader:
        return [record.at_s for each in reader.pages for record in reader.records(each) if isinstance(record, Came)]


def test_what_was_written_is_read_and_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "day.whatever"
    write(path, 12)
    write(tmp_path / "other", 0)
    assert is_recording(path)
    assert times(path) == list(range(12))
    assert not list(tmp_path.glob("*-wal")), "closed, it is one file"
    with RecordingReader(path) as reader:
        assert (reader.frames, reader.report) == (12, "")
        assert [each.is_key for each in reader.pages[:6]] == [True, False, False, False, False, True]


def test_all_that_was_ever_wanted_is_found_without_reading_all(tmp_path: Path) -> None:
    path = tmp_path / "r"
    with RecordingWriter(path) as writer:
        writer.append([Began(0, 0), Wanted(0, (("demo", "A"), ("okx", "B")))], 0, 0, 0, is_key=True)
        writer.append(page(1), 1, 1, 1, is_key=False)
        writer.append([Checkpoint(2, 2, (("okx", "B"), ("demo", "C")))], 2, 2, 0, is_key=True)
    with RecordingReader(path) as reader:
        assert reader.instruments() == [("demo", "A"), ("okx", "B"), ("demo", "C")]


def test_a_ring_keeps_its_size_and_begins_with_what_can_be_played(tmp_path: Path) -> None:
    path = tmp_path / "r"
    write(path, 400, size=1_000, most_bytes=50_000)
    found = times(path)
    assert found == list(range(int(found[0]), 400))
    assert found[0] % 5 == 0
    assert len(found) >= 40
    assert path.stat().st_size < 100_000


def test_a_ring_that_has_become_smaller_gives_back_the_room(tmp_path: Path) -> None:
    path = tmp_path / "r"
    write(path, 200, size=1_000)
    before = path.stat().st_size
    with RecordingWriter(path, 50_000) as writer:
        assert writer.size_bytes <= 50_000
    assert path.stat().st_size < before / 2
    assert times(path)[-1] == 199


def test_another_file_is_never_written_to(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_bytes(b"dear diary")
    with pytest.raises(NoRecordingError, match="is no recording"):
        RecordingWriter(path)
    foreign = tmp_path / "mine.sqlite"
    connection = sqlite3.connect(foreign)
    connection.execute("CREATE TABLE diary (line TEXT)")
    connection.commit()
    connection.close()
    with pytest.raises(NoRecordingError, match="is no recording"):
        RecordingWriter(foreign)
    with pytest.raises(NoRecordingError, match="is no recording"):
        RecordingReader(foreign)
    assert path.read_bytes() == b"dear diary"


def test_a_copy_has_what_happened_since_and_what_it_takes_to_play_it(tmp_path: Path) -> None:
    path, target = tmp_path / "r", tmp_path / "copy"
    target.write_text("an older one")
    write(path, 30)
    assert copy_since(path, target, 12.5) == 20
    assert times(target) == list(range(10, 30)), "from the last key page before"
    assert [each.name for each in sorted(tmp_path.iterdir())] == ["copy", "r"]
    assert copy_since(path, target, -100.0) == 30, "since before it began"


def test_a_copy_is_made_of_what_is_still_being_written(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "r") as writer:
        writer.append([Began(0, 0), *page(0)], 0, 0, 1, is_key=True)
        assert copy_since(tmp_path / "r", tmp_path / "copy", 0) == 1
        writer.append(page(1), 1, 1, 1, is_key=False)
    assert times(tmp_path / "r") == [0, 1]


def test_a_file_cut_at_any_byte_plays_what_can_be_read_or_says_why_not(tmp_path: Path) -> None:
    path, cut = tmp_path / "r", tmp_path / "cut"
    write(path, 120, size=900)
    data = path.read_bytes()
    lengths = [0, 1, 71, 100, 4_095, 4_096, len(data) - 1, *random.Random(1).sample(range(len(data)), 80)]
    most = 0
    for length in sorted(lengths):
        cut.write_bytes(data[:length])
        try:
            reader = RecordingReader(cut)
        except NoRecordingError as fault:
            told = str(fault)
        else:
            with reader:
                found = [r.at_s for each in reader.pages for r in reader.records(each) if isinstance(r, Came)]
                told = reader.report
            assert found == sorted(set(found))
            assert len(found) >= most - 5, "more bytes, more of it"
            most = max(most, len(found))
        assert told.startswith("cut")
    assert most > 100


def test_a_page_that_is_spoilt_is_left_out_and_told(tmp_path: Path) -> None:
    path = tmp_path / "r"
    write(path, 4)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE pages SET data = x'00' WHERE id = 2")
    connection.commit()
    connection.close()
    with RecordingReader(path) as reader:
        found = [r.at_s for each in reader.pages for r in reader.records(each) if isinstance(r, Came)]
        assert found == [0, 2, 3]
        assert "a page is cut off" in reader.report
        assert isinstance(reader.records(reader.pages[1])[0], Skipped)


def test_one_of_a_newer_form_is_played_as_far_as_it_is_known_and_never_written_to(tmp_path: Path) -> None:
    path = tmp_path / "r"
    write(path, 4)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 9")
    connection.execute("ALTER TABLE pages ADD COLUMN colour TEXT")
    connection.commit()
    connection.close()
    with RecordingReader(path) as reader:
        assert len(reader.pages) == 4
        assert "newer quotedesk" in reader.report
    with pytest.raises(NoRecordingError, match="newer"):
        RecordingWriter(path)


def test_one_that_is_cut_before_its_first_page_does_not_promise_to_play(tmp_path: Path) -> None:
    path = tmp_path / "r.qd"
    write(path, 20)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(NoRecordingError) as caught:
        RecordingReader(path)
    assert "played" not in str(caught.value)
    assert str(caught.value).count("r.qd") == 1


def test_one_of_which_nothing_is_known_says_so(tmp_path: Path) -> None:
    path = tmp_path / "r"
    write(path, 0)
    with pytest.raises(NoRecordingError, match="nothing recorded in it"):
        RecordingReader(path)
    with pytest.raises(NoRecordingError, match="no such file"):
        RecordingReader(tmp_path / "none")


def test_a_folder_that_is_not_ours_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    write(folder / "r", 4)
    folder.chmod(0o500)
    try:
        assert times(folder / "r") == [0, 1, 2, 3]
    finally:
        folder.chmod(0o700)


def test_what_was_on_disk_when_its_writer_was_killed_is_played_to_its_end(tmp_path: Path) -> None:
    """SIGKILL at moments of all kinds; each time the same file goes on."""
    path, chance = tmp_path / "r", random.Random(7)
    for kill in range(KILLS // 20):
        writer = subprocess.Popen(
            [sys.executable, "-c", _KILLED, str(path), "40000"], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert writer.stdout
        for _ in range(chance.randrange(1, 60)):
            line = writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        rest = writer.communicate()[0].split("\n")
        said = int(next((each for each in reversed(rest[:-1]) if each), line))
        with RecordingReader(path) as reader:
            assert reader.report == ""
            last = [r.at_s for r in reader.records(reader.pages[-1]) if isinstance(r, Came)]
            assert last[0] >= said, f"kill {kill}: what was said to be written is there"
