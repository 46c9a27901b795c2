"""The system's clocks."""

import time

import pytest

from quotedesk.engine.clock import SystemClock


def test_a_monotonic_moment_has_its_wall_time() -> None:
    clock = SystemClock()
    now_s = clock.now_s()
    assert now_s == pytest.approx(time.monotonic(), abs=1)
    assert clock.utc_s(now_s - 60) == pytest.approx(time.time() - 60, abs=1)
