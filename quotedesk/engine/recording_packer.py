"""Makes pages of records, without secrets, and writes them."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from quotedesk.config.recording import AnyRecord, Began, Came, Checkpoint, Relayed, Wall, Went, compressed
from quotedesk.config.recording_store import RecordingWriter, page_like
from quotedesk.engine.record_cleaner import RecordCleaner
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.relayed import ToldBatch
from quotedesk.market.quote import Quote

PAGE_BYTES = 256 * 1024  # of frames
TOLD_BYTES = 64  # of an update that a relay told, about

Known = Callable[[], dict[str, list[Quote]]]


class UnmadeCheckpoint(NamedTuple):
    """A checkpoint that the packer completes: what rows show is many values."""

    checkpoint: Checkpoint
    known: Known

    def record(self) -> Checkpoint:
        return msgspec.structs.replace(self.checkpoint, known=self.known())


Packable = AnyRecord | UnmadeCheckpoint | ToldBatch


class RecordingPacker:
    """Used in one thread.

    Attributes:
        written: how many records are on disk.
    """

    def __init__(self, writer: RecordingWriter, redactor: Redactor) -> None:
        self.written = 0
        self._writer = writer
        self._cleaner = RecordCleaner(redactor)
        self._page: list[AnyRecord] = []
        self._bytes = self._frames = 0
        self._ahead_s = 0.0
        self._to_s = 0.0
        self._from_utc_s = 0.0

    @property
    def is_full(self) -> bool:
        """Is it time to write the page?"""
        return self._bytes >= PAGE_BYTES

    def add(self, item: Packable) -> int:
        """Add one; returns how many bytes of frames it has. What can be played by itself begins a page."""
        record: AnyRecord = item.record() if isinstance(item, UnmadeCheckpoint | ToldBatch) else item
        if isinstance(record, Began | Checkpoint):
            self.flush()
        if isinstance(record, Began | Checkpoint | Wall):
            self._ahead_s = record.utc_s - record.at_s
        if not self._page:
            self._from_utc_s = record.at_s + self._ahead_s
        self._to_s = record.at_s
        size_bytes = 0
        if type(record) is Came:
            self._frames += len(record.frames)
            size_bytes = sum(map(len, record.frames))
        elif type(record) is Went:
            self._frames += 1
            size_bytes = len(record.frame)
        elif type(record) is Relayed:
            self._frames += bool(record.updates)
            size_bytes = TOLD_BYTES * len(record.updates)
        self._page.append(record if type(record) is Came else self._cleaner.clean(record))
        self._bytes += size_bytes
        return size_bytes

    def flush(self) -> None:
        """Write the page, where there is something in it. Raises OSError."""
        if not self._page:
            return
        page, data = self._cleaner.clean_page(self._page)
        is_key = bool(page) and isinstance(page[0], Began | Checkpoint)
        said = page_like(page, self._from_utc_s, self._to_s + self._ahead_s, self._frames, is_key=is_key)
        self._writer.append_page(said, compressed(data))
        self.written += len(self._page)
        self._page = []
        self._bytes = self._frames = 0
