"""Faults and edits together, for long: it always comes back, the lists are equal at the end, and nothing is left over.

With --soak 30 minutes a feed; its figures are printed (-s).
"""

import asyncio
import ctypes
import gc
import os
import random
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop
from quotedesk.app.tools.metrics import rss_mb
from quotedesk.market.states import RowState
from tests.end_to_end.test_churn import churn, held
from tests.fakes.json_lines import whole_lines
from tests.fakes.stage import Stage, stage

pytestmark = pytest.mark.anyio

SHORT_S = 12.0  # of each feed
SOAK_S = 900.0
FAULTS = [
    "mute", "late 0.8", "stall", "half-open", "slow-read 0.3", "duplicate", "reorder", "garbage", "wrong-types",
    "skew 3000", "plan 3", "http 503", "http 429",
]  # fmt: skip
ACTS = ["drop", "606", "close 1001", "close 1013", "oversized 2", "oversized 9"]
WARM_SHARE = 0.4  # of the time: until then what is bounded fills (a thousand commands to undo, the frame log)


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


def sockets() -> int:
    """How many this process has open; 0 where it cannot be told."""
    links = Path("/proc/self/fd")
    return sum(_is_socket(each) for each in links.iterdir()) if links.exists() else 0


def _is_socket(link: Path) -> bool:
    try:
        return os.readlink(link).startswith("socket:")
    except OSError:
        return False


def memory_mb() -> float:
    """What is in use: frames of megabytes leave holes that the allocator keeps for the next one."""
    gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)
    return rss_mb()


def held_last(path: Path) -> set[str]:
    """What the server holds on its last connection."""
    log = [line for line in whole_lines(path) if line["event"] != "tick"]
    return held(log[max(number for number, line in enumerate(log) if line["event"] == "open") :])


async def trouble(here: Stage, rng: random.Random) -> None:
    """One thing goes wrong for a while, or at once."""
    if rng.random() < 0.4:
        await here.server.act(rng.choice(ACTS))
        return
    fault = rng.choice(FAULTS)
    await here.server.act(fault)
    await here.rest(rng.uniform(0.3, 1.5))
    await here.server.act(f"{fault.split()[0]} off")


async def edits(here: Stage, rng: random.Random) -> None:
    while True:
        churn(here, rng)
        await here.rest(rng.choice([0.005, 0.05, 0.2]))
        here.feeds.second()


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("feed", ["demo", "alltick"])
async def test_after_faults_and_edits_all_rows_are_live_and_nothing_is_left_over(
    feed: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    is_soak = request.config.getoption("--soak")
    for_s, rng, path = (SOAK_S if is_soak else SHORT_S), random.Random(21), tmp_path / "log"
    async with stage(feed, log=path) as here:
        before = (len(asyncio.all_tasks()), sockets())
        began_s, warm_mb, told = here.clock.now_s(), 0.0, 0
        while here.clock.now_s() < began_s + for_s or here.session.counts.opened <= 3:
            busy = asyncio.create_task(edits(here, rng))
            await trouble(here, rng)
            busy.cancel()
            told += 1
            if is_soak and told % 50 == 0:
                print(f"{feed}: {here.clock.now_s() - began_s:.0f} s, {memory_mb():.1f} MB", flush=True)
            if not warm_mb and here.clock.now_s() > began_s + WARM_SHARE * for_s:
                warm_mb = memory_mb()
        await here.until(lambda: set(here.states().values()) == {RowState.LIVE}, 60)
        assert held_last(path) == {each.code for each in here.watchlist}
        await here.until(lambda: len(asyncio.all_tasks()) <= before[0] and sockets() <= before[1])
        gone_mb = memory_mb() - warm_mb
        after = (len(asyncio.all_tasks()), sockets())
        print(f"{feed}: {told} faults in {for_s:.0f} s, {here.session.counts.opened} connections")
        print(f"tasks, sockets: {before} -> {after}; memory {warm_mb:.1f} MB {gone_mb:+.1f}")
        if is_soak:
            assert gone_mb < 0.02 * warm_mb
