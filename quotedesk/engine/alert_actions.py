"""What is done when alerts fire, beside what is shown: a program of the user's is run, a web address is posted to.

Both are told of alerts as JSON, and both are off until the user allows them.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

import msgspec

from quotedesk.engine.tasks import Tasks
from quotedesk.market.clock import Clock
from quotedesk.net.webhook import Posted, post

COMMAND_LIMIT_S = 10.0
RETRIES_S = (2.0, 10.0, 60.0, 300.0)  # waits before the further tries of a post
_MOST_TOLD = 200  # bytes of what a program says of its failure
_NOT_PASSED_ON = ("QUOTEDESK_", "_TOKEN")  # how the variables that hold keys begin and end
_FROZEN_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")

_Item = TypeVar("_Item")


class Burst(Generic[_Item]):
    """Gathers what comes close together: the first is passed on at once, what follows within a pause goes as one.

    Nothing is lost: what comes while `does` works, or rests after it, waits.
    """

    def __init__(
        self, tasks: Tasks, does: Callable[[Sequence[_Item]], Awaitable[None]], pause_s: float, name: str
    ) -> None:
        self._tasks = tasks
        self._does = does
        self._pause_s = pause_s
        self._name = name
        self._waiting: list[_Item] = []
        self._is_running = False

    def add(self, items: Sequence[_Item]) -> None:
        """Pass these on, at once or with what follows. Needs a running loop."""
        self._waiting += items
        if self._waiting and not self._is_running:
            self._is_running = True
            self._tasks.spawn(self._run(), self._name)

    async def _run(self) -> None:
        try:
            while self._waiting:
                taken, self._waiting = self._waiting, []
                await self._does(taken)
                await asyncio.sleep(self._pause_s)
        finally:
            self._is_running = False


def payload(words: str, alerts: Sequence[Mapping[str, object]]) -> bytes:
    """The JSON that programs and addresses get: a line for people, by the names that chat services look for, and all.

    The alerts are as `watch --json --alert` prints them.
    """
    told = {"text": words, "content": words, "count": len(alerts), "alerts": list(alerts)}
    return msgspec.json.encode(told)


async def run_command(argv: Sequence[str], said: bytes, limit_s: float = COMMAND_LIMIT_S) -> str:
    """Run a program with this on its standard input, and no shell; returns what went wrong, "" for nothing.

    It does not get the keys that the environment holds. At the limit it is killed, with all that it began.
    """
    if not argv or not argv[0]:
        return "No command is set"
    name = os.path.basename(argv[0])
    pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=pipe, stdout=nowhere, stderr=pipe, env=_environment(), start_new_session=True
        )
    except (OSError, ValueError) as fault:  # ValueError: a NUL in it
        return f"{name} could not be started: {getattr(fault, 'strerror', None) or 'its name cannot be one'}"
    try:
        async with asyncio.timeout(limit_s):
            told, _ = await asyncio.gather(_first_bytes(process), _say(process, said))
            code = await process.wait()
    except TimeoutError:
        return f"{name} did not end within {limit_s:g} s and was stopped"
    finally:
        _kill(process)
        with contextlib.suppress(ProcessLookupError):
            await process.wait()
    if code == 0:
        return ""
    line = told.decode(errors="replace").strip().partition("\n")[0]
    ended = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
    return f"{name} {ended}{f': {line}' if line.isprintable() and line else ''}"


async def post_webhook(
    url: str,
    said: bytes,
    clock: Clock,
    *,
    allows_private: bool,
    retries_s: Sequence[float] = RETRIES_S,
    send: Callable[..., Awaitable[Posted]] = post,
) -> str:
    """Post to an address, again and again for a while where it may go well later; returns what went wrong at last."""
    if not url:
        return "No address is set"
    posted = Posted()
    for wait_s in (*retries_s, None):
        posted = await send(url, said, allows_private=allows_private, utc_s=clock.utc_s(clock.now_s()))
        if not posted.fault or not posted.may_retry or wait_s is None:
            break
        await asyncio.sleep(max(wait_s, posted.wait_s))
    return posted.fault


# -- inside -----------------------------------------------------------------------------------------------------------


async def _say(process: asyncio.subprocess.Process, said: bytes) -> None:
    assert process.stdin is not None
    with contextlib.suppress(ConnectionError):  # it need not listen
        process.stdin.write(said + b"\n")
        await process.stdin.drain()
    with contextlib.suppress(ConnectionError):
        process.stdin.close()


async def _first_bytes(process: asyncio.subprocess.Process) -> bytes:
    """What the program says of a failure, as far as that is told; the rest is read, so that it can end."""
    assert process.stderr is not None
    first = b""
    while part := await process.stderr.read(4096):
        first += part[: _MOST_TOLD - len(first)]
    return first


def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform != "win32":
            os.killpg(process.pid, signal.SIGKILL)
        elif process.returncode is None:
            process.kill()


def _environment() -> dict[str, str]:
    """Ours without keys, and of the standalone program without its own libraries, which are not the other's."""
    begins, ends = _NOT_PASSED_ON
    found = {name: value for name, value in os.environ.items() if not (name.startswith(begins) and name.endswith(ends))}
    if getattr(sys, "frozen", False):
        for name in _FROZEN_PATHS:
            found.pop(name, None)
            if (before := found.pop(f"{name}_ORIG", None)) is not None:
                found[name] = before
    return found
