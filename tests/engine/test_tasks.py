"""Tasks are held, and none fails unseen."""

import asyncio
import gc

import pytest

from quotedesk.engine.tasks import Tasks

pytestmark = pytest.mark.anyio


async def fail() -> None:
    raise ZeroDivisionError("spilt")


async def test_a_failure_is_told_and_the_others_go_on() -> None:
    faults: list[BaseException] = []
    tasks = Tasks(faults.append)
    go = asyncio.Event()
    other = tasks.spawn(go.wait(), "other")
    await asyncio.wait([tasks.spawn(fail(), "failing")])
    await asyncio.sleep(0)
    assert [str(fault) for fault in faults] == ["spilt"]
    go.set()
    assert await other
    assert len(faults) == 1


async def test_a_task_that_nobody_holds_is_not_collected() -> None:
    tasks = Tasks(lambda fault: None)
    done = asyncio.Event()

    async def work() -> None:
        # Only this frame knows the future: without a holder the collector may take both.
        await asyncio.sleep(0.02)
        done.set()

    tasks.spawn(work(), "alone")
    gc.collect()
    async with asyncio.timeout(2):
        await done.wait()


async def test_a_task_has_its_name() -> None:
    assert Tasks(lambda fault: None).spawn(asyncio.sleep(0), "client stock").get_name() == "client stock"


async def test_stopping_ends_all_and_waits_for_their_last_words() -> None:
    faults: list[BaseException] = []
    tasks = Tasks(faults.append)
    said: list[int] = []

    async def work(number: int) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            said.append(number)

    running = [tasks.spawn(work(number), str(number)) for number in range(5)]
    await asyncio.sleep(0.01)
    await tasks.stop()
    assert sorted(said) == [0, 1, 2, 3, 4]
    assert all(task.cancelled() for task in running)
    assert faults == [], "to be stopped is no fault"
    await tasks.stop()


async def test_a_task_that_fails_while_it_is_stopped_is_told() -> None:
    faults: list[BaseException] = []
    tasks = Tasks(faults.append)

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise ZeroDivisionError("in the end")

    tasks.spawn(work(), "clumsy")
    await asyncio.sleep(0.01)
    await tasks.stop()
    assert [str(fault) for fault in faults] == ["in the end"]


async def test_a_task_that_has_not_begun_can_be_stopped() -> None:
    tasks = Tasks(lambda fault: None)
    task = tasks.spawn(asyncio.sleep(60), "late")
    await tasks.stop()
    assert task.cancelled()
