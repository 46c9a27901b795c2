"""The system's clocks."""

import asyncio
import time

import pytest

from quotedesk.engine.clock import SystemClock, VirtualClock, each_second


def test_a_monotonic_moment_has_its_wall_time() -> None:
    clock = SystemClock()
    now_s = clock.now_s()
    assert now_s == pytest.approx(time.monotonic(), abs=1)
    assert clock.utc_s(now_s - 60) == pytest.approx(time.time() - 60, abs=1)


def test_seconds_come_in_their_beat_and_late_ones_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, waited_s = VirtualClock(5.0), []

    async def sleep(delay_s: float) -> None:
        waited_s.append(delay_s)
        clock.at_s += delay_s

    async def work() -> None:
        worked_s = iter((0.25, 2.0, 0.0, 0.0))
        async for second in each_second(clock):
            clock.at_s += next(worked_s)
            if second == 4:
                return

    monkeypatch.setattr(asyncio, "sleep", sleep)
    asyncio.run(work())
    assert waited_s == [1.0, 0.75, 0.0, 0.0]
