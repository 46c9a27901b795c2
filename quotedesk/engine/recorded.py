"""What can be played: a recording, or a CSV of trades; which it is, its content says."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from quotedesk.config.recording import AnyRecord
from quotedesk.config.recording_store import RecordedPage, RecordingReader, is_recording
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
        if is_recording(path):
            return RecordingReader(path)
        from quotedesk.engine.recorded_trades import RecordedTrades  # it brings the demo server

        return RecordedTrades(path)
    except FileNotFoundError:
        raise QuotedeskError(f"--replay: there is no file {path}. Name a recording, or a CSV of trades.") from None
    except OSError as fault:
        raise QuotedeskError(f"--replay: {path}: {fault.strerror}") from fault
    except ValueError as fault:
        raise QuotedeskError(f"--replay: {fault}") from fault
