"""Qt's event loop as asyncio's, with what qasync 0.28 leaves out; and the application that asks before it quits."""

import asyncio
import contextlib
import contextvars
import gc
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Protocol

from PySide6.QtCore import QEvent, QSocketNotifier, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from quotedesk.app.process.faults import log


class _HasNumber(Protocol):
    """A socket and its like."""

    def fileno(self) -> int: ...


_Resting = tuple[_HasNumber | int, Callable[..., object], tuple[object, ...], QSocketNotifier]
_SHORT_READ_S = 0.0005  # a hundred frames
_MOST_RESTING = 8  # readers that were taken away, and may come back
_LAST_S = 20.0  # for a program to close without a display


class DeskLoop(QEventLoop):  # type: ignore[misc]
    """Timers that are exact (Qt's default may be 5 % off), async generators that are cleaned up, and less work a frame.

    Where the X server goes away Qt leaves its loop, whatever still runs in it; and again, as often as it is entered.
    So `run_forever` enters it until it was stopped: the program is asked to end, and what it does then still runs.

    qasync asks Qt for a timer for each callback, and switches a socket's notifier off and on around each read. Here
    callbacks wait in a queue with one timer for all, a socket that can be read is read at once, and what that leads to
    runs in the same turn. tests/app/process/test_loop.py says whether qasync still has the private names that this
    leans on.
    """

    def __init__(self, app: "DeskApp") -> None:
        self._app = app
        self._is_stopped = False
        self._soon: deque[asyncio.Handle] = deque()
        self._soon_timer = QTimer(singleShot=True, interval=0)
        self._soon_timer.timeout.connect(self._run_soon)
        self._is_armed = False
        self._readers: dict[_HasNumber | int, tuple[Callable[..., object], tuple[object, ...]]] = {}
        self._resting = deque[_Resting](maxlen=_MOST_RESTING)
        super().__init__(app)
        timer, start = self._timer, self._timer.startTimer

        def start_exactly(delay_ms: int) -> int:
            timer_id: int = start(delay_ms, Qt.TimerType.PreciseTimer)
            return timer_id

        timer.startTimer = start_exactly

    def run_forever(self) -> None:
        before = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(firstiter=self._asyncgen_firstiter_hook, finalizer=self._asyncgen_finalizer_hook)
        self._is_stopped = False
        try:
            super().run_forever()
            if not self._is_stopped:
                self._run_on()
        finally:
            sys.set_asyncgen_hooks(*before)

    def _run_on(self) -> None:
        giving_up = self.call_later(_LAST_S, self.stop)
        while not self._is_stopped:
            self._app.ask_to_end("Qt has left its loop, as where the display is gone")
            super().run_forever()
        giving_up.cancel()

    def stop(self) -> None:
        self._is_stopped = True
        super().stop()

    def close(self) -> None:
        super().close()
        self._soon.clear()
        self._soon_timer.stop()
        self._resting.clear()

    def call_soon(
        self, callback: Callable[..., object], *args: object, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._soon.append(handle)
        self._arm()
        return handle

    def _arm(self) -> None:
        if not self._is_armed:
            self._is_armed = True
            self._soon_timer.start()

    def _run_soon(self) -> None:
        """Run what waits; what that adds waits for the next turn, so that Qt has its own in between."""
        self._is_armed = False
        for _ in range(len(self._soon)):
            if not self._soon:
                return  # a loop within this one took them
            handle = self._soon.popleft()
            if not handle.cancelled():
                handle._run()
        if self._soon:
            self._arm()

    def _run_reader(self, handle: asyncio.Handle) -> None:
        """Run a reader, and at once what waits then: another turn of Qt's costs as much as reading a frame.

        Not where it read much: more may follow at once, and what waits does both for less. The timer is set and stopped
        in case a loop within the reader has need of it.
        """
        began_s = time.monotonic()
        handle._run()
        if self._is_armed and time.monotonic() - began_s < _SHORT_READ_S:
            self._soon_timer.stop()
            self._run_soon()

    def _add_reader(self, fd: _HasNumber | int, callback: Callable[..., object], *args: object) -> None:
        if sys.platform == "win32":
            super()._add_reader(fd, callback, *args)
            return
        self._remove_reader(fd)
        notifier = self._rested(fd, callback, args)
        if notifier is None:
            notifier = QSocketNotifier(fd if isinstance(fd, int) else fd.fileno(), QSocketNotifier.Type.Read)
            handle = asyncio.Handle(callback, args, self, None)
            # The overload that qasync disconnects.
            notifier.activated["int"].connect(lambda: self._run_reader(handle))  # type: ignore[index]
        self._readers[fd] = (callback, args)
        self._read_notifiers[fd] = notifier
        notifier.setEnabled(True)

    def _rested(self, *reader: object) -> QSocketNotifier | None:
        """A notifier whose reading was paused: a new one would cost ten times as much."""
        for resting in self._resting:
            if resting[:3] == reader:
                self._resting.remove(resting)
                return resting[3]
        return None

    def _remove_reader(self, fd: _HasNumber | int) -> bool:
        if sys.platform == "win32" or self.is_closed() or fd not in self._readers:
            was_there: bool = super()._remove_reader(fd)
            return was_there
        notifier = self._read_notifiers.pop(fd)
        notifier.setEnabled(False)
        # Kept also since it may be the one that is calling: it must outlive that.
        self._resting.append((fd, *self._readers.pop(fd), notifier))
        return True


@contextlib.contextmanager
def collecting_here() -> Iterator[None]:
    """Python collects cycles in whichever thread happens to allocate; a widget that dies outside Qt's takes Qt along.

    So it is switched off for a while, and `collect` does it instead.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def collect() -> None:
    """Collect what Python would have collected by now. To be called often, in Qt's thread."""
    due = [count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)]
    if any(due):
        gc.collect(max(generation for generation, is_due in enumerate(due) if is_due))


def freeze() -> None:
    """Look no more at what is there now: of ten thousand rows a full collection took 40 ms. Just after a `collect`."""
    gc.freeze()


class DeskApp(QApplication):
    """Turns a quit from outside (the session ends, app.quit()) into a request, once; the second one passes.

    A filter on the application would see each event of the program, in Python: a twentieth of what a calm feed costs.

    Attributes:
        request: set by a quit; None lets every quit pass.
    """

    request: asyncio.Event | None = None

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Quit and self.ask_to_end("asked to quit"):
            event.ignore()
            return True
        return super().event(event)

    def ask_to_end(self, reason: str) -> bool:
        """Set the request; is that new?"""
        if self.request is None or self.request.is_set():
            return False
        log.info("%s: the program ends", reason)
        self.request.set()
        return True


def log_qt(command: str) -> None:
    """Qt's own messages go to the log, a user can do nothing with them; but for the one after which Qt aborts.

    What comes again and again, as where the X server is gone, is told once.
    """
    before = ""

    def note(kind: QtMsgType, context: object, text: str) -> None:
        nonlocal before
        if text == before and kind is not QtMsgType.QtFatalMsg:
            return
        before = text
        log.log(30 if kind is not QtMsgType.QtDebugMsg else 10, "Qt: %s", text)
        if kind is QtMsgType.QtFatalMsg:
            if sys.stderr is not None:
                about_screen = "The screen cannot be used: DISPLAY, WAYLAND_DISPLAY or QT_QPA_PLATFORM is wrong."
                reason = about_screen if "platform plugin" in text else f"Qt gave up: {text.splitlines()[0]}"
                print(f"{command}: {reason} The log has more.", file=sys.stderr)
            os._exit(2)  # else it leaves a core dump

    qInstallMessageHandler(note)
