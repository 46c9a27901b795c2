"""How records become pages: where one begins, what is said of it, and what is in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.config.recording import (
    AnyRecord,
    Began,
    Came,
    Checkpoint,
    Dialled,
    Relayed,
    ToldUpdate,
    Wall,
    Wanted,
    Went,
    records_of,
)
from quotedesk.config.recording_store import HAS_WANTED, KEY, RecordedPage
from quotedesk.engine.recording_packer import PAGE_BYTES, TOLD_BYTES, RecordingPacker, UnmadeCheckpoint
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.relayed import ToldBatch
from quotedesk.market.batch import Batch
from quotedesk.market.number import number
from quotedesk.market.quote import Quote, Trade

AHEAD_S = 1e9
BEGAN = Began(1.0, AHEAD_S + 1.0)
TRADE = Trade("A", number("5"), number("1"), 1e9)


class Pages:
    """A writer that keeps pages in memory."""

    def __init__(self) -> None:
        self.said: list[RecordedPage] = []
        self.records: list[list[AnyRecord]] = []

    def append_page(self, page: RecordedPage, data: bytes) -> None:
        self.said.append(page)
        records, unread = records_of(data)
        assert not unread
        self.records.append(records)


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def packer(pages: Pages) -> RecordingPacker:
    return RecordingPacker(pages, Redactor())  # type: ignore[arg-type]


def test_a_page_says_from_when_to_when_it_is_by_the_wall_and_how_many_frames_it_has(
    packer: RecordingPacker, pages: Pages
) -> None:
    sizes = [
        packer.add(each)
        for each in (BEGAN, Came(2.0, 1, [b"ab", b"c"]), Went(3.0, 1, b"abcd"), Dialled(4.0, 1), Wall(5.0, 2e9))
    ]
    packer.flush()
    packer.flush()
    assert sizes == [0, 3, 4, 0, 0]
    (said,) = pages.said
    assert said == RecordedPage(0, AHEAD_S + 1.0, 2e9, KEY, 3)
    assert packer.written == 5
    packer.add(Wanted(6.0, ()))
    packer.flush()
    assert pages.said[1] == RecordedPage(0, 2e9 + 1.0, 2e9 + 1.0, HAS_WANTED, 0)


def test_what_can_be_played_by_itself_begins_a_page(packer: RecordingPacker, pages: Pages) -> None:
    checkpoint = Checkpoint(3.0, AHEAD_S + 3.0, (), ())
    quotes = {"demo": [Quote(code="A", last=number("5"), time_utc_s=1e9)]}
    for each in (BEGAN, Came(2.0, 1, [b"a"]), UnmadeCheckpoint(checkpoint, lambda: quotes), Came(4.0, 1, [b"b"])):
        packer.add(each)
    packer.flush()
    assert [len(records) for records in pages.records] == [2, 2]
    assert all(page.flags & KEY for page in pages.said)
    known = pages.records[1][0]
    assert isinstance(known, Checkpoint)
    assert known.known == quotes


def test_what_a_relay_told_counts_as_a_frame_and_is_written_as_a_record(packer: RecordingPacker, pages: Pages) -> None:
    assert packer.add(ToldBatch(2.0, Batch("demo", [TRADE, TRADE], 1.5))) == 2 * TOLD_BYTES
    assert packer.add(ToldBatch(3.0, Batch("demo", [], 3.0, gaps=("A",)))) == 0
    packer.flush()
    told = (ToldUpdate(trade=TRADE),) * 2
    assert pages.records == [[Relayed(2.0, "demo", 1.5, told, (), ()), Relayed(3.0, "demo", 3.0, (), ("A",), ())]]
    assert pages.said[0].frames == 1


@given(st.lists(st.integers(0, PAGE_BYTES), max_size=8))
def test_every_record_is_written_once_and_in_order_whatever_its_size(sizes: list[int]) -> None:
    pages = Pages()
    packer = RecordingPacker(pages, Redactor())  # type: ignore[arg-type]
    records = [Came(float(at), 1, [bytes(size)]) for at, size in enumerate(sizes)]
    for record in records:
        assert packer.add(record) == len(record.frames[0])
        if packer.is_full:
            packer.flush()
            assert not packer.is_full
    packer.flush()
    assert [record for page in pages.records for record in page] == records
    assert packer.written == len(records)
    assert all(sum(len(each.frames[0]) for each in page[:-1]) < PAGE_BYTES for page in pages.records)
