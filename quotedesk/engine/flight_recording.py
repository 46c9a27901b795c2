"""A run is recorded: into the ring of its profile, or into a file of its own."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from quotedesk.engine.known import known_of
from quotedesk.engine.recorder import Recorder
from quotedesk.engine.services import Services

MB = 1_000_000


def record(services: Services, path: Path, most_bytes: int | None, failed: Callable[[str], None]) -> Recorder:
    """Record from now on; to be called in the loop, before anything is wanted. The profile's lock makes it the one.

    `most_bytes`: of a ring; None: all is kept. `failed` is told in the loop why nothing is recorded any more.
    """
    loop = asyncio.get_running_loop()

    def fail(words: str) -> None:
        loop.call_soon_threadsafe(failed, words)

    known = known_of(services.quotes) if services.quotes is not None else None
    recorder = Recorder(path, most_bytes, services.clock, services.redactor, fail, known)
    services.recorder = recorder
    services.consumers.append(recorder)
    return recorder
