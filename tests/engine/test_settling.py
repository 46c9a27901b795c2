"""Many changes are one act, and what comes after it is another."""

import asyncio

import pytest

from quotedesk.engine.settling import Settling

pytestmark = pytest.mark.anyio


async def test_changes_that_come_together_are_one_act_and_later_ones_another() -> None:
    acts: list[int] = []
    settling = Settling(0.01, lambda: acts.append(1))
    for expected in (1, 2):
        for _ in range(5):
            settling.note()
        assert len(acts) == expected - 1
        async with asyncio.timeout(5):
            while len(acts) < expected:
                await asyncio.sleep(0)


async def test_what_was_noted_can_be_taken_back() -> None:
    acts: list[int] = []
    settling = Settling(0.0, lambda: acts.append(1))
    settling.cancel()
    settling.note()
    settling.cancel()
    for _ in range(5):
        await asyncio.sleep(0)
    assert acts == []
