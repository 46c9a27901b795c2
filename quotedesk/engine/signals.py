"""The signals by which a system asks a program to end."""

import asyncio
import signal
import sys
from collections.abc import Callable


def ending() -> list[int]:
    """Ctrl-C, SIGTERM and the end of a terminal or session (SIGHUP), which nohup wants ignored."""
    numbers = [int(signal.SIGINT), int(signal.SIGTERM)]
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    return numbers


def on_signals(end: Callable[[], object]) -> None:
    """Let them ask, in the turns of the loop that runs."""
    loop = asyncio.get_running_loop()
    for number in ending():
        try:
            loop.add_signal_handler(number, end)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(end))
