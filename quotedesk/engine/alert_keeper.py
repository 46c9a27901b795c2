"""What alerts told and what rules know, on its way to the log: in order, in a thread of its own."""

from collections import deque
from collections.abc import Mapping, Sequence

from quotedesk.alerts.firing import Firing
from quotedesk.alerts.memory import AlertMemory
from quotedesk.config.firing_log import FiringLog
from quotedesk.engine.latest_writer import LatestWriter
from quotedesk.engine.tasks import Tasks


class AlertKeeper:
    """Writes to the log as soon as the disk takes it. Needs the running loop."""

    def __init__(self, log: FiringLog, tasks: Tasks) -> None:
        self._log = log
        self._waiting: deque[tuple[Sequence[Firing], Sequence[AlertMemory]]] = deque()
        self._snoozes: deque[Mapping[str, float]] = deque()
        self._writer = LatestWriter[None](tasks, self._write, _nothing)

    def newest(self, most: int) -> list[Firing]:
        """Those of earlier runs, the newest first. Waits for the disk, as does what follows."""
        return self._log.newest(most)

    def memories(self) -> list[AlertMemory]:
        """What rules knew at the end of the run before."""
        return self._log.memories()

    def snoozed(self) -> Mapping[str, float]:
        """The rules that rested, and until when."""
        return self._log.snoozed()

    def keep(self, firings: Sequence[Firing], memories: Sequence[AlertMemory]) -> None:
        """Keep these firings, and what their rules and others know now."""
        if firings or memories:
            self._waiting.append((firings, memories))
            self._writer.keep(None)

    def snooze(self, until_utc_s: Mapping[str, float]) -> None:
        """These rules rest until then, and no others."""
        self._snoozes.append(dict(until_utc_s))
        self._writer.keep(None)

    async def flush(self) -> None:
        """Wait until all is on disk."""
        await self._writer.flush()

    # Inside

    def _write(self, _: None) -> None:
        """In the thread of the writer."""
        while self._waiting:
            self._log.add(*self._waiting.popleft())
        while self._snoozes:
            self._log.snooze(self._snoozes.popleft())


def _nothing(fault: OSError) -> None:
    """The log reports for itself."""
