"""The positions of a profile: loaded, written after changes, left alone where they must be."""

from decimal import Decimal
from pathlib import Path

import pytest

from quotedesk.app.tools.holdings import Holdings
from quotedesk.config import positions_file
from quotedesk.engine.tasks import Tasks
from quotedesk.lists.book import Book
from quotedesk.lists.positions import Held
from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position

pytestmark = pytest.mark.anyio
HELD = Held({Instrument("demo", "A"): Position(Decimal(5), Decimal("1.5"))}, "USD")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def kept(path: Path, book: Book, *, is_kept: bool = True) -> tuple[Holdings, list[OSError]]:
    faults: list[OSError] = []
    holdings = Holdings(book, path, is_kept=is_kept)
    holdings.begin(Tasks(faults.append), faults.append)  # type: ignore[arg-type]
    return holdings, faults


async def test_changes_are_written_and_come_back(tmp_path: Path) -> None:
    path, book = tmp_path / "positions.toml", Book()
    holdings, faults = await kept(path, book)
    holdings.edited()
    await holdings.flush()
    assert not path.exists(), "nothing was changed"
    book.hold(HELD)
    holdings.edited()
    await holdings.flush()
    other = Book()
    again, _ = await kept(path, other)
    assert (other.held, again.report, faults) == (HELD, "", [])


async def test_a_run_on_a_recording_writes_nothing(tmp_path: Path) -> None:
    path, book = tmp_path / "positions.toml", Book()
    holdings, _ = await kept(path, book, is_kept=False)
    book.hold(HELD)
    holdings.edited()
    await holdings.flush()
    assert not path.exists()


async def test_the_file_of_a_newer_program_is_told_of_and_left_alone(tmp_path: Path) -> None:
    path, book = tmp_path / "positions.toml", Book()
    path.write_text("format = 99\n")
    holdings, _ = await kept(path, book)
    assert "newer quotedesk" in holdings.report
    assert holdings.report.endswith("Positions of this run are not kept.")
    book.hold(HELD)
    holdings.edited()
    await holdings.flush()
    assert path.read_text() == "format = 99\n"


async def test_a_broken_file_is_set_aside_and_told_of_without_an_amount(tmp_path: Path) -> None:
    path, book = tmp_path / "positions.toml", Book()
    path.write_text("format = 1\n[[positions]]\nsymbol = 'demo:A'\nquantity = '777x'\n")
    holdings, _ = await kept(path, book)
    assert "unreadable-1" in holdings.report
    assert "777" not in holdings.report.replace(str(tmp_path), "")  # which counts the runs
    book.hold(HELD)
    holdings.edited()
    await holdings.flush()
    assert positions_file.load(path) == (HELD, "")


async def test_a_disk_that_is_full_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(path: Path, held: Held) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(positions_file, "save", fails)
    book = Book()
    holdings, faults = await kept(tmp_path / "positions.toml", book)
    book.hold(HELD)
    holdings.edited()
    await holdings.flush()
    assert [fault.errno for fault in faults] == [28]
