"""What can be played: a recording, found by what a file holds."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from quotedesk.config.recording import AnyRecord
from quotedesk.config.recording_store import RecordedPage, RecordingReader
from quotedesk.market.errors import QuotedeskError


class Recorded(Protocol):
    """Something that `engine.replay.Replay` plays; see RecordingReader."""

    @property
    def path(self) -> Path: ...

    @property
    def pages(self) -> Sequence[RecordedPage]: ...

    @property
    def report(self) -> str: ...

    def records(self, page: RecordedPage) -> list[AnyRecord]: ...

    def instruments(self) -> list[tuple[str, str]]: ...


def open_recorded(path: Path) -> Recorded:
    """Raises QuotedeskError where it cannot be played."""
    try:
        return RecordingReader(path)
    except OSError as fault:
        raise QuotedeskError(f"--replay: {path}: {fault.strerror}") from fault
