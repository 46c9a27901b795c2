"""Saves the newest of something in a thread of its own: a slow disk or ten thousand rows must not hold up the desk."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from quotedesk.engine.tasks import Tasks

Kept = TypeVar("Kept")


class LatestWriter(Generic[Kept]):
    """One save at a time, in order; while one runs, only the newest of those that come is kept for the next.

    `save` runs in the thread; `failed` gets its OSError in the loop.
    """

    def __init__(self, tasks: Tasks, save: Callable[[Kept], None], failed: Callable[[OSError], None]) -> None:
        self._tasks = tasks
        self._save = save
        self._failed = failed
        self._waiting: list[Kept] = []
        self._run: asyncio.Task[None] | None = None

    def keep(self, value: Kept) -> None:
        """Save it soon. It must not change from now on."""
        self._waiting = [value]
        if self._run is None or self._run.done():
            self._run = self._tasks.spawn(self._keep(), "latest writer")

    async def flush(self) -> None:
        """Wait until all is saved."""
        while self._run is not None and not self._run.done():
            await asyncio.wait([self._run])

    async def _keep(self) -> None:
        while self._waiting:
            try:
                await asyncio.to_thread(self._save, self._waiting.pop())
            except OSError as fault:
                self._failed(fault)
