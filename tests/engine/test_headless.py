"""A run that nobody sees: what ends it, and what it says of that."""

import asyncio
import subprocess
import sys
from collections.abc import Callable

import pytest

from quotedesk.engine.headless import HeadlessRun
from quotedesk.engine.redactor import Redactor


class Run(HeadlessRun):
    """Does something in its loop, then waits."""

    def __init__(self, act: Callable[["Run"], object], redactor: Redactor) -> None:
        super().__init__("quotedesk x", redactor)
        self._act = act

    async def _run(self) -> None:
        self._act(self)
        async with asyncio.timeout(5):
            await self._is_over.wait()
        await self._tasks.stop()


async def fails() -> None:
    raise ValueError("T0KEN\n and more")


WAYS: dict[str, Callable[[Run], object]] = {
    "a task": lambda run: run._tasks.spawn(fails(), "fails"),
    "a callback": lambda run: asyncio.get_running_loop().call_soon(lambda: int("T0KEN\n")),
}


@pytest.fixture
def redactor() -> Redactor:
    made = Redactor()
    made.learn("T0KEN")
    return made


@pytest.mark.parametrize("way", WAYS)
def test_what_should_not_happen_ends_it_and_is_told_in_a_clean_line(
    way: str, redactor: Redactor, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asyncio.run(Run(WAYS[way], redactor).main()) == 1
    told = capsys.readouterr().err
    assert told.startswith("quotedesk x: Unexpected fault: ValueError: ")
    assert told.count("\n") == 1
    assert "T0KEN" not in told


def test_it_ends_well_when_it_is_over_and_a_closed_standard_error_is_no_fault(
    redactor: Redactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", None)

    def act(run: Run) -> None:
        run._tell("to nobody")
        run._is_over.set()

    assert asyncio.run(Run(act, redactor).main()) == 0


PROGRAM = """
import asyncio, logging, signal, sys
from quotedesk.engine import headless, signals
from quotedesk.engine.redactor import Redactor

class Run(headless.HeadlessRun):
    async def _run(self):
        signal.raise_signal(signal.SIGTERM)
        await asyncio.wait_for(self._is_over.wait(), 5)
        print("closed in order", flush=True)

headless.prepare()
logging.getLogger("websockets").warning("a symbol")
if sys.argv[1] == "before":
    signal.raise_signal(signal.SIGTERM)
code = asyncio.run(Run("x", Redactor()).main())
signals.ignore()
signal.raise_signal(signal.SIGTERM)
print("ended", flush=True)
sys.exit(code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize(("when", "printed"), [("before", ""), ("within", "closed in order\nended\n")])
def test_a_signal_ends_what_has_not_begun_at_once_and_the_rest_in_order_and_once(when: str, printed: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, when], capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stdout, done.stderr) == (0, printed, "")
