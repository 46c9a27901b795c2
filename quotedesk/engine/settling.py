"""Many changes, one call: what changes again and again is acted on once it has had a moment to settle."""

import asyncio
from collections.abc import Callable


class Settling:
    """Calls `act` so many seconds after the first `note` that it has not answered yet. Needs the running loop."""

    def __init__(self, wait_s: float, act: Callable[[], None]) -> None:
        self._wait_s = wait_s
        self._act = act
        self._timer: asyncio.TimerHandle | None = None

    def note(self) -> None:
        """Something changed."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._wait_s, self._settled)

    def cancel(self) -> None:
        """Act no more on what was noted."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _settled(self) -> None:
        self._timer = None
        self._act()
