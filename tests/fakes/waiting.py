"""Waiting in a test for the thing itself: looked for again and again, with a patience that a loaded machine needs."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

PATIENCE_S = 30.0
# What a look may meet while that which it looks into is not there yet, or is not whole.
_TOO_EARLY = (LookupError, OSError, ValueError)
_LOOK_EVERY_S = 0.02


def _look(what: Callable[[], Any]) -> tuple[Any, Exception | None]:
    """What there is, and why there is nothing yet."""
    try:
        return what(), None
    except _TOO_EARLY as fault:
        return None, fault


def wait_until(what: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
    """Wait for something to become true; returns it. Raises AssertionError after `patience_s`."""
    end_s = time.monotonic() + patience_s
    while True:
        found, fault = _look(what)
        if found:
            return found
        if time.monotonic() > end_s:
            raise AssertionError(f"waited {patience_s} s in vain") from fault
        time.sleep(_LOOK_EVERY_S)


async def until(what: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
    """The same while a loop runs."""
    end_s = time.monotonic() + patience_s
    while True:
        found, fault = _look(what)
        if found:
            return found
        if time.monotonic() > end_s:
            raise AssertionError(f"waited {patience_s} s in vain") from fault
        await asyncio.sleep(_LOOK_EVERY_S)
