"""When to paint: at the next frame while there is news, once a second for ages, never for nothing."""

import math
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from quotedesk.config.settings import MOST_PAINTS
from quotedesk.market.clock import Clock
from quotedesk.ui.table.paint_stats import AgeStats, PaintLog, PaintStats

FRAME_S = 0.015  # a timer is up to a millisecond late, so that this is just over sixty a second
CALM = ((400, 0.1), (1000, 0.05))  # (ticks a second, frame in seconds): while fewer come, where power is to be saved
OVERLOAD_FRAME_S = 0.1  # at most, while more comes than can be read
EARLY_S = 0.0027  # to wake a processor that sleeps costs as much as a row; so what a tick wakes paints, if it may
_LATE_S = 0.002  # so late a timer is where the loop has no rest
_FEW_WAKES = 8  # in a frame: where more come it does not sleep
_RATE_OVER_S = 0.5
_LATE_WEIGHT = 0.2
_LATE_FACTOR, _OVERLOAD_FACTOR = 3.0, 7.0
_OVERLOAD_LATE_S = 0.01  # so late it is only where reading never ends


class Painted(Protocol):
    """What the clock drives (the table view). Times are monotonic seconds."""

    def repaint_news(self, now_s: float) -> bool:
        """Order the repaint of rows that changed or whose flash turned. Were there any that changed?"""

    def ticks(self) -> int:
        """How many came so far."""

    def repaint_ages(self) -> None:
        """Order the repaint of rows that show how long something lasts."""

    def announce(self) -> None:
        """Tell assistive technology of what changed since this was last called."""

    def has_ages(self) -> bool:
        """Is there a row to be seen that shows how long something lasts?"""

    def next_flash_s(self) -> float | None:
        """When a flash changes; None while nothing flashes."""

    def forget(self) -> None:
        """Nobody looks any more; what changes now is no news."""


class RepaintClock(QObject):
    """One single-shot timer, armed only while something is due.

    Attributes:
        log: what was painted, and how fast.
        counting: someone else (a banner) wants `second` too.

    Signals:
        ran(): rows were looked at; counts may have changed.
        second(): once a second, while an age is shown, something changes or `counting` is set.
    """

    ran = Signal()
    second = Signal()

    def __init__(self, clock: Clock, painted: Painted, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.log = PaintLog()
        self._clock = clock
        self._painted = painted
        self._counting = False
        self._running = False
        self._news = False  # wake was called, nobody looked yet
        self._wakes = 0  # how often since
        self._is_early = False  # the next paint comes before its frame
        self._unannounced = False
        self._last_s = -math.inf
        self._second_s = -math.inf  # when the next whole second is due
        self._due_s = math.inf
        self._frame_s = FRAME_S
        self._least_s = 0.0  # what the user wants
        self._saves_power = False
        self._late_s = 0.0  # how late this clock is, by and by
        self._measured_s, self._ticks = -math.inf, 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._run)

    def drive(self, painted: Painted) -> None:
        """Another view is shown from now on."""
        if painted is not self._painted:
            self._painted.forget()
            self._painted = painted
            self.wake()

    @property
    def counting(self) -> bool:
        return self._counting

    @counting.setter
    def counting(self, on: bool) -> None:
        self._counting = on
        self._arm()

    @property
    def saves_power(self) -> bool:
        """Is a calm feed painted less often than at every frame? That is as CALM says; nothing is read later for it."""
        return self._saves_power

    @saves_power.setter
    def saves_power(self, on: bool) -> None:
        self._saves_power = on
        self._frame_s = FRAME_S  # until it is known how calm the feed is
        self._measured_s, self._ticks = -math.inf, 0
        self._arm()

    @property
    def is_idle(self) -> bool:
        """Is no timer running?"""
        return not self._timer.isActive()

    def wake(self) -> None:
        """Something changed in the quotes."""
        self._wakes += 1
        if not self._news:
            self._news = True
            self._arm()
        elif self._wakes <= _FEW_WAKES and self._is_near(self._clock.now_s()):
            self._arm()

    def start(self) -> None:
        """The window can be seen."""
        if not self._running:
            self._running = True
            self._news = True
            self._arm()

    def stop(self) -> None:
        """The window cannot be seen: nothing is due until it can."""
        self._running = False
        self._timer.stop()
        self._due_s = math.inf
        self._painted.forget()

    def set_rate(self, paints_per_s: int) -> None:
        """So often a second at most, from now on."""
        self._least_s = 0.0 if paints_per_s >= MOST_PAINTS else 1 / paints_per_s

    def paint_stats(self) -> PaintStats:
        """How often and how fast was the table painted?"""
        return self.log.paint_stats(self._clock.now_s())

    def age_stats(self) -> AgeStats:
        """How old were ticks when they were to be seen?"""
        return self.log.age_stats()

    def _run(self) -> None:
        now_s = self._clock.now_s()
        if math.isfinite(self._due_s) and not self._is_early:
            self._late_s += ((now_s - self._due_s) - self._late_s) * _LATE_WEIGHT
        self._due_s = math.inf
        self._is_early = self._news = False
        self._wakes = 0
        self._last_s = now_s
        if self._saves_power:
            self._measure(now_s)
        self._unannounced |= self._painted.repaint_news(now_s)
        if now_s >= self._second_s:
            self._second_s = math.floor(now_s) + 1
            self._painted.repaint_ages()
            if self._unannounced:
                self._unannounced = False
                self._painted.announce()
            self.second.emit()
        self.ran.emit()
        self._arm()

    @property
    def _pause_s(self) -> float:
        """Between two paints: longer where the loop is late already, so that reading has its turn."""
        factor = _LATE_FACTOR if self._late_s < _OVERLOAD_LATE_S else _OVERLOAD_FACTOR
        return max(self._least_s, self._frame_s, min(factor * self._late_s, OVERLOAD_FRAME_S))

    def _is_near(self, now_s: float) -> bool:
        """Is the next frame so near that it is painted now that something came, and not by a wake-up of its own?

        Not where the loop is late: there is no sleep to save, and the next frame is to tell how late it is.
        """
        return self._late_s < _LATE_S and now_s >= self._last_s + self._pause_s - EARLY_S

    def _measure(self, now_s: float) -> None:
        """See how many ticks come, and so how often to paint."""
        ticks, over_s = self._painted.ticks() - self._ticks, now_s - self._measured_s
        if ticks < CALM[-1][0] * _RATE_OVER_S and over_s < _RATE_OVER_S:
            return  # nothing is known yet, not even that it is much
        if math.isfinite(over_s):
            self._frame_s = next((frame_s for calm, frame_s in CALM if ticks < calm * over_s), FRAME_S)
        self._measured_s, self._ticks = now_s, self._ticks + ticks

    def _arm(self) -> None:
        if not self._running:
            return
        now_s = self._clock.now_s()
        frame_s = self._last_s + self._pause_s
        due_s = math.inf
        if self._news:
            self._is_early = now_s < frame_s and self._is_near(now_s)
            due_s = now_s if self._is_early else max(frame_s, now_s)
        flash_s = self._painted.next_flash_s()
        if flash_s is not None:
            due_s = min(due_s, max(flash_s, frame_s))
        if self._counting or self._unannounced or self._painted.has_ages():
            due_s = min(due_s, max(self._second_s, now_s))
        if due_s == self._due_s and self._timer.isActive():
            return
        self._due_s = due_s
        if math.isinf(due_s):
            self._timer.stop()
        else:
            self._timer.start(max(0, math.ceil((due_s - now_s) * 1000)))
