"""Sounds through a device that makes none: each plays to its end; a device that fails is told, and the bell rings."""

import sys
from collections.abc import AsyncIterator, Callable

import pytest

from quotedesk.app.process import sound as sound_module
from quotedesk.app.process.sound import NO_SOUND, RATE_HZ, SOUNDS, SYSTEM_BELL, Sounds, samples
from quotedesk.engine.tasks import Tasks
from tests.fakes.waiting import until

pytestmark = pytest.mark.anyio
MADE = [name for name in SOUNDS if name not in (NO_SOUND, SYSTEM_BELL)]


class Heard:
    """Sounds on the null device, and what came of them."""

    def __init__(self, *backends: str) -> None:
        self.told: list[str] = []
        self.beeps = 0
        self.failed: list[BaseException] = []
        self.tasks = Tasks(self.failed.append)
        self.sounds = Sounds(self.tasks, self.told.append, self._beep, backends)

    def _beep(self) -> None:
        self.beeps += 1


@pytest.fixture
async def heard() -> AsyncIterator[Callable[..., Heard]]:
    made: list[Heard] = []

    def make(*backends: str) -> Heard:
        made.append(Heard(*backends))
        return made[-1]

    yield make
    for each in made:
        await each.tasks.stop()
        assert each.failed == []


def test_each_sound_is_short_begins_and_ends_softly_and_is_not_clipped() -> None:
    for name in MADE:
        made = samples(name)
        assert RATE_HZ // 4 < len(made) < 2 * RATE_HZ
        assert max(map(abs, made[:8])) < 1500
        assert made[-1] == 0
        assert 9_000 < max(map(abs, made)) < 20_000


async def test_a_sound_plays_to_its_end_on_a_device(heard: Callable[..., Heard]) -> None:
    here = heard("NULL")
    here.sounds.play("ping")
    here.sounds.play("ping")  # one is enough
    await until(lambda: here.sounds.last)
    assert (here.sounds.last, here.told, here.beeps) == ("Null", [], 0)
    answers: list[tuple[str, bool]] = []
    here.sounds.play("ping", lambda *said: answers.append(said))
    await until(lambda: answers)
    assert answers == [("Played by Null.", True)]
    here.sounds.play(NO_SOUND)
    here.sounds.play(SYSTEM_BELL)
    assert here.beeps == 1


async def test_a_device_that_cannot_be_opened_is_told_once_and_the_bell_rings(heard: Callable[..., Heard]) -> None:
    here = heard("JACK")  # there is none here
    here.sounds.play("ping")
    await until(lambda: here.beeps == 1)
    here.sounds.play("ping")
    await until(lambda: here.beeps == 2)
    assert here.told == ["No sound: no sound device can be opened. The system's bell rings instead."]
    answers: list[tuple[str, bool]] = []
    here.sounds.play("ping", lambda *said: answers.append(said))
    await until(lambda: answers)
    assert answers == [(here.told[0], False)]
    assert len(here.told) == 1


async def test_without_the_extra_the_bell_rings(heard: Callable[..., Heard], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_module.importlib.util, "find_spec", lambda name: None)
    here = heard()
    here.sounds.play("chime")
    await until(lambda: here.beeps == 1)
    assert "the extra" in here.told[0]
    assert here.sounds.last == SYSTEM_BELL


async def test_a_sound_system_that_hangs_keeps_nobody(
    heard: Callable[..., Heard], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound_module, "_PATIENCE_S", 0.05)
    here = heard()
    here.sounds._played = lambda name: sys.modules["time"].sleep(0.3) or ("", "")  # type: ignore[method-assign, func-returns-value]
    here.sounds.play("chime")
    await until(lambda: here.beeps == 1)
    assert here.told == ["No sound: the sound system does not answer. The system's bell rings instead."]
