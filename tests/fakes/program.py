"""The program in this process, off screen, on servers of its own loop: all but the application and the signals."""

import asyncio
import gc
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from quotedesk.app import start
from quotedesk.app.main import Program
from quotedesk.app.options import Options
from quotedesk.app.process.faults import Faults
from quotedesk.app.process.loop import collect
from quotedesk.app.windows import Windows
from quotedesk.config.paths import Profile
from quotedesk.demo.server import DemoServer, ServerOptions
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.source import Sources
from quotedesk.market.instrument import Instrument, split_codes, split_feed
from quotedesk.ui.window.window import Window
from tests.fakes.json_lines import whole_lines
from tests.fakes.port import held_port
from tests.fakes.waiting import PATIENCE_S, until


def instruments(text: str) -> tuple[Instrument, ...]:
    """What `--symbols` makes of a text."""
    return tuple(Instrument(feed, code) for code, feed in map(split_feed, split_codes(text)))


class LoggedServer:
    """A demo server with a log. It can be ended and started again where it was; its log goes on.

    Attributes:
        url: where it listens, from the first start on.
    """

    url: str

    def __init__(self, folder: Path, name: str, **options: Any) -> None:
        self._folder = folder
        self._name = name
        self._options = options
        self._logs: list[Path] = []
        self._port = held_port()
        self._server: DemoServer | None = None

    async def start(self) -> None:
        self._logs.append(self._folder / f"{self._name}-{len(self._logs)}.log")
        options = ServerOptions(**{"any_symbol": True, **self._options}, port=self._port, log=self._logs[-1])
        self._server = await DemoServer(options).__aenter__()
        self.url = self._server.url

    async def stop(self) -> None:
        """End it, as if it had crashed."""
        if self._server:
            server, self._server = self._server, None
            await server.act("drop")
            await server.__aexit__(None, None, None)

    async def act(self, words: str) -> None:
        """See DemoServer."""
        assert self._server
        await self._server.act(words)

    def log(self) -> list[dict[str, Any]]:
        """What it wrote down so far."""
        return [line for path in self._logs for line in whole_lines(path)]

    def ticks(self) -> list[dict[str, Any]]:
        """The trades that it sent, in order."""
        return [line for line in self.log() if line["event"] == "tick"]

    def sent(self) -> Counter[str]:
        """How many trades of each code."""
        return Counter(line["code"] for line in self.ticks())

    def opened(self) -> int:
        """How many connections there were."""
        return sum(line["event"] == "open" for line in self.log())


@asynccontextmanager
async def servers(folder: Path, *names: str, **options: Any) -> AsyncIterator[list[LoggedServer]]:
    """One for each name."""
    made = [LoggedServer(folder, name, **options) for name in names]
    try:
        for each in made:
            await each.start()
        yield made
    finally:
        for each in made:
            await each.stop()


class ProgramAtWork:
    """A run of the program.

    Attributes:
        program: see Program.
        profile: of the run.
        faults: what nobody caught: none is expected.
    """

    def __init__(self, folder: Path, **options: Any) -> None:
        self.faults: list[str] = []
        self.profile = Profile(folder)
        self.profile.make()
        self._stats_file = folder.with_name(f"{folder.name}.stats.json")
        self._stats_file.unlink(missing_ok=True)
        redactor = Redactor()
        said = Options(profile=folder, stats=self._stats_file, **options)
        self._sources = Sources(self.profile, said, redactor)
        faults = Faults(redactor, self.faults.append)
        self.program = Program(start.prepare(self.profile, said, self._sources, redactor, faults))
        self._run = asyncio.get_running_loop().create_task(self.program.main(), name="program")

    @property
    def windows(self) -> Windows:
        return self.program.windows

    @property
    def window(self) -> Window:
        """The one in front."""
        return self.windows.front

    def stats(self) -> dict[str, Any]:
        """The newest figures; empty before the first. They come once a second, and at the end."""
        if not self._stats_file.exists():
            return {}
        figures: dict[str, Any] = json.loads(self._stats_file.read_text())
        return figures

    def states(self) -> dict[str, str]:
        """Row -> state, those of the shown list first."""
        states: dict[str, str] = self.stats().get("symbols", {})
        return states

    def are(self, state: str, text: str) -> bool:
        """Do the figures have exactly these rows, all in this state?"""
        return self.states() == dict.fromkeys(text.split(), state)

    async def until(self, what: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
        """Wait for something to become true while the program runs; returns it."""

        def look() -> Any:
            assert not self._run.done(), f"the program has ended: {self._run}"
            return what()

        try:
            return await until(look, patience_s)
        except AssertionError as fault:
            words = self.window.status_bar.words()
            raise AssertionError(f"{fault}: {self.states()}, {words}, {self.faults}") from None

    async def live(self, text: str) -> None:
        """Wait until these rows are there, and all of them live."""
        await self.until(lambda: self.are("live", text))

    def told(self) -> str:
        """All messages of the window in front, the oldest first."""
        return "\n".join(message.text for _, message in self.window.toasts.told)

    def type(self, text: str) -> None:
        """Type a text into the line where symbols are added, and insist on it as it is: Ctrl+Enter."""
        line = self.window.add_line
        line.begin()
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    def press(self, key: Qt.Key, widget: QWidget | None = None, modifier: Qt.KeyboardModifier | None = None) -> None:
        """Press a key on the rows, or on some widget."""
        QTest.keyClick(widget or self.window.table, key, modifier or Qt.KeyboardModifier.NoModifier)

    async def end(self) -> int:
        """Quit, as a signal does; returns the exit code."""
        self.program.is_over.set()
        return await self.ended()

    async def ended(self) -> int:
        """Wait until it has ended; returns the exit code."""
        async with asyncio.timeout(PATIENCE_S):
            return await self._run

    async def close(self) -> None:
        """End it in any case."""
        try:
            if not self._run.done():
                await self.end()
        finally:
            self._run.cancel()
            self._sources.stop()
            asyncio.get_running_loop().set_exception_handler(None)
            for window in self.windows.all:
                window.deleteLater()
            gc.unfreeze()
            collect()


class _Errors(logging.Handler):
    """Keeps what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@asynccontextmanager
async def program_at_work(folder: Path, errors: Sequence[str] = (), **options: Any) -> AsyncIterator[ProgramAtWork]:
    """The program on a profile; `options`: see Options. At the end no more has failed than `errors` say."""
    heard = _Errors()
    log = logging.getLogger("quotedesk")
    log.addHandler(heard)
    here = ProgramAtWork(folder, **options)
    try:
        await asyncio.sleep(0)
        yield here
    finally:
        await here.close()
        log.removeHandler(heard)
    assert here.faults == []
    assert heard.said == list(errors)
