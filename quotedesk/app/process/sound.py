"""Sounds of alerts, made here and not recorded; where none can be played, the system's bell rings."""

import array
import asyncio
import contextlib
import importlib.util
import math
import sys
from collections.abc import Callable, Generator, Sequence
from functools import lru_cache
from typing import Any

from PySide6.QtWidgets import QApplication

from quotedesk.engine.tasks import Tasks

RATE_HZ = 44_100
NO_SOUND = "none"
SYSTEM_BELL = "beep"
_LOUDNESS = 0.35
_ATTACK_S = 0.004  # a tone that begins at once clicks
_AFTER_S = 0.25  # a device still holds so much when it was given all
_PATIENCE_S = 5.0  # for a device to be opened and to play
# A tone: Hz, when it begins and how fast it fades to a third, both in seconds.
_TONES: dict[str, tuple[float, tuple[tuple[float, float, float], ...]]] = {
    "chime": (1.1, ((1046.5, 0.0, 0.25), (2093.0, 0.0, 0.12), (1318.5, 0.16, 0.3), (2637.0, 0.16, 0.12))),
    "bell": (1.6, ((880.0, 0.0, 0.5), (1760.0, 0.0, 0.35), (2428.8, 0.0, 0.2), (4752.0, 0.0, 0.07))),
    "ping": (0.35, ((1760.0, 0.0, 0.09), (3520.0, 0.0, 0.03))),
    "urgent": (0.75, tuple((hz, at, 0.06) for at in (0.0, 0.2, 0.4) for hz in (987.8, 1975.5))),
}
SOUNDS = (*_TONES, SYSTEM_BELL, NO_SOUND)


@lru_cache(maxsize=len(_TONES))
def samples(name: str) -> "array.array[int]":
    """A sound as 16-bit samples, one channel."""
    length_s, tones = _TONES[name]
    made = [0.0] * round(length_s * RATE_HZ)
    for hz, at_s, fade_s in tones:
        begin = round(at_s * RATE_HZ)
        for place in range(begin, len(made)):
            t_s = (place - begin) / RATE_HZ
            made[place] += math.sin(math.tau * hz * t_s) * math.exp(-t_s / fade_s) * min(1.0, t_s / _ATTACK_S)
    loudest = max(map(abs, made))
    fade_out = RATE_HZ // 50
    for back in range(1, fade_out + 1):
        made[-back] *= back / fade_out
    return array.array("h", (round(each / loudest * _LOUDNESS * 32767) for each in made))


class Sounds:
    """Plays one sound at a time. `backends`: miniaudio's, by name, in place of all that make a sound.

    Attributes:
        last: what came of the last one: the name of the device's system; "beep" for the bell, "" for none yet.
        fault: why the last one that has a device could not be played, in a line; "" while all is well.
    """

    def __init__(
        self,
        tasks: Tasks,
        told: Callable[[str], None],
        beep: Callable[[], None] = QApplication.beep,
        backends: Sequence[str] = (),
    ) -> None:
        self._tasks = tasks
        self._told = told
        self._beep = beep
        self._backends = backends
        self._is_playing = False
        self._has_told = False
        self.last = self.fault = ""

    def play(self, name: str, answer: Callable[[str, bool], None] | None = None) -> None:
        """Play a sound; one that plays is enough. Why none can be played is told once.

        `answer`: of a test; it gets what came of it, and whether that is well, in place of `told`.
        """
        if name == NO_SOUND or self._is_playing:
            return
        if name not in _TONES:
            self._ring()
            return
        self._is_playing = True
        self._tasks.spawn(self._play(name, answer), "sound")

    async def _play(self, name: str, answer: Callable[[str, bool], None] | None) -> None:
        try:
            device, fault = await asyncio.wait_for(asyncio.to_thread(self._played, name), _PATIENCE_S)
        except TimeoutError:
            device, fault = "", "the sound system does not answer"
        finally:
            self._is_playing = False
        self.last = device
        words = f"No sound: {fault}. The system's bell rings instead." if fault else f"Played by {device}."
        self.fault = words if fault else ""
        if fault:
            self._ring()
        if answer is not None:
            answer(words, not fault)
        elif fault and not self._has_told:
            self._has_told = True
            self._told(words)

    def _ring(self) -> None:
        self.last = SYSTEM_BELL
        self._beep()

    def _played(self, name: str) -> tuple[str, str]:
        """In a thread: play to the end; returns by which sound system, and why that cannot be, "" where it can."""
        if importlib.util.find_spec("miniaudio") is None:
            return "", "the package miniaudio is not there (the extra “sound”)"
        import threading

        try:
            import miniaudio
        except (ImportError, OSError):  # built for another system
            return "", "the package miniaudio cannot be loaded"

        _quieten_alsa()
        silent = (miniaudio.Backend.NULL, miniaudio.Backend.CUSTOM)
        backends = [
            each for each in miniaudio.Backend if each.name in self._backends or not (self._backends or each in silent)
        ]
        is_over = threading.Event()
        source = _source(samples(name), is_over)
        next(source)
        try:
            with miniaudio.PlaybackDevice(
                nchannels=1, sample_rate=RATE_HZ, buffersize_msec=50, backends=backends, app_name="quotedesk"
            ) as device:
                device.start(source)
                if not is_over.wait(_PATIENCE_S):
                    return "", "the sound device takes nothing"
                threading.Event().wait(_AFTER_S)
                return device.backend, ""
        except miniaudio.MiniaudioError:
            return "", "no sound device can be opened"


def _source(sound: "array.array[int]", is_over: Any) -> "Generator[array.array[int], int, None]":
    """Gives a device as many samples as it asks for, and silence after the last."""
    wanted = yield array.array("h")
    place = 0
    while True:
        part = sound[place : place + wanted]
        place += wanted
        if len(part) < wanted:
            part = part + array.array("h", bytes(2 * (wanted - len(part))))
        if place >= len(sound):
            is_over.set()
        wanted = yield part


@lru_cache(maxsize=1)
def _quieten_alsa() -> object:
    """ALSA writes a page to standard error where there is no device; that there is none is told in a line."""
    if sys.platform != "linux":
        return None
    import ctypes

    say_nothing = ctypes.CFUNCTYPE(None)(lambda: None)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(say_nothing)
    return say_nothing  # kept: ALSA calls it
