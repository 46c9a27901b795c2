"""Saving in a thread of its own."""

import asyncio
import threading

import pytest

from quotedesk.engine.latest_writer import LatestWriter
from quotedesk.engine.tasks import Tasks

pytestmark = pytest.mark.anyio


async def test_the_first_and_the_last_of_many_are_saved_in_order_one_at_a_time_and_not_in_the_loop() -> None:
    saved: list[int] = []
    threads: set[threading.Thread] = set()
    go_on = threading.Event()

    def save(value: int) -> None:
        go_on.wait(5)
        threads.add(threading.current_thread())
        saved.append(value)

    writer = LatestWriter[int](Tasks(pytest.fail), save, pytest.fail)
    for value in range(100):
        writer.keep(value)
        if value == 0:
            await asyncio.sleep(0.05)  # it has begun
    go_on.set()
    await writer.flush()
    assert saved == [0, 99]
    assert threading.main_thread() not in threads
    writer.keep(100)
    await writer.flush()
    assert saved == [0, 99, 100]


async def test_what_cannot_be_saved_is_told_and_the_next_is_tried() -> None:
    told: list[OSError] = []
    saved: list[int] = []

    def save(value: int) -> None:
        if value == 0:
            raise OSError(28, "No space left on device")
        saved.append(value)

    writer = LatestWriter[int](Tasks(pytest.fail), save, told.append)
    writer.keep(0)
    await writer.flush()
    writer.keep(1)
    await writer.flush()
    assert [fault.strerror for fault in told] == ["No space left on device"]
    assert saved == [1]


async def test_nothing_to_wait_for_is_no_wait() -> None:
    await LatestWriter[int](Tasks(pytest.fail), pytest.fail, pytest.fail).flush()
