"""The signals by which a system asks a program to end."""

import asyncio
import signal
import sys
from collections.abc import Callable
from types import FrameType


def ending() -> list[int]:
    """Ctrl-C, SIGTERM and the end of a terminal or session (SIGHUP), which nohup wants ignored."""
    numbers = [int(signal.SIGINT), int(signal.SIGTERM)]
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    return numbers


def end_at_once() -> None:
    """Let them end the program where it stands: nothing has begun that needs an end."""
    for number in ending():
        signal.signal(number, _leave)


def ignore() -> None:
    """Let them do nothing: whoever asks now has nothing left to end."""
    for number in ending():
        signal.signal(number, signal.SIG_IGN)


def on_signals(end: Callable[[], object]) -> None:
    """Let them ask, in the turns of the loop that runs."""
    loop = asyncio.get_running_loop()
    for number in ending():
        try:
            loop.add_signal_handler(number, end)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(end))


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)
