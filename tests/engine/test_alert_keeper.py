"""What is kept of alerts goes to disk in the order in which it came."""

import asyncio
from pathlib import Path

import pytest

from quotedesk.alerts.memory import AlertMemory
from quotedesk.config.firing_log import FiringLog
from quotedesk.engine.alert_keeper import AlertKeeper
from quotedesk.engine.tasks import Tasks
from tests.fakes.alerting import firing


def test_the_newest_counts_and_nothing_is_lost(tmp_path: Path) -> None:
    async def check() -> None:
        tasks, log = Tasks(pytest.fail), FiringLog(tmp_path / "alerts.sqlite")
        keeper = AlertKeeper(log, tasks)
        keeper.keep((), ())
        assert not log.path.exists(), "nothing is written for nothing"
        fired = [firing(f"A.US last crosses {at}") for at in range(1, 30)]
        for at, each in enumerate(fired):
            keeper.keep((each,), (AlertMemory("rule", "demo", "A.US", str(at)),))
            keeper.snooze({"rule": float(at)})
            if at % 10 == 0:
                await asyncio.sleep(0)
        await keeper.flush()
        assert [each.rule for each in keeper.newest(100)] == [each.rule for each in reversed(fired)]
        assert [each.value for each in keeper.memories()] == ["28"]
        assert keeper.snoozed() == {"rule": 28.0}
        log.close()
        await tasks.stop()

    asyncio.run(check())
