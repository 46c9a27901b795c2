"""The demo server as a child process."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from quotedesk.engine import demo_process
from quotedesk.engine.demo_process import DemoProcess
from quotedesk.market.errors import QuotedeskError

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def running() -> AsyncIterator[DemoProcess]:
    demo = DemoProcess()
    demo.start()
    try:
        yield demo
    finally:
        demo.stop()


def pid_of(demo: DemoProcess) -> int:
    assert demo._process is not None
    return demo._process.pid


async def first_tick(url: str) -> float:
    """What the server says first to one who asks for a symbol."""
    async with connect(f"{url}/demo", proxy=None) as socket:
        await socket.send('{"cmd_id":22004,"action":"subscribe","code":["NVDA.US"]}')
        async with asyncio.timeout(5):
            async for frame in socket:
                if '"price"' in str(frame):
                    return float(json.loads(frame)["data"]["price"])
    raise AssertionError("it hung up")


async def gone(pid: int) -> None:
    async with asyncio.timeout(20):
        while Path(f"/proc/{pid}").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text():
            await asyncio.sleep(0.02)


async def test_it_is_started_once_and_found_again() -> None:
    async with running() as demo:
        url = await demo.find_url()
        pid = pid_of(demo)
        assert url.startswith("ws://127.0.0.1:")
        assert await demo.find_url() == url
        assert pid_of(demo) == pid


async def test_after_a_kill_it_is_started_again_and_its_prices_go_on_where_they_were() -> None:
    async with running() as demo:
        before = await first_tick(await demo.find_url())
        pid = pid_of(demo)
        os.kill(pid, signal.SIGKILL)
        await gone(pid)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            url = await demo.find_url()
        assert pid_of(demo) != pid
        assert await first_tick(url) == pytest.approx(before, rel=3e-3)


async def test_stopping_ends_it_and_may_be_done_twice() -> None:
    async with running() as demo:
        await demo.find_url()
        pid = pid_of(demo)
        began_s = time.monotonic()
        demo.stop()
        assert time.monotonic() - began_s < 5.0
        await gone(pid)
        demo.stop()


async def test_stopping_before_it_was_ever_asked_for_or_started_leaves_nothing() -> None:
    DemoProcess().stop()
    async with running() as demo:
        pid = pid_of(demo)
    await gone(pid)


async def test_one_that_hangs_is_ended_all_the_same() -> None:
    async with running() as demo:
        await demo.find_url()
        pid = pid_of(demo)
        os.kill(pid, signal.SIGSTOP)
        demo.stop()
        await gone(pid)


async def test_one_that_says_nothing_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_process, "START_S", 0.3)
    demo = DemoProcess()
    demo._command = [sys.executable, "-c", "import time; time.sleep(60)"]
    try:
        with pytest.raises(QuotedeskError, match="demo server"):
            await demo.find_url()
        assert demo._process is not None
        await asyncio.to_thread(demo._process.wait, 20)
    finally:
        demo.stop()


async def test_to_quit_while_it_starts_waits_for_nothing() -> None:
    demo = DemoProcess()
    demo._command = [sys.executable, "-c", "import time; time.sleep(60)"]
    asking = asyncio.get_running_loop().create_task(demo.find_url())
    await asyncio.sleep(0.1)
    asking.cancel()
    await asyncio.wait([asking])
    # The thread that reads its first line would hold up the end of the loop.
    assert demo._process is not None
    await asyncio.to_thread(demo._process.wait, 20)
    demo.stop()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ([sys.executable, "-c", "print('something else')"], "ended before it said where it listens"),
        ([sys.executable, "-c", "pass"], "ended before it said where it listens"),
        (["/nowhere/quotedesk"], "could not be started: No such file or directory"),
    ],
)
async def test_one_that_does_not_start_is_one_plain_line(command: list[str], words: str) -> None:
    demo = DemoProcess()
    demo._command = command
    with pytest.raises(QuotedeskError, match=words):
        await demo.find_url()
    demo.stop()


async def test_nothing_of_the_users_folder_is_imported_where_we_do_not_import_it(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('imported')")
    script = PARENT.replace("time.sleep(60)", "demo.stop()")
    command = [sys.executable, "-P", "-c", script, str(ROOT)]
    done = await asyncio.to_thread(subprocess.run, command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


PARENT = """
import asyncio, sys, time
sys.path.insert(0, sys.argv[1])
from quotedesk.engine.demo_process import DemoProcess
demo = DemoProcess()
print(asyncio.run(demo.find_url()), demo._process.pid, flush=True)
time.sleep(60)
"""


async def test_it_ends_with_its_parent_even_by_a_kill() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(ROOT)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int((await asyncio.to_thread(parent.stdout.readline)).split()[1])
    parent.kill()
    parent.communicate()
    await gone(pid)


async def test_nothing_is_left_unclosed() -> None:
    script = PARENT.replace(
        "time.sleep(60)", "demo._process.kill(); demo._process.wait()\nasyncio.run(demo.find_url())\ndemo.stop()"
    )
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-W", "always::ResourceWarning", "-c", script, str(ROOT)],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
