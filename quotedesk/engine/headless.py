"""What runs without a window have in common: signals and faults end them, and standard error hears of it."""

import asyncio
import logging
import sys
from contextlib import suppress

from quotedesk.engine.redactor import Redactor, escaped
from quotedesk.engine.signals import end_at_once, on_signals
from quotedesk.engine.tasks import Tasks

_EXIT_FAULT = 1


def prepare() -> None:
    """To be called first. A signal before the run ends all at once; the log, which may name symbols, is not printed."""
    end_at_once()
    logging.getLogger().addHandler(logging.NullHandler())


class HeadlessRun:
    """One run of an engine that nobody sees, until `_is_over`. `prefix`: what lines on standard error begin with."""

    def __init__(self, prefix: str, redactor: Redactor) -> None:
        self._prefix = prefix
        self._redactor = redactor
        self._is_over = asyncio.Event()
        self._fault: BaseException | None = None
        self._tasks = Tasks(self._failed)

    async def main(self) -> int:
        """Run; returns the exit code. Raises what `_run` raises."""
        asyncio.get_running_loop().set_exception_handler(lambda _, context: self._failed(context.get("exception")))
        on_signals(self._is_over.set)
        await self._run()
        if self._fault:
            self._tell(f"Unexpected fault: {type(self._fault).__name__}: {self._fault}")
            return _EXIT_FAULT
        return 0

    async def _run(self) -> None:
        """Begin, wait until it is over, and end in order."""
        raise NotImplementedError

    def _failed(self, fault: BaseException | None) -> None:
        """What should not happen ends the run, rather than that quotes stop without a word."""
        if fault is not None and self._fault is None:
            self._fault = fault
            self._is_over.set()

    def _tell(self, text: str) -> None:
        """A line on standard error, which may be closed."""
        if sys.stderr is not None:
            with suppress(OSError):
                print(f"{self._prefix}: {escaped(self._redactor.clean(text))}", file=sys.stderr, flush=True)
