"""A virtual screen with a window manager, real keys and a real mouse; and the program on it, in its own process."""

import asyncio
import json
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tests.fakes.json_lines import whole_lines
from tests.fakes.third_server import ThirdServer
from tests.fakes.waiting import PATIENCE_S, wait_until

# What is driven: these sources, or the program that this names; see tests/desktop/test_frozen.py.
PROGRAM = (
    [os.environ["QUOTEDESK_PROGRAM"]] if "QUOTEDESK_PROGRAM" in os.environ else [sys.executable, "-m", "quotedesk"]
)
_DRAG_STEP_S = 0.08  # the two programs of a drag have to answer one another


def kept_lists(profile: Path) -> list[tuple[str, list[Any]]]:
    """The lists on disk, none before the first edit: name and rows, a symbol of the list's own feed by its code."""
    path = profile / "lists.toml"
    kept = tomllib.loads(path.read_text())["lists"] if path.exists() else []
    return [
        (each["name"], [row.removeprefix(f"{each['feed']}:") if isinstance(row, str) else row for row in each["rows"]])
        for each in kept
    ]


_SCREENS = 3  # tries: two servers that begin at the same moment may take the same number, and one of them ends


@contextmanager
def virtual_screen(width: int = 1280, height: int = 800) -> Iterator[dict[str, str]]:
    """An Xvfb with openbox; gives the environment for programs that are to appear on it.

    It may be ended early: XVFB_PID is the number of its process.
    """
    for tried in range(1, _SCREENS + 1):
        with ExitStack() as running:
            environment = _start_screen(running, width, height)
            try:
                wait_until(partial(_is_managed, environment))
            except AssertionError:
                if tried < _SCREENS:
                    continue
                raise
            yield environment
            return


def _is_managed(environment: Mapping[str, str]) -> bool:
    """Is the window manager ready? A window that comes before may never get the focus."""
    return subprocess.run(["xdotool", "get_num_desktops"], env=environment, capture_output=True).returncode == 0


def _start_screen(running: ExitStack, width: int, height: int) -> dict[str, str]:
    read, write = os.pipe()
    # -r: a key that is held down types once, however long a busy machine takes to let it go.
    server = subprocess.Popen(
        ["Xvfb", "-r", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    running.callback(server.wait)
    running.callback(server.terminate)
    os.close(write)
    with os.fdopen(read) as answer:
        display = f":{answer.readline().strip()}"
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "XVFB_PID": str(server.pid)}
    environment.pop("WAYLAND_DISPLAY", None)
    manager = subprocess.Popen(["openbox"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    running.callback(manager.wait)
    running.callback(manager.kill)
    return environment


class Hand:
    """Keys and mouse on a screen, through xdotool."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def _do(self, *words: str) -> str:
        done = subprocess.run(["xdotool", *words], env=self._environment, capture_output=True, text=True)
        return done.stdout.strip()

    def window(self) -> str:
        """Wait for the window of the program, give it the focus; returns its id."""
        found: str = wait_until(lambda: self._do("search", "--onlyvisible", "--name", "quotedesk").partition("\n")[0])
        wait_until(lambda: self.activate(found))
        return found

    def activate(self, window: str) -> bool:
        """Give it the focus; has it got it?"""
        self._do("windowactivate", window)
        time.sleep(0.1)
        return self._do("getactivewindow") == self._do("getwindowfocus") == window

    def dialog(self, title: str) -> str:
        """Wait for a window or dialog with these words in its title, and until it has the keyboard; returns its id.

        Before, keys go to the window that it is over.
        """
        found: str = wait_until(lambda: self.shown(title))
        wait_until(lambda: self.activate(found))
        return found

    def shown(self, title: str) -> str:
        """The id of a window or dialog with these words in its title; "" where none can be seen."""
        return next((each for each in self._shown() if title in self.title(each)), "")

    def _shown(self) -> list[str]:
        return self._do("search", "--onlyvisible", "--class", "quotedesk").split()

    def windows(self) -> list[str]:
        """All windows of the program that are there now."""
        return self._do("search", "--onlyvisible", "--name", "quotedesk$").split()

    def titles(self) -> list[str]:
        """What stands on the windows and dialogs of the program."""
        return [self.title(each) for each in self._shown()]

    def focused(self) -> str:
        """The id of the window or dialog that has the keyboard."""
        return self._do("getwindowfocus")

    def title(self, window: str) -> str:
        """What stands on the window."""
        return self._do("getwindowname", window)

    def type(self, text: str) -> None:
        """Type it, key by key."""
        self._do("type", "--delay", "15", text)

    def press(self, *keys: str) -> None:
        """Press keys, as xdotool names them."""
        self._do("key", "--delay", "40", *keys)

    def move(self, window: str, x: int, y: int) -> None:
        """Move the pointer to a place in a window."""
        self._do("mousemove", "--window", window, str(x), str(y))

    def click(self, window: str, x: int, y: int, *, times: int = 1, button: int = 1) -> None:
        """Click there."""
        self.move(window, x, y)
        self._do("click", "--repeat", str(times), "--delay", "60", str(button))

    def take(self, window: str, x: int, y: int) -> None:
        """Press the mouse button there and pull a little, so that a drag begins."""
        self.move(window, x, y)
        self._do("mousedown", "1")
        for step in range(1, 5):
            time.sleep(_DRAG_STEP_S)
            self.move(window, x + 5 * step, y + 2 * step)

    def carry(self, window: str, x: int, y: int) -> None:
        """Go on with the drag, to a place in a window, and rest there."""
        for step in (4, 3, 2, 1, 0, 0, 0):
            self.move(window, x - 3 * step, y)
            time.sleep(_DRAG_STEP_S)

    def drop(self) -> None:
        """Let the mouse button go."""
        self._do("mouseup", "1")


class Desk:
    """The program in its own process.

    Attributes:
        process: see subprocess.Popen.
        stats_file: where it keeps its figures.
    """

    def __init__(
        self, environment: Mapping[str, str], profile: Path, *arguments: str, program: Sequence[str] = PROGRAM
    ) -> None:
        self.stats_file = profile.with_suffix(".stats.json")
        self.stats_file.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [*program, "--profile", profile, "--stats", self.stats_file, *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def stats(self) -> dict[str, Any]:
        """The newest figures; empty before the first."""
        try:
            figures: dict[str, Any] = json.loads(self.stats_file.read_text())
        except FileNotFoundError:
            return {}
        return figures

    def states(self) -> dict[str, str]:
        """Code -> row state, in list order."""
        states: dict[str, str] = self.stats().get("symbols", {})
        return states

    def end(self) -> tuple[int, str]:
        """Wait for its end; returns the exit code and what it printed."""
        output, _ = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, output

    def kill(self) -> None:
        """End it, whatever it does."""
        self.process.kill()
        self.process.communicate()


class Neighbour:
    """tests/fakes/neighbour.py in its own process: gives a text in its upper half, takes drops in its lower one.

    Attributes:
        window: its id.
    """

    def __init__(self, environment: Mapping[str, str], log: Path, x: int, y: int, text: str) -> None:
        program = Path(__file__).with_name("neighbour.py")
        self._log = log
        self._process = subprocess.Popen([sys.executable, program, log, str(x), str(y), text], env=environment)
        search = ["xdotool", "search", "--onlyvisible", "--name", "^neighbour$"]
        self.window: str = wait_until(
            lambda: subprocess.run(search, env=environment, capture_output=True, text=True).stdout.strip()
        )

    def notes(self) -> list[dict[str, Any]]:
        """What it wrote down so far: {"given": action} and {"taken": text, "offered": actions}."""
        return whole_lines(self._log)

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


class DemoServer:
    """A `quotedesk demo-server` in its own process, with its log.

    Attributes:
        url: where it listens.
    """

    def __init__(self, log: Path, *arguments: str) -> None:
        self._log = log
        self._process = subprocess.Popen(
            [*PROGRAM, "demo-server", "--port", "0", "--any-symbol", "--control", "--log", log, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()

    def act(self, words: str) -> None:
        """Let something go wrong from now on, as `demo-server --fault` names it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{words}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "ok\n"

    def log(self) -> list[dict[str, Any]]:
        """What it wrote down so far."""
        return whole_lines(self._log)

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.communicate(timeout=PATIENCE_S)

    def kill(self) -> None:
        """End it without a word to anybody."""
        self._process.kill()
        self._process.communicate()


# A loaded machine may hold a frame back on its way: what is judged is not the machine.
_MACHINE_MAY_BE_LATE = ("--frame-gap-s", "0.9", "--token-gap-s", "2.8")


class StrictProvider:
    """tests/fakes/strict_server.py in its own process.

    Attributes:
        url: where it listens.
    """

    def __init__(self, report: Path, *arguments: str) -> None:
        self._report = report
        program = Path(__file__).with_name("strict_server.py")
        self._process = subprocess.Popen(
            # A loaded machine may hold a frame back on its way: what is judged here is not the machine.
            [
                *(sys.executable, program, "--frame-gap-s", "0.9", "--token-gap-s", "2.8", "--report", report),
                *arguments,
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()

    def stop(self) -> dict[str, Any]:
        """End it; returns its report."""
        self._process.terminate()
        self._process.communicate(timeout=PATIENCE_S)
        report: dict[str, Any] = json.loads(self._report.read_text())
        return report


@contextmanager
def third_provider() -> Iterator[ThirdServer]:
    """The server of the third feed, in a thread of its own."""
    with asyncio.Runner() as runner, ThreadPoolExecutor(1) as thread:
        is_over = asyncio.Event()
        is_there: Future[ThirdServer] = Future()

        async def serve() -> None:
            async with ThirdServer(rate=5.0) as server:
                is_there.set_result(server)
                await is_over.wait()

        served = thread.submit(runner.run, serve())
        try:
            yield is_there.result(PATIENCE_S)
        finally:
            runner.get_loop().call_soon_threadsafe(is_over.set)
            served.result(PATIENCE_S)
