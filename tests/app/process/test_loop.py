"""Qt's loop as asyncio's: exact timers, generators cleaned up, and every way to quit ends well."""

import asyncio
import gc
import math
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import qasync
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from quotedesk.app.process import loop as loop_module
from quotedesk.app.process.loop import DeskApp, DeskLoop, collect, collecting_here, freeze
from tests.fakes.waiting import PATIENCE_S, wait_until

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


async def test_qasync_has_the_private_names_that_we_lean_on() -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, DeskLoop)
    # If one of these goes: DeskLoop's timers or clean-ups need another way.
    assert isinstance(loop._timer, qasync._SimpleTimer)
    assert callable(loop._timer.startTimer)
    assert callable(loop._asyncgen_firstiter_hook)
    assert callable(loop._asyncgen_finalizer_hook)
    assert qasync.QtModuleName == "PySide6"
    if sys.platform != "win32":
        assert isinstance(loop._read_notifiers, dict)
        assert "_add_reader" in vars(qasync._QEventLoop)
        assert "_remove_reader" in vars(qasync._QEventLoop)


async def test_timers_are_asked_of_qt_as_exact_ones(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> None:
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(qasync._SimpleTimer, "startTimer", lambda self, *how: asked.append(how) or 1, raising=False)
    loop = DeskLoop(qapp)
    try:
        loop._timer.startTimer(1500)
        assert asked == [(1500, Qt.TimerType.PreciseTimer)]
    finally:
        loop.close()


async def test_callbacks_run_in_order_and_what_they_add_waits_for_the_next_turn() -> None:
    loop, ran = asyncio.get_running_loop(), []
    done = asyncio.Event()
    dropped = loop.call_soon(ran.append, "never")
    loop.call_soon(lambda: (ran.append(1), loop.call_soon(ran.append, 3), loop.call_soon(done.set)))
    loop.call_soon(ran.append, 2)
    dropped.cancel()
    await done.wait()
    assert ran == [1, 2, 3]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows' loop has no readers")
@pytest.mark.parametrize(
    ("short_s", "expected"),
    [
        (math.inf, ["read", "waited", "added", "over", "last"]),
        (0.0, ["read", "over", "waited", "added", "last"]),
    ],
    ids=["a short read", "a long one"],
)
async def test_what_a_reader_adds_runs_in_its_turn_after_what_waited_unless_there_was_much_to_read(
    short_s: float, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop_module, "_SHORT_READ_S", short_s)
    loop, ran, done = asyncio.get_running_loop(), [], asyncio.Event()
    assert isinstance(loop, DeskLoop)
    run_reader = loop._run_reader

    def run_and_note(handle: asyncio.Handle) -> None:
        run_reader(handle)
        ran.append("over")

    def read() -> None:
        loop.remove_reader(ours)
        ran.append("read")
        loop.call_soon(lambda: (ran.append("added"), loop.call_soon(ran.append, "last"), loop.call_soon(done.set)))

    monkeypatch.setattr(loop, "_run_reader", run_and_note)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        loop.add_reader(ours, read)
        theirs.send(b"a")
        assert select.select([ours], [], [], 5)[0]
        loop._soon.append(asyncio.Handle(ran.append, ("waited",), loop))  # whose timer is late
        async with asyncio.timeout(5):
            await done.wait()
    assert ran == expected


@pytest.mark.skipif(sys.platform == "win32", reason="Windows' loop has no readers")
async def test_a_reader_that_runs_a_loop_within_this_one_holds_up_no_callback() -> None:
    loop, ran, done = asyncio.get_running_loop(), [], asyncio.Event()
    ours, theirs = socket.socketpair()

    def read() -> None:
        loop.remove_reader(ours)
        inner = QEventLoop()
        loop.call_soon(ran.append, "within")
        loop.call_soon(inner.quit)
        inner.exec()
        loop.call_soon(ran.append, "after")
        loop.call_soon(done.set)

    with ours, theirs:
        loop.add_reader(ours, read)
        theirs.send(b"a")
        async with asyncio.timeout(5):
            await done.wait()
    assert ran == ["within", "after"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows' loop has no readers")
async def test_a_socket_that_never_runs_dry_leaves_qt_its_turn() -> None:
    loop, painted, reads = asyncio.get_running_loop(), asyncio.Event(), 0
    ours, theirs = socket.socketpair()

    def read() -> None:
        nonlocal reads
        reads += 1  # and take nothing: there is always more
        loop.call_soon(lambda: None)

    with ours, theirs:
        loop.add_reader(ours, read)
        theirs.send(b"a")
        QTimer.singleShot(20, painted.set)
        async with asyncio.timeout(5):
            await painted.wait()
        loop.remove_reader(ours)
    assert reads > 1


async def test_callbacks_without_end_leave_qt_its_turn() -> None:
    loop, painted = asyncio.get_running_loop(), asyncio.Event()
    turns = 0

    def again() -> None:
        nonlocal turns
        turns += 1
        if not painted.is_set():
            loop.call_soon(again)

    again()
    QTimer.singleShot(20, painted.set)
    async with asyncio.timeout(5):
        await painted.wait()
    assert turns > 1


async def test_a_fault_in_a_callback_is_told_and_the_next_one_runs() -> None:
    loop, told = asyncio.get_running_loop(), []
    loop.set_exception_handler(lambda _, context: told.append(context["exception"]))
    done = asyncio.Event()
    loop.call_soon(lambda: 1 // 0)
    loop.call_soon(done.set)
    async with asyncio.timeout(5):
        await done.wait()
    loop.set_exception_handler(None)
    assert [type(each) for each in told] == [ZeroDivisionError]


async def test_callbacks_go_on_in_a_loop_within_one() -> None:
    """A menu or a drag runs a loop of Qt's own within this one."""
    loop, ran, done = asyncio.get_running_loop(), [], asyncio.Event()

    def nest() -> None:
        inner = QEventLoop()
        loop.call_soon(ran.append, "within")
        loop.call_soon(inner.quit)
        inner.exec()
        ran.append("after")

    QTimer.singleShot(0, nest)
    QTimer.singleShot(50, done.set)
    async with asyncio.timeout(5):
        await done.wait()
    assert ran == ["within", "after"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows' loop has no readers")
async def test_a_reader_may_take_itself_away_and_another_take_its_place() -> None:
    loop, got, done = asyncio.get_running_loop(), [], asyncio.Event()
    ours, theirs = socket.socketpair()
    with ours, theirs:

        def second() -> None:
            got.append(ours.recv(1))
            loop.remove_reader(ours)
            gc.collect()
            done.set()

        def first() -> None:
            got.append(ours.recv(1))
            loop.remove_reader(ours)
            gc.collect()
            loop.add_reader(ours, second)

        loop.add_reader(ours, first)
        theirs.send(b"ab")
        async with asyncio.timeout(5):
            await done.wait()
        theirs.send(b"c")
        await asyncio.sleep(0.02)
        assert got == [b"a", b"b"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows' loop has no readers")
async def test_reading_can_be_paused_and_goes_on_and_another_socket_of_the_same_number_is_another() -> None:
    loop = asyncio.get_running_loop()
    got: list[tuple[str, bytes]] = []

    def reader(name: str, ours: socket.socket) -> Callable[[], None]:
        return lambda: got.append((name, ours.recv(9)))

    async def settled(*expected: tuple[str, bytes]) -> None:
        async with asyncio.timeout(5):
            while got != list(expected):
                await asyncio.sleep(0.005)

    for name in ("first", "second"):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            number, read = ours.fileno(), reader(name, ours)
            loop.add_reader(number, read)
            theirs.send(b"a")
            await settled((name, b"a"))
            for _ in range(20):
                loop.remove_reader(number)
                loop.add_reader(number, read)
            loop.remove_reader(number)
            theirs.send(b"b")
            await asyncio.sleep(0.02)
            assert got == [(name, b"a")]
            loop.add_reader(number, read)
            await settled((name, b"a"), (name, b"b"))
            loop.remove_reader(number)
        got.clear()


@pytest.mark.parametrize("delay_s", [0.001, 0.03, 0.4, 1.1])
async def test_a_sleep_is_never_early_and_hardly_late(delay_s: float) -> None:
    async def late_s() -> float:
        began_s = time.monotonic()
        await asyncio.sleep(delay_s)
        return time.monotonic() - began_s - delay_s

    sleeps = []
    for _ in range(8):  # one after the other: something else may have the processor for a moment
        sleeps.append(asyncio.ensure_future(late_s()))
        await asyncio.sleep(0.02)
    late = await asyncio.gather(*sleeps)
    assert min(late) > -0.0015
    assert min(late) < 0.02, "5 % of a second and more are qasync's own timers"


async def test_an_async_generator_that_is_left_is_cleaned_up() -> None:
    cleaned = asyncio.Event()

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(0)
            cleaned.set()

    async for _ in numbers():
        break
    async with asyncio.timeout(2):
        await cleaned.wait()


async def test_the_hooks_of_others_come_back_after_the_run() -> None:
    assert sys.get_asyncgen_hooks().firstiter is not None


def test_outside_a_run_no_hooks_are_left(qapp: QApplication) -> None:
    before = sys.get_asyncgen_hooks()
    with asyncio.Runner(loop_factory=lambda: DeskLoop(qapp)) as runner:
        runner.run(asyncio.sleep(0))
    assert sys.get_asyncgen_hooks() == before


async def test_a_quit_from_outside_asks_once_and_the_second_passes(qapp: DeskApp) -> None:
    qapp.request = request = asyncio.Event()
    try:
        first, second = QEvent(QEvent.Type.Quit), QEvent(QEvent.Type.User)
        assert qapp.event(first)
        assert request.is_set()
        assert not first.isAccepted(), "whoever asked is told that it is not done yet"
        request.clear()
        qapp.event(second)
        assert not request.is_set()
    finally:
        qapp.request = None


async def test_a_quit_that_is_posted_does_not_end_the_loop_under_a_coroutine(qapp: DeskApp) -> None:
    qapp.request = request = asyncio.Event()
    try:
        QCoreApplication.postEvent(qapp, QEvent(QEvent.Type.Quit))
        async with asyncio.timeout(2):
            await request.wait()
        await asyncio.sleep(0.01)
    finally:
        qapp.request = None


@pytest.fixture
def leaving(qapp: DeskApp) -> Iterator[QTimer]:
    """Once started, Qt leaves its loop in each turn, as where the X server is gone; a request is there."""
    qapp.request = asyncio.Event()
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: qapp.exit(1))
    yield timer
    timer.stop()
    qapp.request = None
    QTimer.singleShot(0, qapp.exit)
    qapp.exec()  # an exit out of it leaves a mark by which later loops end at once


def test_where_qt_leaves_its_loop_the_program_is_asked_to_end_and_closes_in_order(
    qapp: DeskApp, leaving: QTimer
) -> None:
    async def program() -> str:
        leaving.start()
        assert qapp.request
        await qapp.request.wait()
        await asyncio.sleep(0.01)
        return await asyncio.to_thread(lambda: "closed")

    with asyncio.Runner(loop_factory=lambda: DeskLoop(qapp)) as runner:
        assert runner.run(program()) == "closed"


def test_a_program_that_does_not_close_without_a_display_is_given_up(
    qapp: DeskApp, leaving: QTimer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop_module, "_LAST_S", 0.02)
    with asyncio.Runner(loop_factory=lambda: DeskLoop(qapp)) as runner:
        runner.get_loop().call_soon(leaving.start)
        with pytest.raises(RuntimeError, match="stopped before"):
            runner.run(asyncio.Event().wait())


class Ring:
    """Something that only the collector can end."""

    def __init__(self) -> None:
        self.me = self


def test_a_cycle_dies_in_the_thread_that_collects_never_where_another_allocates() -> None:
    died_in: list[threading.Thread] = []

    def work() -> None:
        kept = [[] for _ in range(200_000)]
        del kept

    with collecting_here():
        ring = Ring()
        weakref.finalize(ring, lambda: died_in.append(threading.current_thread()))
        del ring
        worker = threading.Thread(target=work)
        worker.start()
        worker.join()
        assert died_in == []
        rest = [[] for _ in range(1000)]  # else nothing would be due
        collect()
        assert died_in == [threading.current_thread()]
        del rest
    assert gc.isenabled()


def test_what_is_there_when_the_program_has_settled_is_looked_at_no_more() -> None:
    gc.collect()
    freeze()
    try:
        assert gc.get_freeze_count() > 1000
        assert not any(gc.get_objects(generation=2))
    finally:
        gc.unfreeze()


def test_nothing_is_collected_before_it_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(gc, "collect", asked.append)
    for count in ((700, 10, 10), (701, 10, 10), (701, 11, 10), (5, 0, 11)):
        monkeypatch.setattr(gc, "get_count", lambda count=count: count)
        monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
        collect()
    assert asked == [0, 1, 2]


PROGRAM = """
import asyncio, os, signal, sys
sys.path.insert(0, sys.argv[2])
from PySide6.QtWidgets import QMainWindow
from quotedesk.app.process import loop
from quotedesk.engine.signals import on_signals

class Main(QMainWindow):
    may_close = False
    def closeEvent(self, event):
        if not self.may_close:
            request.set()
            event.ignore()

async def words():
    try:
        while True:
            yield 1
            await asyncio.sleep(0.01)
    finally:
        await asyncio.sleep(0)

async def talk():
    async for _ in words():
        pass

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may ignore it

async def main(app):
    global request
    request = asyncio.Event()
    on_signals(request.set)
    app.request = request
    window = Main()
    window.show()
    ways = {
        "terminate": lambda: os.kill(os.getpid(), signal.SIGTERM),
        "hang up": lambda: os.kill(os.getpid(), signal.SIGHUP),
        "interrupt": lambda: os.kill(os.getpid(), signal.SIGINT),
        "app.quit": app.quit,
        "close": window.close,
        "close all": app.closeAllWindows,
    }
    async with asyncio.TaskGroup() as group:
        talking = group.create_task(talk())
        asyncio.get_running_loop().call_later(0.05, ways[sys.argv[1]])
        await request.wait()
        await asyncio.sleep(0.05)  # a goodbye takes its time
        talking.cancel()
    window.may_close = True
    window.close()
    app.request = None
    print("goodbye")
    return 0

app = loop.DeskApp([])
app.setQuitOnLastWindowClosed(False)
with asyncio.Runner(loop_factory=lambda: loop.DeskLoop(app)) as runner:
    sys.exit(runner.run(main(app)))
"""


@pytest.mark.parametrize("way", ["terminate", "hang up", "interrupt", "app.quit", "close", "close all"])
def test_every_way_to_quit_says_goodbye_and_ends_with_nothing_on_standard_error(way: str) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", PROGRAM, way, str(Path(__file__).parents[3])],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "goodbye\n", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_program_itself_ends_well_by_a_signal_and_has_saved(tmp_path: Path, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-X", "dev", "-m", "quotedesk", "--profile", tmp_path / "p", "--stats", tmp_path / "s.json"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    )
    try:
        wait_until((tmp_path / "s.json").exists)
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
    assert (process.returncode, out, err) == (0, "", "")
    assert (tmp_path / "p/prices/demo.json").exists()
